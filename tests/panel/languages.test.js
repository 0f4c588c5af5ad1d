// Every language in the panel and on the extension's pages: the text has room, at the usual and at the least width.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import * as fixtures from './lib/fixtures.js';
import { locales, root, tagOf } from './lib/harness.js';
import { all, fakeBrowser } from './lib/jobs.js';
import { spills } from './lib/spills.js';
import { stage } from './lib/stage.js';

const { open, openOwn, profile } = stage();

// In px: a desktop, and what is left of 1280 at 400 % zoom, the least that WCAG's reflow asks for.
const WIDTHS = [1280, 320];

/** @param {object} body */
const ok = (body) => ({ ok: true, body });

/** @returns {Streamlist.Listing} whose addresses need all that an address can */
function needy() {
  const listing = fixtures.full();
  for (const { segments } of listing.video ?? []) {
    for (const { urls } of segments ?? []) {
      urls.forEach((address, i) => Object.assign(address, { expiresAt: fixtures.UNTIL + 90_000, referer: true, oneIp: true, speed: [12e6, 5e4, -1][i] }));
    }
  }
  return listing;
}

/** @type {[string, object][]} */
const answers = [
  ...['full', 'everyMark', 'encrypted', 'preview', 'notPurchased', 'segments', 'long', 'tvAnonymous', 'silent', 'onlyHDR', 'notes', 'outran', 'empty']
    .map((name) => /** @type {[string, object]} */ ([name, ok(/** @type {any} */ (fixtures)[name]())])),
  ['needs', ok(needy())],
  ...fixtures.reasons.map(([reason]) => /** @type {[string, object]} */ ([JSON.stringify(reason), { ok: false, error: { code: 'unavailable', reason } }])),
  // The same reason beside a row's facts, where there is least room.
  ...fixtures.reasons.map(([reason]) => {
    const listing = fixtures.full();
    for (const row of (listing.video ?? []).slice(1)) Object.assign(row, { withheld: reason, segments: undefined });
    return /** @type {[string, object]} */ ([`row ${JSON.stringify(reason)}`, ok(listing)]);
  }),
];

/** In the page: the panel in every state, each thing that opens opened. */
async function everyState(/** @type {[string, any][]} */ given, /** @type {any} */ details, /** @type {Streamlist.LessonList} */ lessons, /** @type {number} */ until, /** @type {string} */ source) {
  const look = /** @type {(top: Element) => string[]} */ (new Function(`return ${source}`)());
  const turn = () => new Promise((resolve) => setTimeout(resolve, 40)); // longer than an outcome takes to appear
  const { panel } = bench.content;
  /** @type {Map<string, string>} what was found → in which state first */
  const found = new Map();
  /** @param {string} where @param {string} [selector] what is in view there, else the test has lost its way */
  const note = async (where, selector = '.panel') => {
    for (let i = 0; !bench.root.querySelector(selector); i++) {
      if (i > 100) throw new Error(`${where}: no ${selector}`);
      await turn();
    }
    for (const line of look(bench.root.firstElementChild ?? document.body)) if (!found.has(line)) found.set(line, where);
  };
  /** @param {string} selector */
  const clickAll = (selector) => bench.root.querySelectorAll(selector).forEach((b) => /** @type {HTMLElement} */ (b).click());

  bench.answers.course = { ok: false, error: { code: 'timeout' } };
  bench.answers.export = ok({ text: 'curl' });
  for (const [name, answer] of given) {
    bench.answers.list = answer;
    panel.toggle();
    await new Promise((resolve) => setTimeout(resolve));
    clickAll('tr [aria-expanded=false]');
    await note(name);
    panel.close();
  }
  bench.answers.list = given[0]?.[1];
  panel.toggle();
  await new Promise((resolve) => setTimeout(resolve));
  clickAll('[aria-haspopup=menu]');
  await note('menu', '.menu:not([hidden])');
  for (const kind of ['video', 'audio', 'single']) {
    for (const what of ['url', 'urls', 'mpv', 'ffmpeg', 'curl', 'wget', 'aria2c', 'json', 'aria2-list', 'mpv-list', 'ytdlp', 'diagnostics']) {
      bench.answers.copy = ok({ what, kind, quality: 126, codec: 'HEVC', expiresAt: what === 'ytdlp' ? 0 : until + 90_000, referer: true, oneIp: true, cookies: true, apart: kind === 'audio' });
      clickAll('.best .sec:not([aria-haspopup])');
      panel.toast({ copied: bench.answers.copy.body });
      await turn();
      await note(`outcome ${what} ${kind}`);
    }
  }
  for (const code of ['no-clipboard', 'unquotable', 'too-long', 'in-parts']) {
    bench.answers.copy = { ok: false, error: { code } };
    clickAll('.best .sec:not([aria-haspopup])');
    panel.toast({ error: { code } });
    await turn();
    await note(code, '.toast:not([hidden])');
  }
  bench.answers.download = ok({ row: 'video/116/AVC/1', audio: 'audio/30280/AAC/1' });
  clickAll('.best .pri');
  await turn();
  await note('ordered', '.status:not(:empty)');
  bench.answers.download = { ok: false, error: { code: 'private' } };
  clickAll('.best .pri');
  await turn();
  await note('not ordered', '.status:not(:empty)');
  clickAll('td.actions [aria-expanded=false]');
  clickAll('.detail .acts button:nth-child(2)');
  await turn();
  await note('dialog', 'dialog');
  panel.close();

  bench.answers.list = given[0]?.[1];
  bench.answers.details = [{ ok: false, error: { code: 'timeout' } }, details];
  bench.answers.subtitles = [
    ok({ tracks: [{ tag: 'zh-Hant', name: '中文（繁体）' }, { tag: 'vi-auto', name: 'Tiếng Việt', machine: true }, { tag: 'ms', name: 'Bahasa Melayu', withheld: { code: 'not-given' } }] }),
    ok({ tracks: [{ tag: 'zh-Hant', file: { name: '01 - 第一百二十课.zh-Hant.srt', text: '', count: 3 } }] }), ok({ tracks: [{ tag: 'zh-Hant', file: { name: '', text: '', count: 0 } }] }),
  ];
  panel.toggle();
  await turn();
  clickAll('.fold [aria-expanded=false]');
  await turn();
  await note('details not given', '.failed');
  clickAll('.failed .sec');
  await turn();
  await note('details', 'dl');
  for (const what of ['copied', 'empty']) {
    clickAll('.titles li:first-of-type .ic:last-of-type');
    await turn();
    await note(`subtitles ${what}`, '.titles');
  }
  panel.close();

  bench.answers.list = ok({ ...given[0]?.[1].body, page: 'com/ep/2603' });
  Object.assign(bench.stored, { 'lesson/com/2602': { saved: 1763600000, exported: 1763600000, encrypted: 1763600000 } });
  bench.answers.lessons = [{ ok: false, error: { code: 'timeout' } }, ok({ ...lessons, more: true })];
  bench.answers.range = [{ ok: false, error: { code: 'no-range' } }, { ok: false, error: { code: 'beyond-range' } }];
  panel.toggle();
  await turn();
  /** @type {HTMLElement | undefined} */ ([...bench.root.querySelectorAll('[role=tab]')].map((tab) => /** @type {HTMLElement} */ (tab))[1])?.click();
  await turn();
  await note('lessons not given', '.notes .failed');
  clickAll('.notes .sec');
  await turn();
  await note('lessons, and the rest not given', '.notes .failed');
  clickAll('.list li input');
  await note('lessons selected', '.list li.selected');

  const queue = (/** @type {object} */ progress, /** @type {object} */ more = {}) => ok({ progress: { total: 603, ...progress }, page: lessons.page, title: lessons.title, job: {}, ...more });
  const report = lessons.lessons.map((_, i) => ({ is: 'skipped', why: [{ code: 'encrypted' }, { code: 'not-purchased' }, { code: 'not-given', detail: 'no-video' }][i % 3] }));
  bench.answers.collect = [{ ok: false, error: { code: 'timeout' } }, queue({ state: 'running', done: 599, until: Date.now() + 5e5, left: 36e5 })];
  bench.answers.queue = [
    queue({ state: 'paused', done: 599, why: { code: 'network', detail: 'tab-gone' } }), queue({ state: 'paused', done: 599, why: { code: 'unexpected', detail: 'no-room' } }),
    queue({ state: 'finished', done: 590, skipped: 3, failed: 4, dropped: 6 }), queue({ state: 'finished', done: 590 }, { lessons: lessons.lessons, items: report }), ok({}),
  ];
  clickAll('.foot button');
  for (const format of bench.root.querySelectorAll('dialog option')) {
    const select = /** @type {HTMLSelectElement} */ (format.parentElement);
    select.value = /** @type {HTMLOptionElement} */ (format).value;
    select.dispatchEvent(new Event('change'));
    await note(`export ${select.value}`, 'dialog .field');
  }
  for (const [state, selector] of /** @type {const} */ ([['not begun', 'dialog .outcome:not(:empty)'], ['limited', 'dialog .countdown:not(:empty)'], ['no tab', 'progress'], ['no room', 'progress'], ['over', '.report li']])) {
    clickAll('dialog .pri');
    await turn();
    await note(`export ${state}`, selector);
  }
  bench.answers.export = ok({ name: `${lessons.title}.aria2-list.txt`, mime: 'text/plain', body: '', expiresAt: until, refused: [{ index: 1, why: 'no-sound' }] });
  streamlistParts.saveText = () => {};
  clickAll('dialog .pri');
  await turn();
  await note('exported', 'dialog .outcome:not(:empty)');
  clickAll('dialog .acts:last-of-type button:last-of-type');
  const range = /** @type {HTMLInputElement} */ (bench.root.querySelector('.range'));
  for (const text of ['x', '99']) {
    range.value = text;
    range.dispatchEvent(new Event('change'));
    await turn();
    await note(`lessons ${text}`, '.status:not(:empty)');
  }
  clickAll('.list li button');
  await note('menu of a lesson', '.menu:not([hidden])');
  bench.answers['list-lesson'] = ok({ ...given[0]?.[1].body, page: 'com/ep/2604' });
  clickAll('.menu:not([hidden]) button');
  await turn();
  await note('a lesson beside', '.beside');
  clickAll('.beside button');
  panel.close();

  const answers = [{ supported: false }, { supported: true, smooth: false, powerEfficient: false }, { supported: true, smooth: true, powerEfficient: false }];
  Object.defineProperty(navigator, 'mediaCapabilities', { value: { decodingInfo: async () => answers.push(answers[0]) && answers.shift() } });
  panel.toggle();
  await turn();
  clickAll('tr [aria-expanded=false]');
  const pressed = () => [.../** @type {NodeListOf<HTMLElement>} */ (bench.root.querySelectorAll('button[aria-pressed]'))];
  for (let at = 1; at < 4; at++) {
    pressed()[0]?.click();
    await turn();
    await note('picked', '[aria-pressed=true]');
    pressed()[at]?.click();
    await turn();
    await note(`compare ${at}`, '.compare');
    clickAll('dialog .pri');
  }
  panel.close();

  bench.answers.details = ok({
    cover: '', subtitle: '从零开始', release: '已完结 | 共66课时', expiry: '长期有效', watched: 12, teacher: { uname: '示例老师', brief: '讲师', link: '' },
    progress: { lastepindex: '第一百二十课', lasttime: 754 }, stat: { play_desc: '672.5万播放' },
    payment: { price_format: '180', price_unit: 'B币', discount_prefix: '券后', discount_desc: '90 B币' }, coupon: { title: '5折优惠券', expire_time: '2030-12-31 23:59:59' },
  });
  bench.answers.danmaku = ok({ name: '03 - a.ass', text: '', count: 0 });
  panel.toggle();
  await turn();
  clickAll('.fold:last-of-type > h3 button');
  await turn();
  await note('details', 'dl');
  clickAll('.prose .sec');
  await turn();
  await note('no danmaku', '.status:not(:empty)');
  panel.close();

  const course = { title: '零基础日语入门：五十音图与日常会话', updateinfo: '已完结 | 共10课时', isexpired: true, progress: { lastepindex: '第一百二十课' } };
  for (const data of [[], [{ ...course, id: '1' }, { ...course, id: '2', isexpired: false }]]) {
    bench.answers.owned = ok({ data, next: false });
    panel.toggle({ elsewhere: true, place: 'mine' });
    clickAll('[aria-label]:has(.refresh)'); // what was read is kept
    await turn();
    await note('owned', data.length ? '.courses' : '.plain');
    panel.close();
  }
  for (const place of /** @type {const} */ ([undefined, 'videos'])) {
    panel.toggle({ elsewhere: true, place });
    await note('elsewhere', '.plain');
    panel.close();
  }
  return [...found].map(([line, where]) => `${where}: ${line}`);

  /** @param {object} body */
  function ok(body) {
    return { ok: true, body };
  }
}

for (const locale of locales) {
  for (const width of WIDTHS) {
    test(`${locale} has room in the panel, ${width} px`, async () => {
      const page = await open({ language: tagOf(locale), width, height: 900 });
      assert.deepEqual(await page.evaluate(everyState, answers, ok({ ...fixtures.details(), cover: '' }), fixtures.lessons(), fixtures.UNTIL, String(spills)), []);
      assert.deepEqual(page.errors, []);
      await page.close();
    });

    test(`${locale} has room on the Downloads page, ${width} px`, async () => {
      const own = await profile();
      const page = await openOwn({
        page: 'downloads/downloads.html', language: tagOf(locale), width, before: (p) => p.evaluateOnNewDocument(fakeBrowser, {}),
      }, own);
      await page.waitForFunction(() => /** @type {any} */ (globalThis).fake.posted.length > 0);
      await page.evaluate((jobs) => {
        /** @type {any} */ (globalThis).fake.say({ kind: 'jobs', view: { jobs, speed: 31.2e6, free: 61e9 } });
        document.querySelectorAll('.facts button').forEach((b) => /** @type {HTMLElement} */ (b).click());
      }, all);
      assert.deepEqual(await page.evaluate(`(${spills})(document.body)`), []);
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth > innerWidth), false, 'the page scrolls sideways');
      assert.deepEqual(page.errors, []);
      if (width < 400) await page.screenshot({ path: `${root}tests/out/downloads-${locale}.png` });
      await own.close();
    });

    test(`${locale} has room on the extension's pages, ${width} px`, async () => {
      for (const how of [{}, { granted: false, hash: '#access' }, { page: 'elsewhere/elsewhere.html' }]) {
        const page = await openOwn({ ...how, language: tagOf(locale), width });
        assert.deepEqual(await page.evaluate(`(${spills})(document.body)`), [], JSON.stringify(how));
        assert.equal(await page.evaluate(() => document.documentElement.scrollWidth > innerWidth), false, 'the page scrolls sideways');
        assert.equal(await page.evaluate(() => document.documentElement.lang), tagOf(locale));
        await page.close();
      }
    });
  }
}
