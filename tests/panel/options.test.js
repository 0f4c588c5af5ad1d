// The options page and the page shown where nothing can be injected, with a fake browser behind them.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { axe } from './lib/harness.js';
import { stage } from './lib/stage.js';
import { DEFAULTS, isTemplate, readOptions } from '../../extension/options/stored.js';

const { openOwn: show } = stage();

/** @param {Awaited<ReturnType<typeof show>>} page */
const saved = (page) => page.evaluate(() => /** @type {any} */ (globalThis).fake.saved);
/** @param {Awaited<ReturnType<typeof show>>} page @param {string} text */
const says = (page, text) => page.waitForFunction((t) => document.getElementById('status')?.textContent === t, {}, text);
/** @param {Awaited<ReturnType<typeof show>>} page */
const order = (page) => page.$$eval('#codecs li span', (items) => items.map((i) => i.textContent));

test('defaults until something is chosen; a change is saved at once', async () => {
  const page = await show();
  assert.deepEqual(await order(page), ['AVC', 'HEVC', 'AV1']);
  await page.click('aria/HDR and Dolby Vision may be best');
  await says(page, 'Saved');
  assert.deepEqual(await saved(page), { ...DEFAULTS, hdr: true });
  await page.click('aria/The mpv command');
  await page.click('aria/Open the panel by itself');
  await page.waitForFunction(() => /** @type {any} */ (globalThis).fake.saved.openByItself);
  assert.deepEqual(await saved(page), { ...DEFAULTS, hdr: true, openByItself: true, copy: 'mpv' });
  assert.deepEqual(page.errors, []);
});

test('codecs are put in order by keyboard alone, and the focus goes with them', async () => {
  const page = await show();
  await page.focus('aria/Move AV1 up');
  await page.keyboard.press('Enter');
  await says(page, 'Saved: AVC, AV1, HEVC');
  await page.keyboard.press('ArrowUp');
  await says(page, 'Saved: AV1, AVC, HEVC');
  assert.equal(await page.evaluate(() => document.activeElement?.getAttribute('aria-label')), 'Move AV1 up');
  await page.keyboard.press('ArrowUp'); // already first
  await page.keyboard.press('ArrowDown');
  await says(page, 'Saved: AVC, AV1, HEVC');
  assert.deepEqual((await saved(page)).codecs, ['AVC', 'AV1', 'HEVC']);
});

test('what is stored is shown, and nonsense in it is replaced', async () => {
  const page = await show({ stored: { codecs: ['AV1', 'VP9', 7, 'AV1'], hdr: 'yes', openByItself: true, copy: 'everything' } });
  assert.deepEqual(await order(page), ['AV1', 'AVC', 'HEVC']);
  assert.deepEqual(await page.$$eval('input:checked', (inputs) => inputs.map((i) => i.id)), ['copy-url', 'open']);
  await page.evaluate(() => /** @type {any} */ (globalThis).fake.listeners.forEach((/** @type {any} */ l) => l({ options: { newValue: { copy: 'mpv' } } }, 'sync')));
  assert.equal(await page.$eval('#copy-mpv', (input) => /** @type {HTMLInputElement} */ (input).checked), true);
});

test('what is remembered of lessons is counted and forgotten, and nothing else', async () => {
  const kept = { 'lesson/com/1': { saved: 1 }, 'lesson/tv/2': { encrypted: 2 }, 'copyAs': { what: 'mpv' } };
  const before = async (/** @type {import('puppeteer-core').Page} */ p) => p.evaluateOnNewDocument((k) => Object.assign(/** @type {any} */ (globalThis).fake.local, k), kept);
  const page = await show({ before });
  const left = () => page.evaluate(() => Object.keys(/** @type {any} */ (globalThis).fake.local));
  await page.waitForFunction(() => document.getElementById('lessons-count')?.textContent === 'Remembered: 2');
  assert.deepEqual(await axe(page), []);
  await page.click('#forget');
  await says(page, 'Forgotten');
  assert.deepEqual(await left(), ['copyAs']);
  assert.equal(await page.$eval('#lessons-count', (e) => e.textContent), 'Remembered: 0');
  assert.equal(await page.$eval('#forget', (e) => e.getAttribute('aria-disabled')), 'true');
  await page.evaluate((k) => {
    const { fake } = /** @type {any} */ (globalThis);
    Object.assign(fake.local, k);
    fake.listeners.forEach((/** @type {any} */ l) => l({ 'lesson/com/1': {} }, 'local'));
  }, kept);
  await page.waitForFunction(() => document.getElementById('lessons-count')?.textContent === 'Remembered: 2');
  const refused = await show({ refuse: true, before });
  await refused.waitForFunction(() => document.getElementById('lessons-count')?.textContent === 'Remembered: 2');
  await refused.click('#forget');
  await says(refused, 'Not saved: the browser refused. Try again.');
  assert.deepEqual(page.errors, []);
});

test('of downloads: how many, how fast, named how, with an example', async () => {
  const page = await show();
  const example = () => page.$eval('#example', (e) => e.textContent);
  assert.equal(await example(), 'Example: Japanese from zero/03 - The first sounds [1080P AVC].mp4');
  await page.select('#connections', '16');
  await says(page, 'Saved');
  await page.select('#atOnce', '3');
  await page.waitForFunction(() => /** @type {any} */ (globalThis).fake.saved.atOnce === 3);
  assert.equal(await page.$eval('#pause', (select) => select.textContent), '1 s2 s3 s4 s5 s6 s7 s8 s9 s10 s');
  await page.select('#pause', '5');
  await page.waitForFunction(() => /** @type {any} */ (globalThis).fake.saved.pause === 5);
  assert.deepEqual(await saved(page), { ...DEFAULTS, connections: 16, atOnce: 3, pause: 5 });
  const type = async (/** @type {string} */ text) => {
    await page.click('#template', { count: 3 });
    await page.keyboard.type(text);
  };
  await type('{number} {lesson}: {quality}');
  assert.match(await example() ?? '', /^Not usable: /);
  assert.equal(await page.$eval('#template', (e) => e.getAttribute('aria-invalid')), 'true');
  await page.keyboard.press('Tab');
  assert.equal((await saved(page)).template, DEFAULTS.template, 'what is not usable is not saved');
  await page.click('#hdr');
  await page.waitForFunction(() => /** @type {any} */ (globalThis).fake.saved.hdr);
  assert.equal((await saved(page)).template, DEFAULTS.template, 'nor by another choice');
  await type('Bilibili/{number} {lesson}');
  assert.equal(await example(), 'Example: Bilibili/03 The first sounds.mp4');
  await page.keyboard.press('Tab');
  await page.waitForFunction(() => /** @type {any} */ (globalThis).fake.saved.template === 'Bilibili/{number} {lesson}');
  await type(' ');
  await page.keyboard.press('Tab');
  await page.waitForFunction((t) => /** @type {any} */ (globalThis).fake.saved.template === t, {}, DEFAULTS.template);
  assert.deepEqual(page.errors, []);
});

test('templates that no system takes, that lead out of the folder or call all files the same are refused', () => {
  for (const good of ['{lesson}', '{number}', 'a/b/{lesson} {codec}', '{course} - {number}', '课程/{lesson}【{quality}】', DEFAULTS.template]) assert.equal(isTemplate(good), true, good);
  for (const bad of ['', 'film', '{course}/{quality}', '{lesson}/film', '/{lesson}', '{lesson}/', 'a//{lesson}', '../{lesson}', './{lesson}', '.{lesson}', '{lesson}.', 'a./{lesson}', ' /{lesson}',
    'C:{lesson}', 'a\\{lesson}', '{lesson}?', '{lesson}*', '"{lesson}"', '<{lesson}>', '{lesson}|', '{lesson}\n', '{lesson}\0', '{title} {lesson}', '{lesson}}', '{lesson}'.padEnd(201, 'x')]) {
    assert.equal(isTemplate(bad), false, JSON.stringify(bad));
  }
});

test('numbers out of their range are read as the usual ones', () => {
  for (const stored of [undefined, null, 7, 'x', [], {}, { connections: 0, atOnce: 4 }, { connections: 17, atOnce: -1 }, { connections: 1.5, atOnce: null }, { connections: 'many', atOnce: {} }]) {
    const { connections, atOnce } = readOptions(stored);
    assert.deepEqual([connections, atOnce], [5, 1], JSON.stringify(stored));
  }
  assert.deepEqual([readOptions({ connections: 16 }).connections, readOptions({ atOnce: 3 }).atOnce], [16, 3]);
});

test('notifications are asked for when they are switched on, and stay off where they are refused', async () => {
  const page = await show();
  await page.click('aria/Notify me when a download ends');
  await says(page, 'Saved');
  assert.equal((await saved(page)).notify, true);
  assert.deepEqual(await page.evaluate(() => /** @type {any} */ (globalThis).fake.requested), [{ permissions: ['notifications'] }]);
  const refused = await show({ refuse: true });
  await refused.click('#notify');
  await says(refused, 'The browser did not allow notifications.');
  assert.equal(await refused.$eval('#notify', (input) => /** @type {HTMLInputElement} */ (input).checked), false);
  assert.equal(await saved(refused), undefined);
});

test('a refusal to save is said', async () => {
  const page = await show({ refuse: true });
  await page.click('#hdr');
  await says(page, 'Not saved: the browser refused. Try again.');
});

test('withheld access can be given', async () => {
  const page = await show({ granted: false, hash: '#access' });
  await page.waitForFunction(() => document.activeElement?.id === 'grant');
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => document.getElementById('access-state')?.textContent?.startsWith('Streamlist may ask'));
  assert.equal(await page.$eval('#grant', (b) => /** @type {HTMLElement} */ (b).hidden), true);
  const quiet = await show();
  await quiet.waitForFunction(() => document.getElementById('access-state')?.textContent);
  assert.equal(await quiet.$eval('#access-card', (s) => /** @type {HTMLElement} */ (s).hidden), true);
});

test('the elsewhere page says one sentence and links', async () => {
  const page = await show({ page: 'elsewhere/elsewhere.html' });
  assert.match(await page.$eval('p', (p) => p.textContent ?? ''), /^Streamlist works on /);
  assert.deepEqual(await page.$$eval('a', (links) => links.map((a) => a.href)), ['https://www.bilibili.com/cheese/', 'https://www.bilibili.tv/']);
});

for (const dark of [false, true]) {
  test(`axe finds nothing, ${dark ? 'dark' : 'light'}`, async () => {
    for (const how of [{}, { granted: false, hash: '#access' }, { page: 'elsewhere/elsewhere.html' }]) {
      const page = await show({ ...how, dark });
      assert.deepEqual(await axe(page), []);
      assert.deepEqual(page.errors, []);
      await page.close();
    }
  });
}
