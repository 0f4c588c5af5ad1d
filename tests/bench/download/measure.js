// How long downloads take and what they hold in memory: the worker that ships against other programs that make one MP4 of
// the same two files, all from the same server, in turn.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';

import { browsers } from '../../e2e/lib/launch.js';
import { out } from '../../e2e/lib/paths.js';
import { run } from '../../e2e/lib/process.js';
import { prepare } from './browsers.js';
import { startServer } from './server.js';
import { watch } from './watch.js';

/**
 * @typedef {import('./browsers.js').BrowserName} BrowserName
 * @typedef {import('./media.js').Media} Media
 * @typedef {{browser: BrowserName | '', subject: string, connections: number, rate: number, media: Media}} Case  `browser`: '' for a program without
 *   one; `rate`: bytes per second for each connection, 0 for no limit
 * @typedef {{ms: number, size: number, tail: number, connections: number, idle: number, peak: number, all: number, disk: number}} Run
 *   milliseconds from the order to the whole, closed file; its bytes; milliseconds from the server's last byte on; how many connections
 *   there were at a time; bytes of memory of the page's process before and at most, and by how much all processes together grew; bytes
 *   on disk at most
 */

/** How long a browser rests before it is given work: by then what its start began has ended. */
const SETTLE = 2500; // ms
const LIMIT = 200_000; // ms

/** Holds a file against what it was made of. @param {string} file @param {Media} media */
function check(file, { packets: [frames] }) {
  const said = execFileSync('ffprobe', ['-v', 'error', '-select_streams', 'v', '-count_packets', '-show_entries', 'stream=nb_read_packets', '-of', 'csv=p=0', file], { encoding: 'utf8' });
  if (Number.parseInt(said, 10) !== frames) throw new Error(`${file} has ${said.trim()} frames of ${frames}`);
}

/** The largest file in a folder. @param {string} path */
function largest(path) {
  const files = readdirSync(path, { withFileTypes: true, recursive: true }).filter((f) => f.isFile()).map((f) => `${f.parentPath}/${f.name}`);
  return files.sort((a, b) => statSync(b).size - statSync(a).size)[0] ?? '';
}

/** Starts the server and prepares the browsers. */
export async function startDownloads() {
  const server = await startServer();
  /** @type {Map<string, () => import('./browsers.js').Browser>} */
  const launch = new Map();
  for (const name of browsers) launch.set(name, await prepare(name, server));
  /** What was looked at already: each subject's file is, once. @type {Set<string>} */
  const checked = new Set();

  /** @param {Case} c @param {string} file */
  function once(c, file) {
    const name = [c.browser, c.subject].join();
    if (c.subject === 'rest' || checked.has(name)) return;
    check(file, c.media);
    checked.add(name);
  }

  /** @param {Case} c @returns {Promise<Run>} */
  async function native(c) {
    const to = mkdtempSync(`${out}/bench/native-`);
    server.task({ rate: c.rate, alone: true });
    const url = (/** @type {string} */ name) => `https://127.0.0.1:${server.port}/${name}`;
    const begun = performance.now();
    await run('ffmpeg', ['-v', 'error', '-i', url(c.media.video), '-i', url(c.media.audio), '-map', '0:v', '-map', '1:a', '-c', 'copy', '-movflags', '+faststart', `${to}/made.mp4`]);
    const ms = performance.now() - begun;
    once(c, `${to}/made.mp4`);
    const { size } = statSync(`${to}/made.mp4`);
    rmSync(to, { recursive: true });
    return { ms, size, tail: 0, connections: 2, idle: 0, peak: 0, all: 0, disk: 0 };
  }

  /** Does a case once, in a fresh browser. @param {Case} c @returns {Promise<Run>} */
  async function measure(c) {
    if (!c.browser) return native(c);
    const browser = /** @type {() => import('./browsers.js').Browser} */ (launch.get(c.browser))();
    try {
      const { event } = await server.event(LIMIT);
      if (event !== 'ready') throw new Error(`${event} came before the page was ready`);
      await new Promise((resolve) => setTimeout(resolve, SETTLE));
      const watched = watch(browser);
      const { media: m, subject, connections, rate } = c;
      server.task({ subject, connections, rate, ...m });
      const { result, last, connections: seen } = await server.event(LIMIT);
      const memory = watched();
      if (!result || result.error) throw new Error(`${c.browser}, ${subject}: ${result?.error}`);
      if (subject !== 'rest') once(c, largest(browser.disk));
      return { ms: result.ms ?? 0, size: result.size ?? 0, tail: result.ended - last, connections: seen, ...memory };
    } finally {
      await browser.stop();
    }
  }
  return { measure, stop: server.stop };
}
