/** Decoding of the packed arrays that `/photos/layout` answers with. */

/**
 * Decodes standard base64 into bytes.
 * @param {string} text base64, with or without padding
 * @returns {Uint8Array}
 */
export function bytesFromBase64(text) {
  if (typeof Uint8Array.fromBase64 === 'function') return Uint8Array.fromBase64(text);
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i += 1) bytes[i] = binary.charCodeAt(i);
  return bytes;
}

/**
 * Aspect ratios (width / height) from base64 of little-endian Uint16, each ratio × 1000.
 * @param {string} text
 * @returns {Float32Array}
 */
export function ratiosFromBase64(text) {
  const bytes = bytesFromBase64(text);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const ratios = new Float32Array(bytes.byteLength >> 1);
  for (let i = 0; i < ratios.length; i += 1) ratios[i] = view.getUint16(i * 2, true) / 1000 || 1;
  return ratios;
}

/**
 * Photo ids from base64 of little-endian Int64. Ids above 2^53 cannot be told apart by a number
 * and never occur: they are row ids of a database.
 * @param {string} text
 * @returns {Float64Array}
 */
export function idsFromBase64(text) {
  const bytes = bytesFromBase64(text);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const ids = new Float64Array(bytes.byteLength >> 3);
  for (let i = 0; i < ids.length; i += 1) {
    ids[i] = view.getUint32(i * 8, true) + view.getInt32(i * 8 + 4, true) * 4294967296;
  }
  return ids;
}
