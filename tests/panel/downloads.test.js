// The Downloads page alone, with a fake browser behind it and a worker that the test speaks for.
import { afterEach, beforeEach, test } from 'node:test';
import assert from 'node:assert/strict';
import path from 'node:path';
import { mkdirSync } from 'node:fs';
import { axe, root } from './lib/harness.js';
import { all, complete, fakeBrowser, job, links, running, titled } from './lib/jobs.js';
import { stage } from './lib/stage.js';

/** @typedef {Streamlist.Downloader.Job} Job */
/** @typedef {Awaited<ReturnType<typeof openIn>>} Page */

const { openOwn: openIn, profile: newProfile } = stage();

/** Its tabs share a lock and a disk with each other, and not with another test's. @type {import('puppeteer-core').BrowserContext} */
let profile;
beforeEach(async () => {
  profile = await newProfile();
});
afterEach(() => profile.close());

/** @param {Parameters<typeof openIn>[0] & {browser?: Parameters<typeof fakeBrowser>[0], watching?: boolean}} [how] */
async function show({ browser: fake, watching = false, ...how } = {}) {
  const page = await openIn({ page: 'downloads/downloads.html', ...how, before: (p) => p.evaluateOnNewDocument(fakeBrowser, fake ?? {}) }, profile);
  if (!fake?.incognito && !watching) await page.waitForFunction(() => /** @type {any} */ (globalThis).fake.posted.length > 0);
  return page;
}

/** @param {Page} page @param {object} report */
const say = (page, report) => page.evaluate((r) => /** @type {any} */ (globalThis).fake.say(r), report);
/** @param {Page} page @param {Job[]} jobs @param {object} [rest] */
const draw = (page, jobs, rest) => say(page, { kind: 'jobs', view: { jobs, speed: 31.2e6, free: 61e9, ...rest } });
/** What the page has told the fake. @param {Page} page @param {string} what */
const told = (page, what) => page.evaluate((w) => /** @type {any} */ (globalThis).fake[w], what);
/** @param {Page} page */
const status = (page) => page.$eval('#status', (e) => e.textContent);
/** @param {Page} page @param {string} what @param {number} count */
const until = (page, what, count) => page.waitForFunction((w, n) => /** @type {any} */ (globalThis).fake[w].length >= n, {}, what, count);
/** What a card says: name, line, buttons, below. @param {Page} page */
const cards = (page) => page.$$eval('article', (list) => list.map((card) => ({
  name: card.querySelector('h2')?.textContent, about: card.querySelector('.about .dim')?.textContent,
  buttons: [...card.querySelectorAll('.acts button')].map((b) => b.textContent),
  state: card.querySelector('.line > :first-child')?.textContent, facts: card.querySelector('.facts')?.textContent,
})));

test('jobs are cards: name, quality, progress, speed, time left', async () => {
  const page = await show();
  assert.deepEqual(await told(page, 'posted'), [{ kind: 'start', options: { atOnce: 1, connections: 5, template: '{course}/{number} - {lesson} [{quality} {codec}]' }, past: '' }]);
  await draw(page, [running, links, complete, job({ id: 'd', state: 'waiting', name: '', parts: [], head: { title: 'Two' } })]);
  const { name, about } = (await cards(page))[3] ?? {};
  assert.deepEqual([name, about], ['Two', '1080P60 AVC + 192K AAC'], 'what the order says, until more is known');
  assert.deepEqual((await cards(page)).slice(0, 3), [
    {
      name: '03 - 50音图的か行、さ行、た行假名 [1080P60 AVC].mp4', about: '0-N4日语精讲 · 1080P60 AVC + 192K AAC', buttons: ['Pause', 'Cancel'],
      state: '61% · 948 MB of 1.53 GB', facts: '31 MB/s · 19 sec left · Details',
    },
    { name: '04 - な行、は行、ま行假名 [1080P60 AVC].mp4', about: '0-N4日语精讲 · 1080P60 AVC + 192K AAC', buttons: ['Pause', 'Cancel'], state: 'Getting fresh links. 512 MB kept.', facts: '40% · Details' },
    { name: '02 - 50音あ行 [1080P60 AVC].mp4', about: '0-N4日语精讲 · 1080P60 AVC + 192K AAC · 1.21 GB in 41 sec', buttons: ['Save again', 'Show in folder', 'Clear'], state: 'Complete, 50:03', facts: 'May 17, 2019 · Details' },
  ]);
  assert.equal(await page.$eval('#summary', (e) => e.textContent), '2 under way, 1 waiting · 31 MB/s · 61 GB free');
  assert.equal(await page.title(), 'Downloads – Streamlist');
  assert.deepEqual(page.errors, []);
});

test('subtitles beside a video: on their way, there, lost, none', async () => {
  const page = await show();
  await draw(page, titled);
  assert.deepEqual((await cards(page)).map(({ about }) => about?.split(' · ').slice(2).join(' · ')), [
    'subtitles: Thai', 'subtitles: English, Vietnamese (machine-made), Traditional Chinese', 'subtitles: English · subtitles not saved: Thai, Malay', 'no subtitles: Malay',
  ]);
});

test('the subtitles that were ordered come from the background', async () => {
  const page = await show();
  await draw(page, []);
  const order = { ...running.order, site: 'tv', url: 'https://www.bilibili.tv/en/play/1/2', load: 'a', episode: '2', subtitles: 'th' };
  const tracks = [{ tag: 'th', file: { name: 'srt', text: '1', count: 1 } }];
  await page.evaluate((t) => {
    /** @type {any} */ (globalThis).fake.answers = [{ ok: true, body: { tracks: t } }, { ok: false, error: { code: 'unavailable', reason: { code: 'network' } } }];
  }, tracks);
  for (const ask of ['1', '2']) await say(page, { kind: 'subtitles', ask, order });
  await until(page, 'posted', 3);
  assert.deepEqual((await told(page, 'posted')).slice(1), [
    { kind: 'subtitles', ask: '1', tracks }, { kind: 'subtitles', ask: '2', error: { code: 'unavailable', reason: { code: 'network' } } },
  ]);
  const { kind, body } = (await told(page, 'asked'))[0];
  assert.deepEqual([kind, body], ['subtitles-for', { tab: { id: 7, url: order.url, store: '' }, hints: { load: 'a', episode: '2' }, language: 'th' }]);
});

test('a lesson that is saved is remembered, once and by the working tab', async () => {
  const page = await show();
  const of = (/** @type {string} */ id, /** @type {Partial<Job>} */ facts) => {
    const one = job({ id, state: 'complete', ...facts });
    return { ...one, order: { ...one.order, ...facts.order } };
  };
  const order = (/** @type {string} */ page, /** @type {string} */ episode) => ({ ...job({ id: 'x' }).order, page, episode });
  await draw(page, [of('1', { state: 'saving', order: order('com/ep/2601', '2601') }), of('2', { order: order('com/ss/81', '2602') })]);
  await page.waitForFunction(() => /** @type {any} */ (globalThis).fake.local['lesson/com/2602']?.saved > 1.7e9);
  assert.deepEqual(Object.keys(/** @type {any} */ (await told(page, 'local'))), ['lesson/com/2602']);
  await page.evaluate(() => delete /** @type {any} */ (globalThis).fake.local['lesson/com/2602']); // forgotten in the options
  await draw(page, [
    of('1', { order: order('com/ep/2601', '2601') }), of('2', { order: order('com/ss/81', '2602') }), of('3', { order: { ...order('tv/ep/7', '7'), site: 'tv' } }),
    of('4', { order: { ...order('tv/av/8', '8'), site: 'tv' } }), of('5', { order: order('com/ep/2603', '2603'), notes: [{ code: 'preview', given: 1, whole: 2 }] }),
  ]);
  await page.waitForFunction(() => /** @type {any} */ (globalThis).fake.local['lesson/tv/7']);
  assert.deepEqual(Object.keys(/** @type {any} */ (await told(page, 'local'))).sort(), ['lesson/com/2601', 'lesson/tv/7'], 'no upload, no part of a lesson, none twice');
  assert.deepEqual(page.errors, []);
});

test('the bar is a picture of the pieces, and a progress bar to who can\'t see it', async () => {
  const page = await show();
  await draw(page, [running]);
  const bar = await page.$eval('[role=progressbar]', (e) => ({
    now: e.getAttribute('aria-valuenow'), text: e.getAttribute('aria-valuetext'), name: document.getElementById(e.getAttribute('aria-labelledby') ?? '')?.textContent,
    pieces: [...e.children].map((piece) => [piece.className, Math.round(piece.getBoundingClientRect().width / e.clientWidth * 100)]),
  }));
  assert.deepEqual(bar, {
    now: '61', text: '61% · 948 MB of 1.53 GB', name: '03 - 50音图的か行、さ行、た行假名 [1080P60 AVC].mp4',
    pieces: [['on', 58], ['now', 3], ['', 2], ['on', 4], ['now', 3], ['', 30]],
  });
  await draw(page, [{ ...running, done: 1.53e9, bar: { done: [[0, 1.53e9]], now: [] } }]);
  assert.equal(await page.$eval('[role=progressbar]', (e) => e.getAttribute('aria-valuenow')), '99', 'nothing is whole before it is checked and saved');
  assert.equal((await page.$$('.pieces i')).length, 1);
});

test('every state says what it is, and what a person can do', async () => {
  const page = await show();
  await draw(page, all);
  const seen = await cards(page);
  assert.equal(seen.length, all.length);
  for (const [i, card] of seen.entries()) assert.ok(card.state && !card.state.includes('undefined'), `${all[i]?.id}: ${card.state}`);
  const line = (/** @type {string} */ id) => seen[all.findIndex((j) => j.id === id)]?.state;
  assert.equal(line('i'), 'The disk is full: 3.10 GB are needed and 2.20 GB are free. Make room, then press Resume. 700 MB kept.');
  assert.match(line('g') ?? '', /^The site asks for a pause\. It goes on by itself\. Next try at .+\. 3\.0 MB kept\.$/);
  assert.match(line('failed-encrypted') ?? '', /^Encrypted: /);
  assert.match(line('failed-no-save') ?? '', /FILE_NO_SPACE/);
  assert.match(line('failed-region') ?? '', /^Region: /);
  assert.match(line('failed-never-heard-of') ?? '', /^Unexpected answer: /);
  assert.match(line('m') ?? '', /container/);
  assert.deepEqual(seen.at(-1)?.buttons, ['Show in folder', 'Save again', 'Clear'].sort((a, b) => ['Save again', 'Show in folder', 'Clear'].indexOf(a) - ['Save again', 'Show in folder', 'Clear'].indexOf(b)));
  const toggles = await page.$$('.facts button');
  await toggles.at(-1)?.click();
  assert.deepEqual(await page.$$eval('article:last-of-type .details p', (lines) => lines.map((p) => p.textContent)), [
    '0-N4日语精讲/03 - 50音图的か行、さ行、た行假名 [1080P60 AVC].mp4', 'FLV parts are saved as separate files: 3.',
    'Its parts are coded differently and can\'t become one file, so they are saved as separate files: 3.', 'A preview: 5:00 of 15:00.',
    'The file changed at its host, so it was begun anew.', 'The host gives whole files only: one connection, from the start.',
    'It is 5:00 long; the site says 5:10.', 'Saved as the host gave it; it could not be checked.', '',
  ]);
  assert.deepEqual(page.errors, []);
});

test('commands go to the worker, and the focus stays where the finger is', async () => {
  const page = await show();
  await draw(page, [running, complete]);
  await page.focus('[data-do=pause]');
  await page.keyboard.press('Enter');
  assert.deepEqual((await told(page, 'posted')).at(-1), { kind: 'command', job: 'a', do: 'pause' });
  await draw(page, [{ ...running, state: 'paused', reason: { code: 'person' }, can: ['resume', 'cancel'] }, complete]);
  assert.equal(await page.evaluate(() => document.activeElement?.textContent), 'Resume');
  await draw(page, [{ ...running, done: 950e6 }, complete]);
  assert.equal(await page.evaluate(() => document.activeElement?.textContent), 'Pause');
  await page.focus('[data-do=cancel]');
  await page.keyboard.press(' ');
  assert.deepEqual((await told(page, 'posted')).at(-1), { kind: 'command', job: 'a', do: 'cancel' });
  await draw(page, [complete]);
  assert.equal(await page.evaluate(() => document.activeElement?.textContent), 'Save again', 'of the next card');
  await page.focus('[data-do=clear]');
  await draw(page, []);
  assert.equal(await page.evaluate(() => document.activeElement?.tagName), 'H1');
  assert.match(await page.$eval('#none', (e) => /** @type {HTMLElement} */ (e).innerText), /^Nothing here yet/);
});

test('details show the hosts, and stay open while numbers change', async () => {
  const page = await show();
  await draw(page, [running]);
  await page.click('aria/Details');
  const rows = () => page.$$eval('.details tr', (list) => list.map((tr) => [...tr.children].map((cell) => cell.textContent)));
  assert.deepEqual(await rows(), [
    ['Host', 'Connections', 'Speed', 'Failures'],
    ['upos-sz-mirrorali.bilivideo.com · mirror', '3', '21 MB/s', '0'], ['xy1x2x3x4xy.mcdn.bilivideo.cn:4483 · PCDN, often slow', '2', '9.8 MB/s', '4'],
  ]);
  await draw(page, [{ ...running, hosts: [] }]);
  assert.match(await page.$eval('.details', (e) => /** @type {HTMLElement} */ (e).innerText), /No host is in use now\.$/);
  assert.equal(await page.$eval('.facts button', (e) => e.getAttribute('aria-expanded')), 'true');
});

test('what ends is said once, by a notification too where the option and the browser want it', async () => {
  const page = await show({ stored: { notify: true } });
  await draw(page, [running, links]);
  assert.equal(await status(page), '', 'what is there at the start is no news');
  await draw(page, [{ ...running, state: 'complete', downloads: [1], can: ['clear'] }, links]);
  const line = '03 - 50音图的か行、さ行、た行假名 [1080P60 AVC].mp4: Complete, 50:03';
  await page.waitForFunction((t) => document.getElementById('status')?.textContent === t, {}, line);
  await draw(page, [{ ...running, state: 'complete', downloads: [1], can: ['clear'] }, { ...links, state: 'failed', reason: { code: 'other' }, can: ['retry', 'cancel'] }]);
  await until(page, 'notified', 2);
  assert.deepEqual((await told(page, 'notified')).map((/** @type {any} */ n) => n.slice(0, 2)), [['download/a', 'Download complete'], ['download/b', 'Download stopped']]);
  assert.equal((await told(page, 'notified'))[0][2], line);
  const quiet = await show({ watching: true });
  await quiet.close();
  await page.close();
  const off = await show({ stored: { notify: false } });
  await draw(off, [running]);
  await draw(off, [{ ...running, state: 'complete', can: ['clear'] }]);
  await off.waitForFunction(() => document.getElementById('status')?.textContent);
  assert.deepEqual(await told(off, 'notified'), []);
  await off.close();
});

test('the icon counts what is under way; the tab is kept awake meanwhile, and asks before it closes', async () => {
  const page = await show();
  await draw(page, [running, links, job({ id: 'd', state: 'waiting' })]);
  await until(page, 'updated', 1);
  assert.deepEqual(await told(page, 'badge'), [{ text: '2' }]);
  assert.deepEqual(await told(page, 'updated'), [[50, { autoDiscardable: false }]]);
  const asks = () => page.evaluate(() => {
    const event = new Event('beforeunload', { cancelable: true });
    dispatchEvent(event);
    return event.defaultPrevented;
  });
  assert.equal(await asks(), true);
  await draw(page, [{ ...running, state: 'paused', reason: { code: 'person' }, can: [] }]);
  await until(page, 'updated', 2);
  assert.deepEqual([(await told(page, 'badge')).at(-1), (await told(page, 'updated')).at(-1), await asks()], [{ text: '' }, [50, { autoDiscardable: true }], false]);
});

test('orders become jobs, and are kept until they are', async () => {
  const order = (/** @type {string} */ id, /** @type {number} */ at) => ({ at, order: { ...running.order, id, page: `com/ep/${id}` } });
  const page = await show({ browser: { orders: { 'order/2': order('2', 2), 'order/1': order('1', 1), 'tab/7': { listing: {} } } } });
  assert.equal((await told(page, 'posted')).length, 1, 'not before the worker knows what it has');
  await draw(page, []);
  await until(page, 'posted', 3);
  assert.deepEqual((await told(page, 'posted')).slice(1).map((/** @type {any} */ r) => [r.kind, r.order.id]), [['add', '1'], ['add', '2']]);
  await draw(page, [job({ id: '1' })]);
  await page.waitForFunction(() => !('order/1' in /** @type {any} */ (globalThis).fake.session));
  assert.deepEqual(Object.keys(await told(page, 'session')).sort(), ['order/2', 'tab/7']);
  // Ordered a second time, it stays the job that it is.
  await page.evaluate((o) => {
    const { fake } = /** @type {any} */ (globalThis);
    fake.session['order/3'] = o;
    for (const l of fake.listeners) l({ 'order/3': { newValue: o } }, 'session');
  }, { at: 3, order: { ...order('1', 3).order, id: '3' } });
  await until(page, 'posted', 4);
  await draw(page, [job({ id: '1' }), job({ id: '2' })]);
  await page.waitForFunction(() => Object.keys(/** @type {any} */ (globalThis).fake.session).join() === 'tab/7');
  await draw(page, [job({ id: '1' }), job({ id: '2' })]);
  assert.equal((await told(page, 'posted')).length, 4);
});

test('the listing is the background\'s, asked for again where that ended; a container\'s only through its tab', async () => {
  const page = await show();
  await page.evaluate(() => {
    /** @type {any} */ (globalThis).fake.answers = [{ ok: false, error: { code: 'runtime-died' } }, { ok: true, body: { site: 'com' } }, { ok: false, error: { code: 'unavailable', reason: { code: 'expired' } } }];
  });
  const order = { ...running.order, load: 'l', episode: '790', title: 'Two' };
  await say(page, { kind: 'ask', ask: '1', order, refresh: false });
  await until(page, 'posted', 2);
  assert.deepEqual((await told(page, 'posted'))[1], { kind: 'listing', ask: '1', listing: { site: 'com' } });
  const asked = await told(page, 'asked');
  assert.equal(asked.length, 2);
  assert.deepEqual([asked[0].v, asked[0].kind, asked[0].body], [1, 'list-for', {
    tab: { id: 7, url: 'https://www.bilibili.com/cheese/play/ep790', store: '' }, hints: { load: 'l', episode: '790', title: 'Two' }, row: 'video/116/AVC/1',
  }]);
  await say(page, { kind: 'ask', ask: '2', order, refresh: true });
  await until(page, 'posted', 3);
  assert.deepEqual((await told(page, 'posted'))[2], { kind: 'listing', ask: '2', error: { code: 'unavailable', reason: { code: 'expired' } } });
  assert.equal((await told(page, 'asked'))[2].body.refresh, true);
  await page.evaluate(() => /** @type {any} */ (globalThis).fake.answers.push({ ok: false, error: { code: 'internal' } }));
  await say(page, { kind: 'ask', ask: '2', order, refresh: false });
  await until(page, 'posted', 4);
  assert.deepEqual((await told(page, 'posted'))[3].error, { code: 'unavailable', reason: { code: 'unexpected', detail: 'internal' } });
  for (const [tab, store] of /** @type {const} */ ([[8, 'firefox-container-1'], [7, 'firefox-container-2']])) {
    await say(page, { kind: 'ask', ask: '3', order: { ...order, tab, store }, refresh: true });
  }
  await until(page, 'posted', 6);
  assert.deepEqual((await told(page, 'posted')).slice(4), Array(2).fill({ kind: 'listing', ask: '3', error: { code: 'unavailable', reason: { code: 'no-access', detail: 'other-jar' } } }));
  assert.equal((await told(page, 'asked')).length, 4, 'another tab\'s account was not asked');
  await say(page, { kind: 'ask', ask: '4', order: { ...order, store: 'firefox-container-1' }, refresh: true });
  await until(page, 'asked', 5);
});

/** Puts files where the worker would. @param {Page} page @param {string[]} names */
const onDisk = (page, names) => page.evaluate(async (list) => {
  const top = await navigator.storage.getDirectory();
  const folder = await (await top.getDirectoryHandle('downloads', { create: true })).getDirectoryHandle('a', { create: true });
  for (const name of list) {
    const file = await (await folder.getFileHandle(name, { create: true })).createWritable();
    await file.write(`the bytes of ${name}`);
    await file.close();
  }
}, names);
const file = { path: 'downloads/a/media', name: '课程/03 - か行.mp4', type: 'video/mp4' };

test('a whole file is handed to the browser, and let go once it is saved', async () => {
  const page = await show();
  await onDisk(page, ['media']);
  await say(page, { kind: 'hand', job: 'a', files: [file], downloads: [] });
  await until(page, 'posted', 2);
  const [{ url, ...begun }] = await told(page, 'begun');
  assert.match(url, /^blob:/);
  assert.deepEqual(begun, { filename: '课程/03 - か行.mp4', conflictAction: 'uniquify', saveAs: false, type: 'video/mp4', content: 'the bytes of media' });
  assert.deepEqual((await told(page, 'posted'))[1], { kind: 'handed', job: 'a', outcome: 'begun', downloads: [100] });
  await say(page, { kind: 'hand', job: 'a', files: [file], downloads: [] }); // said twice
  await page.evaluate(() => /** @type {any} */ (globalThis).fake.fire('changed', { id: 100, state: { current: 'complete' } }));
  await until(page, 'posted', 3);
  assert.deepEqual((await told(page, 'posted'))[2], { kind: 'handed', job: 'a', outcome: 'complete', downloads: [100] });
  assert.equal((await told(page, 'begun')).length, 1);
  assert.deepEqual(await told(page, 'blobs'), {}, 'the file can be removed');
});

test('what the browser doesn\'t save is said with its word for why; several files are saved all or fail', async () => {
  const page = await show();
  await onDisk(page, ['media', 'media-2']);
  await say(page, { kind: 'hand', job: 'a', files: [file, { ...file, path: 'downloads/a/media-2', name: 'b.flv', type: 'video/x-flv' }], downloads: [] });
  await until(page, 'posted', 2);
  await page.evaluate(() => {
    const { fake } = /** @type {any} */ (globalThis);
    fake.fire('changed', { id: 100, state: { current: 'complete' } });
    fake.fire('changed', { id: 101, state: { current: 'interrupted' }, error: { current: 'FILE_NO_SPACE' } });
  });
  await until(page, 'posted', 3);
  assert.deepEqual((await told(page, 'posted'))[2], { kind: 'handed', job: 'a', outcome: 'failed', downloads: [100, 101], error: 'FILE_NO_SPACE' });
  await say(page, { kind: 'hand', job: 'a', files: [{ ...file, name: 'refused.mp4' }], downloads: [] });
  await until(page, 'posted', 4);
  assert.deepEqual((await told(page, 'posted'))[3], { kind: 'handed', job: 'a', outcome: 'failed', downloads: [], error: 'Invalid filename' });
  await say(page, { kind: 'hand', job: 'a', files: [{ ...file, path: 'downloads/a/gone' }], downloads: [] });
  await until(page, 'posted', 5);
  assert.equal((await told(page, 'posted'))[4].outcome, 'failed');
});

test('what was saved while no page looked is not saved twice', async () => {
  const page = await show();
  await onDisk(page, ['media']);
  await page.evaluate(() => {
    const of = { byExtensionId: 'self', fileSize: 18, exists: true };
    /** @type {any} */ (globalThis).fake.items = {
      5: { id: 5, state: 'complete', ...of }, 6: { id: 6, state: 'interrupted', error: 'USER_SHUTDOWN', ...of, fileSize: -1 },
      7: { id: 7, state: 'complete', ...of, byExtensionId: undefined }, 8: { id: 8, state: 'complete', ...of, fileSize: 17 }, 9: { id: 9, state: 'complete', ...of, exists: false },
    };
  });
  await say(page, { kind: 'hand', job: 'a', files: [file], downloads: [5] });
  await until(page, 'posted', 3);
  assert.deepEqual((await told(page, 'posted')).slice(1).map((/** @type {any} */ r) => r.outcome), ['begun', 'complete']);
  assert.deepEqual(await told(page, 'begun'), []);
  // One that was cut short, those that have its number since the browser was started anew, and one whose file was removed.
  for (const [i, id] of [6, 7, 8, 9].entries()) {
    await say(page, { kind: 'hand', job: `b${i}`, files: [file], downloads: [id] });
    await until(page, 'begun', i + 1);
  }
});

test('the folder is shown, or that the file is gone; that of all downloads where the browser has forgotten the file', async () => {
  const page = await show();
  await draw(page, [complete]);
  const items = (/** @type {object} */ item) => page.evaluate((i) => void (/** @type {any} */ (globalThis).fake.items = { 31: i }), item);
  const own = { id: 31, state: 'complete', exists: true, byExtensionId: 'self', fileSize: complete.size };
  await items({ ...own, exists: false });
  await page.click('aria/Show in folder');
  await page.waitForFunction(() => document.getElementById('status')?.textContent === 'The file is no longer where it was saved.');
  await items({ ...own, fileSize: 5 }); // Firefox began to count anew
  await page.click('aria/Show in folder');
  await page.waitForFunction(() => document.getElementById('status')?.textContent?.startsWith('The browser has forgotten where it saved this file.'));
  assert.deepEqual([await told(page, 'shown'), await told(page, 'folders')], [[], 1]);
  await items(own);
  await page.click('aria/Show in folder');
  await until(page, 'shown', 1);
  assert.deepEqual([await told(page, 'shown'), await told(page, 'folders')], [[31], 1]);
});

test('what is complete lasts, and is cleared one by one or all at once', async () => {
  const page = await show({ browser: { local: { downloaded: '["kept"]' } } });
  assert.equal((await told(page, 'posted'))[0].past, '["kept"]');
  await say(page, { kind: 'past', list: '["new"]' });
  await page.waitForFunction(() => /** @type {any} */ (globalThis).fake.local.downloaded === '["new"]');
  await draw(page, [running, complete]);
  assert.equal(await page.$('#clear:not([hidden])'), null, 'one has a button of its own');
  await draw(page, [running, complete, { ...complete, id: 'other' }]);
  await page.focus('#clear');
  assert.equal(await page.evaluate(() => document.activeElement?.textContent), 'Clear complete ones');
  await page.keyboard.press('Enter');
  assert.deepEqual((await told(page, 'posted')).at(-1), { kind: 'command', job: '', do: 'clear' });
  await draw(page, [running]);
  assert.equal(await page.evaluate(() => document.activeElement?.tagName), 'H1');
  await say(page, { kind: 'stopped', why: 'died' });
  assert.equal((await told(page, 'posted')).at(-1).past, '["new"]', 'the next worker is told of it');
});

test('a card that moves as it ends keeps the focus', async () => {
  const page = await show();
  await draw(page, [running, links, complete]);
  await page.focus('article:first-of-type .facts button');
  await draw(page, [links, { ...running, state: 'complete', ended: Date.now(), can: ['again', 'clear'] }, complete]);
  assert.equal(await page.evaluate(() => document.activeElement?.closest('article')?.querySelector('h2')?.textContent), '03 - 50音图的か行、さ行、た行假名 [1080P60 AVC].mp4');
  assert.match((await cards(page))[1]?.facts ?? '', /^\d\d:\d\d · Details$/);
});

test('a second tab watches, passes commands on, and takes over', async () => {
  const first = await show();
  await draw(first, [running]);
  const second = await show({ watching: true });
  await second.waitForSelector('#watching:not([hidden])');
  await second.waitForSelector('article');
  assert.equal((await cards(second))[0]?.state, '61% · 948 MB of 1.53 GB');
  assert.deepEqual([await told(second, 'workers'), await told(second, 'badge')], [[], []]);
  await second.click('aria/Pause');
  await until(first, 'posted', 2);
  assert.deepEqual((await told(first, 'posted'))[1], { kind: 'command', job: 'a', do: 'pause' });
  await draw(first, [{ ...running, state: 'paused', reason: { code: 'person' }, can: ['resume', 'cancel'] }]);
  await second.waitForSelector('[data-do=resume]');
  await first.close();
  await second.waitForFunction(() => /** @type {any} */ (globalThis).fake.posted.length > 0);
  assert.equal((await told(second, 'posted'))[0].kind, 'start');
  assert.equal(await second.$eval('#watching', (e) => /** @type {HTMLElement} */ (e).hidden), true);
  await second.close();
});

test('a program that dies is begun anew, and given up after three deaths', async () => {
  const page = await show({ browser: { orders: { 'order/1': { at: 1, order: running.order } } } });
  await draw(page, []);
  await until(page, 'posted', 2);
  await say(page, { kind: 'stopped', why: 'died' });
  assert.equal((await told(page, 'workers')).length, 2);
  await draw(page, []);
  await until(page, 'posted', 4);
  assert.deepEqual((await told(page, 'posted')).map((/** @type {any} */ r) => r.kind), ['start', 'add', 'start', 'add']);
  await say(page, { kind: 'stopped', why: 'died' });
  await say(page, { kind: 'stopped', why: 'died' });
  assert.equal((await told(page, 'workers')).length, 3);
  await page.waitForSelector('#notice:not([hidden])');
  assert.match(await page.$eval('#notice', (e) => e.textContent ?? ''), /^The download program has stopped/);
});

test('changed options are the worker\'s at once, and nonsense in them is not', async () => {
  const page = await show({ stored: { connections: 99, atOnce: '3', template: '../{lesson}', notify: 1 } });
  assert.deepEqual((await told(page, 'posted'))[0].options, { atOnce: 3, connections: 5, template: '{course}/{number} - {lesson} [{quality} {codec}]' });
  await page.evaluate(() => /** @type {any} */ (globalThis).fake.listeners.forEach((/** @type {any} */ l) => l({ options: { newValue: { connections: 16, atOnce: 2, template: '{lesson}' } } }, 'sync')));
  assert.deepEqual((await told(page, 'posted')).at(-1), { kind: 'options', options: { atOnce: 2, connections: 16, template: '{lesson}' } });
});

test('where there is no room on disk, and in a private window, it says so', async () => {
  const page = await show();
  await say(page, { kind: 'stopped', why: 'no-storage' });
  await page.waitForSelector('#notice:not([hidden])');
  assert.match(await page.$eval('#notice', (e) => e.textContent ?? ''), /no room on the disk here.*Copy as…/);
  await page.close();
  const private_ = await show({ browser: { incognito: true } });
  await private_.waitForSelector('#notice:not([hidden])');
  assert.match(await private_.$eval('#notice', (e) => e.textContent ?? ''), /^Downloads are not available in private windows.*Copy as…/);
  assert.deepEqual([await told(private_, 'workers'), await told(private_, 'posted')], [[], []]);
});

for (const dark of [false, true]) {
  test(`axe finds nothing, ${dark ? 'dark' : 'light'}`, async () => {
    for (const jobs of [all, []]) {
      const page = await show({ dark });
      await draw(page, jobs);
      for (const toggle of await page.$$('.facts button')) await toggle.click();
      assert.deepEqual(await axe(page), []);
      assert.deepEqual(page.errors, []);
      if (jobs.length) {
        mkdirSync(path.join(root, 'tests/out'), { recursive: true });
        await draw(page, [running, links, complete, ...all.slice(3, 12)]);
        await page.screenshot({ path: `${root}tests/out/downloads-${dark ? 'dark' : 'light'}.png`, fullPage: true });
      }
      await page.close();
    }
  });
}
