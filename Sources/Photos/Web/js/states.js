/** What stands in place of photos: an empty library, nothing found, an error. */

import { byId, element, icon } from './dom.js';
import { percentText } from './format.js';
import { t } from './i18n.js';
import { noFilters } from './filters.js';
import { navigation } from './navigation.js';
import { copyButton } from './copy-button.js';
import { isFiltered } from './url-state.js';

const panel = byId('state');

/** Takes the panel away. */
export function hideState() {
  panel.hidden = true;
  panel.replaceChildren();
}

function show(kind, iconName, title, ...content) {
  panel.dataset.kind = kind;
  panel.replaceChildren(element('div', { class: 'state-icon' }, icon(iconName)), element('h2', { class: 'state-title' }, title), ...content.filter(Boolean));
  panel.hidden = false;
}

function action(label, onclick, primary = false) {
  return element('button', { type: 'button', class: primary ? 'button primary' : 'button', onclick }, label);
}

function paragraph(text) {
  return element('p', { class: 'state-text' }, text);
}

/**
 * @param {unknown} error
 * @returns {string} what a person is told of it
 */
export function errorText(error) {
  if (error.unreachable) return t('error.unreachable');
  if (error.status === 401) return t('error.signIn');
  const fields = (error.errors ?? []).map(({ field, message }) => t('error.field', { field, message }));
  return [error.message, ...fields].join('\n');
}

/**
 * @param {Error} error
 * @param {string} title
 * @param {() => void} retry
 */
export function showError(error, title, retry) {
  const again = error.status === 401
    ? action(t('error.reload'), () => location.reload(), true)
    : action(t('retry'), retry, true);
  show('error', 'warning', title, paragraph(errorText(error)),
    error.requestID ? element('p', { class: 'state-small' }, t('error.request', { id: error.requestID })) : null,
    element('div', { class: 'state-actions' }, again));
}

/** Nothing found, with what may help for the search at hand. */
export function showNothing() {
  const { state } = navigation;
  const hints = [];
  if (isFiltered(state)) hints.push(t('none.filters'));
  if (state.threshold > 0) hints.push(t('none.threshold', { value: percentText(state.threshold / 100) }));
  if (state.query) hints.push(t('none.words'), t('none.picture'));
  show('none', 'search', t('none.title'), paragraph(t('none.body')),
    hints.length > 0 ? element('ul', { class: 'state-hints' }, ...hints.map((hint) => element('li', {}, hint))) : null,
    element('div', { class: 'state-actions' },
      isFiltered(state) || state.threshold > 0 ? action(t('none.clearFilters'), () => navigation.push(noFilters()), true) : null,
      action(t('none.all'), () => navigation.push({ query: '', similar: null, picture: null, ...noFilters() }))));
}

/** No photo fits the filters of the library. */
export function showNothingFiltered() {
  show('none', 'filters', t('none.title'), paragraph(t('none.filtered')),
    element('div', { class: 'state-actions' }, action(t('none.clearFilters'), () => navigation.push(noFilters()), true)));
}

/** The picture of a search was lost with a reload. */
export function showPictureGone() {
  show('none', 'picture-search', t('results.titlePicture'), paragraph(t('picture.gone')),
    element('div', { class: 'state-actions' },
      action(t('picture.choose'), () => byId('picture-button').click(), true),
      action(t('none.all'), () => navigation.push({ picture: null }))));
}

/**
 * An empty library: what is set, and what to do.
 * @param {string[]} folders that are set, from /stats
 * @param {boolean} indexing whether they are being looked through
 * @param {() => void} startIndexing
 */
export function showEmptyLibrary(folders, indexing, startIndexing) {
  const command = t('empty.commandText');
  const commandBox = element('div', { class: 'command' }, element('code', {}, command), copyButton(() => command, t('copy')));
  const list = element('ul', { class: 'folders' }, ...folders.map((folder) => element('li', {}, icon('folder'), element('span', {}, folder))));
  if (folders.length === 0) {
    show('empty', 'picture-search', t('empty.title'), paragraph(t('empty.noFolder')),
      element('p', { class: 'state-label' }, t('empty.command')), commandBox);
    return;
  }
  show('empty', 'picture-search', t('empty.title'),
    paragraph(indexing ? t('empty.indexing') : t('empty.folders', { count: folders.length })), list,
    indexing ? null : element('div', { class: 'state-actions' }, action(t('empty.index'), startIndexing, true)),
    element('p', { class: 'state-label' }, t('empty.another')), commandBox);
}
