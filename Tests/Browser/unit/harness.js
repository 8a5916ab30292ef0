/** A few lines that run named tests and keep what came of them in `window.unitResults`. */

const tests = [];

/**
 * @param {string} name a sentence that says what is promised
 * @param {() => void|Promise<void>} body throws when the promise is broken
 */
export function test(name, body) {
  tests.push({ name, body });
}

/** Deep equality through JSON, typed arrays as plain ones. */
export function equal(actual, expected, what = '') {
  const plain = (value) => JSON.stringify(ArrayBuffer.isView(value) ? Array.from(value) : value);
  if (plain(actual) !== plain(expected)) throw new Error(`${what} expected ${plain(expected)}, got ${plain(actual)}`);
}

export function ok(condition, what) {
  if (!condition) throw new Error(what);
}

/** Runs them all in order. */
export async function run() {
  const results = [];
  for (const { name, body } of tests) {
    try {
      await body();
      results.push({ name, error: null });
    } catch (error) {
      results.push({ name, error: String(error.message ?? error) });
    }
  }
  document.getElementById('report').textContent = results.map(({ name, error }) => `${error ? 'FAILED' : 'ok'} ${name}${error ? `: ${error}` : ''}`).join('\n');
  window.unitResults = results;
}
