// The background: Chrome's service worker and Firefox's event page. All thinking is done by the Go program; see shim.js.
import './wasm_exec.js';
import { writeClipboard } from './clipboard.js';
import { setRules } from './rules.js';
import { bootWasm, connect } from './shim.js';

// messages: menuCopyBest
// (The Go program gives the right-click items their titles.)

const api = /** @type {typeof chrome} */ (/** @type {any} */ (globalThis).browser ?? globalThis.chrome);

// The rules are set while the program compiles, and no event is handled before both are done: a request without them
// would be refused.
connect(api, async () => {
  const [program] = await Promise.all([bootWasm(api, (text) => writeClipboard(api, text)), setRules(api)]);
  return program;
});
