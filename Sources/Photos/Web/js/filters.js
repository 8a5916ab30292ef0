/** The filters: a panel below the search box, and what is on as removable chips above the photos. */

import { byId, debounced, element, icon } from './dom.js';
import { dayRangeText, dayText, formatName, numberText, percentText } from './format.js';
import { t } from './i18n.js';
import { navigation } from './navigation.js';
import { DEFAULT_TOP, MAX_THRESHOLD, TOP_CHOICES } from './url-state.js';

/** What the filters of a state are called, and what takes each off. */
function activeFilters(state) {
  const list = state.formats.map((format) => ({
    name: formatName(format), without: { formats: state.formats.filter((other) => other !== format) },
  }));
  if (state.from || state.to) {
    list.push({ name: rangeName(state), without: { from: '', to: '' } });
  }
  if (state.threshold > 0) {
    list.push({ name: t('filters.minimum', { value: percentText(state.threshold / 100) }), without: { threshold: 0 } });
  }
  return list;
}

function rangeName({ from, to }) {
  if (from && to) return dayRangeText(from, to);
  return from ? t('filters.since', { from: dayText(from) }) : t('filters.until', { to: dayText(to) });
}

/** @returns {{formats: string[], from: string, to: string, threshold: number}} the state of no filter */
export function noFilters() {
  return { formats: [], from: '', to: '', threshold: 0 };
}

/**
 * @returns {HTMLElement[]} a removable chip for every filter that is on
 */
export function filterChips() {
  return activeFilters(navigation.state).map(({ name, without }) => element('button', {
    type: 'button', class: 'chip chip-on', 'aria-label': t('filters.removeOne', { name }), onclick: () => navigation.push(without),
  }, name, icon('close')));
}

/** The panel. Every change shows at once; the slider when it rests. */
export class Filters {
  #panel = byId('filters');
  #formats = {};

  constructor() {
    this.#panel.addEventListener('beforetoggle', (event) => {
      if (event.newState === 'open') this.#draw();
    });
  }

  /** @param {Record<string, number>} counts photos by format, from /stats */
  setFormats(counts) {
    this.#formats = counts;
  }

  /** Shows on the button whether filters are on. */
  reflect() {
    const count = activeFilters(navigation.state).length;
    byId('filters-dot').hidden = count === 0;
    const label = count > 0 ? t('filters.active', { count }) : t('filters.open');
    byId('filters-button').setAttribute('aria-label', label);
    if (this.#panel.matches(':popover-open')) this.#refreshReset();
  }

  #refreshReset() {
    const reset = this.#panel.querySelector('.filters-reset');
    if (reset) reset.disabled = activeFilters(navigation.state).length === 0 && navigation.state.top === DEFAULT_TOP;
  }

  #draw() {
    const { state } = navigation;
    this.#panel.replaceChildren(
      this.#field(t('filters.formats'), this.#formatChips(state)),
      this.#field(t('filters.dates'), element('div', { class: 'dates' }, this.#date('from', state), this.#date('to', state))),
      element('div', { class: 'filters-search', role: 'group', 'aria-label': t('filters.searchOnly') },
        this.#threshold(state), this.#field(t('filters.top'), this.#tops(state))),
      element('div', { class: 'filters-end' },
        element('button', {
          type: 'button', class: 'button quiet filters-reset', onclick: () => {
            navigation.push({ ...noFilters(), top: DEFAULT_TOP });
            this.#draw();
          },
        }, t('filters.reset')),
        element('button', { type: 'button', class: 'button primary', onclick: () => this.#panel.hidePopover() }, t('filters.done'))),
    );
    this.#refreshReset();
  }

  #field(label, content) {
    return element('fieldset', { class: 'field' }, element('legend', {}, label), content);
  }

  #formatChips(state) {
    const names = [...new Set([...Object.keys(this.#formats), ...state.formats])]
      .sort((a, b) => (this.#formats[b] ?? 0) - (this.#formats[a] ?? 0));
    return element('div', { class: 'chips' }, ...names.map((format) => {
      const chip = element('button', { type: 'button', class: 'chip', 'aria-pressed': String(state.formats.includes(format)) },
        formatName(format), element('span', { class: 'chip-count' }, numberText(this.#formats[format] ?? 0)));
      chip.addEventListener('click', () => {
        const on = chip.getAttribute('aria-pressed') !== 'true';
        chip.setAttribute('aria-pressed', String(on));
        const others = navigation.state.formats.filter((other) => other !== format);
        navigation.push({ formats: on ? [...others, format] : others });
      });
      return chip;
    }));
  }

  #date(name, state) {
    const input = element('input', { type: 'date', value: state[name], min: '1826-01-01', max: '2100-12-31' });
    const change = debounced(() => {
      if (!input.validity.valid) return;
      const days = { from: navigation.state.from, to: navigation.state.to, [name]: input.value };
      const swapped = days.from && days.to && days.from > days.to;
      navigation.push(swapped ? { from: days.to, to: days.from } : days);
      if (swapped) this.#draw();
    }, 400);
    input.addEventListener('change', change);
    return element('label', { class: 'date' }, element('span', {}, t(`filters.${name}`)), input);
  }

  #threshold(state) {
    const output = element('output', {});
    const input = element('input', { type: 'range', min: '0', max: String(MAX_THRESHOLD), step: '1', value: String(state.threshold), class: 'range' });
    const show = () => {
      const value = Number(input.value);
      output.textContent = value === 0 ? t('filters.threshold.any') : percentText(value / 100);
      input.setAttribute('aria-valuetext', output.textContent);
      input.style.setProperty('--filled', `${(value / MAX_THRESHOLD) * 100}%`);
    };
    input.addEventListener('input', show);
    input.addEventListener('change', () => navigation.push({ threshold: Number(input.value) }));
    show();
    return element('label', { class: 'field slider' }, element('span', { class: 'slider-head' }, element('span', {}, t('filters.threshold')), output), input);
  }

  #tops(state) {
    return element('div', { class: 'segments' }, ...TOP_CHOICES.map((top) => {
      const input = element('input', { type: 'radio', name: 'top', value: String(top), checked: top === state.top });
      input.addEventListener('change', () => navigation.push({ top }));
      return element('label', { class: 'segment' }, input, element('span', {}, numberText(top)));
    }));
  }
}
