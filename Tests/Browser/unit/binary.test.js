import { bytesFromBase64, idsFromBase64, ratiosFromBase64 } from '/js/binary.js';
import { equal, test } from './harness.js';

function base64(bytes) {
  return btoa(String.fromCharCode(...bytes));
}

test('base64 of nothing is no bytes', () => equal(bytesFromBase64(''), []));

test('bytes from 0 to 255 survive base64, with the built-in decoder and without', () => {
  const bytes = Array.from({ length: 256 }, (_, i) => i);
  equal(bytesFromBase64(base64(bytes)), bytes);
  const builtIn = Uint8Array.fromBase64;
  try {
    Uint8Array.fromBase64 = undefined;
    equal(bytesFromBase64(base64(bytes)), bytes);
  } finally {
    if (builtIn) Uint8Array.fromBase64 = builtIn;
    else delete Uint8Array.fromBase64;
  }
});

test('ratios are little-endian thousandths, and 0 becomes a square', () => {
  equal(Array.from(ratiosFromBase64(base64([0xdc, 0x05, 0xe8, 0x03, 0, 0]))).map((r) => r.toFixed(3)), ['1.500', '1.000', '1.000']);
});

test('ids are little-endian 64-bit, beyond 32 bits too', () => {
  equal(idsFromBase64(base64([1, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 1, 0, 0, 0])), [1, 8589934591]);
});
