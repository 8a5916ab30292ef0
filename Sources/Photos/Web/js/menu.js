/** The menu: the library's size, looking for new photos, failed files, language, keys. */

import { byId, element, icon } from './dom.js';
import { bytesText } from './format.js';
import { language, setLanguage, t } from './i18n.js';

/** Events: `reindex`, `failures`. */
export class Menu extends EventTarget {
  #panel = byId('menu');
  #stats = null;
  #indexing = () => false;

  /** @param {() => boolean} indexing whether photos are being indexed */
  constructor(indexing) {
    super();
    this.#indexing = indexing;
    this.#panel.addEventListener('beforetoggle', (event) => {
      if (event.newState === 'open') this.#draw();
    });
  }

  /** @param {object} stats from GET /stats */
  setStats(stats) {
    this.#stats = stats;
    if (this.#panel.matches(':popover-open')) this.#draw();
  }

  #draw() {
    const stats = this.#stats;
    this.#panel.replaceChildren(
      stats ? element('p', { class: 'menu-size' }, t('menu.size', { count: t('library.count', { count: stats.total }), size: bytesText(stats.bytes ?? 0) })) : '',
      this.#item('refresh', t('menu.reindex'), 'reindex', this.#indexing()),
      stats?.failed_count > 0 ? this.#item('warning', t('menu.failed', { count: stats.failed_count }), 'failures', false) : '',
      this.#languages(),
      this.#keys());
  }

  #item(iconName, label, event, disabled) {
    return element('button', {
      type: 'button', class: 'menu-item', disabled, onclick: () => {
        this.#panel.hidePopover();
        this.dispatchEvent(new Event(event));
      },
    }, icon(iconName), element('span', {}, label));
  }

  #languages() {
    const choice = (code, name) => {
      const input = element('input', { type: 'radio', name: 'language', value: code, checked: language() === code });
      input.addEventListener('change', () => {
        setLanguage(code);
        this.#draw();
        this.#panel.querySelector(`input[value="${code}"]`).focus();
      });
      return element('label', { class: 'segment', lang: code }, input, element('span', {}, name));
    };
    return element('fieldset', { class: 'menu-language' },
      element('legend', {}, icon('globe'), element('span', {}, t('menu.language'))),
      element('div', { class: 'segments' }, choice('en', 'English'), choice('ru', 'Русский')));
  }

  #keys() {
    const rows = [[['/'], 'search'], [['←', '→'], 'move'], [['I'], 'info'], [['S'], 'similar'], [['Esc'], 'close']];
    return element('div', { class: 'menu-keys' },
      element('p', { class: 'menu-keys-title' }, t('menu.keys')),
      element('dl', {}, ...rows.map(([keys, name]) => element('div', {},
        element('dt', {}, ...keys.map((key) => element('kbd', {}, key))),
        element('dd', {}, t(`menu.key.${name}`))))));
  }
}
