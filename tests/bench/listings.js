// DESIGN's budgets for a listing: from the click to the streams, and what it costs until then.
import { statSync } from 'node:fs';

import { browsers } from '../e2e/lib/launch.js';
import { dist } from '../e2e/lib/paths.js';
import { counts } from './counts.js';
import { decoding } from './decode.js';
import { median, spread, table } from './figures.js';
import { lessons } from './lessons.js';
import { memory, SETTLED } from './memory.js';
import { times } from './times.js';

/** @typedef {import('./figures.js').Row} Row */

/** @param {string} what @param {string} budget @param {number} limit @param {import('./times.js').Pair} pair @returns {Row} */
function against(what, budget, limit, { ours, plain }) {
  const ratio = median(ours) / median(plain);
  return { what, budget, measured: `${spread(ours)} ms, plain ${spread(plain)} ms, n = ${ours.length} each`, ratio: `${ratio.toFixed(2)} ×`, held: ratio <= limit };
}

/** @param {string} file of Chrome's build */
const bytes = (file) => statSync(`${dist('chrome')}/${file}`).size;
const mega = (/** @type {number} */ n) => `${(n / 1e6).toFixed(2)} MB`;

/** @param {{quick: boolean}} how @returns {Promise<import('./run.js').Part>} */
export async function listings({ quick }) {
  const runs = quick ? { first: 5, again: 10, loads: 5, decodings: 4, listings: 100, lists: 3 } : { first: 30, again: 60, loads: 20, decodings: 20, listings: 100, lists: 10 };
  const timed = await times({ ...runs, scenario: 'purchased' });

  /** @type {Row[]} */
  const rows = [
    { what: 'background wasm, raw', budget: '≤ 4.0 MB', measured: mega(bytes('streamlist.wasm')), held: bytes('streamlist.wasm') <= 4e6 },
    against('first listing after a cold worker start, against plain JavaScript', '≤ 2.0 ×, aim 1.7 ×', 2.0, timed.cold),
    against('the same with the worker warm: woken as the page loads, asked for the first time', '≤ 1.1 ×', 1.1, timed.warm),
    { ...against('and once more, as by Refresh', '', Infinity, timed.again), held: '' },
  ];

  /** @type {Map<string, import('./counts.js').Counts>} */
  const seen = new Map();
  for (const name of browsers) seen.set(name, await counts(name));

  /** @param {string} what @param {string} budget @param {number} limit @param {keyof import('./counts.js').Counts} key */
  function count(what, budget, limit, key) {
    const measured = [...seen].map(([name, c]) => `${name} ${c[key]}`).join(', ');
    rows.push({ what, budget, measured, held: [...seen.values()].every((c) => c[key] <= limit) });
  }
  count('API round trips in sequence, click to streams, on a lesson', '1', 1, 'lesson');
  count('the same on an `ss` page', '2', 2, 'course');
  count('API calls when the panel is closed and opened again', '0', 0, 'reopened');
  count('API calls before a person acts', '0', 0, 'before');

  const size = bytes('content.js');
  rows.push(
    { what: 'content script, minified', budget: '≤ 10 kB', measured: `${(size / 1000).toFixed(1)} kB`, held: size <= 10_000 },
    { what: 'its script as a page loads, the panel closed', budget: '< 5 ms', measured: `${spread(timed.script, 1)} ms, n = ${timed.script.length}`, held: median(timed.script) < 5 },
    { what: 'layout shift before the panel is opened', budget: '0', measured: `${Math.max(...timed.shift)}, n = ${timed.shift.length}`, held: timed.shift.every((s) => s === 0) },
  );

  const list = await lessons(runs.lists);
  rows.push(
    {
      what: 'opening the list of 1,000 lessons: script in the page', budget: '< 100 ms',
      measured: `${spread(list.script)} ms; ${spread(list.shown)} ms from the click to the rows, n = ${list.script.length}`, held: median(list.script) < 100,
    },
    { what: 'scrolling through it: script for a turn of the wheel by 43 rows', budget: '< 16 ms', measured: `${spread(list.step, 1)} ms, n = ${list.step.length}`, held: median(list.step) < 16 },
  );

  const season = await decoding(runs.decodings);
  rows.push({
    what: `${season.lessons} lessons (${Math.round(season.bytes / 1000)} kB) decoded in Go, against \`JSON.parse\``, budget: '',
    measured: `${spread(season.go, 1)} ms, \`JSON.parse\` ${spread(season.json, 1)} ms, n = ${season.go.length} each`,
    ratio: `${(median(season.go) / median(season.json)).toFixed(2)} ×`, held: '',
  });

  const { rest, some, all } = await memory(runs.listings);
  const held = (/** @type {import('./memory.js').Memory} */ { wasm, heap }) => `Go ${mega(wasm)}, V8 ${mega(heap)}`;
  rows.push(
    { what: "the background's memory at rest", budget: '', measured: held(rest), held: '' },
    {
      what: `the same after ${runs.listings} listings`, budget: `as after ${SETTLED}`, measured: `${held(all)}; after ${SETTLED}: ${held(some)}`,
      held: all.wasm <= some.wasm && all.heap <= some.heap * 1.2, // V8 keeps some of its own books
    },
  );
  return { rows, text: `${table(rows)}

Medians [least–most] of n runs, the two subjects in turn, in one browser, without added latency.

The browser is started by plain command line and nothing is attached to page or worker: a content script, added to a copy of
each extension, asks for the listing (of a purchased course of 66 lessons) and takes the time. *Plain* is
\`tests/bench/plain\`: the same two requests and the same rows in JavaScript. Round trips and calls are counted in the replica's
log, with the real toolbar icon. The content script's time is that between a script just before it and one just after it, in the
same copy; what it does later, when answers come, is not in it. The long course is decoded by the
Go decoder's own benchmark, as WebAssembly in Node, and by \`JSON.parse\` there. Of the list of lessons, the script is what
Chromium counts for the page's whole thread, read by a driver that is attached. The memory is Go's linear memory, which never
shrinks, and V8's heap after a collection. The time of \`make test\` is in its own output.` };
}
