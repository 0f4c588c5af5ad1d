// Every scenario of the replica as a person sees it: what is best, or why not. Scenarios are the replica's own table.
import assert from 'node:assert/strict';
import { it } from 'node:test';

import { inBrowsers } from './lib/launch.js';
import { until } from './lib/wait.js';

/**
 * @typedef {import('./lib/launch.js').Tab} Tab
 * @typedef {import('./lib/launch.js').View} View
 * @typedef {import('./lib/replica.js').Scenario} Scenario
 */

/** What takes seconds by its nature: all at the same time, in a test of their own. */
const SLOW = ['slow', 'tv-slow', 'season-slow'];

/** A page that takes the panel away, or moves, many times a second has tests of its own. */
const HOSTILE = ['hostile-remove', 'hostile-flood'];

/** What some of them say beyond the alert's beginning. @type {Record<string, RegExp>} */
const SAYS = {
  'preview': /Preview only : 5 min of 15 min are given/,
  'purchase-expired': /Not purchased : .*has ended/,
  'purchased-but-refused': /Not logged in : .*owns the course.*Log out and in again/,
  'not-purchased': /Not purchased : .*hasn't bought/,
  'unknown-code': /Unexpected answer : .*code -12345/,
  'tv-unknown-code': /Unexpected answer : .*code -?\d+/,
  'season-missing': /The description could not be read/,
  'season-broken': /The description could not be read/,
  'tv-titles-missing': /The description could not be read/,
};

/** When the lesson of `not-released` comes out, as the replica has it: in a week, to the hour. */
function soon() {
  const day = new Intl.DateTimeFormat('en-US', { month: 'short', day: 'numeric' });
  return new RegExp([0, 1].map((hours) => `Not released yet : .*${day.format(Date.now() + (7 * 24 - hours) * 3600e3)}`).join('|'));
}

/** @param {View} view */
const rows = (view) => Object.values(view.tables).flat();

/**
 * What is wrong with a panel, for its scenario.
 *
 * @param {Scenario} scenario
 * @param {View} view
 */
function problems({ name, best, reason }, view) {
  const found = [];
  if (view.busy) found.push('still busy');
  if (reason ? !view.alert.startsWith(reason) : view.alert) found.push(`alert ${JSON.stringify(view.alert.slice(0, 80))}, not ${reason || 'none'}`);
  const top = rows(view).filter((r) => r.best);
  if (top.length !== (best ? 1 : 0)) found.push(`${top.length} best rows`);
  else if (top[0] && !best.split(' ').every((word) => ` ${top[0]?.text} `.includes(` ${word} `))) found.push(`the best row is ${top[0].text}, not ${best}`);
  const says = name === 'not-released' ? soon() : SAYS[name];
  if (says && !says.test(view.text)) found.push(`${says} is not in ${view.text.slice(0, 300)}`);
  if (!best && view.buttons.some((name) => /^(Copy|Download)/.test(name) && name !== 'Copy diagnostics')) found.push(`nothing can be had, but there are buttons: ${view.buttons}`);
  return found;
}

/** Every text and attribute in the panel, and not only what can be seen. @param {ShadowRoot} root */
function everything(root) {
  const all = [];
  for (const e of root.querySelectorAll('*')) {
    for (const a of e.attributes) if (a.name !== 'xmlns') all.push(a.value);
    for (const n of e.childNodes) if (n instanceof Text && e.localName !== 'style') all.push(n.data);
    if (e instanceof HTMLTextAreaElement || e instanceof HTMLInputElement) all.push(e.value);
  }
  return all.join('\n');
}

inBrowsers((b) => {
  /** @type {import('puppeteer-core').Page | undefined} */
  let own;

  /** Ends pauses after rate limits, by a page of the extension that stays open; the background remembers them too. */
  async function forget() {
    own ??= await b.driver.openExtensionPage('elsewhere/elsewhere.html');
    await b.driver.stopBackground();
    await own.evaluate('(globalThis.browser ?? chrome).storage.session.clear()');
  }

  /** Logs in, where that is not so already. @param {Scenario} scenario @param {Record<string, string | null>} now */
  async function become({ world, account }, now) {
    const site = world === 'courses' ? 'com' : 'tv';
    if (now[site] === account) return;
    await b.login(site, account);
    now[site] = account;
  }

  /**
   * Goes through scenarios in one tab, and returns what was wrong.
   *
   * @param {(s: Scenario) => boolean} wanted
   * @param {(tab: Tab, view: View, s: Scenario) => Promise<string[]>} [more]
   */
  async function walk(wanted, more) {
    const some = (await b.replica.scenarios()).filter(wanted)
      .sort((one, two) => (one.account ?? '').localeCompare(two.account ?? ''));
    assert(some.length > 1, 'no such scenarios');
    /** @type {Record<string, string | null>} */
    const now = {};
    const wrong = [];
    /** @type {Tab | undefined} */
    let tab;
    for (const scenario of some) {
      await become(scenario, now);
      // Not the same tab, whose listing outlives a reload: the next may be the same page for another account.
      await tab?.page.close();
      tab = await b.open(scenario.url);
      await tab.page.bringToFront();
      try {
        const view = await tab.show();
        wrong.push(...[...problems(scenario, view), ...await more?.(tab, view, scenario) ?? []].map((p) => `${scenario.name}: ${p}`));
      } catch (error) {
        wrong.push(`${scenario.name}: ${error instanceof Error ? error.message : error}`);
      }
      if (scenario.reason === 'Rate limited') await forget();
    }
    // Firefox's own words on a page that was left while the rest of a long list was being read.
    if (b.name === 'firefox') await b.excuse(/Promise (resolved|rejected) (while|after) context/);
    const calls = await b.replica.calls();
    wrong.push(...calls.filter((r) => r.refused || r.wrongSiteCookie || 'drm_tech_type' in r.query).map((r) => `${r.path}: ${r.refused || 'cookie or drm_tech_type'}`));
    return wrong;
  }

  const encrypted = (/** @type {Scenario} */ s) => s.name.startsWith('encrypted-');

  it('says of every course scenario what is best, or why not', async () => {
    assert.deepEqual(await walk((s) => s.world === 'courses' && ![...SLOW, ...HOSTILE].includes(s.name) && !encrypted(s)), []);
  });

  it('says of every bilibili.tv scenario what is best, or why not', async () => {
    const wrong = await walk((s) => s.world !== 'courses' && !SLOW.includes(s.name), async (_tab, view, { name }) => {
      const locked = rows(view).filter((r) => r.locked);
      if (name === 'tv-anonymous' || name === 'tv-session-forgotten') {
        return locked.length > 0 && locked.every((r) => r.text.includes('Locked: not logged in')) ? [] : [`locked rows: ${locked.map((r) => r.text)}`];
      }
      if (name === 'tv-viewer') return locked.length > 0 && locked.every((r) => r.text.includes('Locked: Premium')) ? [] : [`locked rows: ${locked.map((r) => r.text)}`];
      if (name === 'tv-premium') return locked.length === 0 && rows(view).length > 4 ? [] : [`locked rows: ${locked.map((r) => r.text)}`];
      return [];
    });
    assert.deepEqual(wrong, []);
  });

  it('shows the qualities of every encrypted lesson, and no address of it anywhere', async () => {
    const wrong = await walk(encrypted, async (tab, view) => {
      const found = [];
      const picture = view.tables.Video ?? [];
      if (picture.length === 0 || !picture.every((r) => r.locked)) found.push(`its rows are ${JSON.stringify(picture.map((r) => r.text))}`);
      if (!/1080P/.test(picture[0]?.text ?? '') && !/4K/.test(picture[0]?.text ?? '')) found.push('no quality in its first row');
      if (rows(view).some((r) => r.buttons.length > 0)) found.push('a row has a button');
      const all = /** @type {string} */ (await b.driver.inPanel(tab.page, everything));
      if (!all.includes('Encrypted')) found.push('nothing was read');
      const leak = /.{0,40}(:\/\/|bilivideo|akamaized|deadline=|upsig).{0,40}/.exec(all)?.[0];
      if (leak) found.push(`an address: ${leak}`);
      if (!/stay grey/.test(view.alert) || !/watch it here/.test(view.alert)) found.push(`no cause or next step: ${view.alert}`);
      return found;
    });
    assert.deepEqual(wrong, []);
  });

  it('copies nothing of an encrypted lesson, and says so', async () => {
    const tab = await b.open('encrypted-is-drm');
    await b.display.setClipboard('mine');
    await b.command('copy-best');
    await tab.see('the reason in the toast', (v) => v.toast.startsWith('Encrypted'));
    assert.equal(await b.clipboard(), 'mine');
  });

  it('settles doubtful signs of encryption by the start of a file', async () => {
    await b.login('com', null);
    for (const name of ['clear-hls', 'clear-audio-ids']) {
      await b.replica.clearLog();
      const tab = await b.open(name);
      const view = await tab.show();
      assert.equal(view.alert, '', name);
      assert((view.tables.Video ?? []).some((r) => r.best && r.buttons.includes('Copy URL 1080P AVC')), name);
      const probes = (await b.replica.log()).filter((r) => /bilivideo|akamaized/.test(r.host));
      assert.equal(probes.length, 1, `${name}: ${probes.map((r) => r.path)}`);
      assert.deepEqual([probes[0]?.status, probes[0]?.cookies], [206, []], name);
    }
  });

  it('lists on Refresh once the person has logged in', async () => {
    const tab = await b.open('purchased');
    assert.match((await tab.show()).alert, /^Not logged in/);
    await b.as('purchased');
    await tab.page.bringToFront();
    await tab.click('Refresh');
    await tab.see('the listing', (v) => !v.busy && !v.alert && rows(v).some((r) => r.best));
    await b.login('com', null);
  });

  for (const name of ['rate-http-429', 'tv-rate-http-412']) {
    it(`asks nothing more while the pause after ${name} lasts`, async () => {
      await forget();
      const tab = await b.open(name);
      const first = await tab.show();
      assert.match(first.alert, /^Rate limited.*after \d\d:\d\d/);
      await b.replica.clearLog();
      await tab.click('Refresh');
      assert.match((await tab.listing()).alert, /^Rate limited/);
      // Neither another tab of the site, nor a background that was started anew.
      await b.driver.stopBackground();
      const other = await b.open(name.startsWith('tv') ? 'tv-codecs' : 'free');
      assert.match((await other.show()).alert, /^Rate limited/);
      await b.driver.stopBackground();
      await other.click('Refresh');
      assert.match((await other.listing()).alert, /^Rate limited/);
      assert.deepEqual(await b.replica.calls(), []);
      const elsewhere = await b.open(name.startsWith('tv') ? 'free' : 'tv-codecs');
      assert.equal((await elsewhere.show()).alert, '', 'the other site is asked all the same');
      await forget();
      await other.page.bringToFront();
      await other.click('Refresh');
      await other.see('the listing once the pause is over', (v) => !v.busy && !v.alert && v.tables.Video);
    });
  }

  it('shows the rows whose addresses came, and the others without', async () => {
    const view = await (await b.open('partial')).show();
    const missing = (view.tables.Video ?? []).filter((r) => r.notGiven);
    assert(missing.length > 0 && missing.every((r) => r.buttons.length === 0), view.text);
    assert.match(view.text, /Why no 720P or 360P\?/);
    assert.match(view.text, /lists no sound/);
  });

  it('ends by 15 s where the site does not answer', async () => {
    /** @type {{name: string, tab: Tab, began: number, took?: number, view?: View}[]} */
    const waits = [];
    for (const name of SLOW) {
      const tab = await b.open(name);
      const began = Date.now();
      await tab.clickToolbar();
      waits.push({ name, tab, began });
    }
    await until('all three to end', async () => {
      for (const one of waits.filter((w) => !w.view)) {
        const view = await one.tab.view();
        if (!view.open || view.busy || !(view.alert || view.tables.Video)) continue;
        Object.assign(one, { view, took: Date.now() - one.began });
      }
      return waits.every((w) => w.view);
    }, { limit: 25_000, seen: () => waits.map(({ name, view }) => [name, view?.alert]) });
    for (const { name, took, view } of waits) {
      assert((took ?? Infinity) < 15_000, `${name} took ${took} ms`);
      if (name === 'season-slow') {
        assert.equal(view?.alert, '');
        assert.match(view?.text ?? '', /The description could not be read/);
        assert((took ?? 0) < 8000, `titles kept the streams waiting for ${took} ms`);
      } else {
        assert.match(view?.alert ?? '', /^Network.*in time/, name);
      }
    }
  });
});
