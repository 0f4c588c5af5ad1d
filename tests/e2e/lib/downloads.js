// The Downloads page as a person sees it, and the files that come of it.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import { it } from 'node:test';

import { listingOf } from './downloader.js';
import { out } from './paths.js';
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

/** Presses a button of the card whose name, or the line below it, holds `name`. @param {Page} page @param {string} name @param {string} button */
export async function press(page, name, button) {
  const found = await page.evaluate((n, b) => {
    const of = [...document.querySelectorAll('article')].find((e) => e.querySelector('.about')?.textContent?.includes(n));
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

/** The files in a folder, by their path in it. @param {string} folder @returns {string[]} */
export const filesIn = (folder) => readdirSync(folder, { recursive: true, withFileTypes: true }) // tells files apart as it reads: they come and go
  .filter((entry) => entry.isFile()).map((entry) => relative(folder, `${entry.parentPath}/${entry.name}`)).filter((name) => !name.startsWith('.config')).sort();

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

/** The source files that a browser fetched, as the replica gives them, by the number that ends their names. @param {Session} b */
export async function sources(b) {
  const log = (await b.replica.log()).filter((r) => r.host.startsWith('upos-') || r.host.startsWith('cn-'));
  /** @type {Map<string, Buffer>} */
  const files = new Map();
  for (const { host, path, query, status } of log) {
    const number = /-(\w+)\.\w+$/.exec(path)?.[1] ?? path;
    if (files.has(number) || status >= 300) continue;
    files.set(number, await b.replica.media(`https://${host}${path}?${new URLSearchParams(query)}`, 'https://www.bilibili.com/'));
  }
  return files;
}

/** Does something with a folder that goes away. @param {(folder: string) => void} act */
export function inFolder(act) {
  const folder = mkdtempSync(`${out}/sources-`);
  try {
    act(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/**
 * Every packet of a saved file is that of its source, at its time.
 *
 * @param {string} file
 * @param {Map<string, Buffer>} from
 * @param {Partial<Record<'v' | 'a', string>>} tracks
 */
export function comesFrom(file, from, tracks) {
  inFolder((folder) => {
    for (const kind of /** @type {const} */ (['v', 'a'])) {
      const number = tracks[kind];
      if (!number) continue;
      const bytes = from.get(number);
      assert(bytes, `${number} was not fetched, but ${[...from.keys()]}`);
      writeFileSync(`${folder}/${number}`, bytes);
      const [ours, theirs] = [packets(file, kind), packets(`${folder}/${number}`, kind)];
      assert(theirs.length > 20, `${number} has packets`);
      assert.deepEqual(ours, theirs);
    }
  });
}

/** The names of what jobs have left on the browser's disk, by folder. @param {Page} page @returns {Promise<string[]>} */
export const onDisk = (page) => page.evaluate(async () => {
  const top = await navigator.storage.getDirectory();
  const folder = /** @type {any} */ (await top.getDirectoryHandle('downloads', { create: true }));
  const names = [];
  for await (const job of folder.keys()) {
    names.push(job);
    for await (const file of (await folder.getDirectoryHandle(job)).keys()) names.push(`${job}/${file}`);
  }
  return names;
});

/** Closes the extension's pages but for this one, so that this one works. @param {Page} page */
export async function alone(page) {
  await page.evaluate(`(async () => {
    const [own, tabs] = await Promise.all([chrome.tabs.getCurrent(), chrome.runtime.getContexts({ contextTypes: ['TAB'] })]);
    await chrome.tabs.remove(tabs.map((t) => t.tabId).filter((id) => id !== own.id));
  })()`);
  await working(page);
}

/** Waits until a Downloads page has the work. @param {Page} page */
export const working = (page) => until('the page to work', () => page.evaluate(() => document.getElementById('watching')?.hidden && !document.body.hasAttribute('aria-busy')));

/**
 * The sources of a film in 1080P and of its sound, by a listing of their own.
 *
 * @param {Session} b
 * @param {string} codec
 * @param {string} [scenario]
 * @param {string} [sound] its codec
 */
export async function film(b, codec, scenario = 'long', sound = 'E-AC-3') {
  await b.closeTabs(); // whose listings may be old
  const listing = await listingOf(b, scenario);
  const rows = [listing.video?.find((r) => r.quality === 80 && r.codec === codec), listing.audio?.find((r) => r.codec === sound)];
  /** @type {Map<string, Buffer>} */
  const from = new Map();
  for (const [i, kind] of ['v', 'a'].entries()) {
    const address = rows[i]?.segments?.[0]?.urls[0]?.url;
    assert(address, `no address of ${codec} in ${scenario}`);
    from.set(kind, await b.replica.media(address, 'https://www.bilibili.com/'));
  }
  return from;
}

/** A saved file holds every packet of its film. @param {string} file @param {Map<string, Buffer>} from as film gives it */
export const isFilm = (file, from) => comesFrom(file, from, { v: 'v', a: 'a' });

/** Leaves no job and no file to the next test. @param {Session} b */
export async function clearDownloads(b) {
  const page = await b.driver.openExtensionPage('downloads/downloads.html?last');
  await alone(page);
  // One after the other: two of the same name can't be told apart.
  await until('an empty list', async () => {
    const [first] = await cards(page);
    if (!first) return true;
    const button = ['Clear', 'Cancel'].find((one) => first.buttons.includes(one));
    if (button) await press(page, first.name, button).catch(() => {}); // it has just changed
    return false;
  }, { seen: () => cards(page) });
  await until('the disk to be empty again', async () => (await onDisk(page)).length === 0, { seen: () => onDisk(page) });
  await page.close();
  for (const file of filesIn(b.downloads)) rmSync(`${b.downloads}/${file}`);
}

/** How tests order. @param {Session} b */
export function orders(b) {
  return {
    /** Orders rows of a scenario. @param {string} scenario @param {string[]} rows */
    async order(scenario, ...rows) {
      const tab = await b.open(scenario);
      await tab.show();
      for (const row of rows) {
        await tab.page.bringToFront();
        await tab.click(row);
        await tab.see('that it is ordered', (v) => v.status.startsWith('Downloading '));
      }
      return tab;
    },

    /** A test that leaves no job and no file to the next. @param {string} name @param {() => Promise<void>} test */
    downloading: (name, test) => it(name, async () => {
      await b.login('com', null);
      /** @type {unknown} */
      const failed = await test().then(() => null, (error) => error);
      try {
        await clearDownloads(b);
      } catch (error) {
        throw failed ?? error;
      }
      if (failed) throw failed;
    }),
  };
}
