// What is asked of the sites, when, and with what: as the replica saw it.
import assert from 'node:assert/strict';
import { it } from 'node:test';

import { inBrowsers } from './lib/launch.js';
import { until } from './lib/wait.js';

/** @typedef {import('./lib/replica.js').Record_} Record_ */

const PLAYURL = '/pugv/player/web/playurl';
const SEASON = '/pugv/view/web/season';
const LIST = '/pugv/view/web/ep/list';
const TV = '/intl/gateway/web';

const SITES = /** @type {Record<string, {referer: string, origin: string}>} */ ({
  'api.bilibili.com': { referer: 'https://www.bilibili.com/', origin: 'https://www.bilibili.com' },
  'api.bilibili.tv': { referer: 'https://www.bilibili.tv/', origin: 'https://www.bilibili.tv' },
});

/** @param {Record_[]} calls */
const paths = (calls) => calls.map((r) => r.path).sort();

/** Whether two requests were under way at the same time. @param {Record_} one @param {Record_} two */
const together = (one, two) => one.time < two.ended && two.time < one.ended;

inBrowsers((b) => {
  /** Checks what holds of every request, and begins the log anew. */
  async function lawful() {
    for (const r of await b.replica.calls()) {
      const { referer, origin } = SITES[r.host] ?? {};
      assert.deepEqual([r.referer, r.origin, r.wrongSiteCookie, r.refused], [referer, origin, false, ''], `${r.host}${r.path}`);
      assert(!('drm_tech_type' in r.query), r.path);
      if (r.path === PLAYURL) {
        assert.deepEqual([r.query.fourk, r.query.fnver], ['1', '0']);
        assert.match(r.query.ep_id ?? '', /^\d+$/);
      }
      if (r.host === 'api.bilibili.tv') assert.equal(r.query.platform, 'web', r.path);
      if (r.path === `${TV}/playurl`) assert.equal(r.query.qn, '120');
    }
    await b.replica.clearLog();
  }

  /** A test whose requests are checked. @param {string} name @param {() => Promise<void>} test */
  const check = (name, test) => it(name, async () => {
    await test();
    await lawful();
  });

  check('asks nothing before a person acts, on any page', async () => {
    const pages = ['free', 'season-active', 'tv-anonymous', 'tv-season', 'tv-upload', 'https://www.bilibili.tv/en', 'https://www.bilibili.com/cheese/'];
    for (const where of pages) await b.open(where);
    const [lesson] = b.tabs;
    assert(lesson);
    await until('the content scripts to have woken the background', () => b.driver.backgroundRuns());
    assert.deepEqual(await b.replica.calls(), []);
    assert.deepEqual((await b.replica.log({ known: 1 })).filter((r) => !r.host.startsWith('www.')), [], 'nor anything else');
    for (const tab of b.tabs) assert.equal((await tab.view()).open, false, 'closed on each load');
    await lesson.page.bringToFront();
    await lesson.show();
    assert.deepEqual(paths(await b.replica.calls()), [PLAYURL, SEASON]);
  });

  check('asks for streams and course at the same time on a lesson, and for nothing else', async () => {
    const tab = await b.open('free');
    await b.replica.knobs({ latencyMs: 500 });
    await tab.show();
    const [play, season, ...more] = (await b.replica.calls()).sort((x, y) => x.path.localeCompare(y.path));
    assert(play && season);
    assert.deepEqual([play.path, season.path, more.length], [PLAYURL, SEASON, 0]);
    assert(together(play, season), `${play.time}–${play.ended}, ${season.time}–${season.ended}`);
    assert.deepEqual(play.query, { ep_id: '700101', fnval: '4048', fnver: '0', fourk: '1' });
    assert.deepEqual(season.query, { ep_id: '700101' });
  });

  check('takes two round trips on the page of a course', async () => {
    const tab = await b.open('season-active');
    await tab.show();
    const calls = await b.replica.calls();
    assert.deepEqual(calls.map((r) => r.path), [SEASON, PLAYURL]);
    assert.deepEqual([calls[0]?.query, calls[1]?.query.ep_id], [{ season_id: '7030' }, '703003']);
  });

  check('asks nothing more when the panel is closed and opened again; all anew after a reload, where something was missing', async () => {
    for (const [name, missing] of /** @type {const} */ ([['free', false], ['season-active', false], ['tv-codecs', false], ['tv-upload', true], ['tv-anonymous', true], ['preview', true], ['links-5-minutes', true]])) {
      await lawful();
      const tab = await b.open(name);
      await tab.show();
      const asked = await b.replica.calls();
      assert(asked.length > 0);
      for (const close of [() => tab.click('Close'), () => tab.clickToolbar()]) {
        await close();
        await tab.see('the panel closed', (v) => !v.open);
        await tab.show();
      }
      assert.deepEqual((await b.replica.calls()).length, asked.length, `${name}: opened again`);
      await tab.goto(name);
      assert.equal((await tab.view()).open, false);
      assert.deepEqual((await b.replica.calls()).length, asked.length, `${name}: a reload by itself asks nothing`);
      await tab.show();
      assert.deepEqual(paths((await b.replica.calls()).slice(asked.length)), missing ? paths(asked) : [], `${name}: after a reload`);
      await tab.click('Refresh');
      await b.replica.waitFor({ path: name.startsWith('tv') ? `${TV}/playurl` : PLAYURL }, missing ? 3 : 2);
      await tab.listing();
      await tab.page.close();
    }
  });

  check('asks again on Refresh', async () => {
    const tab = await b.open('free');
    await tab.show();
    await tab.click('Refresh');
    await b.replica.waitFor({ path: PLAYURL }, 2);
    await b.replica.waitFor({ path: SEASON }, 2);
    await tab.listing();
    assert.deepEqual(paths(await b.replica.calls()), [PLAYURL, PLAYURL, SEASON, SEASON]);
  });

  check("carries each site's own cookies, Referer and Origin, logged in at both", async () => {
    await b.login('com', 'buyer');
    await b.login('tv', 'premium');
    await lawful();
    for (const name of ['purchased', 'tv-premium']) {
      const tab = await b.open(name);
      assert.equal((await tab.show()).alert, '');
    }
    const calls = await b.replica.calls();
    assert(calls.length >= 5, paths(calls).join());
    for (const r of calls) {
      assert.equal(r.account, r.host === 'api.bilibili.com' ? 'buyer' : 'premium', r.path);
      assert.deepEqual([...r.cookies].sort(), ['DedeUserID', 'SESSDATA', 'buvid3'], r.path);
    }
    await b.login('com', null);
    await b.login('tv', null);
  });

  check('asks once for what a panel wants of a background that has ended, and nothing for what it knows', async () => {
    await b.login('com', 'buyer');
    await b.login('tv', 'premium');
    for (const [name, account, wanted] of /** @type {const} */ ([
      ['purchased', 'buyer', [PLAYURL, SEASON]],
      ['tv-premium', 'premium', [`${TV}/playurl`, `${TV}/v2/ogv/play/episodes`, `${TV}/v2/ogv/play/season_info`]],
    ])) {
      const tab = await b.open(name);
      await tab.show();
      await b.kept(tab);
      await b.driver.stopBackground();
      await lawful();
      await tab.click('Refresh');
      for (const path of wanted) await b.replica.waitFor({ path, done: 1 });
      assert.equal((await tab.listing()).alert, '');
      const calls = await b.replica.calls();
      assert.deepEqual(paths(calls), wanted);
      for (const r of calls) {
        assert.deepEqual([r.account, [...r.cookies].sort()], [account, ['DedeUserID', 'SESSDATA', 'buvid3']], r.path);
        assert(!r.aborted, r.path);
      }
      await lawful();
      await b.driver.stopBackground();
      await tab.clickToolbar();
      await tab.see('the panel closed', (v) => !v.open);
      await b.driver.stopBackground();
      assert.equal((await tab.show()).alert, '');
      assert.deepEqual(await b.replica.calls(), [], `${name}: opened again`);
      await tab.page.close();
    }
    await b.login('com', null);
    await b.login('tv', null);
  });

  check("asks bilibili.tv once for all it needs, in the page's language", async () => {
    const tab = await b.open('tv-codecs');
    await b.replica.knobs({ latencyMs: 500 });
    await tab.show();
    const calls = await b.replica.calls();
    assert.deepEqual(paths(calls), [`${TV}/playurl`, `${TV}/v2/ogv/play/episodes`, `${TV}/v2/ogv/play/season_info`]);
    for (const r of calls) assert(calls.every((other) => together(r, other)), 'one round trip');
    await b.replica.knobs({ latencyMs: 0 });
    for (const [where, locale] of [
      ['https://www.bilibili.tv/en/play/2100002/13000201', 'en_US'], ['https://www.bilibili.tv/play/2100002/13000201', 'en_US'],
      ['tv-season', 'th_TH'], ['tv-upload-old', 'vi_VN'], ['https://www.bilibili.tv/id/play/2100002/13000201', 'id_ID'],
    ]) {
      await lawful();
      const other = await b.open(where ?? ''); // which has no listing yet
      await other.show();
      const some = (await b.replica.calls()).filter((r) => !r.path.endsWith('/v2/user'));
      assert(some.length > 0 && some.every((r) => r.query.s_locale === locale), `${where}: ${some.map((r) => r.query.s_locale)}`);
    }
  });

  check('asks again with avid and cid where the id alone is refused', async () => {
    await (await b.open('needs-cid')).show();
    const calls = await b.replica.calls({ path: PLAYURL });
    assert.deepEqual(calls.map((r) => ['avid' in r.query, 'cid' in r.query]), [[false, false], [true, true]]);
    assert.match(calls[1]?.query.avid ?? '', /^\d+$/);
    assert.match(calls[1]?.query.cid ?? '', /^\d+$/);
    assert.equal((await b.replica.calls({ path: SEASON })).length, 1);
  });

  check('asks for less where the answer holds no media, and no further than needed', async () => {
    const tab = await b.open('fnval-16-only');
    for (const [name, ladder] of /** @type {[string, string[]][]} */ ([['fnval-16-only', ['4048', '16']], ['fnval-1-only', ['4048', '16', '1']], ['durls', ['4048']]])) {
      await lawful();
      await tab.goto(name);
      assert.equal((await tab.show()).alert, '');
      assert.deepEqual((await b.replica.calls({ path: PLAYURL })).map((r) => r.query.fnval), ladder, name);
    }
  });

  check('reads a long list page by page, each once and in order, and ends', async () => {
    const tab = await b.open('603-lessons');
    for (const [name, whole] of /** @type {const} */ ([['603-lessons', 603], ['endless-pages', 120]])) {
      await lawful();
      await tab.goto(name);
      await tab.show();
      await tab.see(`of ${whole}`, (v) => v.text.includes(`lesson 1 of ${whole} `), 20_000);
      const pages = (await b.replica.calls({ path: LIST })).map((r) => Number(r.query.pn));
      assert.deepEqual(pages, pages.map((_, i) => i + 1), name);
      // 50 come at once, whatever is asked for; one more may be needed to see that nothing new comes.
      const fewest = Math.ceil(whole / 50);
      assert(pages.length >= fewest && pages.length <= fewest + 2, `${name}: ${pages.length} pages`);
    }
  });

  check("reads of media only a file's start, without cookies, and only where a sign of encryption is in doubt", async () => {
    await b.login('com', 'buyer');
    const media = async () => (await b.replica.log({ known: 1 })).filter((r) => /bilivideo|akamaized/.test(r.host));
    const tab = await b.open('free');
    await tab.show();
    for (const name of ['encrypted-is-drm', 'tv-codecs']) {
      await tab.goto(name);
      await tab.show();
    }
    assert.deepEqual(await media(), []);
    await tab.goto('encrypted-hls');
    await tab.show();
    const [start, ...more] = await media();
    assert(start && more.length === 0);
    assert.match(start.range, /^bytes=0-\d{3,4}$/);
    assert.deepEqual([start.status, start.cookies, start.referer], [206, [], 'https://www.bilibili.com/']);
    await b.login('com', null);
  });

  it("changes nobody else's requests", async () => {
    const tab = await b.open('free');
    await tab.show();
    await b.replica.clearLog();
    // A page of the site itself, and one of neither site.
    await tab.evaluate(`fetch('https://api.bilibili.com/x/web-interface/nav', { credentials: 'include' }).then((r) => r.text())`);
    const [own] = await b.replica.calls();
    assert.deepEqual([own?.initiator, own?.origin, own?.referer], ['fetch', 'https://www.bilibili.com', 'https://www.bilibili.com/']);
    const tv = await b.open('tv-codecs');
    await b.replica.clearLog();
    await tv.evaluate(`fetch('https://api.bilibili.com/x/web-interface/nav', { mode: 'no-cors' }).catch(() => {})`);
    const [foreign] = await b.replica.calls();
    assert(foreign && !foreign.referer.includes('bilibili.com') && !foreign.origin.includes('bilibili.com'), `${foreign?.referer} ${foreign?.origin}`);
  });
});
