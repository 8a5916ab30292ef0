/** Building elements without markup strings. */

const SVG = 'http://www.w3.org/2000/svg';
const TOAST_MS = 6000;

/**
 * @param {string} id of an element that index.html promises
 * @returns {HTMLElement}
 */
export function byId(id) {
  const node = document.getElementById(id);
  if (!node) throw new Error(`index.html has no #${id}`);
  return node;
}

/**
 * @param {string} tag
 * @param {Record<string, unknown>} [properties] `class`, `data`, `on…` listeners; names with `-` and `role` are attributes, others DOM properties
 * @param {...(Node|string|null|undefined|false)} children
 * @returns {HTMLElement}
 */
export function element(tag, properties = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null) continue;
    if (name === 'class') node.className = value;
    else if (name === 'data') Object.assign(node.dataset, value);
    else if (name.startsWith('on')) node.addEventListener(name.slice(2), value);
    else if (name.includes('-') || name === 'role') node.setAttribute(name, value);
    else node[name] = value;
  }
  node.append(...children.filter((child) => child || child === ''));
  return node;
}

/**
 * @param {string} name of a symbol in index.html, without its `icon-`
 * @returns {SVGElement} decorative: hidden from assistive technology
 */
export function icon(name) {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('class', 'icon');
  svg.setAttribute('aria-hidden', 'true');
  const use = document.createElementNS(SVG, 'use');
  use.setAttribute('href', `#icon-${name}`);
  svg.append(use);
  return svg;
}

/** @returns {boolean} whether the reader asked for less motion */
export function reducedMotion() {
  return matchMedia('(prefers-reduced-motion: reduce)').matches;
}

/**
 * Says something to a screen reader without moving the focus.
 * @param {string} text
 */
export function announce(text) {
  const live = byId('live');
  live.textContent = '';
  requestAnimationFrame(() => { live.textContent = text; });
}

let toastTimer = 0;

/**
 * Says something to everybody: on the screen for a while, above dialogs too, and to a screen reader.
 * @param {string} text
 */
export function notify(text) {
  const toast = byId('toast');
  toast.textContent = text;
  toast.hidePopover();
  toast.showPopover();
  announce(text);
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => toast.hidePopover(), TOAST_MS);
}

/**
 * Runs `action` once calls have paused for `milliseconds`.
 * @param {(...values: unknown[]) => void} action
 * @param {number} milliseconds
 */
export function debounced(action, milliseconds) {
  let timer = 0;
  return (...values) => {
    clearTimeout(timer);
    timer = setTimeout(() => action(...values), milliseconds);
  };
}
