// Whose account answers: a private window's tab and a container's have cookies of their own.
import assert from 'node:assert/strict';
import { it } from 'node:test';

import { inBrowsers } from './lib/launch.js';
import { until } from './lib/wait.js';

/** @typedef {import('./lib/launch.js').View} View */
/** @typedef {import('./lib/launch.js').Jar} Jar */

const PLAYURL = '/pugv/player/web/playurl';

/** @param {View} view */
const best = (view) => Object.values(view.tables).flat().find((r) => r.best)?.text ?? view.alert;

inBrowsers((b) => {
  /** @type {Jar[]} */
  const jars = b.name === 'firefox' ? ['container', 'private'] : ['private'];

  for (const jar of jars) {
    it(`answers a ${jar} tab with its own account, and the default one with its own, at the same time`, async () => {
      await b.login('com', 'buyer');
      // First, because Firefox opens a new tab in whichever window was last in front.
      const own = await b.open('purchased');
      const other = await b.open('purchased', jar, 'free');
      await other.pressIcon();
      const refused = await other.listing();
      assert.match(refused.alert, /^Not purchased/);

      await own.pressIcon();
      assert.match(best(await own.listing()), /^1080P60/);
      for (const r of await b.replica.calls()) {
        assert.deepEqual([r.origin, r.referer, r.wrongSiteCookie, r.refused], ['https://www.bilibili.com', 'https://www.bilibili.com/', false, ''], r.path);
      }
      assert.deepEqual((await b.replica.calls({ path: PLAYURL })).map((r) => r.account), ['free', 'buyer']);

      // Both again: what one account was told must not answer the other.
      await b.replica.clearLog();
      for (const [tab, account] of /** @type {const} */ ([[other, 'free'], [own, 'buyer']])) {
        await b.driver.toFront(tab.page, tab.jar);
        await tab.click('Refresh');
        await b.replica.waitFor({ path: PLAYURL, account });
        await tab.listing();
      }
      assert.match((await other.view()).alert, /^Not purchased/);
      assert.match(best(await own.view()), /^1080P60/);
      await b.login('com', null);
    });

    it(`copies the best of a ${jar} tab, and opens its panel again without asking`, async () => {
      await b.driver.forget();
      const tab = await b.open('purchased', jar, 'buyer');
      await b.driver.toFront(tab.page, jar);
      assert.match(await b.copied(() => b.command('copy-best')), /^https:\/\/\S+-1-30116\.m4s\?\S+$/);
      await tab.see('the toast', (v) => v.toast.startsWith('Copied 1080P60 AVC'));
      const calls = await b.replica.calls();
      assert(calls.length > 0 && calls.every((r) => r.account === 'buyer'), calls.map((r) => `${r.path} ${r.account}`).join());
      await tab.pressIcon();
      assert.match(best(await tab.listing()), /^1080P60/);
      assert.equal((await b.replica.calls()).length, calls.length);
      if (jar !== 'private') return;
      const page = await b.driver.openExtensionPage('elsewhere/elsewhere.html');
      const kept = await page.evaluate('chrome.storage.session.get().then(Object.keys)');
      assert.deepEqual(kept, [], 'nothing of a private window is stored');
      await page.close();
    });

    it(`opens a course of a ${jar} tab's list with that tab's account`, async () => {
      const tab = await b.open('https://www.bilibili.com/v/cheese/mine', jar, 'buyer');
      await tab.pressIcon();
      await tab.see('the courses', (v) => !v.busy && v.links.some((name) => name.startsWith('【双语】大国博弈')));
      await tab.click('【双语】大国博弈*');
      const [opened] = await b.replica.waitFor({ path: '/cheese/play/ss7002' });
      assert.equal(opened?.account, 'buyer');
      const page = await until('the page of the course', async () => (await b.driver.browser.pages()).find((p) => p.url().endsWith('/cheese/play/ss7002')));
      await page.close();
    });

    it(`drops what a ${jar} tab was asking when it moves on`, async () => {
      const tab = await b.open('free', jar);
      await b.replica.knobs({ match: PLAYURL, delayMs: 8000, times: 1 });
      await tab.pressIcon();
      await b.replica.waitFor({ path: PLAYURL });
      await tab.evaluate(`document.querySelector('[data-episodeid="700104"]').click()`);
      await tab.see('the next lesson', (v) => !v.busy && /lesson 4 of 4/.test(v.text));
      const [first] = await b.replica.waitFor({ path: PLAYURL, done: 1 });
      assert.equal(first?.aborted, true);
    });
  }

  it('lists bilibili.tv with its own account too', async () => {
    const jar = jars[0] ?? 'private';
    await b.login('tv', null);
    const tab = await b.open('tv-premium', jar, 'premium');
    await tab.pressIcon();
    const view = await tab.listing();
    assert.equal(view.alert, '');
    const calls = await b.replica.calls();
    assert(calls.length > 0 && calls.every((r) => r.account === 'premium' && r.referer === 'https://www.bilibili.tv/'), JSON.stringify(calls.map((r) => [r.path, r.account, r.referer])));
    await until('the listing', async () => (await tab.view()).tables.Video?.length);
  });

  for (const jar of jars) {
    it(`leads a ${jar} tab on the old host to the page that can ask with its account`, async () => {
      const tab = await b.open('https://www.bilibili.tv/en', jar, 'viewer');
      await tab.goto('https://www.biliintl.com/en/play/2100001/13000101');
      await b.replica.clearLog();
      await tab.pressIcon();
      const view = await tab.listing();
      if (b.name === 'chromium') return assert.equal(view.alert, '', 'the background asks there, with the window\'s cookies');
      assert.match(view.alert, /^No access ?: Pages of the old address biliintl\.com can ask nothing with this tab's login/);
      assert.deepEqual(await b.replica.calls(), [], 'and nothing is asked with another');
      await b.screenshot(`old-host-${jar}`);
      await tab.click('Open on www.bilibili.tv');
      const [opened] = await b.replica.waitFor({ host: 'www.bilibili.tv', path: '/en/play/2100001/13000101' });
      assert.equal(opened?.account, 'viewer', 'in the same container or window');
      const page = await until('the page on www.bilibili.tv', async () => (await b.driver.browser.pages()).find((p) => p.url() === 'https://www.bilibili.tv/en/play/2100001/13000101'));
      await page.close();
    });
  }
});
