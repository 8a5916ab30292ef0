/** A justified grid that keeps only what is near the viewport in the document. */

import { element } from './dom.js';
import { GridKeys } from './grid-keys.js';
import { dayHeading, dayText, monthHeading } from './format.js';
import { HEAD, justify, rowAt, rowOf, tilesOf } from './justified.js';
import { Tile } from './tile.js';

/** Faster than this, in px/ms, nobody sees single photos: thumbnails wait until it slows down. */
const FLYING_SPEED = 3.5;
const SETTLE_MS = 90;
/** The height of the bar and some air: what is higher on the screen is covered. */
const BAR = 84;

/**
 * @typedef {object} GridSource
 * @property {number} count
 * @property {ArrayLike<number>} ratios
 * @property {ArrayLike<number>} groupStarts
 * @property {ArrayLike<number>} sectionFlags
 * @property {(string|null)[]} groupDates day of each group; empty: no headings
 * @property {(index: number) => number} idAt
 * @property {(index: number) => object|undefined} record what is known of a photo
 * @property {(first: number, last: number) => void} request asks for the records of a run; `records` events on the source follow
 */

/** Sizes that suit the width: larger photos on larger screens, finer gaps on phones. */
function measures(width, headings) {
  const phone = width < 640;
  return {
    width,
    target: phone ? Math.max(104, width / 3.1) : Math.min(320, 150 + width / 18),
    gap: phone ? 3 : 6,
    groupGap: phone ? 12 : 22,
    groupSpace: phone ? 4 : 8,
    groupHead: headings ? (phone ? 30 : 34) : 0,
    sectionHead: headings ? (phone ? 52 : 64) : 0,
  };
}

/** Events: `open` (detail: index), `layout` after every new layout. */
export class VirtualGrid extends EventTarget {
  #source = null;
  #input = null;
  #layout = null;
  #rows = new Map();
  #active = 0;
  #tabStop = undefined;
  #frame = 0;
  #settle = 0;
  #lastY = 0;
  #lastTime = 0;
  #width = 0;
  #hrefOf;
  #onRecords = () => this.#fill();

  /**
   * @param {HTMLElement} container takes the grid's height
   * @param {(id: number) => string} hrefOf a photo's own address
   */
  constructor(container, hrefOf) {
    super();
    this.container = container;
    this.#hrefOf = hrefOf;
    container.classList.add('grid');
    new ResizeObserver(() => this.#resized()).observe(container);
    addEventListener('scroll', () => this.#schedule(), { passive: true });
    container.addEventListener('click', (event) => this.#clicked(event));
    container.addEventListener('focusin', (event) => this.#focused(event));
    this.keys = new GridKeys(this);
  }

  get layout() {
    return this.#layout;
  }

  get source() {
    return this.#source;
  }

  get active() {
    return this.#active;
  }

  /**
   * Shows another source. With `keepPlace` the photos in view stay where they are on the screen.
   * @param {GridSource} source
   * @param {{keepPlace?: boolean}} [options]
   */
  show(source, { keepPlace = false } = {}) {
    const anchor = keepPlace ? this.#anchor() : null;
    const focusedID = keepPlace && this.container.contains(document.activeElement) ? this.#source.idAt(this.#active) : null;
    this.#source?.removeEventListener('records', this.#onRecords);
    this.#source = source;
    source.addEventListener('records', this.#onRecords);
    this.#active = 0;
    this.#relayout(anchor);
    if (focusedID !== null && source.indexOf) {
      const index = source.indexOf(focusedID);
      if (index >= 0) this.focus(index);
    }
  }

  /** Takes every tile out of the document. */
  clear() {
    for (const row of [...this.#rows.keys()]) this.#removeRow(row);
  }

  /** Draws every tile anew, in another language for one. */
  redraw() {
    this.clear();
    this.#schedule();
  }

  /** Loads the thumbnails that failed once more and asks again for missing records. */
  retry() {
    for (const { tiles } of this.#rows.values()) tiles.forEach((tile) => tile.retry());
    this.#schedule();
  }

  /**
   * @param {number} index
   * @returns {Tile|undefined} when it is in the document
   */
  tile(index) {
    const row = this.#layout ? this.#rows.get(rowOf(this.#layout, index)) : undefined;
    return row?.tiles[index - this.#layout.first[rowOf(this.#layout, index)]];
  }

  /** Scrolls so that a photo is in view, not further than needed. */
  reveal(index) {
    if (!this.#layout || index < 0 || index >= this.#source.count) return;
    const row = rowOf(this.#layout, index);
    const top = this.#top() + this.#layout.top[row];
    if (top < scrollY + BAR) scrollTo(0, Math.max(0, top - BAR - this.#input.groupHead));
    else if (top + this.#layout.height[row] > scrollY + innerHeight - 16) {
      scrollTo(0, top + this.#layout.height[row] - innerHeight + 16);
    }
    this.#update(true);
  }

  /** Moves the keyboard focus to a photo, scrolling to it. */
  focus(index) {
    if (!this.#layout) return;
    this.#active = Math.min(this.#source.count - 1, Math.max(0, index));
    this.reveal(this.#active);
    this.#markActive();
    this.tile(this.#active)?.node.focus({ preventScroll: true });
  }

  #top() {
    return this.container.getBoundingClientRect().top + scrollY;
  }

  #resized() {
    const width = this.container.clientWidth;
    if (!this.#source || width === 0 || width === this.#width) return;
    this.#relayout(this.#anchor());
  }

  #relayout(anchor) {
    const width = this.container.clientWidth;
    // Hidden: the next resize, when it is shown, lays it out.
    this.#width = width;
    if (width === 0) {
      this.#layout = null;
      return;
    }
    const source = this.#source;
    this.#input = { ...measures(width, source.groupDates.length > 0), ratios: source.ratios, groupStarts: source.groupStarts, sectionFlags: source.sectionFlags };
    this.#layout = justify(this.#input);
    this.clear();
    this.container.style.height = `${Math.ceil(this.#layout.totalHeight)}px`;
    if (anchor) this.#restore(anchor);
    this.#update(true);
    this.dispatchEvent(new Event('layout'));
  }

  /** The first photo wholly in view and where it is on the screen; null at the top, which stays the top. */
  #anchor() {
    if (!this.#layout || this.#layout.rows === 0 || scrollY < 8) return null;
    const y = scrollY - this.#top() + BAR;
    let row = rowAt(this.#layout, y);
    if (this.#layout.top[row] < y && row + 1 < this.#layout.rows) row += 1;
    const index = this.#layout.first[row];
    return { id: this.#source.idAt(index), offset: this.#layout.top[row] + this.#top() - scrollY };
  }

  #restore({ id, offset }) {
    const index = this.#source.indexOf?.(id) ?? -1;
    if (index < 0) return;
    scrollTo(0, this.#layout.top[rowOf(this.#layout, index)] + this.#top() - offset);
  }

  #schedule() {
    if (this.#frame || !this.#layout) return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      this.#update(false);
    });
  }

  #update(still) {
    if (!this.#layout || this.container.clientWidth === 0) return;
    const now = performance.now();
    const speed = Math.abs(scrollY - this.#lastY) / Math.max(1, now - this.#lastTime);
    this.#lastY = scrollY;
    this.#lastTime = now;
    const flying = !still && speed > FLYING_SPEED;
    const height = innerHeight;
    const y = scrollY - this.#top();
    const ahead = flying ? height * 0.4 : height;
    const first = rowAt(this.#layout, y - ahead);
    const last = y + height + ahead < 0 || first < 0 ? -1 : rowAt(this.#layout, y + height + ahead);
    const kept = this.#rowWithFocus();
    for (const row of [...this.#rows.keys()]) {
      if ((row < first || row > last) && row !== kept) this.#removeRow(row);
    }
    for (let row = Math.max(0, first); row <= last; row += 1) if (!this.#rows.has(row)) this.#addRow(row);
    this.#markActive();
    clearTimeout(this.#settle);
    if (flying) this.#settle = setTimeout(() => this.#update(true), SETTLE_MS);
    else if (last >= 0) {
      const end = this.#layout.first[last] + this.#layout.count[last] - 1;
      this.#source.request(this.#layout.first[Math.max(0, first)], end);
      this.#fill();
    }
  }

  /** Names the tiles whose records are known, and loads their thumbnails. */
  #fill() {
    for (const { tiles } of this.#rows.values()) {
      for (const tile of tiles) {
        const record = this.#source.record(tile.index);
        if (!record) continue;
        tile.describe(record);
        tile.load();
      }
    }
  }

  #addRow(row) {
    const layout = this.#layout;
    const head = layout.head[row] === HEAD.none ? 0
      : this.#input.groupHead + (layout.head[row] === HEAD.section ? this.#input.sectionHead : 0);
    const node = element('div', { class: 'row' });
    node.style.transform = `translateY(${Math.round(layout.top[row] - head)}px)`;
    node.style.height = `${Math.round(head + layout.height[row])}px`;
    const height = Math.round(layout.height[row]);
    const tiles = [];
    const places = tilesOf(this.#input, layout, row);
    if (layout.head[row] === HEAD.section && head > 0) {
      const heading = element('h2', { class: 'month' }, monthHeading(this.#source.groupDates[layout.group[row]]));
      heading.style.height = `${this.#input.sectionHead}px`;
      node.append(heading);
    }
    places.forEach((place, i) => {
      if (place.startsGroup && head > 0) node.append(this.#dayHead(places, i, head));
      const index = layout.first[row] + i;
      const tile = new Tile(index, this.#hrefOf(this.#source.idAt(index)));
      const style = tile.node.style;
      style.left = `${place.left}px`;
      style.top = `${head}px`;
      style.width = `${place.width}px`;
      style.height = `${height}px`;
      const record = this.#source.record(index);
      if (record) tile.describe(record);
      tiles.push(tile);
      node.append(tile.node);
    });
    this.#rows.set(row, { node, tiles });
    let next = null;
    let nextRow = Infinity;
    for (const [other, view] of this.#rows) {
      if (other > row && other < nextRow) {
        nextRow = other;
        next = view.node;
      }
    }
    this.container.insertBefore(node, next);
  }

  #dayHead(places, i, head) {
    const place = places[i];
    const date = this.#source.groupDates[place.group];
    let end = i;
    while (end + 1 < places.length && places[end + 1].group === place.group) end += 1;
    const text = dayHeading(date);
    const node = element('h3', { class: 'day', title: dayText(date) }, text);
    node.style.left = `${place.left}px`;
    node.style.top = `${head - this.#input.groupHead}px`;
    node.style.height = `${this.#input.groupHead}px`;
    node.style.maxWidth = end + 1 < places.length ? `${places[end + 1].left - place.left - 4}px` : '';
    return node;
  }

  #removeRow(row) {
    const view = this.#rows.get(row);
    this.#rows.delete(row);
    view.tiles.forEach((tile) => tile.cancel());
    view.node.remove();
  }

  #rowWithFocus() {
    const focused = document.activeElement;
    return focused && this.container.contains(focused) ? rowOf(this.#layout, this.#active) : -1;
  }

  /** One tile is in the tab order: the one last focused, or the first in view. */
  #markActive() {
    if (!this.tile(this.#active)) {
      const row = rowAt(this.#layout, scrollY - this.#top() + BAR);
      if (row >= 0) this.#active = this.#layout.first[row];
    }
    const wanted = this.tile(this.#active)?.node;
    if (this.#tabStop === wanted) return;
    if (this.#tabStop) this.#tabStop.tabIndex = -1;
    this.#tabStop = wanted;
    if (wanted) wanted.tabIndex = 0;
  }

  #focused(event) {
    const tile = event.target.closest('.tile');
    if (!tile) return;
    this.#active = Number(tile.dataset.index);
    this.#markActive();
  }

  #clicked(event) {
    const tile = event.target.closest('.tile');
    if (!tile || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    this.dispatchEvent(new CustomEvent('open', { detail: Number(tile.dataset.index) }));
  }

  /**
   * The photo above or below, nearest to the middle of the one given.
   * @param {number} index
   * @param {number} step -1 or 1
   * @returns {number} the same index at the edge
   */
  vertical(index, step) {
    const row = rowOf(this.#layout, index);
    const next = row + step;
    if (next < 0 || next >= this.#layout.rows) return index;
    const here = tilesOf(this.#input, this.#layout, row)[index - this.#layout.first[row]];
    const middle = here.left + here.width / 2;
    let best = 0;
    let distance = Infinity;
    tilesOf(this.#input, this.#layout, next).forEach((place, i) => {
      const d = Math.abs(place.left + place.width / 2 - middle);
      if (d < distance) {
        distance = d;
        best = i;
      }
    });
    return this.#layout.first[next] + best;
  }
}
