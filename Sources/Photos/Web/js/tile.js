/** One photo in a grid: a link with a thumbnail. */

import { element, icon } from './dom.js';
import { dayText, percentText } from './format.js';
import { t } from './i18n.js';

/**
 * @param {object} record a Hit
 * @returns {string} what a screen reader says of the photo: file name and date
 */
export function photoName(record) {
  return [record.file_name, dayText(record.taken_at)].filter(Boolean).join(', ');
}

/** A tile shows a skeleton, then its thumbnail, or the file's name when there is no thumbnail. */
export class Tile {
  #record = null;
  #loading = false;

  /**
   * @param {number} index of the photo in its grid
   * @param {string} href of the photo's own address
   */
  constructor(index, href) {
    this.index = index;
    this.image = element('img', { alt: t('photo'), decoding: 'async', draggable: false });
    this.node = element('a', { class: 'tile', href, data: { index }, tabIndex: -1 }, this.image);
    this.image.addEventListener('load', () => this.#loaded());
    this.image.addEventListener('error', () => this.#failed());
  }

  /** @param {object} record a Hit: gives the tile its name; the thumbnail waits for `load` */
  describe(record) {
    if (this.#record === record) return;
    this.#record = record;
    this.image.alt = photoName(record);
    this.node.dataset.id = record.image_id;
    if (record.similarity !== undefined) {
      this.node.append(element('span', { class: 'tile-note', 'aria-hidden': 'true' }, percentText(record.similarity)));
    }
  }

  /** Starts loading the thumbnail, once described; does nothing when it is loading or there. */
  load() {
    if (!this.#record || this.#loading) return;
    this.#loading = true;
    this.image.src = this.#record.thumb_url;
    // A thumbnail from the memory cache is there at once and needs no fading in.
    if (this.image.complete && this.image.naturalWidth > 0) this.node.classList.add('ready', 'instant');
  }

  /** Loads a thumbnail that failed once more. */
  retry() {
    if (!this.node.classList.contains('broken')) return;
    this.node.classList.remove('broken');
    this.node.querySelector('.tile-broken')?.remove();
    this.#loading = false;
    this.load();
  }

  /** Gives the connection of an unfinished thumbnail back; the tile is leaving the page. */
  cancel() {
    if (this.#loading && !this.image.complete) this.image.removeAttribute('src');
  }

  #loaded() {
    this.node.classList.add('ready');
  }

  #failed() {
    if (!this.image.hasAttribute('src')) return;
    this.node.classList.add('broken');
    this.node.append(element('span', { class: 'tile-broken', 'aria-hidden': 'true' }, icon('broken'),
      element('span', { class: 'tile-broken-name' }, this.#record.file_name ?? '')));
  }
}
