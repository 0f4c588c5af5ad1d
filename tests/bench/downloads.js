// What a download costs, as a table: see download/measure.js.
import { startDownloads } from './download/measure.js';
import { media } from './download/media.js';
import { browsers } from '../e2e/lib/launch.js';
import { median, table } from './figures.js';

/**
 * @typedef {import('./figures.js').Row} Row
 * @typedef {import('./download/measure.js').Case} Case
 * @typedef {import('./download/measure.js').Run} Run
 * @typedef {import('./download/media.js').Media} Media
 */

const others = ['mediabunny', 'mp4box', 'ffmpeg'];
const called = { ours: 'Streamlist', mediabunny: 'mediabunny 1.61.0', mp4box: 'mp4box.js 2.4.1', ffmpeg: '@ffmpeg/core 0.12.10', native: 'native ffmpeg' };
/** ffmpeg opens a connection for each input, and can't be told to open more. */
const FEW = 2;
const MANY = 6;
const SLOW = 10_000_000; // bytes per second, of each connection

const title = { chromium: 'Chromium', firefox: 'Firefox' };
const mega = (/** @type {number} */ n) => `${Math.round(n / 1e6)} MB`;
const seconds = (/** @type {number} */ ms) => (ms / 1000).toFixed(2);

/** @param {{quick: boolean}} how @returns {Promise<import('./run.js').Part>} */
export async function downloads({ quick }) {
  const rounds = quick ? 1 : 5;
  // Slow connections get less: it is the rate that counts there.
  const [large, little, huge] = quick ? [await media(30), await media(20), null] : [await media(480), await media(60), await media(2880)];
  /** @type {Case[]} */
  const cases = [large, little].flatMap((m, i) => {
    const rate = i === 0 ? 0 : SLOW;
    return [
      { browser: '', subject: 'native', connections: FEW, rate, media: m },
      ...browsers.flatMap((browser) => [
        ...[FEW, MANY].map((connections) => ({ browser, subject: 'ours', connections, rate, media: m })),
        ...others.map((subject) => ({ browser, subject, connections: FEW, rate, media: m })),
        ...(rate === 0 ? [{ browser, subject: 'rest', connections: 0, rate, media: m }] : []),
      ]),
    ];
  });
  /** @type {Map<Case, Run[]>} */
  const runs = new Map(cases.map((c) => [c, []]));
  /** @type {Map<Case, Run>} */
  const hugeRuns = new Map();
  const bench = await startDownloads();
  try {
    for (let i = 0; i < rounds; i++) {
      // Whoever comes late in a round comes early in the next.
      for (const c of i % 2 ? cases.toReversed() : cases) {
        const run = await bench.measure(c);
        runs.get(c)?.push(run);
        console.error(`round ${i + 1} of ${rounds}: ${c.subject} ${c.browser} ${c.connections} ${mega(c.rate)}/s: ${seconds(run.ms)} s`);
      }
    }
    for (const browser of huge ? browsers : []) {
      const c = { browser, subject: 'ours', connections: MANY, rate: 0, media: /** @type {Media} */ (huge) };
      hugeRuns.set(c, await bench.measure(c));
    }
  } finally {
    bench.stop();
  }

  /** @param {string} browser @param {string} subject @param {number} connections @param {number} [rate] */
  function of(browser, subject, connections, rate = 0) {
    const c = cases.find((x) => x.browser === browser && x.subject === subject && x.connections === connections && x.rate === rate);
    return (c && runs.get(c)) ?? [];
  }
  /** @param {Run[]} list @param {keyof Run} what */
  const mid = (list, what) => median(list.map((r) => r[what]));
  const bytes = (/** @type {Media} */ m) => m.sizes[0] + m.sizes[1];
  const native = of('', 'native', FEW);

  /** @type {string[][]} */
  const lines = [];
  for (const c of cases) {
    if (c.rate > 0 || c.subject === 'rest') continue;
    const list = runs.get(c) ?? [];
    const slow = of(c.browser, c.subject, c.connections, SLOW);
    const ms = list.map((r) => r.ms);
    lines.push([
      `${called[/** @type {keyof typeof called} */ (c.subject)]}${c.browser ? `, ${title[c.browser]}` : ''}`, `${c.connections}`,
      `${seconds(median(ms))} [${seconds(Math.min(...ms))}–${seconds(Math.max(...ms))}] s`, `${(median(ms) / mid(native, 'ms')).toFixed(2)} ×`,
      c.browser ? `+${mega(median(list.map((r) => r.peak - r.idle)))}` : '', slow.length > 0 ? `${seconds(mid(slow, 'ms'))} s` : '',
    ]);
  }
  const head = ['', 'Connections', mega(bytes(large)), 'to native', "page's memory", `${mega(bytes(little))}, ${SLOW / 1e6} MB/s each`];
  const times = [head, head.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

  /** @type {Row[]} */
  const rows = [];
  /** @param {string} what @param {string} budget @param {Record<string, number>} got @param {(x: number) => string} show @param {(x: number) => boolean} right */
  function row(what, budget, got, show, right) {
    const list = Object.entries(got);
    rows.push({ what, budget, measured: list.map(([name, x]) => `${name} ${show(x)}`).join(', '), held: list.every(([, x]) => right(x)) });
  }
  const times2 = (/** @type {number} */ x) => `${x.toFixed(2)} ×`;
  /** @param {(b: import('../e2e/lib/launch.js').BrowserName) => number} value */
  const each = (value) => Object.fromEntries(browsers.map((b) => [title[b], value(b)]));
  const size = mega(bytes(large));
  for (const connections of [FEW, MANY]) {
    const got = each((b) => mid(of(b, 'ours', connections), 'ms') / mid(native, 'ms'));
    const more = got.Firefox === undefined ? '' : `, Firefox ${times2(got.Firefox)}`;
    row(`${size}: time, against native ffmpeg's with its ${FEW} connections, with ${connections}`, '≤ 1.1 × (Chromium)', { Chromium: got.Chromium ?? 0 }, (x) => `${times2(x)}${more}`, (x) => x <= 1.1);
  }
  row(`speed, against mediabunny's, ${FEW} connections each`, '≥ 2.5 ×', each((b) => mid(of(b, 'mediabunny', FEW), 'ms') / mid(of(b, 'ours', FEW), 'ms')), times2, (x) => x >= 2.5);
  row(`time where each of ${FEW} connections gets ${SLOW / 1e6} MB/s, against the bytes at that rate`, '', each((b) => mid(of(b, 'ours', FEW, SLOW), 'ms') / (bytes(little) / (FEW * SLOW) * 1000)), times2, () => true);
  const grown = (/** @type {Run[]} */ list, /** @type {Run[]} */ rest) => median(list.map((r) => r.peak - r.idle)) - (rest.length > 0 ? median(rest.map((r) => r.peak - r.idle)) : 0);
  row(`page's process, ${size}, ${MANY} connections: most, over the page at rest`, '≤ 40 MB', each((b) => grown(of(b, 'ours', MANY), of(b, 'rest', 0))), mega, (x) => x <= 40e6);
  row('the same over an empty page, before the program is loaded', '≤ 40 MB', each((b) => grown(of(b, 'ours', MANY), [])), mega, (x) => x <= 40e6);
  if (huge) {
    const got = (/** @type {string} */ b) => [...hugeRuns].filter(([c]) => c.browser === b).map(([, r]) => r);
    row(`page's process, ${mega(bytes(huge))}: most, over the page at rest (n = 1)`, '≤ 100 MB', each((b) => grown(got(b), of(b, 'rest', 0))), mega, (x) => x <= 100e6);
    row(`time of that`, '', each((b) => mid(got(b), 'ms')), (x) => `${seconds(x)} s`, () => true);
  }
  row("from the server's last byte to the whole, closed file", '≤ 0.5 s', each((b) => mid(of(b, 'ours', MANY), 'tail')), (x) => `${seconds(x)} s`, (x) => x <= 500);
  const ours = (/** @type {string} */ b) => of(b, 'ours', MANY);
  row('on disk at most, against the file', '1.0 ×', each((b) => mid(ours(b), 'disk') / mid(ours(b), 'size')), times2, (x) => x < 1.02);
  row("the file, against its media's bytes", '< 0.2 %', each((b) => (mid(ours(b), 'size') / bytes(large) - 1) * 100), (x) => `+${x.toFixed(2)} %`, (x) => x < 0.2);
  for (const r of rows) if (r.budget === '') r.held = '';

  return { rows, text: `${times}

${table(rows)}

Medians [least–most] of ${rounds} runs, all subjects in turn, from the order to the whole, closed file: the worker's start and the loading of its
program are in it. The file is one of 1080p AVC and one of AAC, in fragments of 5 s. All get them from the same local server, over TLS, since
Streamlist asks nothing else. The browsers are started by plain command line, one for each run, with nothing attached: a page of a copy of the extension
starts the worker and the program that ship, and the other subjects in a worker of the same page; all write to the origin's private file system.
\`ffmpeg -c copy -movflags +faststart\` opens a connection for each input and no more. Memory is \`RssAnon\` and \`RssShmem\` of the page's process, looked at every 50 ms;
"page's memory" is growth over an empty page.` };
}
