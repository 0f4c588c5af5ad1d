// What takes how long, in Chromium: first listings from a cold and from a warm worker, and the content script.
import { mkdirSync } from 'node:fs';

import { out } from '../e2e/lib/paths.js';
import { startReplica } from '../e2e/lib/replica.js';
import { chromium } from './browser.js';
import { subjects } from './subjects.js';

/**
 * @typedef {'ours' | 'plain'} Name
 * @typedef {Record<Name, number[]>} Pair  milliseconds
 * @typedef {{name: Name, box: string, id: string, script: number, shift: number}} Hello  `script` in milliseconds; `shift` as CLS counts it
 */

const names = /** @type {const} */ (['ours', 'plain']);

/** How long a worker stays gone before it is asked: its process has ended by then. */
const SETTLE = 400; // ms

/**
 * @param {{cold: number, warm: number, loads: number, scenario: string}} n how many of each
 * @returns {Promise<{cold: Pair, warm: Pair, script: number[], shift: number[]}>}
 */
export async function times({ cold, warm, loads, scenario }) {
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

    /** @param {Hello} page @returns {Promise<number>} milliseconds */
    async function list({ box }) {
      await fetch(`http://${replica.address}/mail/${box}`, { method: 'POST', body: '"list"' });
      const { ms, ok, rows, error } = await mail(box);
      if (!ok || rows === 0) throw new Error(`no listing: ${JSON.stringify(error)}`);
      return ms;
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

    const results = {
      cold: await interleaved(async (name) => {
        await browser.stopWorkers();
        await new Promise((resolve) => setTimeout(resolve, SETTLE));
        if ((await browser.workers()).length > 0) throw new Error('a worker came back before it was asked');
        const ms = await list(page[name]);
        const running = await browser.workers();
        if (running.length !== 1 || !running[0]?.url.includes(page[name].id)) throw new Error(`not one worker answered: ${JSON.stringify(running)}`);
        return ms;
      }, cold),
      warm: await interleaved((name) => list(page[name]), warm),
    };
    return { ...results, script, shift };
  } finally {
    await browser.stop();
    replica.stop();
  }
}
