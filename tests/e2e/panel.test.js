// Opening, closing, keys and focus.
import assert from 'node:assert/strict';
import { it } from 'node:test';

import { inBrowsers } from './lib/launch.js';
import { until } from './lib/wait.js';

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
    await b.replica.knobs({ latencyMs: 60_000 }); // no answer until the reset
    const tab = await b.open('free');
    await tab.clickToolbar();
    await tab.see('the skeleton', (v) => v.open && v.busy);
    await b.replica.reset();
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
    let { focus } = view;
    for (let i = 0; i < 30 && focus !== 'button Copy URL 1080P60 AVC'; i++) {
      const former = focus;
      await b.display.press('Tab');
      ({ focus } = await tab.see('the focus on the next control', (v) => v.focus && v.focus !== former));
    }
    assert.equal(focus, 'button Copy URL 1080P60 AVC', 'reached by Tab');
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
    await tab.see('the second entry', (v) => v.focus.startsWith('menuitem ffmpeg command'));
    await b.display.press('Escape');
    await tab.see('only the menu to close', (v) => v.open && !v.buttons.includes('curl command'));
    await tab.openCommand('1080P AVC');
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
    await tab.see('the panel to close', (v) => !v.open);
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
    await until('the panel where it was put', async () => {
      const to = await place();
      return Math.round(from.x - to.x) === 200 && Math.round(to.y - from.y) === 40;
    }, { seen: place });
  });

  it('says on other pages where it works, with links that lead there', async () => {
    const tab = await b.open('https://www.bilibili.com/video/BV1xx411c7mD/');
    await tab.clickToolbar();
    await tab.see('the sentence', (v) => v.open && /Streamlist is for Bilibili's courses/.test(v.text) && !v.busy);
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
