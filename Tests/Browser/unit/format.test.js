import * as format from '/js/format.js';
import { setLanguage } from '/js/i18n.js';
import { equal, ok, test } from './harness.js';

/** Spaces of any kind become plain ones: which kind a browser's Intl uses is not promised. */
const plain = (text) => text.replace(/\s/g, ' ');

function inLanguage(language, body) {
  setLanguage(language);
  try {
    body();
  } finally {
    setLanguage('en');
  }
}

test('a camera’s time is shown in its own digits, whatever its offset', () => inLanguage('en', () => {
  for (const offset of ['Z', '+13:00', '-11:00', '']) {
    const text = format.dateTimeText(`2023-05-06T23:59:07${offset}`);
    ok(text.includes('6') && text.includes('May') && text.includes('11:59'), text);
  }
}));

test('headings name the day and the month', () => {
  inLanguage('en', () => equal([format.dayHeading('2023-05-06'), format.monthHeading('2023-05-06')], ['Sat 6', 'May 2023']));
  inLanguage('ru', () => equal([format.dayHeading('2023-05-06'), format.monthHeading('2023-05-06')], ['Сб 6', 'Май 2023']));
});

test('what has no date says so', () => inLanguage('en', () => {
  equal([format.dayHeading(null), format.monthHeading(undefined), format.dateTimeText(null), format.dayText('')], ['No date', 'No date', '', '']);
}));

test('exposure times read as photographers write them', () => inLanguage('en', () => {
  equal([1 / 125, 0.008, 1 / 8000, 0.5, 30].map(format.exposureText).map(plain), ['1/125 s', '1/125 s', '1/8,000 s', '0.5 s', '30 s']);
}));

test('sizes have sensible units', () => inLanguage('en', () => {
  equal([999, 2_413_000, 48_000_000, 3_200_000_000].map(format.bytesText).map(plain), ['999 byte', '2.4 MB', '48 MB', '3.2 GB']);
}));

test('time left is told roughly', () => inLanguage('en', () => {
  equal([12, 240, 7800].map(format.etaText), ['less than a minute left', '4 min left', '2 h 10 min left']);
}));

test('formats have their usual spelling', () => equal(['jpeg', 'webp', 'heic'].map(format.formatName), ['JPEG', 'WebP', 'HEIC']));
