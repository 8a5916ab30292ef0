/** A button that copies a text and says so. */

import { announce, element, icon } from './dom.js';
import { t } from './i18n.js';

const SHOWN_MS = 1600;

/** Pages served over plain http to another machine have no clipboard API: a selection does. */
async function copy(text) {
  if (navigator.clipboard) {
    await navigator.clipboard.writeText(text);
    return;
  }
  const field = element('textarea', { class: 'visually-hidden', value: text });
  (document.querySelector('dialog[open]') ?? document.body).append(field);
  field.select();
  document.execCommand('copy');
  field.remove();
}

/**
 * @param {() => string} text
 * @param {string} label
 * @returns {HTMLElement}
 */
export function copyButton(text, label) {
  const button = element('button', { type: 'button', class: 'icon-button copy', title: label, 'aria-label': label }, icon('copy'));
  button.addEventListener('click', async () => {
    try {
      await copy(text());
    } catch {
      // The browser forbids it: the text stands beside the button and can be selected.
      return;
    }
    button.replaceChildren(icon('check'));
    announce(t('copied'));
    setTimeout(() => button.replaceChildren(icon('copy')), SHOWN_MS);
  });
  return button;
}
