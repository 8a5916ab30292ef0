/** What the page shows, as a value, and its form in the address bar. */

export const TOP_CHOICES = Object.freeze([20, 50, 100, 200]);
export const DEFAULT_TOP = 50;
export const MAX_THRESHOLD = 50;

/**
 * @typedef {object} PageState
 * @property {string} query text searched for; '' when none
 * @property {number|null} similar id of the photo whose like are searched for
 * @property {string|null} picture key of a dropped picture; lives as long as the page does
 * @property {string[]} formats empty: all
 * @property {string} from first day, YYYY-MM-DD or ''
 * @property {string} to last day, YYYY-MM-DD or ''
 * @property {number} threshold lowest similarity in percent, 0 to 50
 * @property {number} top results asked for
 * @property {number|null} photo id of the open photo
 */

/** @returns {PageState} */
export function emptyState() {
  return {
    query: '', similar: null, picture: null, formats: [], from: '', to: '',
    threshold: 0, top: DEFAULT_TOP, photo: null,
  };
}

/**
 * Reads a state from an address; what is not valid is left at its default.
 * @param {string} search the part from `?` on
 * @returns {PageState}
 */
export function parseState(search) {
  const parameters = new URLSearchParams(search);
  const state = emptyState();
  state.query = (parameters.get('q') ?? '').trim();
  state.similar = identifier(parameters.get('similar'));
  state.picture = parameters.get('picture') || null;
  state.formats = [...new Set((parameters.get('formats') ?? '').toLowerCase().split(',').filter((f) => /^[a-z0-9]+$/.test(f)))];
  state.from = day(parameters.get('from'));
  state.to = day(parameters.get('to'));
  if (state.from && state.to && state.from > state.to) [state.from, state.to] = [state.to, state.from];
  const threshold = Number(parameters.get('min') ?? 0);
  if (Number.isInteger(threshold)) state.threshold = Math.min(MAX_THRESHOLD, Math.max(0, threshold));
  const top = Number(parameters.get('top') ?? DEFAULT_TOP);
  if (TOP_CHOICES.includes(top)) state.top = top;
  state.photo = identifier(parameters.get('photo'));
  return state;
}

/**
 * Writes a state as an address; what is at its default is left out.
 * @param {PageState} state
 * @returns {string} '' or a string that begins with `?`
 */
export function formatState(state) {
  const parameters = new URLSearchParams();
  if (state.query) parameters.set('q', state.query);
  if (state.similar !== null) parameters.set('similar', String(state.similar));
  if (state.picture) parameters.set('picture', state.picture);
  if (state.formats.length > 0) parameters.set('formats', state.formats.join(','));
  if (state.from) parameters.set('from', state.from);
  if (state.to) parameters.set('to', state.to);
  if (state.threshold > 0) parameters.set('min', String(state.threshold));
  if (state.top !== DEFAULT_TOP) parameters.set('top', String(state.top));
  if (state.photo !== null) parameters.set('photo', String(state.photo));
  const text = parameters.toString().replaceAll('%2C', ',');
  return text ? `?${text}` : '';
}

/**
 * @param {PageState} state
 * @returns {'text'|'similar'|'picture'|null} what is searched for; null shows the library
 */
export function searchKind(state) {
  if (state.picture) return 'picture';
  if (state.similar !== null) return 'similar';
  return state.query ? 'text' : null;
}

/**
 * @param {PageState} state
 * @returns {boolean} whether formats or days narrow what is shown
 */
export function isFiltered(state) {
  return state.formats.length > 0 || state.from !== '' || state.to !== '';
}

/**
 * What decides which photos are shown: two states with the same key show the same photos.
 * @param {PageState} state
 * @returns {string}
 */
export function contentKey(state) {
  return formatState({ ...state, photo: null });
}

function identifier(text) {
  return text !== null && /^[1-9]\d{0,15}$/.test(text) ? Number(text) : null;
}

function day(text) {
  if (text === null || !/^\d{4}-\d{2}-\d{2}$/.test(text)) return '';
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text) ? text : '';
}
