/** Pictures to search by: dropped, pasted or chosen. They stay in the page's memory only. */

import { byId, notify } from './dom.js';
import { t } from './i18n.js';
import { navigation } from './navigation.js';

const held = new Map();
const KEPT = 8;
const RAW = /\.(heic|heif|nef|cr2|arw|dng|raf|orf|rw2|avif|tiff?)$/i;

/**
 * @param {string|null} key from a page state
 * @returns {File|null} null when the page was loaded anew since
 */
export function heldPicture(key) {
  return held.get(key) ?? null;
}

/**
 * Searches by a picture.
 * @param {File} file
 */
export function searchByPicture(file) {
  if (!file.type.startsWith('image/') && !RAW.test(file.name)) {
    notify(t('picture.notOne', { name: file.name }));
    return;
  }
  const key = `p${Date.now().toString(36)}`;
  held.set(key, file);
  if (held.size > KEPT) held.delete(held.keys().next().value);
  navigation.push({ picture: key, query: '', similar: null, photo: null });
}

/** Lets pictures be dropped anywhere, pasted anywhere, and chosen with the button. */
export function acceptPictures() {
  const overlay = byId('drop');
  let depth = 0;
  const carriesFiles = (event) => event.dataTransfer?.types.includes('Files');
  const leave = () => {
    depth = 0;
    overlay.hidden = true;
  };
  addEventListener('dragenter', (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    depth += 1;
    overlay.hidden = false;
  });
  addEventListener('dragover', (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = 'copy';
  });
  addEventListener('dragleave', () => {
    depth -= 1;
    if (depth <= 0) leave();
  });
  addEventListener('drop', (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    leave();
    if (event.dataTransfer.files[0]) searchByPicture(event.dataTransfer.files[0]);
  });
  addEventListener('paste', (event) => {
    const file = [...(event.clipboardData?.files ?? [])].find((candidate) => candidate.type.startsWith('image/'));
    if (!file) return;
    event.preventDefault();
    searchByPicture(file);
  });
  const input = byId('picture-input');
  byId('picture-button').addEventListener('click', () => input.click());
  input.addEventListener('change', () => {
    if (input.files[0]) searchByPicture(input.files[0]);
    input.value = '';
  });
}
