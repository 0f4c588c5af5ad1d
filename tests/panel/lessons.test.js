// The panel's list of lessons, alone: what it shows of each, how they are found, selected and gone to.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import * as fixtures from './lib/fixtures.js';
import { axe, root } from './lib/harness.js';
import { stage } from './lib/stage.js';

/** @typedef {Awaited<ReturnType<typeof open>>} Page */

const { open } = stage();

/** @param {object} body */
const ok = (body) => ({ ok: true, body });
/** @param {Streamlist.Reason} reason */
const unavailable = (reason) => ({ ok: false, error: { code: 'unavailable', reason } });

/** full() as a background gives it. @param {Partial<Streamlist.Head>} [head] @returns {Streamlist.Listing} */
const own = (head = {}) => ({ ...fixtures.full(), page: 'com/ep/2603', head: { ...fixtures.full().head, ...head } });

/** @param {Page} page @param {string} name of a tab */
const choose = (page, name) => page.locator(`aria/${name}[role="tab"]`).click();

/**
 * The panel with its list of lessons open.
 *
 * @param {Record<string, unknown>} [answers]
 * @param {Parameters<typeof open>[0] & {tab?: string, kept?: object}} [how]
 */
async function show(answers, { tab = 'Lessons 66', kept = {}, ...how } = {}) {
  const page = await open(how);
  await page.evaluate((given, stored) => {
    Object.assign(bench.answers, given);
    Object.assign(bench.stored, stored);
    bench.content.panel.toggle();
  }, { list: ok(own()), lessons: ok(fixtures.lessons()), ...answers }, kept);
  await page.waitForFunction(() => !bench.root.querySelector('[aria-busy]'));
  await choose(page, tab);
  await page.waitForFunction(() => bench.root.querySelector('.list li, .lessons .failed'));
  return page;
}

/** The rows in the document, in order, as they read. @param {Page} page @returns {Promise<string[]>} */
const rows = (page) => page.evaluate(() => [...bench.root.querySelectorAll('.list li')].map((row) => [
  row.querySelector('.no')?.textContent, row.querySelector('a')?.textContent, ...[...row.querySelectorAll('.facts > *')].map((part) => part.textContent),
].filter(Boolean).join(' | ')));
/** @param {Page} page @returns {Promise<string>} */
const row = async (page, /** @type {number} */ number) => (await rows(page)).find((text) => text.startsWith(`${number} |`)) ?? '';
/** The numbers that are ticked, of the rows in the document. @param {Page} page */
const ticked = (page) => page.evaluate(() => [...bench.root.querySelectorAll('.list li')].filter((r) => r.querySelector('input')?.checked).map((r) => Number(r.querySelector('.no')?.textContent)));
/** @param {Page} page @param {string} selector */
const text = (page, selector) => page.evaluate((s) => [...bench.root.querySelectorAll(s)].map((e) => e.textContent).join('|'), selector);
const count = (/** @type {Page} */ page) => text(page, '.count');
/** @param {Page} page @param {string} kind */
const asked = async (page, kind) => (await page.evaluate(() => bench.asked)).filter((a) => a.kind === kind).map((a) => a.body);
/** @param {Page} page @param {string} name */
const click = (page, name) => page.locator(`aria/${name}[role="button"]`).click();

/** Clicks into a row: on its free room, its box or its title. @param {Page} page @param {number} number @param {'li' | 'input' | 'a' | 'button'} part @param {boolean} [shift] */
async function hit(page, number, part, shift = false) {
  const handle = await page.evaluateHandle((n, p) => {
    const found = [...bench.root.querySelectorAll('.list li')].find((r) => r.querySelector('.no')?.textContent === String(n));
    return p === 'li' ? found?.querySelector('.facts') : found?.querySelector(p);
  }, number, part);
  if (shift) await page.keyboard.down('Shift');
  await /** @type {import('puppeteer-core').ElementHandle} */ (handle).click();
  if (shift) await page.keyboard.up('Shift');
}

/** What has the focus, by its name. @param {Page} page */
const focused = (page) => page.evaluate(() => bench.root.activeElement?.getAttribute('aria-label') ?? bench.root.activeElement?.textContent ?? '');

/** @param {Page} page @param {string} label @param {string} what */
async function type(page, label, what) {
  await page.locator(`aria/${label}`).click({ count: 3 });
  await page.keyboard.type(what);
}

const SEARCH = 'Search the list', RANGE = 'Select by number, such as 1-5, 8, 12-';

test('nothing is asked before the list is opened, and the streams stay what they are', async () => {
  const page = await open();
  await page.evaluate((given) => {
    Object.assign(bench.answers, given);
    bench.content.panel.toggle();
  }, { list: ok(own()), lessons: ok(fixtures.lessons()) });
  await page.waitForSelector('aria/Lessons 66[role="tab"]');
  assert.deepEqual((await page.evaluate(() => bench.asked)).map((a) => a.kind), ['list']);
  assert.equal(await page.evaluate(() => bench.root.querySelector('.lessons')?.checkVisibility()), false);
  assert.equal(await page.evaluate(() => bench.root.querySelectorAll('li').length), 0);
  assert.deepEqual(await axe(page), []);
  await choose(page, 'Lessons 66');
  await page.waitForFunction(() => bench.root.querySelector('.list li'));
  assert.deepEqual(await asked(page, 'lessons'), [{ hints: { load: 'a-load', title: 'The panel alone' } }]);
  assert.equal(await page.$('aria/Video[role="table"]'), null, 'one of the two is in view');
  await choose(page, 'Streams');
  assert.ok(await page.$('aria/Video[role="table"]'));
  await choose(page, 'Lessons 66');
  assert.equal((await asked(page, 'lessons')).length, 1, 'asked once');
  assert.deepEqual(page.errors, []);
});

test('where there is one video there are no tabs', async () => {
  for (const listing of [fixtures.silent(), own({ total: 1, number: 1 })]) {
    const page = await open();
    await page.evaluate((given) => {
      bench.answers.list = given;
      bench.content.panel.toggle();
    }, ok(listing));
    await page.waitForFunction(() => !bench.root.querySelector('[aria-busy]'));
    assert.equal(await page.$('aria/[role="tab"]'), null);
  }
});

test('each lesson says what it is, under its heading', async () => {
  const page = await show();
  const seen = await rows(page);
  assert.deepEqual(seen.slice(0, 3), [
    '1 | 第1课：从第1个例子说起 | Free | Watched | 10:00', '2 | 第2课：从第2个例子说起 | Purchased | Watched | 10:01', '3 | 第3课：从第3个例子说起 | Purchased | 10:02',
  ]);
  assert.match(seen[3] ?? '', /^4 \| <img src=x onerror=alert\(1\)> ?gnp\.exe +& "quotes" <\/script> x+… \| Partial preview \| 10:03$/);
  assert.equal(seen[4], '5 | 第5课：从第5个例子说起 | Not purchased | 10:04');
  assert.match(seen[5] ?? '', /^6 \| .* \| Not released \| 10:05 · from \w{3} \d+, \d\d:\d\d$/);
  assert.match(seen[6] ?? '', /^7 \| .* \| No video \| 10:06$/);
  assert.equal(await text(page, '.list h3'), '入门篇|进阶篇');
  assert.equal(await text(page, '.list [aria-current]'), '第3课：从第3个例子说起', 'the one that plays');
  assert.equal(await text(page, '.foot button'), 'Export…', 'no dead buttons');
  for (const name of ['Select lesson 1: 第1课：从第1个例子说起', 'Menu of lesson 1: 第1课：从第1个例子说起', 'lesson 1: 第1课：从第1个例子说起']) {
    assert.ok(await page.$(`aria/${name}`), name);
  }
  assert.deepEqual(await axe(page), []);
  assert.deepEqual(page.errors, []);
});

test('a lesson is a click away, on the host and in the language of the page', async () => {
  const page = await show();
  const [first] = await page.evaluate(() => [...bench.root.querySelectorAll('.list a')].map((a) => /** @type {HTMLAnchorElement} */ (a).href));
  assert.equal(first, `${new URL(page.url()).origin}/cheese/play/ep2601`);
  const going = page.waitForRequest((request) => request.isNavigationRequest() && request.url().endsWith('/cheese/play/ep2602'));
  await hit(page, 2, 'a');
  assert.equal((await going).frame(), page.mainFrame(), 'in the same tab');

  const tv = await open();
  await tv.evaluate((given) => {
    history.replaceState({}, '', '/th/play/37738/301');
    Object.assign(bench.answers, given);
    bench.content.panel.toggle();
  }, { list: ok({ ...fixtures.tvAnonymous(), head: { ...fixtures.tvAnonymous().head, seasonId: '37738', episodeId: '303' } }), lessons: ok(fixtures.episodes()) });
  await choose(tv, 'Episodes 12');
  await tv.waitForFunction(() => bench.root.querySelector('.list li'));
  assert.equal(await tv.evaluate(() => /** @type {HTMLAnchorElement} */ (bench.root.querySelector('.list a')).pathname), '/th/play/37738/301');
  assert.equal(await row(tv, 10), '10 | E10 - The Day 10 | Premium only');
  await click(tv, 'All playable');
  assert.equal(await count(tv), '9 selected', 'an account that is not Premium');
});

test('a thousand lessons: only what is in view is drawn, and each can be reached', async () => {
  const page = await show({ list: ok(own({ total: 1000 })), lessons: ok(fixtures.lessons(1000)) }, { tab: 'Lessons 1,000' });
  const most = async () => {
    const drawn = await page.evaluate(() => bench.root.querySelectorAll('.list li').length);
    assert.ok(drawn < 50, `${drawn} rows`);
  };
  await most();
  for (const number of [500, 1000, 1]) {
    await page.evaluate((n) => {
      const list = /** @type {HTMLElement} */ (bench.root.querySelector('.list'));
      list.scrollTop = n === 1 ? 0 : (list.scrollHeight - list.clientHeight) * (n / 1000);
    }, number);
    await page.waitForFunction((n) => [...bench.root.querySelectorAll('.list .no')].some((e) => e.textContent === n), {}, new Intl.NumberFormat('en').format(number));
    await most();
  }
  const numbers = await page.evaluate(() => [...bench.root.querySelectorAll('.list .no')].map((e) => Number(e.textContent?.replace(',', ''))));
  assert.deepEqual(numbers, numbers.toSorted((a, b) => a - b), 'in their order');
  assert.equal(await page.evaluate(() => bench.root.querySelector('.list li')?.getAttribute('aria-setsize')), '1000');
});

test('lessons are selected by click and Shift-click', async () => {
  const page = await show();
  await hit(page, 2, 'li');
  await hit(page, 5, 'li', true);
  assert.deepEqual(await ticked(page), [2, 3, 4, 5]);
  assert.equal(await count(page), '4 selected · 40:10');
  await hit(page, 3, 'input');
  assert.deepEqual(await ticked(page), [2, 4, 5]);
  await hit(page, 7, 'input', true);
  assert.deepEqual(await ticked(page), [2, 3, 4, 5, 6, 7], 'from the last one on');
  await hit(page, 1, 'a', true);
  assert.deepEqual(await ticked(page), [1, 2, 3, 4, 5, 6, 7], 'and not gone to');
  assert.equal(new URL(page.url()).pathname, '/tests/panel/page.html');
  await click(page, 'Select none');
  assert.deepEqual([await ticked(page), await count(page), await focused(page)], [[], '', 'All playable']);
  await click(page, 'All playable');
  assert.equal(await count(page), '62 selected · 10:55:27', 'not the preview, nor what is not bought, not there, no video');
  assert.deepEqual((await ticked(page)).slice(0, 5), [1, 2, 3, 8, 9]);
});

test('by keyboard', async () => {
  const page = await show();
  await page.focus('aria/Select lesson 3: 第3课：从第3个例子说起');
  await page.keyboard.press('Space');
  assert.deepEqual(await ticked(page), [3]);
  await page.keyboard.down('Shift');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.up('Shift');
  assert.deepEqual(await ticked(page), [3, 4, 5]);
  assert.equal(await focused(page), 'Select lesson 5: 第5课：从第5个例子说起');
  await page.keyboard.press('ArrowRight');
  assert.equal(await focused(page), 'lesson 5: 第5课：从第5个例子说起');
  await page.keyboard.press('End');
  assert.equal(await focused(page), 'lesson 66: 第66课：从第66个例子说起');
  await page.keyboard.press('Space');
  assert.equal(await count(page), '4 selected · 41:14');
  await page.keyboard.press('PageUp');
  assert.equal(await focused(page), 'lesson 56: 第56课：从第56个例子说起');
  await page.keyboard.press('Home');
  await page.keyboard.press('ArrowUp');
  assert.equal(await focused(page), 'lesson 1: 第1课：从第1个例子说起');
  await page.keyboard.press('Tab');
  assert.match(await focused(page), /^Menu of lesson 1/, 'one row for the Tab key');
  await page.keyboard.press('Enter');
  assert.equal(await focused(page), 'List its streams here');
  await page.keyboard.press('ArrowDown');
  assert.equal(await focused(page), 'Go there');
  await page.keyboard.press('Escape');
  assert.match(await focused(page), /^Menu of lesson 1/);
  await page.keyboard.down('Control');
  await page.keyboard.press('a');
  await page.keyboard.up('Control');
  assert.match(await count(page), /^66 selected/);
  assert.deepEqual(await page.evaluate(() => bench.seen), [], 'and the page heard nothing of it');

  await page.keyboard.down('Shift');
  for (let i = 0; i < 2; i++) await page.keyboard.press('Tab');
  await page.keyboard.up('Shift');
  await page.locator('aria/Lessons 66[role="tab"]').click();
  await page.keyboard.press('ArrowLeft');
  assert.equal(await focused(page), 'Streams');
  assert.ok(await page.$('aria/Video[role="table"]'));
});

test('the focus stays with a row that is scrolled away', async () => {
  const page = await show({ list: ok(own({ total: 1000 })), lessons: ok(fixtures.lessons(1000)) }, { tab: 'Lessons 1,000' });
  await page.focus('aria/Select lesson 3: 第3课：从第3个例子说起');
  await page.evaluate(() => {
    const list = /** @type {HTMLElement} */ (bench.root.querySelector('.list'));
    list.scrollTop = list.scrollHeight;
  });
  await page.waitForFunction(() => [...bench.root.querySelectorAll('.list .no')].some((e) => e.textContent === '1,000'));
  assert.equal(await focused(page), 'Select lesson 3: 第3课：从第3个例子说起');
  await page.keyboard.press('ArrowDown');
  assert.match(await focused(page), /^Select lesson 4: /, 'and goes on from there');
  assert.equal(await page.evaluate(() => Number(bench.root.querySelector('.list')?.scrollTop) < 400), true);
});

test('by numbers, which the background reads', async () => {
  const page = await show({ range: [ok({ numbers: [1, 2, 66] }), { ok: false, error: { code: 'beyond-range' } }, { ok: false, error: { code: 'no-range' } }, { ok: false, error: { code: 'timeout' } }] });
  await hit(page, 9, 'li');
  await type(page, RANGE, '1-2, 66-');
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => bench.root.querySelector('.count')?.textContent?.startsWith('3 selected'));
  assert.deepEqual(await ticked(page), [1, 2], 'what was typed is what is selected');
  assert.deepEqual((await asked(page, 'range'))[0], { text: '1-2, 66-', count: 66 });
  for (const [typed, said] of [['67', 'The list ends at 66.'], ['x', 'Write numbers and ranges, such as 1-5, 8, 12-'], ['1', 'Network: No answer from bilibili.com in time. Press Refresh.']]) {
    await page.evaluate(() => bench.asked.splice(0));
    await type(page, RANGE, typed ?? '');
    await page.keyboard.press('Tab');
    await page.waitForFunction((s) => bench.root.querySelector('.status')?.textContent === s, {}, said);
    assert.match(await count(page), /^3 selected/, 'nothing changes');
  }
});

test('the list is searched by title and number', async () => {
  const page = await show();
  await hit(page, 1, 'li');
  await type(page, SEARCH, '第６');
  assert.deepEqual((await rows(page)).map((r) => r.split(' ')[0]), ['6', '60', '61', '62', '63', '64', '65', '66'], 'full-width digits too');
  assert.equal(await text(page, '.list h3'), '进阶篇');
  await click(page, 'All playable');
  assert.match(await count(page), /^7 selected/);
  await type(page, SEARCH, 'QUOTES');
  assert.equal((await rows(page)).length, 1);
  await type(page, SEARCH, 'nothing like it');
  assert.match(await text(page, '.list'), /^Nothing in the list matches\.$/);
  assert.deepEqual(await axe(page), []);
  await page.keyboard.press('Escape');
  assert.ok((await rows(page)).length > 8);
  assert.ok(await page.$('aria/Streamlist[role="region"]'), 'the panel is still there');
});

test("a lesson's streams are listed without going there", async () => {
  const other = { ...own({ title: '第5课', number: 5, episodeId: '2605' }), page: 'com/ep/2605', bestKey: 'video/80/AVC/1' };
  const page = await show({ 'list-lesson': [unavailable({ code: 'rate-limited' }), ok(other)], copy: ok({ what: 'url', kind: 'video', quality: 80 }), download: ok({ row: 'video/80/AVC/1' }) });
  await hit(page, 5, 'button');
  await page.locator('aria/List its streams here').click();
  await page.waitForFunction(() => bench.root.querySelector('.status')?.textContent?.startsWith('Rate limited'));
  assert.match(await text(page, 'h2'), /五十音图/, 'the page keeps its own');
  await choose(page, 'Lessons 66');
  await hit(page, 5, 'button');
  await page.locator('aria/List its streams here').click();
  await page.waitForFunction(() => bench.root.querySelector('.beside')?.textContent?.startsWith('These are the streams of lesson 5. The page itself shows another.'));
  assert.deepEqual(await asked(page, 'list-lesson'), Array(2).fill({ hints: { load: 'a-load', title: 'The panel alone' }, lesson: '2605' }));
  assert.deepEqual([await text(page, 'h2'), await text(page, '.tabs [aria-selected=true]')], ['第5课', 'Streams']);
  assert.equal(await page.evaluate(() => /** @type {HTMLAnchorElement} */ (bench.root.querySelector('.beside a')).pathname), '/cheese/play/ep2605');
  assert.deepEqual(await text(page, '.fold'), '', "what is the page's own is not here");
  await click(page, 'Copy URL 1080P AVC');
  assert.equal((await asked(page, 'copy'))[0]?.page, 'com/ep/2605');
  await click(page, 'Download 1080P AVC');
  assert.equal((await asked(page, 'download'))[0]?.page, 'com/ep/2605');
  await click(page, '2 backups for 1080P AVC');
  assert.equal(await page.$('aria/Test hosts[role="button"]'), null);
  assert.deepEqual(await axe(page), []);
  await click(page, 'Refresh');
  await page.waitForFunction(() => bench.asked.filter((a) => a.kind === 'list-lesson').length === 3);
  assert.equal((await asked(page, 'list-lesson'))[2]?.refresh, true);
  await page.waitForFunction(() => !bench.root.querySelector('[aria-busy]'));
  await click(page, "Back to the page's own");
  assert.match(await text(page, 'h2'), /五十音图/);
  assert.equal(await text(page, '.beside'), '');
  assert.equal((await asked(page, 'list')).length, 1, 'and nothing is asked for that');
  await click(page, 'Copy URL 1080P AVC');
  assert.equal((await asked(page, 'copy'))[1]?.page, 'com/ep/2603');
  assert.deepEqual(page.errors, []);
});

test('what is remembered of lessons is shown, and an encrypted one is remembered', async () => {
  const kept = { 'lesson/com/2601': { saved: 1763600000 }, 'lesson/com/2602': { saved: 1763600000, exported: 1763600001, encrypted: 1763600002 } };
  const page = await show({ list: ok({ ...fixtures.encrypted(), page: 'com/ep/2603' }) }, { kept });
  assert.equal(await row(page, 1), '1 | 第1课：从第1个例子说起 | Free | Watched | 10:00 · Saved');
  assert.equal(await row(page, 2), '2 | 第2课：从第2个例子说起 | Encrypted | Watched | 10:01 · Saved · Exported');
  assert.equal(await row(page, 3), '3 | 第3课：从第3个例子说起 | Encrypted | 10:02', 'its listing says so');
  assert.match(await text(page, '.notes'), /^Known to be encrypted so far: 2\./, 'said once');
  assert.ok(await page.evaluate(() => bench.stored['lesson/com/2603'].encrypted > 1.7e9));
  await click(page, 'All playable');
  assert.match(await count(page), /^60 selected/);
  await page.evaluate(() => bench.heard.forEach((listener) => listener({ 'lesson/com/2601': {}, 'lesson/com/2604': { newValue: { exported: 7 } }, 'copyAs': { newValue: {} } })));
  assert.equal(await row(page, 1), '1 | 第1课：从第1个例子说起 | Free | Watched | 10:00', 'forgotten elsewhere');
  assert.match(await row(page, 4), /Exported$/, 'exported elsewhere');
  const mended = await show({}, { kept: { ...kept, 'lesson/com/2603': { saved: 5, encrypted: 7 } } });
  await mended.waitForFunction(() => !bench.stored['lesson/com/2603'].encrypted);
  assert.equal(await row(mended, 3), '3 | 第3课：从第3个例子说起 | Purchased | 10:02 · Saved', 'it can be had now');
  const unsure = fixtures.encrypted();
  unsure.problem = { code: 'encrypted', detail: 'unconfirmed' };
  const other = await show({ list: ok(unsure) });
  assert.deepEqual(await other.evaluate(() => Object.keys(bench.stored)), [], 'what is not sure is not remembered');
});

test('of a private window nothing is remembered', async () => {
  const page = await open();
  await page.evaluate((given) => {
    Object.assign(globalThis.chrome ??= /** @type {any} */ ({}), { extension: { inIncognitoContext: true } });
    Object.assign(bench.answers, given);
    bench.content.panel.toggle();
  }, { list: ok({ ...fixtures.encrypted(), page: 'com/ep/2603' }), lessons: ok(fixtures.lessons()) });
  await choose(page, 'Lessons 66');
  await page.waitForFunction(() => bench.root.querySelector('.list li'));
  assert.equal(await row(page, 3), '3 | 第3课：从第3个例子说起 | Encrypted | 10:02', 'but in the panel itself');
  assert.deepEqual(await page.evaluate(() => Object.keys(bench.stored)), []);
});

test('a long list is shown as far as it is read, then whole', async () => {
  const part = { ...fixtures.lessons(50), more: true };
  const page = await show({ list: ok(own({ total: 50, partial: true })), lessons: [ok(part), ok(fixtures.lessons(603))] }, { tab: 'Lessons 50+' });
  assert.equal(await text(page, '.notes'), 'Reading the rest of the list…');
  await hit(page, 2, 'li');
  await page.evaluate((answer) => {
    bench.answers.course = answer;
  }, ok({ ...own().head, total: 603 }));
  assert.equal((await asked(page, 'course')).length, 1);

  const again = await show({ list: ok(own({ total: 50, partial: true })), lessons: [ok(part), ok(fixtures.lessons(603))], course: [unavailable({ code: 'network' }), ok({ ...own().head, total: 603 })] }, { tab: 'Lessons 50+' });
  await again.waitForFunction(() => bench.root.querySelector('.notes')?.textContent?.startsWith('The rest of the list could not be read.'));
  await hit(again, 2, 'li');
  await click(again, 'Try again');
  await again.waitForSelector('aria/Lessons 603[role="tab"]');
  await again.waitForFunction(() => bench.root.querySelector('.list li')?.getAttribute('aria-setsize') === '603');
  assert.deepEqual([await ticked(again), await text(again, '.notes')], [[2], '']);
});

test('a list that can not be had says why, and is asked for again', async () => {
  const page = await show({ lessons: [unavailable({ code: 'rate-limited' }), ok(fixtures.lessons())] });
  assert.match(await text(page, '.notes [role=alert]'), /^Rate limited: /);
  assert.deepEqual(await axe(page), []);
  await click(page, 'Try again');
  await page.waitForFunction(() => bench.root.querySelector('.list li'));
  assert.equal(await text(page, '.notes'), '');
});

test('the selection outlives a move within the course, and none to another', async () => {
  const next = ok({ ...own({ number: 4, episodeId: '2604' }), page: 'com/ep/2604' });
  const elsewhere = ok({ ...own({ seasonId: '82', episodeId: '9', total: 3 }), page: 'com/ep/9' });
  const page = await show({ list: [ok(own()), next, elsewhere] });
  await hit(page, 2, 'li');
  const move = (/** @type {string} */ to) => page.evaluate((name) => bench.content.panel.moved({ supported: true, page: name }), to);
  await move('com/ep/2604');
  await page.waitForFunction(() => bench.root.querySelector('.list .now .no')?.textContent === '4');
  assert.deepEqual([await ticked(page), await text(page, '.tabs [aria-selected=true]')], [[2], 'Lessons 66']);
  await new Promise((resolve) => setTimeout(resolve, 1100)); // moves are followed once a second
  await page.evaluate((body) => (bench.answers.lessons = body), ok({ ...fixtures.lessons(3), page: 'com/ss/82' }));
  await move('com/ep/9');
  await page.waitForSelector('aria/Lessons 3[role="tab"]');
  await page.waitForFunction(() => bench.root.querySelector('.list li')?.getAttribute('aria-setsize') === '3');
  assert.deepEqual([await ticked(page), await count(page)], [[], '']);
});

for (const [name, how] of /** @type {[string, Parameters<typeof open>[0]][]} */ ([
  ['light', {}], ['dark', { dark: true, language: 'zh-CN' }], ['narrow', { width: 320, language: 'th' }], ['flat', { width: 700, height: 400 }],
])) {
  test(`the list looks right, ${name}`, async () => {
    const tab = { th: 'บทเรียน 66', 'zh-CN': '课时 66' }[how?.language ?? ''] ?? 'Lessons 66';
    const page = await show({}, { ...how, tab, kept: { 'lesson/com/2602': { saved: 1763600000, encrypted: 1763600000 } } });
    await hit(page, 2, 'li');
    await hit(page, 3, 'li');
    await page.evaluate(() => /** @type {HTMLElement} */ (bench.root.activeElement)?.blur());
    assert.deepEqual(await axe(page), []);
    mkdirSync(`${root}tests/out`, { recursive: true });
    await page.screenshot({ path: `${root}tests/out/lessons-${name}.png` });
    assert.deepEqual(page.errors, []);
  });
}
