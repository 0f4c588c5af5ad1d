// What a program and its children hold in memory and on disk, looked at again and again, from /proc.
import { readdirSync, readFileSync, statSync } from 'node:fs';

const EVERY = 50; // ms
const RELATIVES = 10; // looks at memory for one at who is there and at the disk

/** @param {number} root @returns {number[]} its process and all that come from it */
function family(root) {
  /** @type {Map<number, number[]>} */
  const children = new Map();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const stat = attempt(() => readFileSync(`/proc/${name}/stat`, 'latin1'), '');
    const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
    children.set(parent, [...children.get(parent) ?? [], Number(name)]);
  }
  const all = [root];
  for (const pid of all) all.push(...children.get(pid) ?? []);
  return all;
}

/** @template T @param {() => T} look @param {T} otherwise where it has just gone */
function attempt(look, otherwise) {
  try {
    return look();
  } catch {
    return otherwise;
  }
}

/** A process's own memory and what it shares of memory without a file, in bytes. @param {number} pid */
function resident(pid) {
  const status = attempt(() => readFileSync(`/proc/${pid}/status`, 'latin1'), '');
  return [...status.matchAll(/^Rss(?:Anon|Shmem):\s+(\d+) kB/gm)].reduce((sum, [, kB]) => sum + Number(kB) * 1024, 0);
}

/** Bytes that a folder takes on the disk. @param {string} path @returns {number} */
function taken(path) {
  return attempt(() => readdirSync(path, { withFileTypes: true, recursive: true }), [])
    .reduce((sum, entry) => sum + attempt(() => statSync(`${entry.parentPath}/${entry.name}`).blocks * 512, 0), 0);
}

/**
 * Watches a browser from now on.
 *
 * @param {{pid: number, disk: string}} browser
 */
export function watch({ pid, disk }) {
  let pids = family(pid);
  const idle = new Map(pids.map((p) => [p, resident(p)]));
  const peak = new Map(idle);
  const onDisk = taken(disk);
  let most = onDisk, all = 0, looks = 0;
  const before = [...idle.values()].reduce((a, b) => a + b, 0);
  const timer = setInterval(() => {
    if (++looks % RELATIVES === 0) {
      pids = family(pid);
      most = Math.max(most, taken(disk));
    }
    let sum = 0;
    for (const p of pids) {
      const bytes = resident(p);
      sum += bytes;
      peak.set(p, Math.max(peak.get(p) ?? 0, bytes));
    }
    all = Math.max(all, sum);
  }, EVERY);
  return () => {
    clearInterval(timer);
    most = Math.max(most, taken(disk));
    // The page's process is the one that works: it grows, if any does, and it was there before.
    const renderers = [...idle.keys()].filter(isRenderer);
    const grown = (/** @type {number} */ p) => (peak.get(p) ?? 0) - (idle.get(p) ?? 0);
    const page = renderers.sort((a, b) => grown(b) - grown(a))[0] ?? 0;
    return { idle: idle.get(page) ?? 0, peak: peak.get(page) ?? 0, all: all - before, disk: most - onDisk };
  };
}

/** @param {number} pid of a process that shows pages */
function isRenderer(pid) {
  return /--type=renderer.*--extension-process|-contentproc.*\btab\b/.test(attempt(() => readFileSync(`/proc/${pid}/cmdline`, 'latin1').replaceAll('\0', ' '), ''));
}
