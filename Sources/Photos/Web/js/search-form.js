/** The search box: text, or a picture as a chip. */

import { announce, byId, element, icon } from './dom.js';
import { t } from './i18n.js';
import { navigation } from './navigation.js';
import { heldPicture } from './pictures.js';

/** Shows the page state's search and starts new ones. */
export class SearchForm {
  #input = byId('search-input');
  #chip = byId('picture-chip');
  #clear = byId('search-clear');
  #previewURL = null;
  #narrow = matchMedia('(width < 640px)');

  constructor() {
    byId('search-form').addEventListener('submit', (event) => this.#submit(event));
    this.#clear.addEventListener('click', () => this.#reset());
    this.#input.addEventListener('input', () => this.#showClear());
    this.#input.addEventListener('keydown', (event) => this.#keys(event));
    this.#narrow.addEventListener('change', () => this.translate());
    // By the place on the keyboard too: a Russian layout has no “/” there.
    addEventListener('keydown', (event) => {
      if ((event.key !== '/' && event.code !== 'Slash') || event.ctrlKey || event.metaKey || event.altKey || document.querySelector('dialog[open]')) return;
      if (event.target.closest?.('input, textarea, select')) return;
      event.preventDefault();
      this.focus();
    });
  }

  /** Puts the cursor into the box, its text selected. */
  focus() {
    this.#input.focus();
    this.#input.select();
  }

  /** Shows what the page state searches for. */
  reflect() {
    const { query, similar, picture } = navigation.state;
    this.#input.value = query;
    this.#showChip(picture, similar);
    this.translate();
    this.#showClear();
  }

  /** Puts the hint in the box, a short one on phones. */
  translate() {
    const { similar, picture } = navigation.state;
    const whole = picture || similar !== null ? 'search.placeholder.picture' : 'search.placeholder';
    this.#input.placeholder = t(this.#narrow.matches ? 'search.placeholder.short' : whole);
  }

  #showChip(picture, similar) {
    if (this.#previewURL) URL.revokeObjectURL(this.#previewURL);
    this.#previewURL = null;
    this.#chip.hidden = !picture && similar === null;
    if (this.#chip.hidden) {
      this.#chip.replaceChildren();
      return;
    }
    const file = heldPicture(picture);
    const name = file?.name || t(similar === null ? 'picture.pasted' : 'picture.indexed');
    if (file) this.#previewURL = URL.createObjectURL(file);
    const source = this.#previewURL ?? (similar === null ? null : `/image/${similar}/thumb`);
    const image = source ? element('img', { src: source, alt: name, title: name }) : null;
    // Browsers cannot show every format that the server reads.
    image?.addEventListener('error', () => image.replaceWith(icon('picture-search')));
    this.#chip.replaceChildren(image ?? icon('picture-search'), element('button', {
      type: 'button', class: 'chip-remove', title: t('remove'), 'aria-label': t('picture.remove', { name }),
      onclick: () => this.#reset(),
    }, icon('close')));
  }

  #showClear() {
    const { query, similar, picture } = navigation.state;
    this.#clear.hidden = this.#input.value === '' && query === '' && similar === null && !picture;
  }

  #submit(event) {
    event.preventDefault();
    const query = this.#input.value.trim();
    if (!query && (navigation.state.picture || navigation.state.similar !== null)) return;
    this.#input.blur();
    if (query) announce(t('results.searching'));
    navigation.push({ query, similar: null, picture: null, photo: null });
  }

  #reset() {
    this.#input.value = '';
    navigation.push({ query: '', similar: null, picture: null, photo: null });
    this.reflect();
    this.focus();
  }

  #keys(event) {
    if (event.key !== 'Escape') return;
    event.preventDefault();
    if (this.#input.value !== '' || !this.#clear.hidden) this.#reset();
    else this.#input.blur();
  }
}
