/** One photo over the page: stepping, zooming, details. */

import * as api from './api.js';
import { announce, byId, element, icon, reducedMotion } from './dom.js';
import { infoList } from './info-panel.js';
import { t } from './i18n.js';
import { errorText } from './states.js';
import { photoName } from './tile.js';
import { Zoom } from './zoom.js';

const INFO_KEY = 'glimpse.info';
/** The smallest pictures are not blown up further than this. */
const MOST_ENLARGEMENT = 2;
const FULL_EDGE = 2000;
const SCROLLING_KEYS = ['ArrowUp', 'ArrowDown', 'PageUp', 'PageDown', 'Home', 'End', ' '];

/** Events: `step` (detail: id), `close`, `similar` (detail: id). The page's state decides what is open. */
export class Lightbox extends EventTarget {
  #dialog = byId('lightbox');
  #stage = element('div', { class: 'lb-stage' });
  #zoom = new Zoom(this.#stage);
  #title = element('p', { class: 'lb-title' });
  #position = element('span', { class: 'lb-position' });
  #info = element('aside', { class: 'lb-info', tabIndex: 0, hidden: true });
  #buttons = {};
  #sequence = null;
  #index = -1;
  #id = null;
  #details = null;
  #similarity;

  constructor() {
    super();
    this.#build();
    this.#dialog.addEventListener('cancel', (event) => {
      event.preventDefault();
      this.#close();
    });
    // A browser may close a dialog without asking, after a second Escape for one.
    this.#dialog.addEventListener('close', () => {
      if (this.#id !== null) this.#close();
    });
    this.#dialog.addEventListener('keydown', (event) => this.#key(event));
    this.#zoom.addEventListener('swipe', (event) => this.#step(event.detail));
    this.#zoom.addEventListener('dismiss', () => this.#close());
    addEventListener('resize', () => this.#fit());
    this.translate();
  }

  /** @returns {number|null} id of the open photo */
  get openID() {
    return this.#id;
  }

  get index() {
    return this.#index;
  }

  #build() {
    const button = (name, iconName, action, properties = {}) => {
      this.#buttons[name] = element('button', { type: 'button', class: `icon-button lb-${name}`, onclick: action, ...properties }, icon(iconName));
      return this.#buttons[name];
    };
    this.#buttons.download = element('a', { class: 'icon-button lb-download' }, icon('download'));
    const top = element('div', { class: 'lb-top' },
      button('close', 'close', () => this.#close()),
      element('div', { class: 'lb-heading' }, this.#title, this.#position),
      button('similar', 'similar', () => this.#findSimilar(), { 'aria-keyshortcuts': 's' }),
      this.#buttons.download,
      button('info', 'info', () => this.#toggleInfo(), { 'aria-keyshortcuts': 'i', 'aria-expanded': 'false' }));
    this.#buttons.similar.append(element('span', { class: 'lb-label', data: { t: 'lightbox.similar' } }));
    const main = element('div', { class: 'lb-main' }, this.#stage, top,
      button('previous', 'left', () => this.#step(-1)), button('next', 'right', () => this.#step(1)));
    // The page behind must not scroll: not by the wheel over a button, not by the keys below.
    main.addEventListener('wheel', (event) => event.preventDefault(), { passive: false });
    this.#dialog.append(main, this.#info);
    if (readInfoWish()) this.#showInfo(true);
  }

  /** Fills in the texts of the present language. */
  translate() {
    for (const name of ['previous', 'next', 'info', 'similar', 'download']) {
      this.#buttons[name].setAttribute('aria-label', t(`lightbox.${name}`));
      this.#buttons[name].title = t(`lightbox.${name}`);
    }
    this.#buttons.close.setAttribute('aria-label', t('close'));
    this.#buttons.close.title = t('close');
    this.#dialog.querySelector('.lb-label').textContent = t('lightbox.similar');
    this.#info.setAttribute('aria-label', t('lightbox.info'));
  }

  /**
   * Shows a photo, with the neighbours it has in a sequence.
   * @param {number} id
   * @param {import('./virtual-grid.js').GridSource|null} sequence
   * @param {HTMLImageElement|null} from the thumbnail it grows out of
   */
  async show(id, sequence, from) {
    this.#sequence = sequence;
    this.#index = sequence?.indexOf(id) ?? -1;
    if (this.#id === id && this.#dialog.open) {
      this.#describePosition();
      return;
    }
    this.#id = id;
    const opening = !this.#dialog.open;
    if (opening && from && document.startViewTransition && !reducedMotion()) await this.#grow(from);
    else {
      if (opening) this.#dialog.showModal();
      this.#present();
    }
  }

  /**
   * Takes the lightbox away.
   * @param {HTMLImageElement|null} to the thumbnail it shrinks into
   * @returns {Promise<void>} when the page below can have the focus
   */
  async hide(to) {
    this.#id = null;
    this.#details?.abort();
    const frame = this.#stage.querySelector('.lb-frame');
    const close = () => {
      // Another photo may have been opened before the transition began.
      if (this.#id !== null) return;
      this.#dialog.close();
      this.#stage.replaceChildren();
    };
    if (!to || !frame || !document.startViewTransition || reducedMotion() || this.#zoom.zoomed) {
      close();
      return;
    }
    frame.style.viewTransitionName = 'photo';
    const transition = document.startViewTransition(() => {
      close();
      to.style.viewTransitionName = 'photo';
    });
    transition.ready.catch(() => {}); // Skipped when the next one begins: nothing is lost.
    transition.finished.finally(() => { to.style.viewTransitionName = ''; });
    await transition.updateCallbackDone;
  }

  async #grow(from) {
    from.style.viewTransitionName = 'photo';
    const transition = document.startViewTransition(() => {
      from.style.viewTransitionName = '';
      this.#dialog.showModal();
      this.#present();
      const frame = this.#stage.querySelector('.lb-frame');
      if (frame) frame.style.viewTransitionName = 'photo';
    });
    transition.ready.catch(() => {});
    await transition.finished;
    const frame = this.#stage.querySelector('.lb-frame');
    if (frame) frame.style.viewTransitionName = '';
  }

  /** Shows the photo `#id`: at once what the grid knows of it, then all its details. */
  #present() {
    const known = this.#index >= 0 ? this.#sequence.record(this.#index) : undefined;
    this.#similarity = known?.similarity;
    this.#describePosition();
    this.#dialog.focus();
    if (known?.width) this.#draw(known);
    else {
      this.#stage.replaceChildren();
      this.#title.textContent = '';
    }
    this.#load(this.#id, known?.width > 0);
  }

  async #load(id, drawn) {
    this.#details?.abort();
    this.#details = new AbortController();
    this.#info.setAttribute('aria-busy', 'true');
    try {
      const photo = await api.photo(id, this.#details.signal);
      if (!drawn) this.#draw(photo);
      this.#info.replaceChildren(infoList(photo, this.#similarity));
      this.#info.removeAttribute('aria-busy');
    } catch (error) {
      if (api.isAbort(error)) return;
      const text = error.status === 404 ? t('lightbox.missing') : errorText(error);
      this.#info.replaceChildren(element('p', { class: 'info-error' }, text));
      this.#info.removeAttribute('aria-busy');
      if (!drawn) this.#stage.replaceChildren(element('p', { class: 'lb-broken' }, icon('broken'), text));
    }
  }

  #draw(photo) {
    const name = photoName(photo);
    const thumb = element('img', { class: 'lb-thumb', src: photo.thumb_url, alt: '', draggable: false });
    const full = element('img', { class: 'lb-full', alt: name, draggable: false, decoding: 'async' });
    const frame = element('div', { class: 'lb-frame', data: { width: photo.width, height: photo.height } }, thumb, full);
    thumb.addEventListener('error', () => { thumb.hidden = true; });
    full.addEventListener('load', () => {
      full.classList.add('ready');
      this.#preloadNeighbours();
    });
    full.addEventListener('error', () => frame.append(element('p', { class: 'lb-broken' }, icon('broken'), t('lightbox.broken'))));
    full.src = photo.full_url;
    this.#stage.replaceChildren(frame);
    this.#fit();
    this.#zoom.attach(frame);
    this.#title.textContent = photo.file_name;
    this.#buttons.download.href = photo.full_url;
    // Without an extension the browser adds the one of what the server sends, JPEG or WebP.
    this.#buttons.download.download = photo.file_name.replace(/\.[^.]+$/, '');
    announce(name);
  }

  /** The frame takes the room there is in the shape of the picture. */
  #fit() {
    const frame = this.#stage.querySelector('.lb-frame');
    if (!frame) return;
    const width = Number(frame.dataset.width) || 1;
    const height = Number(frame.dataset.height) || 1;
    const shown = Math.min(1, FULL_EDGE / Math.max(width, height)) * MOST_ENLARGEMENT;
    const scale = Math.min(this.#stage.clientWidth / width, this.#stage.clientHeight / height, shown);
    frame.style.width = `${Math.round(width * scale)}px`;
    frame.style.height = `${Math.round(height * scale)}px`;
    this.#zoom.reset();
  }

  #describePosition() {
    const count = this.#sequence?.count ?? 0;
    this.#position.textContent = this.#index < 0 ? '' : t('lightbox.position', { index: this.#index + 1, count });
    this.#buttons.previous.disabled = this.#index <= 0;
    this.#buttons.next.disabled = this.#index < 0 || this.#index >= count - 1;
  }

  #preloadNeighbours() {
    if (this.#index < 0) return;
    const { count } = this.#sequence;
    this.#sequence.request(Math.max(0, this.#index - 2), Math.min(count - 1, this.#index + 2));
    for (const index of [this.#index + 1, this.#index - 1]) {
      const record = index >= 0 && index < count ? this.#sequence.record(index) : undefined;
      if (record?.full_url) new Image().src = record.full_url;
    }
  }

  #step(by) {
    const next = this.#index + by;
    if (this.#index < 0 || next < 0 || next >= this.#sequence.count) return;
    this.dispatchEvent(new CustomEvent('step', { detail: this.#sequence.idAt(next) }));
  }

  #close() {
    this.dispatchEvent(new Event('close'));
  }

  #findSimilar() {
    this.dispatchEvent(new CustomEvent('similar', { detail: this.#id }));
  }

  #toggleInfo() {
    const shown = this.#info.hidden;
    this.#showInfo(shown);
    writeInfoWish(shown);
    this.#fit();
  }

  #showInfo(shown) {
    this.#info.hidden = !shown;
    this.#dialog.classList.toggle('with-info', shown);
    this.#buttons.info.setAttribute('aria-expanded', String(shown));
  }

  #key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const actions = {
      ArrowLeft: () => this.#step(-1),
      ArrowRight: () => this.#step(1),
      i: () => this.#toggleInfo(),
      s: () => this.#findSimilar(),
      '+': () => this.#zoom.by(1.5),
      '=': () => this.#zoom.by(1.5),
      '-': () => this.#zoom.by(1 / 1.5),
      0: () => this.#zoom.reset(),
    };
    // Letters by their place on the keyboard, so that they work in a Russian layout too.
    const key = event.code === 'KeyI' ? 'i' : event.code === 'KeyS' ? 's' : event.key;
    const onControl = event.target.closest('button, a, aside') !== null;
    if (key in actions || (SCROLLING_KEYS.includes(key) && !onControl)) event.preventDefault();
    actions[key]?.();
  }
}

function readInfoWish() {
  try {
    return localStorage.getItem(INFO_KEY) === '1';
  } catch {
    return false;
  }
}

function writeInfoWish(shown) {
  try {
    localStorage.setItem(INFO_KEY, shown ? '1' : '0');
  } catch {
    // Storage may be forbidden: the panel is then closed on the next visit.
  }
}
