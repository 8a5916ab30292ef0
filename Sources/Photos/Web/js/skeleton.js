/** Grey tiles in the shape of photos to come. */

import { element } from './dom.js';

const ROWS = [[3, 2, 3, 4, 3], [2, 4, 3, 3], [4, 3, 2, 3, 3], [3, 3, 4, 2], [2, 3, 3, 4, 3], [4, 3, 3, 2]];
/** A wait shorter than this shows nothing: a flash of grey is worse than a blink. */
const PATIENCE_MS = 120;

/** Appears in a section after a moment of waiting. */
export class Skeleton {
  #node;
  #timer = 0;

  /** @param {HTMLElement} section */
  constructor(section) {
    this.#node = element('div', { class: 'skeleton', 'aria-hidden': 'true', hidden: true }, ...ROWS.map((shapes) =>
      element('div', { class: 'skeleton-row' }, ...shapes.map((shape) => {
        const tile = element('div', { class: 'skeleton-tile' });
        tile.style.flexGrow = String(shape);
        return tile;
      }))));
    section.append(this.#node);
  }

  show() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => { this.#node.hidden = false; }, PATIENCE_MS);
  }

  hide() {
    clearTimeout(this.#timer);
    this.#node.hidden = true;
  }
}
