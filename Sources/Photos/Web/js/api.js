/** The server's HTTP API. Every call can be aborted; every failure is a `RequestError`. */

import { idsFromBase64, ratiosFromBase64 } from './binary.js';

/** A failed request: what the server said (problem+json), or that it was not reached. */
export class RequestError extends Error {
  /** @param {{status: number, title?: string, detail?: string, code?: string, request_id?: string, errors?: {field: string, message: string}[]}} problem */
  constructor(problem) {
    super(problem.detail || problem.title || `HTTP ${problem.status}`);
    this.name = 'RequestError';
    /** 0 when the server was not reached. */
    this.status = problem.status;
    this.title = problem.title ?? '';
    this.detail = problem.detail ?? '';
    this.code = problem.code ?? '';
    this.requestID = problem.request_id ?? '';
    this.errors = problem.errors ?? [];
  }

  get unreachable() {
    return this.status === 0;
  }
}

/** @param {unknown} error @returns {boolean} whether a newer request made this one pointless */
export function isAbort(error) {
  return error instanceof DOMException && error.name === 'AbortError';
}

/** Fires `unreachable` and `reached` as the server goes and comes. */
export const connection = new EventTarget();
let reachable = true;

function setReachable(now) {
  if (now === reachable) return;
  reachable = now;
  connection.dispatchEvent(new Event(now ? 'reached' : 'unreachable'));
}

async function request(path, options = {}) {
  let response;
  try {
    response = await fetch(path, { credentials: 'same-origin', ...options, headers: { Accept: 'application/json', ...options.headers } });
  } catch (error) {
    if (isAbort(error)) throw error;
    setReachable(false);
    throw new RequestError({ status: 0, code: 'unreachable' });
  }
  setReachable(true);
  if (response.ok) return response.status === 204 ? null : response.json();
  let problem = {};
  try {
    problem = await response.json();
  } catch (error) {
    if (isAbort(error)) throw error;
    // A proxy's HTML page instead of our problem+json: the status has to do.
  }
  throw new RequestError({ ...problem, status: response.status });
}

function postJSON(path, body, signal) {
  return request(path, { method: 'POST', signal, body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } });
}

/** The filters of a page state as the API names them. */
function filters(state) {
  const result = {};
  if (state.formats.length > 0) result.formats = state.formats;
  if (state.from) result.date_from = state.from;
  if (state.to) result.date_to = state.to;
  return result;
}

function filterQuery(state) {
  const { formats, ...rest } = filters(state);
  const parameters = new URLSearchParams(rest);
  if (formats) parameters.set('formats', formats.join(','));
  return parameters;
}

/** @returns {Promise<object>} GET /health */
export const health = (signal) => request('/health', { signal });
/** @returns {Promise<object>} GET /stats */
export const stats = (signal) => request('/stats', { signal });
/** @returns {Promise<object>} GET /photo/{id} */
export const photo = (id, signal) => request(`/photo/${id}`, { signal });
/** @returns {Promise<object>} GET /reindex/status */
export const indexingStatus = (signal) => request('/reindex/status', { signal });
/** @returns {Promise<object>} POST /reindex */
export const startIndexing = () => postJSON('/reindex', {});
/** @returns {Promise<object>} POST /reindex/cancel */
export const cancelIndexing = () => request('/reindex/cancel', { method: 'POST' });
/** @returns {Promise<{results: object[], total: number}>} GET /admin/failed-files */
export const failedFiles = (offset, limit) => request(`/admin/failed-files?offset=${offset}&limit=${limit}`);
/** @returns {Promise<{reset: number}>} POST /admin/failed-files/reset */
export const resetFailedFiles = () => postJSON('/admin/failed-files/reset', {});

/**
 * A run of the library's photos, newest first.
 * @returns {Promise<{results: object[], total: number, offset: number}>} GET /photos
 */
export function photos(state, offset, limit, signal) {
  const parameters = filterQuery(state);
  parameters.set('offset', String(offset));
  parameters.set('limit', String(limit));
  return request(`/photos?${parameters}`, { signal });
}

/**
 * Shapes and days of all photos, newest first.
 * @returns {Promise<{total: number, ratios: Float32Array, ids: Float64Array, days: {date: string|null, count: number}[]}>} GET /photos/layout
 */
export async function layout(state, signal) {
  const answer = await request(`/photos/layout?${filterQuery(state)}`, { signal });
  return { total: answer.total, ratios: ratiosFromBase64(answer.ratios), ids: idsFromBase64(answer.ids), days: answer.days };
}

/**
 * Searches by what the state asks for.
 * @param {import('./url-state.js').PageState} state
 * @param {File|null} file the picture, when the state asks for one
 * @param {number} offset results to skip
 * @param {AbortSignal} signal
 * @returns {Promise<object>} POST /search/text or /search/image
 */
export function search(state, file, offset, signal) {
  const body = { top_k: state.top, threshold: state.threshold / 100, offset, ...filters(state) };
  if (state.similar !== null && !file) return postJSON('/search/image', { image_id: state.similar, ...body }, signal);
  if (!file) return postJSON('/search/text', { query: state.query, ...body }, signal);
  const form = new FormData();
  form.set('file', file, file.name || 'picture');
  for (const [name, value] of Object.entries(body)) form.set(name, Array.isArray(value) ? value.join(',') : String(value));
  return request('/search/image', { method: 'POST', body: form, signal });
}
