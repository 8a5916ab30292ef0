/** The library: all photos by day, or those that the filters leave. */

import * as api from './api.js';
import { announce, byId, element } from './dom.js';
import { filterChips } from './filters.js';
import { t } from './i18n.js';
import { navigation } from './navigation.js';
import { Scrubber } from './scrubber.js';
import { Skeleton } from './skeleton.js';
import { LibrarySource } from './sources.js';
import { hideState, showEmptyLibrary, showError, showNothingFiltered } from './states.js';
import { contentKey, isFiltered } from './url-state.js';
import { VirtualGrid } from './virtual-grid.js';

/** Fires `total` (detail: photos shown) after each load. */
export class Library extends EventTarget {
  #section = byId('library');
  #request = null;
  #key = null;
  #source = null;
  #skeleton;

  /** @param {{indexing: () => boolean, startIndexing: () => void}} hooks what an empty library offers */
  constructor(hooks) {
    super();
    this.hooks = hooks;
    const container = element('div', {});
    this.#section.append(container);
    this.#skeleton = new Skeleton(this.#section);
    this.grid = new VirtualGrid(container, (id) => navigation.address({ photo: id }));
    this.scrubber = new Scrubber(byId('scrubber'), this.grid);
  }

  get source() {
    return this.#source;
  }

  /** @returns {boolean} whether it is what the page shows */
  get shown() {
    return !this.#section.hidden;
  }

  /**
   * Shows the library for the page's filters, loading it when they are others than before.
   * @param {number} scroll where to scroll to
   */
  async enter(scroll) {
    this.#section.hidden = false;
    byId('title').textContent = t('library.title');
    const key = contentKey({ ...navigation.state, query: '', similar: null, picture: null, threshold: 0, top: 50 });
    if (this.#source && key === this.#key) this.redraw();
    else {
      this.#key = key;
      this.#source = null;
      this.grid.container.hidden = true;
      hideState();
      this.#skeleton.show();
      await this.#load(false);
    }
    scrollTo({ top: scroll, behavior: 'instant' });
  }

  /** Makes room for search results; the grid keeps its photos. */
  leave() {
    this.#section.hidden = true;
    this.#skeleton.hide();
    this.grid.clear();
    this.scrubber.refresh();
  }

  /** Draws the texts anew, in another language for one. */
  redraw() {
    if (!this.#source) return;
    this.#present();
    this.grid.redraw();
    this.scrubber.refresh();
  }

  /** Loads the library again, photos in view staying where they are. */
  refresh() {
    return this.#load(true);
  }

  async #load(keepPlace) {
    this.#request?.abort();
    const request = new AbortController();
    this.#request = request;
    const { state } = navigation;
    try {
      const layout = await api.layout(state, request.signal);
      if (keepPlace && this.#source && sameIDs(this.#source.ids, layout.ids)) {
        if (this.shown && layout.total === 0) this.#present();
        return;
      }
      this.#source = new LibrarySource(state, layout, this.#source);
      this.#skeleton.hide();
      this.grid.container.hidden = false;
      if (this.shown) this.#present();
      this.grid.show(this.#source, { keepPlace });
      this.dispatchEvent(new CustomEvent('total', { detail: layout.total }));
    } catch (error) {
      if (api.isAbort(error)) return;
      this.#skeleton.hide();
      if (this.#source) return;
      this.#key = null;
      if (this.shown) showError(error, t('error.title'), () => this.enter(0));
    }
  }

  #present() {
    const summary = byId('summary');
    const filtered = isFiltered(navigation.state);
    summary.hidden = !filtered;
    summary.replaceChildren(element('span', { class: 'summary-count' }, t('library.count', { count: this.#source.count })), ...filterChips());
    if (filtered) announce(t('library.count', { count: this.#source.count }));
    if (this.#source.count > 0) hideState();
    else if (filtered) showNothingFiltered();
    else this.#presentEmpty();
  }

  async #presentEmpty() {
    try {
      const { sources } = await api.stats();
      if (this.shown && this.#source?.count === 0) showEmptyLibrary(sources ?? [], this.hooks.indexing(), this.hooks.startIndexing);
    } catch (error) {
      if (this.shown) showError(error, t('error.title'), () => this.refresh());
    }
  }
}

function sameIDs(a, b) {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i += 1) if (a[i] !== b[i]) return false;
  return true;
}
