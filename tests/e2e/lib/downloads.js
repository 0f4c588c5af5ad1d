// The Downloads page as a person sees it, and the files that come of it.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync, rmSync, statSync } from 'node:fs';

import { until } from './wait.js';

/** @typedef {import('puppeteer-core').Page} Page */
/** @typedef {import('./launch.js').Session} Session */
/** @typedef {{name: string, about: string, state: string, percent: number, buttons: string[]}} Card */

/** What the page's cards say, by role, name and visible text. @param {Page} page @returns {Promise<Card[]>} */
export const cards = (page) => page.evaluate(() => [...document.querySelectorAll('article')].map((card) => {
  const text = (/** @type {Element | null | undefined} */ e) => /** @type {HTMLElement | null | undefined} */ (e)?.innerText ?? '';
  return {
    name: text(card.querySelector('h2')), about: text(card.querySelector('.about .dim')), state: text(card.querySelector('.line > :first-child')),
    percent: Number(card.querySelector('[role=progressbar]')?.getAttribute('aria-valuenow') ?? NaN),
    buttons: [...card.querySelectorAll('button')].map((button) => text(button)),
  };
}));

/**
 * Waits until a card of the page is as it should be.
 *
 * @param {Page} page
 * @param {string} what for the error
 * @param {(card: Card, all: Card[]) => unknown} right
 * @param {number} [limit] milliseconds
 * @returns {Promise<Card>}
 */
export async function card(page, what, right, limit = 30_000) {
  /** @type {Card[]} */
  let seen = [];
  return until(what, async () => {
    seen = await cards(page);
    return seen.find((one) => right(one, seen));
  }, { limit, seen: () => seen });
}

/** Presses a button of the card whose name holds `name`. @param {Page} page @param {string} name @param {string} button */
export async function press(page, name, button) {
  const found = await page.evaluate((n, b) => {
    const of = [...document.querySelectorAll('article')].find((e) => e.querySelector('h2')?.textContent?.includes(n));
    const wanted = [...of?.querySelectorAll('button') ?? []].find((e) => e.textContent === b);
    wanted?.click();
    return Boolean(wanted);
  }, name, button);
  assert(found, `no button ${button} on the card of ${name}`);
}

/** Waits for what the page announces to end so. @param {Page} page @param {string} end */
export const said = (page, end) => until(`the page to say …${end}`, () => page.evaluate((e) => [...document.querySelectorAll('[role=status]')].some((s) => s.textContent?.endsWith(e)), end));

/** The Downloads page that a click on Download has opened. @param {Session} b @returns {Promise<Page>} */
export const downloadsPage = (b) => b.driver.extensionPage('downloads/downloads.html');

/** Nothing of any job is left on the browser's disk. @param {Page} page */
const emptied = (page) => until('the disk to be empty again', () => page.evaluate(async () => {
  const top = await navigator.storage.getDirectory();
  const folder = await top.getDirectoryHandle('downloads', { create: true });
  for await (const name of folder.keys()) {
    for await (const file of (await folder.getDirectoryHandle(name)).keys()) if (/media|subtitle/.test(file)) return false;
  }
  return true;
}));

/** Leaves no job and no file to the next test. @param {Session} b */
export async function clearDownloads(b) {
  const page = await b.driver.openExtensionPage('downloads/downloads.html?last');
  await page.evaluate(`(async () => {
    const [own, tabs] = await Promise.all([chrome.tabs.getCurrent(), chrome.runtime.getContexts({ contextTypes: ['TAB'] })]);
    await chrome.tabs.remove(tabs.map((t) => t.tabId).filter((id) => id !== own.id));
  })()`);
  await until('the page to work', () => page.evaluate(() => document.getElementById('watching')?.hidden && !document.body.hasAttribute('aria-busy')));
  for (const { name, buttons } of await cards(page)) await press(page, name, buttons.includes('Clear') ? 'Clear' : 'Cancel');
  await until('an empty list', async () => (await cards(page)).length === 0);
  await emptied(page);
  await page.close();
  for (const file of filesIn(b.downloads)) rmSync(`${b.downloads}/${file}`);
}

/** The files in a folder, by their path in it. @param {string} folder @returns {string[]} */
export const filesIn = (folder) => readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((name) => !name.startsWith('.config') && statSync(`${folder}/${name}`).isFile()).sort();

/**
 * The packets of a file's stream as ffprobe reads them: times in the stream's own ticks, size and hash of the bytes.
 *
 * @param {string} file
 * @param {'v' | 'a'} kind
 * @param {boolean} [times] whether with their times
 * @returns {string[]}
 */
export function packets(file, kind, times = true) {
  const read = execFileSync('ffprobe', [
    '-v', 'error', '-select_streams', `${kind}:0`, '-show_packets', '-show_data_hash', 'md5', '-show_entries', 'packet=pts_time,dts_time,size,data_hash', '-of', 'json', file,
  ], { encoding: 'utf8', maxBuffer: 1 << 28 });
  // Not the flags: a player drops the packets before an edit list's start, of which a track file by itself has none.
  return JSON.parse(read).packets.map((/** @type {Record<string, string>} */ p) => [...(times ? [p.pts_time, p.dts_time] : []), p.size, p.data_hash].join(' '));
}
