// The options page and the page shown where nothing can be injected, with a fake browser behind them.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { axe } from './lib/harness.js';
import { stage } from './lib/stage.js';

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
  assert.deepEqual(await saved(page), { codecs: ['AVC', 'HEVC', 'AV1'], hdr: true, openByItself: false, copy: 'url' });
  await page.click('aria/The mpv command');
  await page.click('aria/Open the panel by itself');
  await page.waitForFunction(() => /** @type {any} */ (globalThis).fake.saved.openByItself);
  assert.deepEqual(await saved(page), { codecs: ['AVC', 'HEVC', 'AV1'], hdr: true, openByItself: true, copy: 'mpv' });
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
