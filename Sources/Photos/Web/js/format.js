/** Values in human form, in the page's language. */

import { language, t } from './i18n.js';

const cache = new Map();

function dateFormat(options) {
  const key = language() + JSON.stringify(options);
  let format = cache.get(key);
  if (!format) {
    format = new Intl.DateTimeFormat(language(), options);
    cache.set(key, format);
  }
  return format;
}

function capitalised(text) {
  return text.charAt(0).toLocaleUpperCase(language()) + text.slice(1);
}

/**
 * A camera's wall-clock time as a Date whose UTC fields are the digits as they were written:
 * an offset in the text is ignored on purpose, a photo taken at noon shows noon everywhere.
 * @param {string|null|undefined} text RFC 3339, or a day
 * @returns {Date|null}
 */
export function wallClock(text) {
  const match = /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2}))?)?/.exec(text ?? '');
  if (!match) return null;
  const [year, month, day, hour, minute, second] = match.slice(1).map((part) => Number(part ?? 0));
  return new Date(Date.UTC(year, month - 1, day, hour, minute, second));
}

/** @param {string|null|undefined} text @returns {string} “6 May 2023” or '' */
export function dayText(text) {
  const date = wallClock(text);
  return date ? dateFormat({ day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' }).format(date) : '';
}

/** @param {string} from first day @param {string} to last day @returns {string} “1 Jan 2020 – 5 Feb 2021” */
export function dayRangeText(from, to) {
  return dateFormat({ day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' }).formatRange(wallClock(from), wallClock(to));
}

/** @param {string|null|undefined} text @returns {string} “Saturday, 6 May 2023 at 14:03” or '' */
export function dateTimeText(text) {
  const date = wallClock(text);
  return date ? capitalised(dateFormat({ dateStyle: 'full', timeStyle: 'short', timeZone: 'UTC' }).format(date)) : '';
}

/** @param {string|null|undefined} text @returns {string} “Sat 6” */
export function dayHeading(text) {
  const date = wallClock(text);
  if (!date) return t('date.unknown');
  const weekday = dateFormat({ weekday: 'short', timeZone: 'UTC' }).format(date);
  return capitalised(`${weekday} ${date.getUTCDate()}`);
}

/** @param {string|null|undefined} text @returns {string} “May 2023” */
export function monthHeading(text) {
  const date = wallClock(text);
  if (!date) return t('date.unknown');
  const parts = dateFormat({ month: 'long', year: 'numeric', timeZone: 'UTC' }).formatToParts(date);
  const part = (type) => parts.find((p) => p.type === type)?.value ?? '';
  return capitalised(`${part('month')} ${part('year')}`);
}

/** @param {string|null|undefined} text an instant, RFC 3339 @returns {string} in the reader's time zone */
export function instantText(text) {
  const date = text ? new Date(text) : null;
  return date && !Number.isNaN(date.getTime())
    ? dateFormat({ dateStyle: 'medium', timeStyle: 'short' }).format(date) : '';
}

/** @param {number} value @param {number} [digits] most fraction digits @returns {string} */
export function numberText(value, digits = 0) {
  return new Intl.NumberFormat(language(), { maximumFractionDigits: digits }).format(value);
}

/** @param {number} share 0 to 1 @returns {string} “31 %” as the language writes it */
export function percentText(share) {
  return new Intl.NumberFormat(language(), { style: 'percent', maximumFractionDigits: 0 }).format(share);
}

/** @param {number} bytes @returns {string} “2.4 MB” */
export function bytesText(bytes) {
  const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return new Intl.NumberFormat(language(), {
    style: 'unit', unit: units[unit], unitDisplay: 'short', maximumFractionDigits: value < 10 && unit > 0 ? 1 : 0,
  }).format(value);
}

/**
 * @param {number} seconds exposure time
 * @returns {string} “1/125 s”, “0.8 s”, “30 s”
 */
export function exposureText(seconds) {
  if (seconds >= 0.3) return t('unit.seconds', { value: numberText(seconds, 1) });
  return t('unit.seconds', { value: `1/${numberText(Math.round(1 / seconds))}` });
}

/**
 * @param {number} seconds that are left
 * @returns {string} “less than a minute left”, “4 min left”, “2 h 10 min left”
 */
export function etaText(seconds) {
  const minutes = Math.round(seconds / 60);
  if (minutes < 1) return t('eta.moment');
  if (minutes < 60) return t('eta.minutes', { value: minutes });
  return t('eta.hours', { hours: Math.floor(minutes / 60), minutes: minutes % 60 });
}

/** @param {number} latitude @param {number} longitude @returns {string} “55.75120, 37.61840” */
export function coordinatesText(latitude, longitude) {
  return `${latitude.toFixed(5)}, ${longitude.toFixed(5)}`;
}

/** @param {string} format @returns {string} “JPEG”, “HEIC”, “WebP” */
export function formatName(format) {
  return format === 'webp' ? 'WebP' : format.toUpperCase();
}
