// Opening, closing, moving on, keys and focus.
import assert from 'node:assert/strict';
import { it } from 'node:test';

import { inBrowsers } from './lib/launch.js';
import { until } from './lib/wait.js';

/** @typedef {import('./lib/launch.js').Tab} Tab */

/** The page's own list moves without a load. It lies under the panel. @param {Tab} tab @param {number} n from 1 */
const goToLesson = (tab, n) => tab.evaluate(`document.querySelector('.ep-item:nth-child(${n})').click()`);

inBrowsers((b) => {
  it('opens and closes by the toolbar icon', async () => {
    const tab = await b.open('free');
    assert.equal((await tab.view()).open, false, 'each load starts closed');
    await tab.show();
    await tab.clickToolbar();
    await tab.see('the panel to close', (v) => !v.open);
    await tab.show();
    await tab.click('Close');
    await tab.see('the panel to close', (v) => !v.open);
    await tab.show();
    await tab.page.reload({ waitUntil: 'load' });
    assert.equal((await tab.view()).open, false, 'a new load starts closed again');
  });

  it('opens at once with a skeleton, and fills when the answer comes', async () => {
    await b.replica.knobs({ latencyMs: 1500 });
    const tab = await b.open('free');
    await tab.clickToolbar();
    await tab.see('the skeleton', (v) => v.open && v.busy, 1400);
    await tab.see('the rows', (v) => !v.busy && v.tables.Video);
  });

  it('opens and closes by the keyboard command', async () => {
    const tab = await b.open('free');
    /** @type {('_execute_action' | 'toggle')[]} */
    const commands = b.name === 'firefox' ? ['_execute_action', 'toggle'] : ['_execute_action'];
    for (const command of commands) {
      await b.command(command);
      await tab.see(`the panel by ${command}`, (v) => v.open);
      await b.command(command);
      await tab.see(`the panel to close by ${command}`, (v) => !v.open);
    }
  });

  it('is used by the keyboard alone, and gives the focus back', async () => {
    await b.as('purchased');
    const tab = await b.open('purchased');
    await tab.page.focus('.nav-search-input');
    await b.command('_execute_action');
    const view = await tab.listing();
    assert.match(view.focus, /Streamlist/, 'the focus moves into the panel');
    await b.display.setClipboard('nothing yet');
    for (let i = 0; i < 30; i++) {
      await b.display.press('Tab');
      const { focus } = await tab.see('a focused control', (v) => v.focus);
      if (focus === 'button Copy URL 1080P60 AVC') break;
    }
    assert.equal((await tab.view()).focus, 'button Copy URL 1080P60 AVC', 'reached by Tab');
    const url = await b.copied(() => b.display.press('Return'));
    assert.match(url, /-1-30116\.m4s\?/);
    await tab.see('the outcome in the live region', (v) => v.status.startsWith('Copied 1080P60 AVC'));
    await b.display.press('Escape');
    await tab.see('the panel to close', (v) => !v.open);
    assert.equal(await tab.evaluate(() => document.activeElement?.className), 'nav-search-input', 'the focus is back');
  });

  it('opens the menu of Copy as… and the backups by keyboard, and closes one layer at a time', async () => {
    const tab = await b.open('free');
    await tab.show();
    await tab.click('Copy as…');
    await tab.see('the menu', (v) => v.buttons.includes('curl command'));
    await b.display.press('Down');
    await tab.see('the second entry', (v) => v.focus === 'menuitem curl command');
    await b.display.press('Escape');
    await tab.see('only the menu to close', (v) => v.open && !v.buttons.includes('curl command'));
    await tab.click('Download 1080P AVC');
    await tab.see('the dialog', (v) => v.buttons.includes('Copy curl command'));
    await b.display.press('Escape');
    await tab.see('only the dialog to close', (v) => v.open && !v.buttons.includes('Copy curl command'));
    await b.display.press('Escape');
    await tab.see('the panel to close', (v) => !v.open);
  });

  it("keeps keys from the page's player, and gives it those outside", async () => {
    const tab = await b.open('free');
    const player = () => tab.evaluate(`[document.getElementById('bilibili-player').dataset.actions ?? '', document.documentElement.dataset.keys ?? '', JSON.stringify(window.__keys)].join('|')`);
    await tab.show();
    await tab.see('the focus in the panel', (v) => v.focus);
    for (const key of ['f', 'm', 'Space', 'Right', '1', 'Tab', 'a']) await b.display.press(key);
    assert.equal(await player(), '||[]');
    await tab.click('Close');
    await tab.page.click('.archive-title');
    await b.display.press('m');
    await until("the player's mute", async () => /mute/.test(String(await player())));
  });

  it('moves with its header, and stays where it was put', async () => {
    const tab = await b.open('free');
    await tab.show();
    const place = () => b.driver.inPanel(tab.page, (/** @type {ShadowRoot} */ root) => {
      const { x, y, width } = /** @type {Element} */ (root.querySelector('[role=region]')).getBoundingClientRect();
      return { x, y, width };
    });
    const from = await place();
    await tab.page.mouse.move(from.x + from.width / 3, from.y + 20);
    await tab.page.mouse.down();
    await tab.page.mouse.move(from.x + from.width / 3 - 200, from.y + 60, { steps: 4 });
    await tab.page.mouse.up();
    const to = await place();
    assert.deepEqual([Math.round(from.x - to.x), Math.round(to.y - from.y)], [200, 40]);
  });

  it('follows a move inside a course without a load, and drops what was under way', async () => {
    await b.as('purchased');
    await b.replica.knobs({ match: 'playurl?ep_id=700201&', delayMs: 9000 });
    const tab = await b.open('purchased');
    await tab.evaluate('window.__sameDocument = true');
    await tab.clickToolbar();
    const [first] = await b.replica.waitFor({ path: '/pugv/player/web/playurl' });
    await goToLesson(tab, 2);
    const view = await tab.see('lesson 2', (v) => !v.busy && v.tables.Video && v.heading.startsWith('第2讲'), 7000);
    assert.match(view.text, /lesson 2 of 66/);
    assert.equal(await tab.evaluate('window.__sameDocument'), true);
    await until('the former request to be cancelled', async () => (await b.replica.log()).find((r) => r.seq === first?.seq)?.aborted);
    await b.replica.knobs({ match: 'no such thing' });
    await goToLesson(tab, 3);
    await tab.see('lesson 3', (v) => !v.busy && v.heading.startsWith('第3讲'));
    await tab.page.goBack();
    await tab.see('lesson 2 again', (v) => !v.busy && v.heading.startsWith('第2讲'));
  });

  it('follows a move from the home of bilibili.tv to an episode, and on to an upload', async () => {
    await b.login('tv', null);
    const tab = await b.open('https://www.bilibili.tv/en');
    await tab.evaluate('window.__sameDocument = true');
    await tab.clickToolbar();
    const home = await tab.see('the sentence for other pages', (v) => v.open && /Streamlist works on/.test(v.text));
    assert.deepEqual(Object.keys(home.tables), []);
    const { url } = await b.replica.scenario('tv-anonymous');
    await tab.page.click(`a[href="${new URL(url).pathname}"]`);
    await tab.see('the episode', (v) => !v.busy && v.tables.Video && /episode 1/.test(v.text));
    const upload = await b.replica.scenario('tv-upload');
    await tab.page.click(`a[href="${new URL(upload.url).pathname}"]`);
    await tab.see('the upload under its own title', (v) => !v.busy && v.heading.startsWith('A walk through the replica'));
    await tab.page.click('a[href="/en/popular"]');
    await tab.see('the sentence again', (v) => /Streamlist works on/.test(v.text) && !v.tables.Video);
    assert.equal(await tab.evaluate('window.__sameDocument'), true);
  });

  it('says on other pages where it works, with links that lead there', async () => {
    const tab = await b.open('https://www.bilibili.com/video/BV1xx411c7mD/');
    await tab.clickToolbar();
    await tab.see('the sentence', (v) => v.open && /Streamlist works on Bilibili course lessons/.test(v.text) && !v.busy);
    await tab.click('Bilibili courses');
    await until('the page of the link', async () => (await b.driver.browser.pages()).find((p) => p.url() === 'https://www.bilibili.com/cheese/'));
    assert.deepEqual(await b.replica.calls(), [], 'nothing was asked');
    for (const page of await b.driver.browser.pages()) if (page.url() === 'https://www.bilibili.com/cheese/') await page.close();
  });

  it('says so on a site that it has nothing to do with', async () => {
    const tab = await b.open('https://example.com/');
    await tab.clickToolbar();
    await tab.see('the sentence', (v) => v.open && /Streamlist works on/.test(v.text));
    await tab.clickToolbar();
    await tab.see('the panel to close', (v) => !v.open);
  });

  it('opens a page of its own where no panel can be', async () => {
    const tab = await b.open(b.name === 'chromium' ? 'chrome://version/' : 'https://addons.mozilla.org/');
    await tab.clickToolbar();
    const page = await b.driver.extensionPage('elsewhere/elsewhere.html');
    await until('the sentence', () => page.evaluate(() => /Streamlist works on/.test(document.body.textContent ?? '')));
    assert.deepEqual(await page.evaluate(() => [...document.querySelectorAll('a')].map((a) => a.href)), ['https://www.bilibili.com/cheese/', 'https://www.bilibili.tv/']);
    await page.close();
  });
});

inBrowsers((b) => {
  it('works in a tab that was open before the install', async () => {
    const lesson = await b.open('free');
    const episode = await b.open('tv-anonymous');
    await b.driver.install();
    await lesson.page.bringToFront();
    await lesson.clickToolbar();
    const view = await lesson.listing();
    assert(view.tables.Video?.length, JSON.stringify(view));
    await episode.page.bringToFront();
    const url = await b.copied(() => b.command('copy-best'));
    assert.match(url, /\/iupxcodeboss\//);
    await goToLesson(lesson, 4);
    await lesson.see('lesson 4', (v) => !v.busy && v.heading.startsWith('第4讲'));
  });

  it('leaves no stuck panel when it is updated under an open tab', async () => {
    const tab = await b.open('free');
    await tab.show();
    await b.driver.install(); // the same one once more: to the tab that is an update
    await tab.page.bringToFront();
    if (b.name === 'firefox') {
      // Firefox gives open tabs the new version's content script at once.
      await tab.see('the dead panel to be gone', (v) => !v.open);
    } else {
      await tab.click('Refresh');
      await tab.see('what to do', (v) => v.alert.startsWith('Reload the page'));
      const reloaded = tab.page.waitForNavigation();
      await tab.click('Reload now');
      await reloaded;
    }
    assert((await tab.show()).tables.Video);
  });
}, { late: true });
