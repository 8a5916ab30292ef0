/** The page's language: strings, plurals, numbers. */

import { STRINGS } from './strings.js';

const STORAGE_KEY = 'glimpse.language';
let current = initialLanguage();

/** @returns {'en'|'ru'} the language in use */
export function language() {
  return current;
}

/**
 * Switches the language, remembers it and tells the page (`languagechange-page` on document).
 * @param {'en'|'ru'} next
 */
export function setLanguage(next) {
  current = next;
  try {
    localStorage.setItem(STORAGE_KEY, next);
  } catch {
    // Storage may be forbidden: the choice then lasts as long as the page.
  }
  translatePage();
  document.dispatchEvent(new CustomEvent('languagechange-page'));
}

/**
 * The string for a key, with `{name}` replaced. A plural string has forms by Intl.PluralRules,
 * chosen by `values.count`; numbers are formatted for the language.
 * @param {string} key
 * @param {Record<string, string|number>} [values]
 * @param {'en'|'ru'} [inLanguage]
 * @returns {string}
 */
export function t(key, values = {}, inLanguage = current) {
  const entry = STRINGS[inLanguage][key];
  if (entry === undefined) throw new Error(`no string “${key}” in ${inLanguage}`);
  const text = typeof entry === 'string'
    ? entry
    : entry[new Intl.PluralRules(inLanguage).select(Number(values.count))] ?? entry.other;
  return text.replace(/\{(\w+)\}/g, (whole, name) => {
    const value = values[name];
    if (typeof value === 'number') return new Intl.NumberFormat(inLanguage).format(value);
    return value === undefined ? whole : value;
  });
}

/**
 * Fills every element that names its strings: `data-t` (text), `data-t-label` (aria-label),
 * `data-t-title`.
 * @param {ParentNode} [root]
 */
export function translatePage(root = document) {
  document.documentElement.lang = current;
  for (const node of root.querySelectorAll('[data-t]')) node.textContent = t(node.dataset.t);
  for (const [suffix, attribute] of [['label', 'aria-label'], ['title', 'title']]) {
    for (const node of root.querySelectorAll(`[data-t-${suffix}]`)) {
      node.setAttribute(attribute, t(node.getAttribute(`data-t-${suffix}`)));
    }
  }
}

function initialLanguage() {
  let stored = null;
  try {
    stored = localStorage.getItem(STORAGE_KEY);
  } catch {
    // As above.
  }
  if (stored && stored in STRINGS) return stored;
  const wished = (navigator.languages ?? [navigator.language]).map((tag) => tag.slice(0, 2).toLowerCase());
  return wished.find((tag) => tag in STRINGS) ?? 'en';
}
