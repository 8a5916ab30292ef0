/** Live progress of indexing: a pill in the bar, a hairline below it, details on demand. */

import * as api from './api.js';
import { announce, byId, element } from './dom.js';
import { etaText, numberText } from './format.js';
import { t } from './i18n.js';

const POLL_MS = 2000;
const STREAM_AGAIN_MS = 30000;
const DONE_SHOWN_MS = 8000;

const isActive = (status) => status?.state === 'running' || status?.state === 'queued';

/** Events: `progress` while photos arrive, `finished`, `failures` when the list of failed files is wished for. */
export class Indexing extends EventTarget {
  #pill = byId('indexing-pill');
  #panel = byId('indexing');
  #line = byId('progress-line');
  #status = null;
  #stream = null;
  #poll = 0;
  #hide = 0;

  constructor() {
    super();
    this.#panel.addEventListener('beforetoggle', (event) => {
      if (event.newState === 'open') this.#drawPanel();
    });
    document.addEventListener('languagechange-page', () => this.#draw());
  }

  /** @returns {boolean} whether photos are being indexed or about to be */
  get active() {
    return isActive(this.#status);
  }

  /** Follows the server's events, or asks again and again where a stream does not get through. */
  follow() {
    clearTimeout(this.#poll);
    this.#stream?.close();
    this.#stream = new EventSource('/events/indexing');
    for (const type of ['progress', 'done']) {
      this.#stream.addEventListener(type, (event) => {
        clearTimeout(this.#poll);
        this.#take(JSON.parse(event.data));
      });
    }
    this.#stream.addEventListener('error', () => {
      // A stream that is only interrupted reconnects by itself; one that was refused does not.
      if (this.#stream.readyState === EventSource.CLOSED) setTimeout(() => this.follow(), STREAM_AGAIN_MS);
      this.#pollSoon();
    });
  }

  #pollSoon() {
    clearTimeout(this.#poll);
    this.#poll = setTimeout(async () => {
      try {
        this.#take(await api.indexingStatus());
      } catch {
        // The banner tells of a server that is away.
      }
      if (this.#stream.readyState !== EventSource.OPEN) this.#pollSoon();
    }, POLL_MS);
  }

  /** Starts indexing. */
  async start() {
    try {
      await api.startIndexing();
      announce(t('indexing.started'));
      this.#take(await api.indexingStatus());
    } catch (error) {
      this.#fail(error);
    }
  }

  async #cancel() {
    try {
      await api.cancelIndexing();
      this.#take(await api.indexingStatus());
    } catch (error) {
      this.#fail(error);
    }
  }

  #fail(error) {
    this.#take({ ...this.#status, state: 'failed', error: error.message }, true);
  }

  #take(status, asked = false) {
    const before = this.#status;
    this.#status = status;
    if (this.active) {
      clearTimeout(this.#hide);
      this.#pill.hidden = false;
      if (status.done !== before?.done || !isActive(before)) this.dispatchEvent(new CustomEvent('progress', { detail: status }));
    } else if (isActive(before) || asked) {
      this.#pill.hidden = false;
      announce(this.#sentence());
      this.dispatchEvent(new Event('finished'));
      clearTimeout(this.#hide);
      this.#hide = setTimeout(() => {
        this.#pill.hidden = true;
        if (this.#panel.matches(':popover-open')) this.#panel.hidePopover();
      }, DONE_SHOWN_MS);
    }
    this.#draw();
  }

  #sentence() {
    const { state, done, total, error } = this.#status;
    if (state === 'queued') return t('indexing.queued');
    if (state === 'running') return total > 0 ? t('indexing.running') : t('indexing.scanning');
    if (state === 'cancelled') return t('indexing.cancelled');
    if (state === 'failed') return t('indexing.failed', { reason: error ?? '' });
    return t('indexing.done', { count: done });
  }

  #share() {
    const { done, total } = this.#status;
    return total > 0 ? Math.min(1, done / total) : null;
  }

  #draw() {
    if (!this.#status) return;
    const { state, done, total } = this.#status;
    const share = this.#share();
    const counted = state === 'running' && share !== null;
    this.#pill.dataset.state = state;
    const text = counted ? t('indexing.pill', { done, total }) : this.#sentence();
    this.#pill.replaceChildren(element('span', { class: 'pill-dot' }), element('span', { class: 'pill-text' }, text));
    this.#pill.setAttribute('aria-label', `${this.#sentence()} ${counted ? text : ''}`.trim());
    this.#line.hidden = !this.active;
    this.#line.classList.toggle('unknown', share === null);
    this.#line.firstElementChild.style.transform = share === null ? '' : `scaleX(${share})`;
    if (this.#panel.matches(':popover-open')) this.#drawPanel();
  }

  #drawPanel() {
    const { state, done, total, failed, rate, eta_seconds: eta, current_file: file } = this.#status;
    const figures = [];
    if (total > 0) figures.push(t('indexing.pill', { done, total }));
    if (state === 'running' && rate > 0) figures.push(t('indexing.rate', { value: numberText(rate, rate < 10 ? 1 : 0) }));
    if (state === 'running' && typeof eta === 'number') figures.push(etaText(eta));
    // The Stop button must survive redraws: it may have the focus.
    const stop = this.#panel.querySelector('.indexing-stop')
      ?? element('button', { type: 'button', class: 'button indexing-stop', onclick: () => this.#cancel() });
    stop.textContent = t('indexing.cancel');
    stop.hidden = !this.active;
    const failures = this.#panel.querySelector('.indexing-failed')
      ?? element('button', { type: 'button', class: 'link indexing-failed', onclick: () => this.dispatchEvent(new Event('failures')) });
    failures.hidden = !(failed > 0);
    failures.textContent = failed > 0 ? t('indexing.failedFiles', { count: failed }) : '';
    const texts = element('div', { class: 'indexing-texts' },
      element('p', { class: 'popover-title' }, this.#sentence()),
      figures.length > 0 ? element('p', { class: 'indexing-figures' }, ...figures.map((figure) => element('span', {}, figure))) : '',
      state === 'running' && file ? element('p', { class: 'indexing-file', title: file }, file.slice(file.lastIndexOf('/') + 1)) : '');
    const old = this.#panel.querySelector('.indexing-texts');
    if (old) old.replaceWith(texts);
    else this.#panel.append(texts, failures, stop);
  }
}
