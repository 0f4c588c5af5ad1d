// The background: Chrome's service worker and Firefox's event page. All thinking is done by the Go program; see shim.js.
import './wasm_exec.js';
import { watchAccess } from './access.js';
import { askAhead } from './ahead.js';
import { mark } from './badge.js';
import { writeClipboard } from './clipboard.js';
import { abort, fetchBytes, measure } from './fetch.js';
import { fulfil } from './orders.js';
import { ROOM } from './room.js';
import { setRules } from './rules.js';
import { bootWasm, connect } from './shim.js';

// messages: menuCopyBest
// (The Go program gives the right-click items their titles.)

const api = /** @type {typeof chrome} */ (/** @type {any} */ (globalThis).browser ?? globalThis.chrome);
const access = watchAccess(api);
const endpoints = () => Promise.all(['com', 'tv'].map((site) => access(`https://api.bilibili.${site}/`)));
endpoints().catch(() => {}); // known by the time of a request
const services = {
  writeClipboard: (/** @type {string} */ text) => writeClipboard(api, text), abort, version: api.runtime.getManifest().version,
  fetch: (/** @type {Parameters<typeof fetchBytes>} */ ...request) => access(request[1]).then(() => fetchBytes(...request)),
  measure: (/** @type {Parameters<typeof measure>} */ ...request) => access(request[1]).then(() => measure(...request)),
  // Half a minute is the least that Chrome allows, and it ends a background that does nothing for as long.
  ring: (/** @type {string} */ name, /** @type {boolean} */ on) => void (on ? api.alarms.create(name, { periodInMinutes: 0.5 }) : api.alarms.clear(name)),
  mark: (/** @type {number} */ tab, /** @type {string} */ text) => void mark(api, tab, text, ROOM),
};

// The rules are set while the program compiles, and no event is handled before both are done: a request without them
// would be refused.
/** @type {Promise<void>} */
let rules;
const shim = connect(api, async () => {
  rules = setRules(api);
  const [program] = await Promise.all([bootWasm(api, services), rules]);
  return program;
}, (tab, message) => askAhead(api, tab, message, () => Promise.all([rules, endpoints()])),
(tab, message, answer) => fulfil(api, tab, message, answer));
// Whatever started us is on its way, and will need it.
shim.wake();
