// What browsers and people do to an extension: they end its background, fill its storage, withhold its permissions and
// reload it.
import assert from 'node:assert/strict';

import { faults, outcome } from './lib/faults.js';
import { inBrowsers } from './lib/launch.js';
import { until } from './lib/wait.js';

/** @typedef {import('./lib/launch.js').Tab} Tab */

/** Fills one of the extension's storage areas, by items of at most `most` bytes. @param {string} area @param {number} most */
const fill = (area, most) => `(async () => {
  for (let size = ${most}, n = 0; size > 1; n++) await chrome.storage.${area}.set({ ['junk' + n]: 'x'.repeat(size) }).then(() => n % 20 === 19 && (size >>= 1), () => (size >>= 1));
})()`;

inBrowsers((b) => {
  const { fault, whole } = faults(b, 'The browser');

  /**
   * Waits until a request is under way, and ends the background.
   *
   * @param {string} match part of its address
   * @param {Tab} [tab] whose background it is; the default one's
   */
  async function end(match, tab) {
    await until(`a request for ${match}`, async () => (await b.replica.log()).some((r) =>
      !r.done && !r.host.startsWith('www.') && `${r.host}${r.path}?${new URLSearchParams(r.query)}`.includes(match)));
    await b.driver.stopBackground(tab?.page);
  }

  for (const [name, scenario, match] of /** @type {const} */ ([
    ["a lesson's streams", 'free', '/pugv/player/web/playurl'],
    ["a lesson's description", 'free', '/pugv/view/web/season'],
    ['further qualities, asked for one at a time', 'progressive', 'qn=80'],
    ['streams, asked for once more with more ids', 'needs-cid', 'avid='],
    ['streams, asked for once more in another format', 'fnval-16-only', 'fnval=16'],
    ['the start of a file', 'clear-hls', '/upgcxcode/'],
    ['whether somebody is logged in', 'purchased-by-others', '/nav'],
    ["a course's description", 'season-active', '/pugv/view/web/season'],
    ["an episode's streams", 'tv-codecs', '/intl/gateway/web/playurl'],
    ["a series' description", 'tv-codecs', 'season_info'],
    ["a series' episodes", 'tv-codecs', '/episodes'],
    ['whether somebody is logged in at bilibili.tv', 'tv-anonymous', '/user'],
  ])) {
    fault(`its end while it waits for ${name}`, async () => {
      await b.as(scenario);
      const tab = await b.open(scenario);
      await b.replica.knobs({ match, delayMs: 60_000, times: 1 });
      await tab.clickToolbar();
      await end(match);
      const view = await tab.listing();
      const best = Object.values(view.tables).flat().find((row) => row.best)?.text ?? '';
      for (const word of (await b.replica.scenario(scenario)).best.split(' ')) assert(best.includes(word), `${word} is not in the best row: ${best}`);
      return outcome(view);
    });
  }

  fault('its end while it waits for the single files of a lesson', async () => {
    const tab = await b.open('single-files');
    const view = await tab.show();
    await b.replica.knobs({ match: 'fnval=1&', delayMs: 60_000, times: 1 });
    await tab.click('Single files');
    await end('fnval=1&');
    const { tables } = await tab.see('the single files', (v) => v.tables['Single files']);
    assert.deepEqual((tables['Single files'] ?? []).map((row) => row.text.split(' ')[0]), ['1080P', '720P', '360P', '1080P+']);
    return `${outcome(view)}, then all of them`;
  });

  fault("its end while it waits for the account's own courses", async () => {
    await b.login('com', 'buyer');
    const tab = await b.open('https://www.bilibili.com/v/cheese/mine');
    await b.replica.knobs({ match: '/pugv/pay/web/my/paid?ps=20&pn=2', delayMs: 60_000, times: 1 });
    await tab.clickToolbar();
    await end('pn=2');
    const { text } = await tab.see('the courses', (v) => v.open && !v.busy && (v.alert || /Courses: /.test(v.text)));
    const count = Number(/Courses: (\d+)/.exec(text)?.[1]);
    assert((await b.replica.calls({ 'q.pn': String(Math.ceil(count / 20)) })).length > 0, `${count} courses, and their last page`);
    await b.login('com', null);
    return count > 40 ? 'the courses' : text;
  });

  fault('its end while it tests hosts', async () => {
    const tab = await b.open('hosts');
    const view = await tab.show();
    await tab.click('3 backups for 1080P AVC');
    await b.replica.knobs({ match: 'mirrorcos', delayMs: 60_000, times: 1 });
    await tab.click('Test hosts');
    await end('mirrorcos');
    const { text } = await tab.see('what came of it', (v) => v.status.startsWith('Tested: '), 20_000);
    await b.driver.forget();
    return `${outcome(view)}, then how fast ${text.match(/ · [\d.]+ MB\/s/g)?.length} hosts are`;
  });

  fault('its end while it waits for the rest of a long list', async () => {
    await b.login('com', null);
    const tab = await b.open('603-lessons');
    await b.replica.knobs({ match: 'pn=3', delayMs: 60_000, times: 1 });
    await tab.clickToolbar();
    await end('pn=3');
    return outcome(await tab.see('the whole count', (v) => /lesson 1 of 603 /.test(v.text), 20_000));
  });

  fault('its end while it waits for fresh addresses to copy', async () => {
    await b.replica.knobs({ linkSeconds: -60 });
    const tab = await b.open('free');
    const view = await tab.show();
    await b.replica.knobs({ linkSeconds: 7200 });
    await b.replica.knobs({ match: '/playurl', delayMs: 60_000, times: 1 });
    const url = await b.copied(async () => {
      await tab.click('Copy URL 1080P+ AVC');
      await end('/playurl');
    });
    assert.equal((await b.replica.fetch(url, { 'Referer': 'https://www.bilibili.com/', 'Range': 'bytes=0-9', 'User-Agent': 'Player/1' })).status, 206);
    return `${outcome(view)}, then fresh addresses`;
  });

  fault('memory for the session that is full', async () => {
    const page = await b.driver.openExtensionPage('elsewhere/elsewhere.html');
    await page.evaluate(fill('session', 4_000_000));
    await assert.rejects(page.evaluate(`chrome.storage.session.set({ one: 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx' })`), 'it is full');
    const tab = await b.open('free');
    await tab.show();
    const calls = (await b.replica.calls()).length;
    await tab.click('Close');
    await tab.see('the panel to close', (v) => !v.open);
    await tab.show();
    assert.equal((await b.replica.calls()).length, calls, 'the background remembers it');
    await b.driver.stopBackground();
    await tab.click('Refresh');
    const view = await tab.listing();
    assert.match(await b.copied(() => b.command('copy-best')), /-1-30112\.m4s\?/);
    await page.evaluate('chrome.storage.session.clear()');
    await page.close();
    return outcome(view);
  });

  fault('storage for the options that is full', async () => {
    const page = await b.driver.openExtensionPage('options/options.html');
    await page.evaluate(fill('sync', 8000));
    await page.bringToFront();
    await page.waitForSelector('#codecs li');
    await page.click('#hdr');
    await page.waitForFunction(() => document.getElementById('status')?.textContent);
    const said = await page.$eval('#status', (e) => e.textContent ?? '');
    await page.evaluate('chrome.storage.sync.clear()');
    await page.close();
    return said;
  });

  fault('access that is withheld, then given by the one button', async () => {
    await b.driver.withhold();
    const tab = await b.open('free');
    const view = await tab.show();
    assert.deepEqual(await b.replica.calls(), []);
    await tab.allowAccess();
    return `${outcome(view)}, then ${outcome(await tab.see('the listing', (v) => !v.busy && !v.alert && v.tables.Video))}`;
  });

  fault('a reload of the extension under five open tabs', async () => {
    const tabs = [];
    for (const name of ['free', 'codecs', 'tv-codecs', 'season-active', 'tv-upload']) {
      const tab = await b.open(name);
      if (name !== 'tv-upload') await tab.show(); // one whose panel is closed
      tabs.push(tab);
    }
    const page = await b.driver.openExtensionPage('elsewhere/elsewhere.html');
    await page.evaluate('(globalThis.browser ?? chrome).runtime.reload()').catch(() => {}); // the page ends with it
    await until('the former extension to end', () => page.evaluate('1').then(() => false, () => true));
    // A click is lost before the new one has registered for events; an answer tells that it has.
    const next = await until('the new one', () => b.driver.openExtensionPage('elsewhere/elsewhere.html').catch(() => null), { limit: 30_000 });
    await until('it to answer', () => next.evaluate('(globalThis.browser ?? chrome).runtime.sendMessage({}).then(() => true)'));
    await next.close();
    const seen = new Set();
    for (const tab of tabs) {
      await tab.page.bringToFront();
      const { open } = await tab.view();
      if (open) {
        // The former panel stays in the page, without a background. In Firefox its script is gone at once.
        await tab.click('Refresh');
        const view = await tab.see('what to do', (v) => v.alert);
        assert(!view.busy && view.buttons.includes('Reload now'), view.buttons.join());
        seen.add(outcome(view));
      }
      await tab.clickToolbar();
      await tab.see('the listing', (v) => v.open && !v.busy && !v.alert && v.tables.Video);
      assert.equal(await tab.evaluate(`document.querySelectorAll('[data-streamlist]').length`), 1, 'one panel');
    }
    const [free] = tabs;
    await free?.page.bringToFront();
    await free?.evaluate(`document.querySelector('[data-episodeid="700104"]').click()`);
    await free?.see('the panel to follow', (v) => !v.busy && /lesson 4 of 4/.test(v.text));
    return `${[...seen].join() || 'closed'}; after a click: the listing`;
  });

  fault('its end while it waits for the streams that a tab with cookies of its own asks for', async () => {
    // The last, because Firefox opens a new tab in whichever window was last in front.
    const seen = new Set();
    for (const jar of /** @type {const} */ (['container', 'private'])) {
      if (jar === 'container' && b.name === 'chromium') continue; // which has none
      const tab = await b.open('purchased', jar, 'buyer');
      await b.replica.knobs({ match: '/pugv/player/web/playurl', delayMs: 60_000, times: 1 });
      await tab.pressIcon();
      await end('/pugv/player/web/playurl', tab);
      const view = await tab.listing();
      const calls = await b.replica.calls();
      assert(calls.every((r) => r.account === 'buyer'), calls.map((r) => `${r.path} ${r.account}`).join());
      const [first] = calls.filter((r) => r.path === '/pugv/player/web/playurl');
      await until('the former request to end', async () => (await b.replica.log()).some((r) => r.seq === first?.seq && r.aborted));
      seen.add(outcome(view));
      await b.replica.clearLog();
    }
    return [...seen].join();
  });

  whole();
});
