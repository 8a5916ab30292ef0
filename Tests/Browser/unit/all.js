import './binary.test.js';
import './format.test.js';
import './justified.test.js';
import './strings.test.js';
import './url-state.test.js';
import { run } from './harness.js';

run();
