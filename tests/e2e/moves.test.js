// Moving on inside the sites, which load no document for it: an open panel follows by itself.
import assert from 'node:assert/strict';
import { it } from 'node:test';

import { inBrowsers } from './lib/launch.js';
import { until } from './lib/wait.js';

/**
 * @typedef {import('./lib/launch.js').Tab} Tab
 * @typedef {import('./lib/launch.js').View} View
 */

const PLAYURL = '/pugv/player/web/playurl';

/** Clicks on an element of the page, as its own scripts see it; the panel may lie over it. @param {Tab} tab @param {string} selector */
async function clickInPage(tab, selector) {
  await until(`the page to draw ${selector}`, () => tab.evaluate(`(() => { const e = document.querySelector(${JSON.stringify(selector)}); e?.click(); return Boolean(e); })()`));
}

/** @param {number} lesson */
const item = (lesson) => `[data-episodeid="${lesson}"]`;

/** @param {Tab} tab @param {RegExp} text what the panel says when it is done @param {string} alert how its alert begins */
const shows = (tab, text, alert = '') => tab.see(`${text} ${alert}`, (v) => v.open && !v.busy && text.test(v.text) && (alert ? v.alert.startsWith(alert) : !v.alert), 20_000);

/** @param {View} view */
const best = (view) => Object.values(view.tables).flat().filter((r) => r.best).map((r) => r.text).join();

inBrowsers((b) => {
  it('works in tabs that were open before it was installed', async () => {
    const lesson = await b.open('free');
    const episode = await b.open('tv-codecs');
    const home = await b.open('https://www.bilibili.tv/en');
    await b.driver.install();
    await home.page.bringToFront();
    await home.clickToolbar();
    await shows(home, /Streamlist works on/);
    await episode.page.bringToFront();
    assert.match(best(await episode.show()), /1080P/);
    await lesson.page.bringToFront();
    assert.match(best(await lesson.show()), /1080P\+/);
    // And goes along from there.
    await clickInPage(lesson, item(700104));
    await shows(lesson, /lesson 4 of 4/);
    await home.page.bringToFront();
    await clickInPage(home, 'a[href="/en/play/2100002/13000201"]');
    assert.match(best(await shows(home, /episode 1 of/)), /1080P/);
  });

  it('follows from lesson to lesson, back and forward', async () => {
    const tab = await b.open('free');
    await tab.show();
    await clickInPage(tab, item(700104));
    assert.match(best(await shows(tab, /lesson 4 of 4/)), /1080P Best/);
    await clickInPage(tab, item(700102));
    assert.match((await shows(tab, /lesson 2 of 4/, 'Not logged in')).heading, /2/);
    await tab.evaluate('history.back()');
    await shows(tab, /lesson 4 of 4/);
    await tab.evaluate('history.go(-1)');
    await shows(tab, /lesson 1 of 4/);
    await tab.evaluate('history.go(2)');
    await shows(tab, /lesson 2 of 4/, 'Not logged in');
    assert.equal(await tab.evaluate('performance.getEntriesByType("navigation").length + " " + location.pathname'), '1 /cheese/play/ep700102');
  });

  it("copies of the lesson that is shown, not of the one before", async () => {
    const tab = await b.open('free');
    await tab.show();
    await clickInPage(tab, item(700104));
    await shows(tab, /lesson 4 of 4/);
    const now = new URL(await tab.copy('Copy URL 1080P AVC')).pathname;
    await tab.evaluate('history.back()');
    await shows(tab, /lesson 1 of 4/);
    assert.notEqual(new URL(await tab.copy('Copy URL 1080P AVC')).pathname, now);
  });

  it("stays as it is when only the rest of the address changes", async () => {
    const tab = await b.open('free');
    await tab.show();
    await tab.evaluate(`history.pushState({}, '', '?from=list#comments'); history.replaceState({}, '', '/cheese/play/ep700101/?p=2')`);
    await shows(tab, /lesson 1 of 4/);
    await clickInPage(tab, item(700104));
    await shows(tab, /lesson 4 of 4/);
    const asked = (await b.replica.calls({ path: PLAYURL })).map((r) => r.query.ep_id);
    assert.deepEqual(asked, ['700101', '700104'], 'the same lesson is not asked for twice');
  });

  it('cancels a slow listing, whose answer never shows', async () => {
    const tab = await b.open('free');
    await b.replica.knobs({ match: 'ep_id=700101', delayMs: 9000 });
    await tab.clickToolbar();
    await b.replica.waitFor({ 'path': PLAYURL, 'q.ep_id': '700101' });
    await clickInPage(tab, item(700104));
    await shows(tab, /lesson 4 of 4/);
    const [former] = await b.replica.waitFor({ 'path': PLAYURL, 'q.ep_id': '700101', 'done': 1 });
    assert.equal(former?.aborted, true, 'the former request was cancelled');
    assert.match((await tab.view()).text, /lesson 4 of 4/);
    // Asked once: the move did not make the panel ask for the former lesson again.
    assert.equal((await b.replica.calls({ 'path': PLAYURL, 'q.ep_id': '700101' })).length, 1);
  });

  it('shows only the last of many quick moves', async () => {
    const tab = await b.open('season-active');
    await tab.show();
    await b.replica.knobs({ latencyMs: 400 });
    for (const lesson of [703001, 703002, 703004, 703005]) await clickInPage(tab, item(lesson));
    const view = await shows(tab, /lesson 5 of 5/);
    assert.match(best(view), /1080P/);
    await until('nothing to be under way', async () => (await b.replica.calls()).every((r) => r.done));
    assert.match((await tab.view()).text, /lesson 5 of 5/);
  });

  it('goes from the page of a course to a lesson of it, and back', async () => {
    const tab = await b.open('season-active');
    await tab.show();
    await shows(tab, /lesson 3 of 5/);
    await clickInPage(tab, item(703005));
    await shows(tab, /lesson 5 of 5/);
    // The page marks another lesson as the active one without a change of its address: Refresh asks for that one.
    await tab.goto('season-active');
    await tab.show();
    await tab.evaluate(`for (const e of document.querySelectorAll('[data-episodeid]')) e.classList.toggle('bpx-state-active', e.dataset.episodeid === '703002')`);
    await tab.click('Refresh');
    await shows(tab, /lesson 2 of 5/);
  });

  it('believes no active item that is not in the course', async () => {
    const tab = await b.open('season-first-playable');
    await tab.evaluate(`{ const e = document.querySelector('[data-episodeid]'); e.dataset.episodeid = '700201'; e.classList.add('bpx-state-active'); }`);
    await tab.show();
    await shows(tab, /lesson 2 of 3/);
    assert.deepEqual((await b.replica.calls({ path: PLAYURL })).map((r) => r.query.ep_id), ['703202']);
  });

  it('plays on a course page what the account last watched', async () => {
    await b.as('season-progress');
    const tab = await b.open('season-progress');
    await tab.show();
    await shows(tab, /lesson 2 of 5/);
    await b.login('com', null);
  });

  it("goes from bilibili.tv's home to an episode, a series, an upload and back", async () => {
    const tab = await b.open('https://www.bilibili.tv/en');
    await tab.clickToolbar();
    const view = await shows(tab, /Streamlist works on/);
    assert(view.links.includes('Bilibili courses') && view.links.includes('bilibili.tv'), view.links.join());
    assert.deepEqual(await b.replica.calls(), []);
    await clickInPage(tab, 'a[href="/en/play/2100001/13000101"]');
    assert.match(best(await shows(tab, /episode 1 of/)), /480P/);
    await clickInPage(tab, 'a[href="/en/play/2100005"]');
    await shows(tab, /episode 1 of 3/);
    await clickInPage(tab, 'a[href="/en/video/4790000000000001"]');
    await tab.see('the upload under its own title, not the title of the page before', (v) =>
      !v.busy && /720P/.test(best(v)) && v.heading === 'A walk through the replica | "quotes" & <tags>');
    await clickInPage(tab, 'header a[href="/en"]');
    await shows(tab, /Streamlist works on/);
    await tab.evaluate('history.back()');
    await tab.see('the upload again', (v) => !v.busy && /720P/.test(best(v)), 20_000);
    assert.equal(await tab.evaluate('performance.getEntriesByType("navigation").length'), 1);
  });

  it('takes the first episode of a series whose address names none', async () => {
    const tab = await b.open('tv-season');
    await tab.show();
    await shows(tab, /episode 1 of 3/);
    const [asked] = await b.replica.calls({ path: '/intl/gateway/web/playurl' });
    assert.deepEqual([asked?.query.ep_id, asked?.query.s_locale], ['13000501', 'th_TH']);
    await clickInPage(tab, 'a.ep-item[href$="/13000502"]');
    await shows(tab, /episode 2 of 3/);
  });
}, { late: true });
