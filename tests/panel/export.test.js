// The export of selected lessons, alone: the choice, how far the asking is, and what became of each.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import * as fixtures from './lib/fixtures.js';
import { axe } from './lib/harness.js';
import { stage } from './lib/stage.js';

/** @typedef {Awaited<ReturnType<typeof open>>} Page */

const { open } = stage();

/** @param {object} body */
const ok = (body) => ({ ok: true, body });

/** @param {Partial<Streamlist.Progress>} progress @param {object} [more] */
const queue = (progress, more = {}) => ok({
  progress: { state: 'running', total: 66, pause: 1000, ...progress }, job: { purpose: 'export', format: 'aria2-list' }, page: 'com/ss/81', title: '零基础日语入门', ...more,
});

/** The report on lessons that were done, but for some. @param {Record<number, Streamlist.Item>} but by number */
const report = (but) => {
  const { lessons } = fixtures.lessons(12);
  return queue({ state: 'finished', total: 12 }, { lessons, items: lessons.map(({ number }) => but[number] ?? { is: 'done' }) });
};

/**
 * The panel with its list of lessons open.
 *
 * @param {Record<string, unknown>} [answers]
 * @param {Parameters<typeof open>[0] & {tab?: string}} [how]
 */
async function show(answers, { tab = 'Lessons 66', ...how } = {}) {
  const page = await open(how);
  await page.evaluate((given) => {
    Object.assign(bench.answers, given);
    bench.content.panel.toggle();
  }, { list: ok({ ...fixtures.full(), page: 'com/ep/2603' }), lessons: ok(fixtures.lessons()), range: ok({ numbers: [1, 2, 3] }), queue: ok({}), ...answers });
  await page.waitForFunction(() => !bench.root.querySelector('[aria-busy]'));
  await page.locator(`aria/${tab}[role="tab"]`).click();
  await page.waitForFunction(() => bench.root.querySelector('.list li'));
  return page;
}

/** @param {Page} page */
async function select(page) {
  await page.locator('aria/Select by number, such as 1-5, 8, 12-').fill('1-3');
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => bench.root.querySelector('.count')?.textContent?.includes('3'));
}

/** @param {Page} page @param {string} name */
const click = (page, name) => page.locator(`aria/${name}[role="button"]`).click();
/** @param {Page} page */
const dialog = (page) => page.evaluate(() => /** @type {HTMLElement | null} */ (bench.root.querySelector('dialog'))?.innerText.replace(/\s*\n\s*/g, '\n') ?? '');
/** @param {Page} page @param {RegExp} pattern */
const says = (page, pattern) => page.waitForFunction((p) => new RegExp(p).test(/** @type {HTMLElement | null} */ (bench.root.querySelector('dialog'))?.innerText ?? ''), {}, pattern.source);
/** @param {Page} page @param {string} kind */
const asked = async (page, kind) => (await page.evaluate(() => bench.asked)).filter((a) => a.kind === kind).map((a) => a.body);
/** @param {Page} page @param {Record<string, unknown>} answers */
const answer = (page, answers) => page.evaluate((given) => void Object.assign(bench.answers, given), answers);
/** @param {Page} page */
const foot = (page) => page.evaluate(() => bench.root.querySelector('.foot button')?.textContent);

test('without a selection it says what to do first', async () => {
  const page = await show();
  assert.equal(await page.evaluate(() => bench.root.querySelector('.foot button')?.getAttribute('aria-disabled')), 'true');
  await click(page, 'Export…');
  await page.waitForFunction(() => bench.root.querySelector('.status')?.textContent === 'Select some in the list first.');
  assert.equal(await dialog(page), '');
  assert.deepEqual(page.errors, []);
});

test('what is chosen is asked for, and the selection with it', async () => {
  const page = await show({ collect: queue({ total: 3, left: 4500 }) });
  await select(page);
  await click(page, 'Export…');
  assert.match(await dialog(page), /^Export\nSelected: 3\nFormat\n/);
  assert.equal(await page.evaluate(() => bench.root.activeElement?.tagName), 'SELECT', 'the focus is in the dialog');
  await page.locator('aria/Format[role="combobox"]').fill('csv');
  await page.locator('aria/Quality[role="combobox"]').fill('720');
  await click(page, 'With sound').catch(() => page.locator('aria/With sound').click());
  await answer(page, { queue: queue({ total: 3, left: 4500 }) });
  await click(page, 'Start');
  await says(page, /0 of 3/);
  await answer(page, { queue: queue({ total: 3, done: 1, left: 3000 }) });
  assert.deepEqual(await asked(page, 'collect'), [{
    hints: { load: 'a-load', title: 'The panel alone' }, lessons: ['2601', '2602', '2603'], job: { purpose: 'export', format: 'csv', ceiling: 720, silent: true },
  }]);
  await says(page, /1 of 3\n\s*0:03 left/);
  assert.deepEqual(page.errors, []);
});

test('a format of pages needs no quality, and says that nobody is asked', async () => {
  const page = await show();
  await select(page);
  await click(page, 'Export…');
  await page.locator('aria/Format[role="combobox"]').fill('page-list');
  assert.match(await dialog(page), /needn’t be asked/);
  assert.doesNotMatch(await dialog(page), /Quality|With sound/);
});

test('why it could not begin is said, and it can be tried again', async () => {
  const page = await show({ collect: { ok: false, error: { code: 'unavailable', reason: { code: 'rate-limited' } } } });
  await select(page);
  await click(page, 'Export…');
  await click(page, 'Start');
  await says(page, /Rate limited: /);
  assert.equal(await page.evaluate(() => bench.root.querySelectorAll('dialog button:disabled').length > 0), false);
});

test('it counts on, waits with a countdown, pauses, resumes and is cancelled', async () => {
  const page = await show({ queue: queue({ done: 30, skipped: 2, left: 51_000 }) });
  await page.waitForFunction(() => bench.root.querySelector('.foot button')?.textContent === 'Export: 32 of 66');
  await click(page, 'Export: 32 of 66');
  await says(page, /32 of 66\n\s*0:51 left/);
  assert.deepEqual(await page.evaluate(() => {
    const bar = bench.root.querySelector('progress');
    return [bar?.value, bar?.max];
  }), [32, 66]);

  await answer(page, { queue: queue({ done: 30, until: Date.now() + 61_000, left: 99_000 }) });
  await says(page, /asks for a pause.* Next try at \d\d:\d\d/);
  await says(page, /\n\s*(1:0\d|0:5\d)\n/);

  await answer(page, { 'queue pause': queue({ state: 'paused', done: 30 }) });
  await click(page, 'Pause');
  await says(page, /Paused\./);
  assert.doesNotMatch(await dialog(page), /left/);
  const looks = (await asked(page, 'queue')).length;
  await new Promise((resolve) => setTimeout(resolve, 1300));
  assert.equal((await asked(page, 'queue')).length, looks, 'it looks on while it is paused');

  await answer(page, { queue: queue({ done: 31, left: 1000 }) });
  await click(page, 'Resume');
  await says(page, /31 of 66/);
  const over = queue({ state: 'finished', done: 31, dropped: 35 });
  await answer(page, { 'queue cancel': over, 'queue report': over });
  await click(page, 'Cancel');
  await says(page, /Done: 31 · Not asked for: 35/);
  assert.deepEqual((await asked(page, 'queue')).map((b) => b.do).filter(Boolean), ['pause', 'resume', 'cancel', 'report']);
  assert.deepEqual(page.errors, []);
});

test('why it stopped by itself is said', async () => {
  const page = await show({ queue: queue({ state: 'paused', done: 5, why: { code: 'network', detail: 'tab-gone' } }) });
  await page.waitForFunction(() => bench.root.querySelector('.foot button')?.textContent === 'Export: 5 of 66');
  await click(page, 'Export: 5 of 66');
  await says(page, /Paused\. Network: The tab with whose account/);
});

test('closed, it goes on, and its end is said', async () => {
  const page = await show({ queue: queue({ done: 65, left: 1000 }) });
  await page.waitForFunction(() => bench.root.querySelector('.foot button')?.textContent === 'Export: 65 of 66');
  await click(page, 'Export: 65 of 66');
  await page.keyboard.press('Escape');
  assert.equal(await dialog(page), '');
  assert.equal(await page.evaluate(() => bench.root.activeElement?.textContent), 'Export: 65 of 66');
  await answer(page, { queue: queue({ state: 'finished', done: 64, failed: 2 }) });
  await page.waitForFunction(() => bench.root.querySelector('.status')?.textContent === 'Done: 64 · Failed: 2');
  assert.equal(await foot(page), 'Export: Done');
});

test('the report groups by reason; text is saved or copied; lessons are marked', async () => {
  const page = await show({
    queue: [queue({ state: 'finished', total: 12, done: 8, skipped: 3, failed: 1 }), report({
      3: { is: 'skipped', why: { code: 'encrypted' } }, 4: { is: 'skipped', why: { code: 'encrypted' } }, 7: { is: 'skipped', why: { code: 'not-purchased' } },
      9: { is: 'failed', why: { code: 'network' } }, 10: { is: 'done', why: { code: 'preview-only', given: 300_000, whole: 900_000 } },
    })],
    // Today: late in the evening fixtures.UNTIL is tomorrow, and said with its day.
    export: ok({ name: 'A course.aria2.txt', mime: 'text/plain', body: 'text', expiresAt: Math.floor(Date.now() / 1000) + 30, refused: [{ index: 1, why: 'unquotable' }] }),
    copy: ok({ name: 'A course.aria2.txt', mime: 'text/plain', body: '' }),
  });
  await page.waitForFunction(() => bench.root.querySelector('.foot button')?.textContent === 'Export: Done');
  await click(page, 'Export: Done');
  await says(page, /Encrypted: 3-4\n.*\nNot purchased: 7\n.*\nNetwork: 9\n.*\nPreview only: 10\n/);
  assert.match(await dialog(page), /Done: 8 · Skipped: 3 · Failed: 1/);
  const marks = () => page.evaluate(() => Object.entries(bench.stored).map(([key, value]) => `${key} ${Object.keys(value)}`).sort().join('; '));
  await page.waitForFunction(() => JSON.stringify(bench.stored).includes('encrypted'));

  await page.evaluate(() => {
    streamlistParts.saveText = (/** @type {string[]} */ ...file) => void Object.assign(bench.stored, { file });
  });
  await click(page, 'Save file');
  await says(page, /Saved A course\.aria2\.txt\. In it: 7\. Left out: 1\. The address holds .* Links work until \d\d:\d\d\./);
  assert.deepEqual(await page.evaluate(() => bench.stored.file), ['A course.aria2.txt', 'text', 'text/plain']);
  assert.match(await marks(), /exported/);
  assert.deepEqual((await asked(page, 'export')).at(-1), { collected: true, what: 'aria2-list', shell: 'posix', anyway: false });

  await page.locator('aria/Format[role="combobox"]').fill('json');
  await click(page, 'Copy');
  await says(page, /Copied\. In it: 8\./);
  assert.equal((await asked(page, 'copy')).at(-1).what, 'json');

  await answer(page, { copy: ok({ what: 'told' }) });
  await click(page, 'Copy report');
  await says(page, /Copied the report\./);
  const { what, text } = (await asked(page, 'copy')).at(-1);
  assert.equal(what, 'told');
  assert.match(text, /^零基础日语入门\nDone: 8 · Skipped: 3 · Failed: 1\nNumbers done: 1-2, 5-6, 8, 10-12\nEncrypted: .*\n {2}3 第3课.*\n {2}4 <img/);
  assert.deepEqual(page.errors, []);
});

test('links that have ended are asked for again, and then it is written whatever has ended since', async () => {
  const page = await show({
    'queue': [queue({ state: 'finished', total: 12, done: 12 }), queue({ total: 12, done: 10, left: 3000 })], 'queue report': report({}),
    'export': [{ ok: false, error: { code: 'unfinished' } }, ok({ name: 'x.txt', mime: 'text/plain', body: 'text' })],
  });
  await page.waitForFunction(() => bench.root.querySelector('.foot button')?.textContent === 'Export: Done');
  await click(page, 'Export: Done');
  await says(page, /Save file/);
  await click(page, 'Save file');
  await page.waitForFunction(() => /asked for again/.test(bench.root.querySelector('.status')?.textContent ?? ''));
  await says(page, /10 of 12/);
  await answer(page, { queue: queue({ state: 'finished', total: 12, done: 12 }) });
  await says(page, /Save file/);
  await click(page, 'Save file');
  await says(page, /Saved x\.txt/);
  assert.deepEqual((await asked(page, 'export')).map((b) => b.anyway), [false, true]);
});

test('what failed is asked for again, and a new export begins with the choice', async () => {
  const page = await show({ queue: [queue({ state: 'finished', total: 12, done: 11, failed: 1 }), report({ 9: { is: 'failed', why: { code: 'network' } } }), queue({ total: 12, done: 11, left: 900 })] });
  await page.waitForFunction(() => bench.root.querySelector('.foot button')?.textContent === 'Export: Done');
  await select(page);
  await click(page, 'Export: Done');
  await says(page, /Network: 9/);
  await click(page, 'Ask for the rest');
  await says(page, /11 of 12/);
  await answer(page, { queue: queue({ state: 'finished', total: 12, done: 12 }) });
  await says(page, /Done: 12/);
  await answer(page, { queue: ok({}) });
  await click(page, 'New export');
  await says(page, /Selected: 3/);
  assert.deepEqual((await asked(page, 'queue')).map((b) => b.do).filter(Boolean), ['report', 'retry', 'report', 'clear']);
});

for (const [name, answers] of /** @type {const} */ ([['form', {}], ['running', { queue: queue({ done: 30, until: Date.now() + 61_000, left: 99_000 }) }], ['finished', {
  queue: [queue({ state: 'finished', total: 12, done: 9, skipped: 3 }), report({ 3: { is: 'skipped', why: { code: 'encrypted' } }, 7: { is: 'skipped', why: { code: 'not-purchased' } } })],
}]])) {
  test(`the ${name} dialog has nothing that axe complains of`, async () => {
    for (const dark of [false, true]) {
      const page = await show(answers, { dark });
      await select(page);
      await page.evaluate(() => /** @type {HTMLElement} */ (bench.root.querySelector('.foot button')).click());
      await page.waitForFunction(() => bench.root.querySelector('dialog'));
      if (name === 'finished') await says(page, /Encrypted/);
      assert.deepEqual(await axe(page), []);
      assert.deepEqual(page.errors, []);
      await page.screenshot({ path: /** @type {`${string}.png`} */ (`tests/out/export-${name}${dark ? '-dark' : ''}.png`) });
      await page.close();
    }
  });
}
