/** The results of a search: relevant ones first, the less certain behind a button. */

import * as api from './api.js';
import { announce, byId, element, icon, notify } from './dom.js';
import { filterChips } from './filters.js';
import { numberText } from './format.js';
import { t } from './i18n.js';
import { navigation } from './navigation.js';
import { heldPicture } from './pictures.js';
import { Skeleton } from './skeleton.js';
import { ResultsSource } from './sources.js';
import { errorText, hideState, showError, showNothing, showPictureGone } from './states.js';
import { contentKey } from './url-state.js';
import { VirtualGrid } from './virtual-grid.js';

/** Fires `shown` when results are on the page. */
export class Results extends EventTarget {
  #section = byId('results');
  #request = null;
  #key = null;
  #answer = null;
  #hits = [];
  #open = false;
  #skeleton;
  #note = element('p', { class: 'results-none', hidden: true });
  #lessButton = element('button', { type: 'button', class: 'less-button' });
  #lessHead = element('div', { class: 'less', hidden: true }, this.#lessButton);
  #moreButton = element('button', { type: 'button', class: 'button more', hidden: true });

  constructor() {
    super();
    const certain = element('div', {});
    const less = element('div', {});
    this.#lessButton.addEventListener('click', () => this.#toggleLess());
    this.#moreButton.addEventListener('click', () => this.#more());
    this.#section.append(this.#note, certain, this.#lessHead, less, this.#moreButton);
    this.#skeleton = new Skeleton(this.#section);
    const address = (id) => navigation.address({ photo: id });
    this.grid = new VirtualGrid(certain, address);
    this.lessGrid = new VirtualGrid(less, address);
  }

  /** @returns {ResultsSource} everything that is shown, in rank order */
  get source() {
    return new ResultsSource(this.#open ? [...this.grid.source.hits, ...this.lessGrid.source.hits] : this.grid.source?.hits ?? []);
  }

  /**
   * @param {number} index into `source`
   * @returns {{grid: VirtualGrid, index: number}} the grid that holds it
   */
  place(index) {
    const certain = this.grid.source?.count ?? 0;
    return index < certain ? { grid: this.grid, index } : { grid: this.lessGrid, index: index - certain };
  }

  /**
   * Shows the results of the page's search, searching when it is another than before.
   * @param {number} scroll where to scroll to
   */
  async enter(scroll) {
    this.#section.hidden = false;
    this.#title();
    const key = contentKey(navigation.state);
    if (key === this.#key && this.#answer) {
      this.#present();
      scrollTo({ top: scroll, behavior: 'instant' });
      return;
    }
    this.#key = key;
    scrollTo({ top: 0, behavior: 'instant' });
    await this.#search();
    if (scroll > 0) scrollTo({ top: scroll, behavior: 'instant' });
  }

  /** Makes room for the library; a search under way is of no more use. */
  leave() {
    this.#request?.abort();
    if (!this.#answer) this.#key = null;
    this.#section.hidden = true;
    this.#skeleton.hide();
  }

  /** Draws the texts anew, in another language for one. */
  redraw() {
    if (this.#section.hidden || !this.#answer) return;
    this.#title();
    this.#present();
  }

  #title() {
    const { query } = navigation.state;
    byId('title').textContent = query ? t('results.titleText', { query }) : t('results.titlePicture');
  }

  async #search() {
    this.#request?.abort();
    const request = new AbortController();
    this.#request = request;
    const { state } = navigation;
    const file = heldPicture(state.picture);
    this.#clear();
    if (state.picture && !file) {
      this.#answer = null;
      showPictureGone();
      return;
    }
    this.#skeleton.show();
    this.#section.setAttribute('aria-busy', 'true');
    try {
      const answer = await api.search(state, file, 0, request.signal);
      if (request.signal.aborted) return;
      this.#answer = answer;
      this.#hits = answer.results;
      this.#open = false;
      this.#skeleton.hide();
      this.#present();
      announce(t('results.announce', { count: this.#hits.length, ms: Math.round(answer.query_ms) }));
    } catch (error) {
      if (api.isAbort(error)) return;
      this.#answer = null;
      this.#skeleton.hide();
      showError(error, t('error.searchTitle'), () => this.#search());
    } finally {
      if (this.#request === request) this.#section.removeAttribute('aria-busy');
    }
  }

  #clear() {
    hideState();
    byId('summary').hidden = true;
    this.#answer = null;
    this.#note.hidden = true;
    this.#lessHead.hidden = true;
    this.#moreButton.hidden = true;
    this.grid.container.hidden = true;
    this.lessGrid.container.hidden = true;
  }

  #present() {
    const certain = this.#hits.filter((hit) => hit.relevant !== false);
    const less = this.#hits.filter((hit) => hit.relevant === false);
    this.#summarise(certain.length);
    if (this.#hits.length === 0) {
      showNothing();
      return;
    }
    hideState();
    this.#note.hidden = certain.length > 0;
    this.#note.textContent = t('results.noneCertain');
    this.grid.container.hidden = certain.length === 0;
    this.grid.show(new ResultsSource(certain), { keepPlace: true });
    this.lessGrid.show(new ResultsSource(less), { keepPlace: true });
    this.#presentLess();
    this.dispatchEvent(new Event('shown'));
  }

  /** The divider, what is below it, and the way to further results. */
  #presentLess() {
    const less = this.lessGrid.source;
    this.#lessHead.hidden = less.count === 0;
    this.#lessButton.setAttribute('aria-expanded', String(this.#open));
    this.#lessButton.replaceChildren(element('span', {}, t(this.#open ? 'results.lessHide' : 'results.lessShow', { count: less.count })), icon('down'));
    this.lessGrid.container.hidden = !this.#open || less.count === 0;
    this.#moreButton.hidden = this.#answer.total <= this.#hits.length || !(this.#open || less.count === 0);
    this.#moreButton.textContent = t('results.more');
  }

  #summarise(shown) {
    const { query_ms: ms, relevant_total: relevant, translated_query: translated } = this.#answer;
    const summary = byId('summary');
    const count = relevant > shown ? t('results.countOf', { shown, count: relevant }) : t('results.count', { count: shown });
    summary.hidden = this.#hits.length === 0;
    summary.replaceChildren(
      element('span', { class: 'summary-count' }, count),
      element('span', { class: 'summary-time' }, t('results.time', { value: numberText(ms, ms < 10 ? 1 : 0) })),
      translated ? element('span', { class: 'summary-translated' }, t('results.translated', { query: translated })) : '',
      ...filterChips());
  }

  #toggleLess() {
    this.#open = !this.#open;
    this.#presentLess();
  }

  async #more() {
    const request = this.#request;
    this.#moreButton.disabled = true;
    try {
      const answer = await api.search(navigation.state, heldPicture(navigation.state.picture), this.#hits.length, request.signal);
      this.#hits = [...this.#hits, ...answer.results];
      this.#answer = { ...this.#answer, total: answer.results.length === 0 ? this.#hits.length : answer.total };
      this.#present();
    } catch (error) {
      if (!api.isAbort(error)) notify(errorText(error));
    } finally {
      this.#moreButton.disabled = false;
    }
  }
}
