/** The page's state in the address bar: where it is, where it goes, and going back. */

import { debounced } from './dom.js';
import { formatState, parseState } from './url-state.js';

/** Fires `change` when the state is another one; `detail.back` tells a step in the browser's history. */
class Navigation extends EventTarget {
  constructor() {
    super();
    /** @type {import('./url-state.js').PageState} */
    this.state = parseState(location.search);
    history.scrollRestoration = 'manual';
    addEventListener('popstate', () => {
      this.state = parseState(location.search);
      this.#tell(true);
    });
    addEventListener('scroll', debounced(() => this.#rememberScroll(), 200), { passive: true });
  }

  /** @returns {number} where the page was scrolled to when this entry was left */
  get savedScroll() {
    return history.state?.scroll ?? 0;
  }

  /** @returns {boolean} whether going back closes what this entry opened */
  get canGoBack() {
    return history.state?.opened === true;
  }

  /**
   * Goes to a new entry of the history.
   * @param {Partial<import('./url-state.js').PageState>} changes
   */
  push(changes) {
    const next = { ...this.state, ...changes };
    if (formatState(next) === formatState(this.state)) {
      this.#tell(false);
      return;
    }
    this.#rememberScroll();
    this.state = next;
    const opened = changes.photo !== undefined && changes.photo !== null;
    history.pushState({ opened, scroll: opened ? scrollY : 0 }, '', this.address(next));
    this.#tell(false);
  }

  /**
   * Changes the present entry.
   * @param {Partial<import('./url-state.js').PageState>} changes
   */
  replace(changes) {
    this.state = { ...this.state, ...changes };
    history.replaceState(history.state, '', this.address(this.state));
    this.#tell(false);
  }

  /**
   * @param {Partial<import('./url-state.js').PageState>} state
   * @returns {string} its address, for a link
   */
  address(state) {
    return formatState({ ...this.state, ...state }) || location.pathname;
  }

  #rememberScroll() {
    if (this.state.photo === null) history.replaceState({ ...history.state, scroll: scrollY }, '');
  }

  #tell(back) {
    this.dispatchEvent(new CustomEvent('change', { detail: { back } }));
  }
}

export const navigation = new Navigation();
