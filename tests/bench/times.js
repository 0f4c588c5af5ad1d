// What takes how long, in Chromium: first listings from a cold and from a warm worker, and the content script.
import { mkdirSync } from 'node:fs';

import { out } from '../e2e/lib/paths.js';
import { startReplica } from '../e2e/lib/replica.js';
import { chromium } from './browser.js';
import { subjects } from './subjects.js';

/**
 * @typedef {'ours' | 'plain'} Name
 * @typedef {Record<Name, number[]>} Pair  milliseconds from a question to its answer, in the page
 * @typedef {{name: Name, box: string, id: string, script: number, shift: number}} Hello  `script` in milliseconds; `shift` as CLS counts it
 */

const names = /** @type {const} */ (['ours', 'plain']);

/** How long a worker rests between a step and the next: by then its process has ended, or its start. */
const SETTLE = 400; // ms

/**
 * @param {{first: number, again: number, loads: number, scenario: string}} n how many of each
 * @returns {Promise<{cold: Pair, warm: Pair, again: Pair, script: number[], shift: number[]}>} `cold`: the worker is
 *   started by the question; `warm`: it was woken before, as the page's load does, and is asked for the first time;
 *   `again`: it has answered before
 */
export async function times({ first, again, loads, scenario }) {
  mkdirSync(`${out}/bench`, { recursive: true });
  const replica = await startReplica();
  const { url, account } = await replica.scenario(scenario);
  const dirs = subjects();
  const browser = await chromium(replica.address, Object.values(dirs));
  try {
    if (account) {
      const tab = await browser.open(`https://www.bilibili.com/__login?account=${account}`);
      await replica.waitFor({ path: '/__login', done: '1' });
      await browser.close(tab);
    }

    /** Opens the lesson, and waits until both subjects have said hello from it. */
    async function load() {
      const tab = await browser.open(url);
      /** @type {Hello[]} */
      const hellos = [await mail('hello'), await mail('hello')];
      const [ours, plain] = names.map((name) => hellos.find((h) => h.name === name));
      if (!ours || !plain) throw new Error(`not both subjects are in the page: ${JSON.stringify(hellos)}`);
      return { tab, ours, plain };
    }

    /** @param {string} box @returns {Promise<any>} the next mail from a page */
    async function mail(box) {
      const answer = await fetch(`http://${replica.address}/mail/${box}?timeout=30`);
      if (!answer.ok) throw new Error(`no mail in ${box}: ${answer.status}`);
      return answer.json();
    }

    /** @param {Name} name @param {'wake' | 'list'} command @returns {Promise<number>} milliseconds */
    async function ask(name, command) {
      const { box } = page[name];
      await fetch(`http://${replica.address}/mail/${box}`, { method: 'POST', body: JSON.stringify(command) });
      const { ms, ok, rows, error } = await mail(box);
      if (!ok || (command === 'list' && rows === 0)) throw new Error(`${name}: ${command}: ${JSON.stringify(error)}`);
      return ms;
    }

    const settle = () => new Promise((resolve) => setTimeout(resolve, SETTLE));

    /** Stops all workers. */
    async function stop() {
      await browser.stopWorkers();
      await settle();
      if ((await browser.workers()).length > 0) throw new Error('a worker came back before it was asked');
    }

    /** Fails unless just this one's worker runs. @param {Name} name */
    async function runsAlone(name) {
      const running = await browser.workers();
      if (running.length !== 1 || !running[0]?.url.includes(page[name].id)) throw new Error(`not one worker of ${name}, but ${JSON.stringify(running)}`);
    }

    const script = [];
    const shift = [];
    let page = await load();
    for (let i = 0; i < loads; i++) {
      await browser.close(page.tab);
      page = await load();
      script.push(page.ours.script);
      shift.push(page.ours.shift);
    }

    /** @param {(name: Name) => Promise<number>} measure @param {number} n @returns {Promise<Pair>} */
    async function interleaved(measure, n) {
      /** @type {Pair} */
      const pair = { ours: [], plain: [] };
      for (const name of names) await measure(name); // connections are opened, caches filled
      for (let i = 0; i < n; i++) {
        // Whoever comes second in a round comes first in the next.
        for (const name of i % 2 ? names : names.toReversed()) pair[name].push(await measure(name));
      }
      return pair;
    }

    const cold = await interleaved(async (name) => {
      await stop();
      const ms = await ask(name, 'list');
      await runsAlone(name);
      return ms;
    }, first);
    const warm = await interleaved(async (name) => {
      await stop();
      await ask(name, 'wake');
      await settle();
      await runsAlone(name);
      return ask(name, 'list');
    }, first);
    return { cold, warm, again: await interleaved((name) => ask(name, 'list'), again), script, shift };
  } finally {
    await browser.stop();
    replica.stop();
  }
}
