/** The dialog of files that could not be read. */

import * as api from './api.js';
import { announce, byId, element, icon } from './dom.js';
import { instantText } from './format.js';
import { t } from './i18n.js';
import { errorText } from './states.js';

const PAGE = 100;

/** Lists them with their reasons; `reset` fires after they are allowed another try. */
export class FailedFiles extends EventTarget {
  #dialog = byId('failed');
  #list = null;
  #end = null;
  #shown = 0;

  constructor() {
    super();
    this.#dialog.addEventListener('click', (event) => {
      if (event.target === this.#dialog) this.#dialog.close();
    });
  }

  /** Opens the dialog and loads the first of them. */
  async open() {
    this.#shown = 0;
    this.#list = element('ul', { class: 'failed-list', tabIndex: 0, 'aria-labelledby': 'failed-title' });
    this.#end = element('div', { class: 'sheet-end' });
    this.#dialog.replaceChildren(
      element('div', { class: 'sheet-head' },
        element('h2', { id: 'failed-title', class: 'sheet-title' }, t('failed.title')),
        element('button', { type: 'button', class: 'icon-button', 'aria-label': t('close'), title: t('close'), onclick: () => this.#dialog.close() }, icon('close'))),
      element('p', { class: 'sheet-text' }, t('failed.body')), this.#list, this.#end);
    this.#dialog.showModal();
    await this.#load();
  }

  async #load() {
    try {
      const { results, total } = await api.failedFiles(this.#shown, PAGE);
      this.#shown += results.length;
      this.#list.append(...results.map((file) => this.#row(file)));
      this.#drawEnd(total, results.length > 0);
    } catch (error) {
      this.#end.replaceChildren(element('p', { class: 'sheet-error' }, errorText(error)),
        element('button', { type: 'button', class: 'button', onclick: () => this.#load() }, t('retry')));
    }
  }

  #row({ file_path: path, reason, failed_at: at }) {
    const slash = path.lastIndexOf('/') + 1;
    return element('li', { class: 'failed-file' },
      element('p', { class: 'failed-name' }, element('span', { class: 'failed-folder' }, path.slice(0, slash)), path.slice(slash)),
      element('p', { class: 'failed-reason' }, reason),
      element('p', { class: 'failed-time' }, instantText(at)));
  }

  #drawEnd(total, came) {
    if (total === 0) {
      this.#list.replaceChildren(element('li', { class: 'failed-none' }, t('failed.none')));
      this.#end.replaceChildren();
      return;
    }
    this.#end.replaceChildren(
      this.#shown < total && came ? element('button', { type: 'button', class: 'button', onclick: () => this.#load() }, t('failed.more')) : '',
      element('button', { type: 'button', class: 'button primary', onclick: (event) => this.#reset(event.currentTarget) }, t('failed.reset')));
  }

  async #reset(button) {
    button.disabled = true;
    try {
      const { reset } = await api.resetFailedFiles();
      announce(t('failed.done', { count: reset }));
      this.#dialog.close();
      this.dispatchEvent(new Event('reset'));
    } catch (error) {
      button.disabled = false;
      this.#end.prepend(element('p', { class: 'sheet-error' }, errorText(error)));
    }
  }
}
