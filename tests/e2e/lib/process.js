// Starting other programs so that none outlives us.
import { execFile, spawn } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';

export const run = promisify(execFile);

/** @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set();

/** @param {import('node:child_process').ChildProcess} child */
function end(child) {
  running.delete(child);
  try {
    // The whole group: browsers and displays have children of their own.
    if (child.pid) process.kill(-child.pid, 'SIGKILL');
  } catch {
    // Already gone.
  }
}

process.on('exit', () => {
  for (const child of running) end(child);
});
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) process.once(signal, () => process.exit(1));

/**
 * Starts a program in a process group of its own, which ends with us at the latest.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {import('node:child_process').SpawnOptions} [options]
 */
export function start(command, args, options = {}) {
  const child = spawn(command, args, { ...options, detached: true });
  running.add(child);
  // A program that can't be started also never says its first line, and that is where it shows.
  child.once('error', () => running.delete(child));
  child.once('exit', () => running.delete(child));
  return { child, stop: () => end(child) };
}

/** What a process was started with; '' when it has ended. @param {number} pid */
export function commandLine(pid) {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '';
  }
}

/** A process's children, and theirs. @param {number} pid @returns {number[]} */
export function descendants(pid) {
  /** @type {number[]} */
  const all = [];
  try {
    for (const task of readdirSync(`/proc/${pid}/task`)) {
      for (const child of readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number)) all.push(child, ...descendants(child));
    }
  } catch {
    // it has ended meanwhile
  }
  return all;
}

/**
 * The first line that a stream says.
 *
 * @param {import('node:stream').Readable} stream
 * @param {string} what for the error
 * @param {number} [limit] milliseconds
 * @returns {Promise<string>}
 */
export function firstLine(stream, what, limit = 20_000) {
  return new Promise((resolve, reject) => {
    const lines = createInterface({ input: stream });
    const timer = setTimeout(() => reject(new Error(`${what} said nothing within ${limit / 1000} s`)), limit);
    lines.once('line', (line) => {
      clearTimeout(timer);
      resolve(line);
    });
    lines.once('close', () => {
      clearTimeout(timer);
      reject(new Error(`${what} ended without a word`));
    });
  });
}
