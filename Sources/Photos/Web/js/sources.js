/** Where a grid gets its photos from. */

import * as api from './api.js';

const PAGE = 200;
const MOST_RECORDS = 12000;
const RETRY_MS = 4000;

/**
 * The library, newest first: shapes of all photos from the start, records page by page as they come
 * into view. Pages that have left the view before they came are no longer waited for.
 */
export class LibrarySource extends EventTarget {
  #state;
  #days;
  #pages = new Map();
  #positions = null;
  #records;

  /**
   * @param {import('./url-state.js').PageState} state its filters
   * @param {{total: number, ratios: Float32Array, ids: Float64Array, days: {date: string|null, count: number}[]}} layout
   * @param {LibrarySource|null} [previous] gives its records to its successor
   */
  constructor(state, layout, previous = null) {
    super();
    this.#state = state;
    this.#days = layout.days;
    this.#records = previous?.release() ?? new Map();
    this.ids = layout.ids;
    this.ratios = layout.ratios;
    this.count = layout.ids.length;
    this.groupStarts = new Int32Array(layout.days.length);
    this.sectionFlags = new Uint8Array(layout.days.length);
    this.groupDates = layout.days.map((day) => day.date);
    this.#group();
  }

  #group() {
    let start = 0;
    let month = null;
    this.#days.forEach((day, i) => {
      this.groupStarts[i] = start;
      start += day.count;
      const itsMonth = (day.date ?? '').slice(0, 7);
      this.sectionFlags[i] = itsMonth === month ? 0 : 1;
      month = itsMonth;
    });
  }

  /** Stops what is under way and hands the records over. */
  release() {
    for (const controller of this.#pages.values()) controller.abort();
    this.#pages.clear();
    return this.#records;
  }

  /** @param {number} index @returns {number} */
  idAt(index) {
    return this.ids[index];
  }

  /** @param {number} id @returns {number} -1 when it is not here */
  indexOf(id) {
    if (!this.#positions) this.#positions = new Map(Array.from(this.ids, (other, index) => [other, index]));
    return this.#positions.get(id) ?? -1;
  }

  /** @param {number} index @returns {object|undefined} */
  record(index) {
    return this.#records.get(this.ids[index]);
  }

  /** Asks for the pages that hold photos `first` to `last` and are not known. */
  request(first, last) {
    const from = Math.floor(first / PAGE);
    const to = Math.floor(last / PAGE);
    for (const [page, controller] of this.#pages) {
      if (page < from - 1 || page > to + 1) {
        controller.abort();
        this.#pages.delete(page);
      }
    }
    for (let page = from; page <= to; page += 1) {
      if (!this.#pages.has(page) && this.#lacks(Math.max(first, page * PAGE), Math.min(last, page * PAGE + PAGE - 1))) {
        this.#fetch(page);
      }
    }
  }

  #lacks(first, last) {
    for (let i = first; i <= last; i += 1) if (!this.record(i)) return true;
    return false;
  }

  async #fetch(page) {
    const controller = new AbortController();
    this.#pages.set(page, controller);
    try {
      const answer = await api.photos(this.#state, page * PAGE, PAGE, controller.signal);
      this.#store(answer.results, page);
      this.#pages.delete(page);
      this.dispatchEvent(new Event('records'));
    } catch (error) {
      if (api.isAbort(error)) return;
      // The banner tells of a server that is away; another problem gets another try later.
      setTimeout(() => {
        if (this.#pages.get(page) === controller) this.#pages.delete(page);
      }, RETRY_MS);
    }
  }

  /** Keeps the page; photos that have moved out of it since the layout was made get the little that is known. */
  #store(results, page) {
    for (const record of results) this.#records.set(record.image_id, record);
    const end = Math.min(this.count, (page + 1) * PAGE);
    for (let i = page * PAGE; i < end; i += 1) {
      const id = this.ids[i];
      if (!this.#records.has(id)) this.#records.set(id, { image_id: id, file_name: '', thumb_url: `/image/${id}/thumb` });
    }
    for (const id of this.#records.keys()) {
      if (this.#records.size <= MOST_RECORDS) break;
      this.#records.delete(id);
    }
  }
}

/** Results of a search: few enough to be known from the start. */
export class ResultsSource extends EventTarget {
  /** @param {object[]} hits in rank order */
  constructor(hits) {
    super();
    this.hits = hits;
    this.count = hits.length;
    this.ratios = Float32Array.from(hits, (hit) => (hit.width > 0 && hit.height > 0 ? hit.width / hit.height : 1));
    this.groupStarts = Int32Array.of(0);
    this.sectionFlags = Uint8Array.of(0);
    this.groupDates = [];
  }

  /** @param {number} index @returns {number} */
  idAt(index) {
    return this.hits[index].image_id;
  }

  /** @param {number} id @returns {number} -1 when it is not here */
  indexOf(id) {
    return this.hits.findIndex((hit) => hit.image_id === id);
  }

  /** @param {number} index @returns {object} */
  record(index) {
    return this.hits[index];
  }

  request() {}
}
