// Many lessons of a course: asked for one at a time, through the background's death and the site's refusals, and written as text.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { it } from 'node:test';

import { inBrowsers } from './lib/launch.js';
import { readLessons } from './lib/lessons.js';
import { locate } from './lib/reader.js';
import { until } from './lib/wait.js';

/** @typedef {import('./lib/launch.js').Tab} Tab */
/** @typedef {import('./lib/replica.js').Record_} Record_ */

const PLAYURL = '/pugv/player/web/playurl';
const STORAGE = '(globalThis.browser ?? chrome).storage';

/** The 603 lessons' ids. @param {number} number */
const id = (number) => String(70350000 + number);

inBrowsers((b) => {
  /** Opens the list of lessons. @param {Tab} tab @param {string} name of its tab in the panel */
  async function openList(tab, name) {
    await tab.click(name);
    await until('the list', async () => {
      const list = await b.driver.inPanel(tab.page, readLessons);
      return list?.shown && list.lessons.length > 0 && list.notes !== 'Loading the list…';
    });
  }

  /** Clicks on a control, by its accessible name. @param {Tab} tab @param {string} name @param {string} role a selector */
  async function hit(tab, name, role) {
    const at = await until(`${name} to be there`, () => b.driver.inPanel(tab.page, locate, name, role));
    await tab.page.mouse.click(at.x, at.y);
  }

  /** Chooses lessons by their numbers. @param {Tab} tab @param {string} range @param {number} count */
  async function select(tab, range, count) {
    await hit(tab, 'Select by number*', 'input');
    await tab.page.keyboard.type(range);
    await tab.press('Enter');
    await tab.see('the selection', (v) => v.text.includes(`${count} selected`));
  }

  /** Chooses an option by its text. @param {Tab} tab @param {string} label @param {string} option */
  async function choose(tab, label, option) {
    await b.driver.inPanel(tab.page, (/** @type {ShadowRoot} */ root, /** @type {string} */ named, /** @type {string} */ wanted) => {
      const field = [...root.querySelectorAll('dialog label')].find((l) => l.textContent?.startsWith(named));
      const select = /** @type {HTMLSelectElement} */ (field?.querySelector('select'));
      select.value = [...select.options].find((o) => o.textContent === wanted)?.value ?? '';
      select.dispatchEvent(new Event('change', { bubbles: true }));
    }, label, option);
  }

  /** @param {object} [filter] */
  const played = async (filter) => (await b.replica.calls({ path: PLAYURL, ...filter }));
  /** Waits for a lesson's turn, and for its answer. @param {number} number @param {object} [filter] */
  const turnOf = (number, filter) => until(`lesson ${number} to be asked for`, async () => (await played({ 'q.ep_id': id(number), done: 1, ...filter })).length, { limit: 60_000, seen: async () => lessonsOf(await played()) });
  /** @param {Record_[]} calls */
  const lessonsOf = (calls) => calls.map((r) => r.query.ep_id ?? '');

  /** Nothing was under way while something else was. @param {Record_[]} calls */
  function oneAtATime(calls) {
    calls.forEach((call, i) => {
      const before = calls[i - 1];
      assert(!before || call.time >= before.ended, `${call.query.ep_id} was asked for before ${before?.query.ep_id} had its answer`);
    });
  }

  /** A file in the browser's downloads, once it is there. @param {RegExp} name @returns {Promise<string>} its text */
  async function saved(name) {
    const found = await until(`a file ${name}`, () => readdirSync(b.downloads).find((file) => name.test(file)), { seen: () => readdirSync(b.downloads) });
    return until('its text', () => readFileSync(`${b.downloads}/${found}`, 'utf8'));
  }

  it('asks for lessons of the 603 one at a time, through deaths, a rate limit and refusals, and writes them', async () => {
    await b.login('com', 'free');
    const tab = await b.open('603-lessons');
    await tab.show();
    await openList(tab, 'Lessons 603');
    await select(tab, '1-8, 301-304, 602-', 14);
    await b.replica.clearLog();
    await b.replica.knobs({ overrides: [
      { match: `ep_id=${id(3)}&`, body: '{"code":0,"data":{"quality":80,"is_drm":true}}' }, { match: `ep_id=${id(5)}&`, body: '{"code":-403,"message":"访问权限不足"}' },
      { match: `ep_id=${id(302)}&`, status: 412, body: '{}', times: 1 },
    ] });
    await tab.click('Export…');
    await tab.click('Start');
    await tab.see('the progress', (v) => /[1-9] of 14/.test(v.text) && /left/.test(v.text));
    await b.screenshot(`export-running-${b.name}`);

    // Killed in the middle, the panel's next look brings it back.
    await turnOf(6);
    await b.driver.stopBackground();
    await turnOf(302);
    await tab.see('the countdown', (v) => /The site asks for a pause\. It goes on by itself\. Next try at/.test(v.text) && /\b0:[0-5]\d\b/.test(v.text));
    await b.screenshot(`export-limited-${b.name}`);

    // Nobody looks on, the background is dead, and in the meantime the minute has passed.
    await tab.click('Hide');
    await tab.click('Close');
    await b.driver.stopBackground();
    const page = await b.driver.openExtensionPage('elsewhere/elsewhere.html');
    await page.evaluate(`(async () => {
      await ${STORAGE}.session.remove('pause/com');
      const { queue } = await ${STORAGE}.local.get('queue');
      await ${STORAGE}.local.set({ queue: { ...queue, until: Date.now() } });
    })()`);
    await page.close();
    await b.driver.stopBackground();
    const before = (await b.replica.log()).at(-1)?.seq ?? 0;
    await turnOf(302, { since: before }); // the alarm rings within half a minute
    await turnOf(603);

    await tab.clickToolbar(); // the list is still what the panel shows
    await tab.click('Export: Done');
    const done = await tab.see('the report', (v) => /Done: 12 · Skipped: 2/.test(v.text) && /Encrypted: 3/.test(v.text));
    assert.match(done.text, /Not purchased: 5/);
    await b.screenshot(`export-report-${b.name}`);

    const calls = await played();
    oneAtATime(calls);
    const order = [1, 2, 3, 4, 5, 6, 7, 8, 301, 302, 303, 304, 602, 603].map(id);
    assert.deepEqual([...new Set(lessonsOf(calls))], order);
    const again = lessonsOf(calls).filter((lesson, i, all) => all.indexOf(lesson) < i && lesson !== id(302));
    assert(again.length <= 1, `the death cost more than the lesson that was asked for: ${again}`);
    const seasons = (await b.replica.calls({ path: '/pugv/view/web/season' })).length;
    assert(seasons <= 3, `each background asks for the season once at most, but it was asked for ${seasons} times`);

    await tab.click('Save file');
    await tab.see('the outcome', (v) => /Saved .*\.aria2\.txt\. In it: 12\. Links work until/.test(v.text));
    const text = await saved(/\.aria2\.txt$/);
    assert.equal(text.match(/^\s+out=/gm)?.length, 24, 'picture and sound of twelve lessons');
    assert.equal((await b.copied(() => tab.click('Copy'))).trim(), text.trim());
    const report = await b.copied(() => tab.click('Copy report'));
    assert.match(report, /Done: 12 · Skipped: 2\nNumbers done: 1-2, 4, 6-8, 301-304, 602-603\n/);

    await tab.click('New export');
    await tab.click('Cancel');
    const list = await b.driver.inPanel(tab.page, readLessons);
    assert.deepEqual(list.lessons.filter((/** @type {any} */ l) => /Exported/.test(l.facts)).map((/** @type {any} */ l) => l.number).slice(0, 3), ['1', '2', '4']);
    assert.equal(list.lessons[2]?.chip, 'Encrypted');
    const kept = await b.driver.openExtensionPage('elsewhere/elsewhere.html');
    const left = /** @type {string[]} */ (await kept.evaluate(`Promise.all([${STORAGE}.local.get(null), ${STORAGE}.session.get(null)]).then((all) => all.flatMap(Object.keys))`));
    await kept.close();
    assert.deepEqual(left.filter((key) => /^(job|queue|collected)/.test(key)), [], 'what was cleared is still there');
    await b.login('com', null);
  });

  it('keeps no address for good, and asks again for what the session has lost', async () => {
    const tab = await b.open('603-lessons');
    await tab.show();
    await openList(tab, 'Lessons 603');
    await select(tab, '11-14', 4);
    await b.replica.clearLog();
    await b.replica.knobs({ match: `ep_id=${id(14)}&`, status: 412, body: '{}' }); // the last one isn't had before the end
    await tab.click('Export…');
    await tab.click('Start');
    await tab.see('the countdown', (v) => /3 of 4/.test(v.text) && /The site asks for a pause\./.test(v.text), 60_000);
    await tab.click('Pause'); // whoever looks on at a pause asks for nothing
    await tab.see('the pause', (v) => /Paused\./.test(v.text));
    const page = await b.driver.openExtensionPage('elsewhere/elsewhere.html');
    const stored = /** @type {string} */ (await page.evaluate(`${STORAGE}.local.get(null).then(JSON.stringify)`));
    await page.evaluate(`(async () => {
      const { queue } = await ${STORAGE}.local.get('queue');
      await ${STORAGE}.local.set({ queue: { ...queue, until: Date.now() } }); // when it is opened again, the minute has passed
    })()`);
    await page.close();
    assert.match(stored, /"queue"/);
    assert.doesNotMatch(stored, /m4s|upsig|deadline|spm_id/);
    await b.driver.forget(); // as when the browser is closed
    await b.replica.reset();
    await tab.page.bringToFront();
    await tab.click('Resume');
    await tab.see('the end', (v) => /Done: 4/.test(v.text), 60_000);
    const again = await played();
    oneAtATime(again);
    assert.deepEqual([...new Set(lessonsOf(again))], [11, 12, 13, 14].map(id));
    await tab.click('New export');
  });

  it('pauses, resumes, is cancelled, and then goes on with the rest', async () => {
    const tab = await b.open('603-lessons');
    await tab.show();
    await openList(tab, 'Lessons 603');
    await select(tab, '21-32', 12);
    await b.replica.clearLog();
    await tab.click('Export…');
    await tab.click('Start');
    await turnOf(22);
    await tab.click('Pause');
    await tab.see('the pause', (v) => /Paused\./.test(v.text));
    const paused = (await played()).length;
    await tab.click('Resume');
    await b.replica.waitFor({ path: PLAYURL }, paused + 1);
    await tab.click('Cancel');
    await tab.see('the end', (v) => /Not asked for: [1-9]/.test(v.text));
    assert((await played()).length < 12, 'it was cancelled');
    await tab.click('Ask for the rest');
    await tab.see('the end', (v) => /Done: 12/.test(v.text), 60_000);
    const calls = await played();
    oneAtATime(calls);
    assert.deepEqual([...new Set(lessonsOf(calls))], Array.from({ length: 12 }, (_, i) => id(21 + i)));
    await tab.click('New export');
  });

  it('writes pages of all 603 lessons, and asks nobody', async () => {
    const tab = await b.open('603-lessons');
    await tab.show();
    await openList(tab, 'Lessons 603');
    await select(tab, '1-', 603);
    await b.replica.clearLog();
    await tab.click('Export…');
    await choose(tab, 'Format', 'Playlist of pages for mpv, doesn’t end');
    await tab.click('Start');
    await tab.see('the end', (v) => /Done: 603/.test(v.text), 30_000);
    assert.deepEqual(await b.replica.calls(), []);
    const text = await b.copied(() => tab.click('Copy'));
    assert.equal(text.match(/^https:\/\/www\.bilibili\.com\/cheese\/play\/ep\d+$/gm)?.length, 603);
    await tab.click('New export');
  });
});
