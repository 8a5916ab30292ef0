import { t } from '/js/i18n.js';
import { STRINGS } from '/js/strings.js';
import { equal, ok, test } from './harness.js';

const placeholders = (text) => [...new Set(text.match(/\{\w+\}/g) ?? [])].sort();
const forms = (entry) => (typeof entry === 'string' ? [entry] : Object.values(entry));

test('both languages have the same strings', () => equal(Object.keys(STRINGS.ru), Object.keys(STRINGS.en)));

test('plural strings have every form of their language', () => {
  for (const language of Object.keys(STRINGS)) {
    const wanted = new Intl.PluralRules(language).resolvedOptions().pluralCategories;
    for (const [key, entry] of Object.entries(STRINGS[language])) {
      if (typeof entry === 'string') continue;
      for (const form of wanted) ok(entry[form], `${language} ${key} lacks “${form}”`);
    }
  }
});

test('a translation uses the placeholders of the original', () => {
  for (const key of Object.keys(STRINGS.en)) {
    const here = placeholders(forms(STRINGS.en[key]).join());
    const there = placeholders(forms(STRINGS.ru[key]).join());
    // “this folder” and “these folders” need no number in one language or the other.
    if (key !== 'empty.folders') equal(there, here, key);
  }
});

test('counts decline in Russian and English', () => {
  equal([1, 2, 5, 11, 21, 22, 25].map((count) => t('library.count', { count }, 'ru')),
    ['1 фотография', '2 фотографии', '5 фотографий', '11 фотографий', '21 фотография', '22 фотографии', '25 фотографий']);
  equal([0, 1, 2].map((count) => t('library.count', { count }, 'en')), ['0 photos', '1 photo', '2 photos']);
});

test('numbers are grouped as the language writes them', () => {
  equal(t('library.count', { count: 100000 }, 'en'), '100,000 photos');
  equal(t('library.count', { count: 100000 }, 'ru').replace(/\s/g, ' '), '100 000 фотографий');
});

test('an unknown string is an error', () => {
  let thrown = false;
  try {
    t('no.such.string');
  } catch {
    thrown = true;
  }
  ok(thrown, 'it throws');
});
