/** Everything that is known of a photo, in words. */

import { copyButton } from './copy-button.js';
import { element, icon } from './dom.js';
import {
  bytesText, coordinatesText, dateTimeText, exposureText, formatName, instantText, numberText, percentText,
} from './format.js';
import { t } from './i18n.js';

function camera(metadata) {
  const make = metadata.camera_make?.trim() ?? '';
  const model = metadata.camera_model?.trim() ?? '';
  // Many models repeat the make: “Canon” + “Canon EOS R6”.
  const brand = make.split(' ')[0].toLowerCase();
  return brand && model.toLowerCase().startsWith(brand) ? model : [make, model].filter(Boolean).join(' ');
}

function exposure(metadata) {
  const parts = [];
  if (metadata.exposure_seconds > 0) parts.push(exposureText(metadata.exposure_seconds));
  if (metadata.f_number > 0) parts.push(`f/${numberText(metadata.f_number, 1)}`);
  if (metadata.iso > 0) parts.push(t('unit.iso', { value: String(metadata.iso) }));
  if (metadata.focal_length > 0) parts.push(t('unit.mm', { value: numberText(metadata.focal_length, 1) }));
  return parts.join(' · ');
}

function exposureNote(metadata) {
  const parts = [];
  const same = Math.abs((metadata.focal_length_35 ?? 0) - (metadata.focal_length ?? 0)) < 1;
  if (metadata.focal_length_35 > 0 && !same) parts.push(t('info.focal35', { value: numberText(metadata.focal_length_35) }));
  if (metadata.flash_fired) parts.push(t('info.flash'));
  return parts.join(' · ');
}

/** A term with its value, a quieter second line and perhaps a button; nothing when there is no value. */
function row(term, value, note = '', button = null) {
  if (!value) return [];
  return [
    element('dt', {}, t(term)),
    element('dd', {}, element('span', { class: 'info-value' }, value, note ? element('span', { class: 'info-note' }, note) : ''), button),
  ];
}

function place(photo) {
  if (typeof photo.latitude !== 'number' || typeof photo.longitude !== 'number') return [];
  const { latitude, longitude } = photo;
  const text = coordinatesText(latitude, longitude);
  const link = element('a', {
    class: 'info-link', target: '_blank', rel: 'noreferrer noopener', title: t('info.openMap'),
    href: `https://www.openstreetmap.org/?mlat=${latitude}&mlon=${longitude}#map=15/${latitude}/${longitude}`,
  }, text, icon('external'), element('span', { class: 'visually-hidden' }, t('info.openMap')));
  const { altitude } = photo.metadata ?? {};
  return row('info.place', link, typeof altitude === 'number' ? t('info.altitude', { value: numberText(altitude) }) : '');
}

/**
 * @param {object} photo from GET /photo/{id}
 * @param {number|undefined} similarity when it is a result of a search
 * @returns {HTMLElement} a list of terms
 */
export function infoList(photo, similarity) {
  const metadata = photo.metadata ?? {};
  const megapixels = (photo.width * photo.height) / 1e6;
  const pixels = megapixels < 0.1 ? '' : t('info.megapixels', { value: numberText(megapixels, 1) });
  const slash = photo.file_path.lastIndexOf('/') + 1;
  return element('dl', { class: 'info-list' },
    ...row('info.caption', metadata.caption?.trim()),
    ...row('info.taken', dateTimeText(photo.taken_at)),
    ...row('info.camera', camera(metadata), metadata.lens?.trim()),
    ...row('info.exposure', exposure(metadata), exposureNote(metadata)),
    ...place(photo),
    ...row('info.size', `${photo.width} × ${photo.height}`, [pixels, formatName(photo.format), bytesText(photo.size_bytes)].filter(Boolean).join(' · ')),
    ...row('info.path', photo.file_path.slice(slash), photo.file_path.slice(0, slash), copyButton(() => photo.file_path, t('info.copyPath'))),
    ...row('info.software', metadata.software?.trim()),
    ...row('info.match', similarity === undefined ? '' : percentText(similarity)),
    ...row('info.indexed', instantText(photo.indexed_at)));
}
