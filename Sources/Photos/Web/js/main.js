/** Puts the page together: one state, in the address bar, decides what is shown. */

import * as api from './api.js';
import { byId } from './dom.js';
import { FailedFiles } from './failed-files.js';
import { Filters } from './filters.js';
import { translatePage } from './i18n.js';
import { Indexing } from './indexing.js';
import { Library } from './library.js';
import { Lightbox } from './lightbox.js';
import { Menu } from './menu.js';
import { navigation } from './navigation.js';
import { watchConnection } from './offline.js';
import { acceptPictures } from './pictures.js';
import { Results } from './results.js';
import { SearchForm } from './search-form.js';
import { contentKey, emptyState, searchKind } from './url-state.js';

/** While photos arrive the library is loaded again this often, less often the larger it is. */
const REFRESH_MS = 4000;
const REFRESH_MS_PER_PHOTO = 0.15;

translatePage();
const searchForm = new SearchForm();
const filters = new Filters();
const indexing = new Indexing();
const failedFiles = new FailedFiles();
const menu = new Menu(() => indexing.active);
const library = new Library({ indexing: () => indexing.active, startIndexing: () => indexing.start() });
const results = new Results();
const lightbox = new Lightbox();
let shownKey = null;
let lastRefresh = -Infinity;
let stale = false;

function view() {
  return searchKind(navigation.state) ? results : library;
}

/** Where a photo is in the grids of the present view. */
function placeOf(id) {
  const source = view().source;
  const index = id === null ? -1 : source?.indexOf(id) ?? -1;
  if (index < 0) return null;
  return view() === results ? results.place(index) : { grid: library.grid, index };
}

function thumbnailOf(id) {
  const place = placeOf(id);
  const tile = place?.grid.tile(place.index);
  return tile?.node.classList.contains('ready') ? tile.image : null;
}

async function showPhoto() {
  const { photo } = navigation.state;
  if (photo !== null) {
    lightbox.show(photo, view().source, thumbnailOf(photo));
    return;
  }
  const closed = lightbox.openID;
  if (closed === null) return;
  const place = placeOf(closed);
  place?.grid.reveal(place.index);
  await lightbox.hide(thumbnailOf(closed));
  if (navigation.state.photo !== null) return;
  if (place) place.grid.focus(place.index);
  else byId('main').focus({ preventScroll: true });
  if (stale) refreshLibrary();
}

function apply(back) {
  const key = contentKey(navigation.state);
  searchForm.reflect();
  filters.reflect();
  if (key !== shownKey) {
    shownKey = key;
    const now = view();
    const other = now === library ? results : library;
    other.leave();
    document.documentElement.dataset.view = now === library ? 'library' : 'search';
    now.enter(back ? navigation.savedScroll : 0).then(showPhoto);
  }
  showPhoto();
  document.title = navigation.state.query ? `${navigation.state.query} · Glimpse` : 'Glimpse';
}

async function loadStats() {
  try {
    const stats = await api.stats();
    filters.setFormats(stats.by_format ?? {});
    menu.setStats(stats);
  } catch {
    // The photos tell what is wrong; the menu does without figures.
  }
}

/** Not under an open photo: stepping would find other neighbours. It is made up for when the photo closes. */
function refreshLibrary() {
  stale = navigation.state.photo !== null;
  if (stale || !library.source) return;
  lastRefresh = performance.now();
  library.refresh();
  loadStats();
}

function refreshGently() {
  const pause = REFRESH_MS + (library.source?.count ?? 0) * REFRESH_MS_PER_PHOTO;
  if (library.shown && performance.now() - lastRefresh > pause) refreshLibrary();
}

navigation.addEventListener('change', (event) => apply(event.detail.back));
for (const grid of [library.grid, results.grid, results.lessGrid]) {
  grid.addEventListener('open', (event) => navigation.push({ photo: grid.source.idAt(event.detail) }));
}
lightbox.addEventListener('step', (event) => navigation.replace({ photo: event.detail }));
lightbox.addEventListener('similar', (event) => navigation.push({ similar: event.detail, query: '', picture: null, photo: null }));
lightbox.addEventListener('close', () => {
  if (navigation.canGoBack) history.back();
  else navigation.replace({ photo: null });
});
byId('brand').addEventListener('click', (event) => {
  if (event.metaKey || event.ctrlKey || event.shiftKey) return;
  event.preventDefault();
  navigation.push(emptyState());
  scrollTo({ top: 0, behavior: 'instant' });
});
menu.addEventListener('reindex', () => indexing.start());
for (const part of [menu, indexing]) part.addEventListener('failures', () => failedFiles.open());
failedFiles.addEventListener('reset', () => {
  indexing.start();
  loadStats();
});
indexing.addEventListener('progress', refreshGently);
indexing.addEventListener('finished', refreshLibrary);
document.addEventListener('languagechange-page', () => {
  searchForm.translate();
  filters.reflect();
  lightbox.translate();
  if (library.shown) library.redraw();
  results.redraw();
});
watchConnection(() => {
  loadStats();
  for (const grid of [library.grid, results.grid, results.lessGrid]) grid.retry();
  if (!byId('state').hidden || !view().source) {
    shownKey = null;
    apply(true);
  }
});

acceptPictures();
apply(true);
loadStats();
indexing.follow();
