// The lessons of a course and the episodes of a series: listed, found, selected, gone to, and what is remembered of them.
import assert from 'node:assert/strict';
import { it } from 'node:test';

import { card, downloadsPage, press } from './lib/downloads.js';
import { inBrowsers } from './lib/launch.js';
import { readLessons } from './lib/lessons.js';
import { locate } from './lib/reader.js';
import { until } from './lib/wait.js';

/** @typedef {import('./lib/launch.js').Tab} Tab */
/** @typedef {import('./lib/lessons.js').Lessons} Lessons */

inBrowsers((b) => {
  /**
   * Waits until the list looks right.
   *
   * @param {Tab} tab @param {string} what @param {(list: Lessons) => unknown} right @returns {Promise<Lessons>}
   */
  async function see(tab, what, right) {
    /** @type {Lessons | undefined} */
    let last;
    return until(`${what} (${b.name})`, async () => {
      last = await b.driver.inPanel(tab.page, readLessons);
      return last && right(last) ? last : undefined;
    }, { seen: () => [last] });
  }

  /** Opens the list of a tab whose panel is open. @param {Tab} tab @param {string} name of its tab in the panel */
  async function openList(tab, name) {
    await tab.click(name);
    return see(tab, 'the list', (l) => l.shown && l.lessons.length > 0 && l.notes !== 'Loading the list…');
  }

  /** Clicks on something in a row, by its accessible name. @param {Tab} tab @param {string} name @param {string} role a selector */
  async function hit(tab, name, role) {
    const at = await until(`${name} to be there`, () => b.driver.inPanel(tab.page, locate, name, role));
    await tab.page.mouse.click(at.x, at.y);
  }

  /** Types into a field of the list. @param {Tab} tab @param {string} field @param {string} text */
  async function type(tab, field, text) {
    await hit(tab, field, 'input');
    await tab.page.keyboard.type(text);
    await tab.press('Enter');
  }

  const SEARCH = 'Search the list', RANGE = 'Select by number*';

  it('lists the lessons of a course, and asks nothing for that', async () => {
    await b.as('catalogue');
    const tab = await b.open('catalogue');
    const view = await tab.show();
    assert(view.tables.Video?.length, 'the streams come first');
    const asked = (await b.replica.calls()).length;
    const list = await openList(tab, 'Lessons 8');
    assert.deepEqual(list.lessons.map(({ number, chip }) => `${number} ${chip}`), [
      '1 Free', '2 Free', '3 Partial preview', '4 Not purchased', '5 Not released', '6 No video', '7 Not purchased', '8 Free',
    ], 'the one that is listed twice comes once');
    assert.deepEqual(list.headings, ['入门篇', '进阶篇：从<b>零</b>开始']);
    assert.match(list.lessons[4]?.facts ?? '', /^0:03 · from .*\d/);
    assert.deepEqual(list.lessons.filter((l) => l.current).map((l) => l.number), ['1']);
    assert.deepEqual((await tab.view()).tables, {}, 'the streams make room');
    assert.equal((await b.replica.calls()).length, asked);
    await b.screenshot(`lessons-${b.name}`);
    await tab.click('Streams');
    assert.deepEqual((await tab.view()).tables, view.tables);

    await b.kept(tab);
    await b.driver.stopBackground();
    await tab.click('Close');
    await tab.show();
    await openList(tab, 'Lessons 8');
    assert.equal((await b.replica.calls()).length, asked, 'what was read outlives the background');
  });

  it('knows what is bought, and what was watched', async () => {
    await b.as('catalogue-bought');
    const tab = await b.open('catalogue-bought');
    await tab.show();
    const list = await openList(tab, 'Lessons 8');
    assert.deepEqual(list.lessons.map(({ chip }) => chip), ['Purchased', 'Purchased', 'Purchased', 'Purchased', 'Not released', 'No video', 'Purchased', 'Purchased']);
    assert.deepEqual(list.lessons.map(({ watched }) => watched), [true, ...Array(7).fill(false)]);
    await b.login('com', null);
  });

  it('selects lessons by click, Shift, numbers and all at once, and by the keyboard alone', async () => {
    await b.as('catalogue');
    const tab = await b.open('catalogue');
    await tab.show();
    await openList(tab, 'Lessons 8');
    const ticked = async (/** @type {string} */ want) => see(tab, `${want} to be selected`, (l) => l.lessons.filter((one) => one.ticked).map((one) => one.number).join() === want);
    await hit(tab, 'Select lesson 2*', 'input');
    await ticked('2');
    await tab.page.keyboard.down('Shift');
    await hit(tab, 'Select lesson 4*', 'input');
    await tab.page.keyboard.up('Shift');
    await ticked('2,3,4');
    await tab.click('All playable');
    await ticked('1,2,8');
    await type(tab, RANGE, '1-2, 4, 7-');
    assert.equal((await ticked('1,2,4,7,8')).count, '5 selected · 0:15');
    await hit(tab, RANGE, 'input');
    await tab.page.keyboard.down('Control');
    await tab.press('a');
    await tab.page.keyboard.up('Control');
    await tab.page.keyboard.type('9');
    await tab.press('Enter');
    await tab.see('what is wrong', (v) => v.status === 'The list ends at 8.');
    await ticked('1,2,4,7,8');
    await tab.click('Select none');
    await ticked('');

    // From the page's own keys nothing is taken: the player hears none of these.
    let { focus } = await tab.view();
    for (let i = 0; i < 40 && !/^input Select lesson/.test(focus); i++) {
      const former = focus;
      await b.display.press('Tab');
      ({ focus } = await tab.see('the focus on the next control', (v) => v.focus && v.focus !== former));
    }
    await b.display.press('Home');
    await b.display.press('space');
    await ticked('1');
    await b.display.press('shift+Down');
    await b.display.press('shift+Down');
    await ticked('1,2,3');
    await tab.see('the row that it came to', (v) => v.focus.startsWith('input Select lesson 3'));
    assert.equal(await tab.evaluate(`document.documentElement.dataset.keys ?? ''`), '');
    assert.equal(await tab.evaluate(`document.getElementById('bilibili-player').dataset.actions ?? ''`), '');
  });

  it('reads a long course to its end, finds a lesson in it and goes there in the same tab', async () => {
    await b.as('603-lessons');
    const tab = await b.open('603-lessons');
    await tab.show();
    await tab.see('the whole course', (v) => /lesson 1 of 603/.test(v.text));
    const asked = (await b.replica.calls()).length;
    const list = await openList(tab, 'Lessons 603');
    assert.equal(list.total, 603);
    assert.equal(list.headings.length, 13);
    assert(list.lessons.length < 60, `${list.lessons.length} rows are drawn`);
    await type(tab, RANGE, '1-5, 8, 600-');
    await see(tab, 'the selection', (l) => l.count.startsWith('10 selected'));
    await type(tab, SEARCH, '600');
    const found = await see(tab, 'the lesson', (l) => l.total === 1);
    assert.deepEqual(found.lessons.map(({ number, ticked }) => [number, ticked]), [['600', true]]);
    assert.equal((await b.replica.calls()).length, asked, 'nothing is asked for that');
    const pages = (await b.driver.browser.pages()).length;
    await hit(tab, 'lesson 600:*', 'a[href]');
    await until('the page of the lesson', () => tab.page.url() === 'https://www.bilibili.com/cheese/play/ep70350600');
    assert.equal((await b.driver.browser.pages()).length, pages, 'in the same tab');
    await tab.clickToolbar();
    await tab.see('the lesson', (v) => /第600讲/.test(v.heading) && /lesson 600 of 603/.test(v.text));
  });

  it("lists another lesson's streams without going there, only when asked to", async () => {
    await b.as('catalogue');
    const tab = await b.open('catalogue');
    await tab.show();
    const at = tab.page.url();
    await openList(tab, 'Lessons 8');
    await b.replica.clearLog();
    await tab.click('Menu of lesson 8*');
    await tab.see('the menu', (v) => v.buttons.includes('List its streams here'));
    assert.deepEqual(await b.replica.calls(), [], 'the menu asks nothing');
    await tab.click('List its streams here');
    const view = await tab.see('the streams', (v) => !v.busy && /These are the streams of lesson 8\. The page itself shows another\./.test(v.text) && v.tables.Video?.length);
    assert.match(view.heading, /^第8讲/);
    assert.deepEqual((await b.replica.calls()).map((r) => `${r.path.split('/').at(-1)} ${r.query.ep_id}`).sort(), ['playurl 703808', 'season 703808']);
    assert.match(await tab.copy('Copy URL 1080P AVC'), new RegExp(`/26000703808/`));
    assert.equal((await b.replica.calls()).length, 2, 'copying asks nothing more');
    assert.equal(tab.page.url(), at);
    await tab.click("Back to the page's own");
    await tab.see('the own streams', (v) => /第1讲/.test(v.heading) && !/These are the streams/.test(v.text));
    assert.match(await tab.copy('Copy URL 1080P AVC'), new RegExp(`/26000703801/`));
    assert.equal((await b.replica.calls()).length, 2, 'nor does the way back');

    await tab.click('Lessons 8');
    await tab.click('Menu of lesson 2*');
    await tab.click('List its streams here');
    await tab.see('that it is encrypted', (v) => v.alert.startsWith('Encrypted') && /lesson 2/.test(v.text));
    await tab.click('Lessons 8');
    const list = await see(tab, 'that it is remembered', (l) => l.lessons[1]?.chip === 'Encrypted');
    assert.match(list.notes, /^Known to be encrypted so far: 1\./);
    await tab.page.reload();
    await tab.show();
    await openList(tab, 'Lessons 8');
    await see(tab, 'that it is remembered after a reload', (l) => l.lessons[1]?.chip === 'Encrypted');
  });

  it('remembers what was downloaded, here and nowhere else, until it is told to forget', async () => {
    await b.as('catalogue');
    const tab = await b.open('catalogue');
    await tab.show();
    await openList(tab, 'Lessons 8');
    await tab.click('Menu of lesson 8*');
    await tab.click('List its streams here');
    await tab.see('the streams', (v) => v.buttons.includes('Download 360P AVC'));
    await tab.click('Download 360P AVC');
    const page = await downloadsPage(b);
    await card(page, 'the file to be saved', (c) => c.state.startsWith('Complete'));
    await press(page, '', 'Clear');
    const stored = async () => String(await page.evaluate(`chrome.storage.local.get(null).then((all) => JSON.stringify(all))`));
    await until('the lesson to be remembered', async () => /"lesson\/com\/703808":\{"saved":\d+\}/.test(await stored()), { seen: stored });
    await page.close();
    await tab.page.bringToFront();
    await tab.click('Lessons 8');
    await see(tab, 'that it was saved', (l) => /Saved/.test(l.lessons[7]?.facts ?? ''));

    const options = await b.driver.openExtensionPage('options/options.html');
    await options.waitForFunction(() => /^Remembered: [1-9]/.test(document.getElementById('lessons-count')?.textContent ?? ''));
    await options.click('#forget');
    await options.waitForFunction(() => document.getElementById('lessons-count')?.textContent === 'Remembered: 0');
    assert.doesNotMatch(String(await options.evaluate(`chrome.storage.local.get(null).then((all) => JSON.stringify(all))`)), /lesson\//);
    await options.close();
    await tab.page.bringToFront();
    await tab.click('Streams');
    await tab.click('Lessons 8');
    await see(tab, 'that it is forgotten', (l) => !/Saved/.test(l.lessons[7]?.facts ?? 'Saved'));
  });

  it('remembers nothing of a private window', async () => {
    await b.driver.forget();
    const own = await b.open('encrypted-drm-type'); // first: Firefox opens a tab in whichever window was last in front
    const tab = await b.open('encrypted-is-drm', 'private');
    await tab.pressIcon();
    await tab.see('that it is encrypted', (v) => v.alert.startsWith('Encrypted'));
    await own.pressIcon();
    await own.see('that it is encrypted', (v) => v.alert.startsWith('Encrypted'));
    const options = await b.driver.openExtensionPage('options/options.html');
    const stored = async () => String(await options.evaluate(`chrome.storage.local.get(null).then((all) => Object.keys(all).filter((key) => key.startsWith('lesson/')).join())`));
    await until('the lesson of the other window to be remembered', async () => await stored() !== '', { seen: stored });
    assert.equal(await stored(), 'lesson/com/705101');
    await options.close();
  });

  it('lists the episodes of a series under its sections, in the language of the page', async () => {
    await b.as('tv-anonymous');
    const tab = await b.open('tv-anonymous');
    await tab.show();
    const asked = (await b.replica.calls()).length;
    const list = await openList(tab, 'Episodes 5');
    assert.deepEqual(list.lessons.map(({ number, title, chip }) => `${number} ${title} ${chip}`.trim()), ['1 E1 - Part 1', '2 E2 - Part 2', '3 E3 - Part 3', '4 E4 - Part 4', '5 E3 - Part 3 Premium only']);
    assert.deepEqual(list.headings, ['Episodes', 'Extras']);
    assert.equal((await b.replica.calls()).length, asked);
    await tab.click('All playable');
    await see(tab, 'the selection', (l) => l.count === '4 selected');
    await tab.click('Menu of episode 2*');
    await tab.click('List its streams here');
    await tab.see('the streams', (v) => /These are the streams of episode 2\./.test(v.text) && v.tables.Video?.some((r) => r.best));
    await tab.click('Go there');
    await until('the page of the episode', () => tab.page.url() === 'https://www.bilibili.tv/en/play/2100001/13000102');
    await until('it to be drawn', () => tab.evaluate(`document.readyState === 'complete'`));
    assert.match((await tab.show()).text, /episode 2 of 5/);
  });
});
