/** The library's dates along the right edge: drag, click or arrow keys go to a time. */

import { element } from './dom.js';
import { monthHeading } from './format.js';
import { HEAD, rowAt } from './justified.js';

const LABEL_SPACE = 26;
const BELOW_BAR = 100;

/** Belongs to one grid and follows its layout and the page's scrolling. */
export class Scrubber {
  #node;
  #grid;
  #thumb;
  #bubble;
  #labels;
  #hint;
  #dragging = false;
  #frame = 0;
  #quiet = 0;

  /**
   * @param {HTMLElement} node the slider
   * @param {import('./virtual-grid.js').VirtualGrid} grid
   */
  constructor(node, grid) {
    this.#node = node;
    this.#grid = grid;
    this.#bubble = element('span', { class: 'scrubber-bubble' });
    this.#thumb = element('span', { class: 'scrubber-thumb' }, this.#bubble);
    this.#labels = element('span', { class: 'scrubber-labels' });
    this.#hint = element('span', { class: 'scrubber-bubble scrubber-hint' });
    node.replaceChildren(this.#labels, this.#hint, this.#thumb);
    grid.addEventListener('layout', () => this.refresh());
    addEventListener('scroll', () => this.#schedule(), { passive: true });
    addEventListener('resize', () => this.refresh());
    node.addEventListener('pointerdown', (event) => this.#grab(event));
    node.addEventListener('pointermove', (event) => this.#drag(event));
    for (const type of ['pointerup', 'pointercancel']) node.addEventListener(type, () => this.#drop());
    node.addEventListener('keydown', (event) => this.#key(event));
  }

  /** Draws the years anew; hides the scrubber when there is little to scroll. */
  refresh() {
    const { layout, source } = this.#grid;
    const shown = this.#grid.container.offsetParent !== null && layout !== null
      && layout.totalHeight > innerHeight * 2 && source.groupDates.length > 0;
    this.#node.hidden = !shown;
    document.documentElement.classList.toggle('with-scrubber', shown);
    if (!shown) return;
    this.#drawYears(layout, source);
    this.#follow();
  }

  #drawYears(layout, source) {
    const height = this.#node.clientHeight;
    const labels = [];
    let year = null;
    let lastY = -Infinity;
    for (let row = 0; row < layout.rows; row += 1) {
      if (layout.head[row] !== HEAD.section) continue;
      const itsYear = (source.groupDates[layout.group[row]] ?? '').slice(0, 4);
      if (itsYear === year) continue;
      year = itsYear;
      const y = (layout.top[row] / layout.totalHeight) * height;
      if (y - lastY < LABEL_SPACE || height - y < LABEL_SPACE / 2) continue;
      lastY = y;
      const label = element('span', { class: 'scrubber-year' }, year);
      label.style.transform = `translateY(${Math.round(y)}px)`;
      labels.push(label);
    }
    this.#labels.replaceChildren(...labels);
  }

  #range() {
    return Math.max(1, document.documentElement.scrollHeight - innerHeight);
  }

  #schedule() {
    if (this.#frame || this.#node.hidden) return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      this.#follow();
    });
    this.#node.classList.add('moving');
    clearTimeout(this.#quiet);
    this.#quiet = setTimeout(() => this.#node.classList.remove('moving'), 1200);
  }

  #follow() {
    const share = Math.min(1, Math.max(0, scrollY / this.#range()));
    const text = this.#monthAt(scrollY);
    this.#thumb.style.transform = `translateY(${(share * this.#node.clientHeight).toFixed(1)}px)`;
    if (this.#bubble.textContent !== text) this.#bubble.textContent = text;
    this.#node.setAttribute('aria-valuenow', String(Math.round(share * 100)));
    this.#node.setAttribute('aria-valuetext', text);
  }

  #goTo(clientY) {
    scrollTo({ top: this.#share(clientY) * this.#range(), behavior: 'instant' });
  }

  #grab(event) {
    if (event.button !== 0) return;
    event.preventDefault();
    this.#dragging = true;
    this.#node.setPointerCapture(event.pointerId);
    this.#node.classList.add('dragging');
    this.#node.focus({ preventScroll: true });
    this.#goTo(event.clientY);
  }

  #drag(event) {
    if (this.#dragging) this.#goTo(event.clientY);
    else this.#showHint(event.clientY);
  }

  /** The month under the pointer, where a click would lead. */
  #showHint(clientY) {
    const share = this.#share(clientY);
    this.#hint.style.transform = `translateY(${(share * this.#node.clientHeight).toFixed(1)}px)`;
    this.#hint.textContent = this.#monthAt(share * this.#range());
  }

  #share(clientY) {
    const box = this.#node.getBoundingClientRect();
    return Math.min(1, Math.max(0, (clientY - box.top) / box.height));
  }

  /** The month that is below the bar when the page is scrolled to `y`. */
  #monthAt(y) {
    const { layout, source, container } = this.#grid;
    const row = rowAt(layout, y + BELOW_BAR - container.getBoundingClientRect().top - scrollY);
    return row < 0 ? '' : monthHeading(source.groupDates[layout.group[row]]);
  }

  #drop() {
    this.#dragging = false;
    this.#node.classList.remove('dragging');
  }

  #key(event) {
    const page = innerHeight * 0.8;
    const steps = { ArrowUp: -page, ArrowDown: page, PageUp: -page * 10, PageDown: page * 10 };
    if (event.key in steps) scrollBy({ top: steps[event.key], behavior: 'instant' });
    else if (event.key === 'Home') scrollTo({ top: 0, behavior: 'instant' });
    else if (event.key === 'End') scrollTo({ top: this.#range(), behavior: 'instant' });
    else return;
    event.preventDefault();
  }
}
