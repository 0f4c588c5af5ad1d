// Pages that mean harm, and pages that forbid much: the panel works, and gives nothing away.
import assert from 'node:assert/strict';
import { it } from 'node:test';

import { inBrowsers } from './lib/launch.js';
import { chooseCopyBest } from './lib/menu.js';

/** @typedef {import('./lib/launch.js').Tab} Tab */

/** What the page could get hold of. Without array methods: the page has replaced them. @param {Tab} tab */
async function spoils(tab) {
  return /** @type {{stolen: string[], roots: number, hits: number, seen: Record<string, number>, keys: string}} */ (await tab.evaluate(`({
    stolen: window.__stolen, roots: window.__roots.length, hits: window.__hits, seen: window.__seen, keys: document.documentElement.dataset.keys ?? '',
  })`));
}

inBrowsers((b) => {
  it('works on a page that rewrites the language and covers the corner', async () => {
    await b.login('com', null);
    const tab = await b.open('hostile-page');
    await tab.show();
    const before = await spoils(tab);
    const url = await tab.copy('Copy URL 1080P AVC');
    assert.match(url, /^https:\/\/upos-sz-mirrorcos\.bilivideo\.com\/upgcxcode\//);
    assert.equal((await b.replica.fetch(url, { 'Referer': 'https://www.bilibili.com/', 'Range': 'bytes=0-9', 'User-Agent': 'Player/1' })).status, 206);
    assert.match(await tab.copy('Copy for mpv'), /^mpv /);
    for (const key of ['Tab', 'f', 'm', 'Down']) await b.display.press(key);
    await tab.see('the focus still in the panel', (v) => v.focus);
    const after = await spoils(tab);
    assert.deepEqual(after.stolen, [], 'the page read what was copied');
    assert.equal(after.roots, 0, 'the page holds the panel\'s root');
    assert.equal(after.keys, '', 'keys reached the page');
    for (const name of ['keydown', 'keyup', 'keypress', 'copy', 'cut', 'message']) {
      assert.equal(after.seen[name] ?? 0, before.seen[name] ?? 0, `the page saw ${name}`);
    }
    assert.equal(await tab.evaluate(`document.querySelector('[data-streamlist]')?.shadowRoot ?? null`), null);
    await b.display.press('Escape');
    await tab.see('the panel to close', (v) => !v.open);
  });

  it("does nothing on clicks and keys that the page makes up", async () => {
    // The page sends twenty a second to every element that it does not know.
    const tab = await b.open('hostile-page');
    await b.display.setClipboard('mine');
    await tab.show();
    const calls = (await b.replica.calls()).length;
    await tab.evaluate(`new Promise((done) => {
      const host = document.querySelector('[data-streamlist]');
      let n = 0;
      const timer = setInterval(() => {
        for (const key of ['Enter', 'Escape', ' ', 'Tab']) host.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, composed: true }));
        host.click();
        if (++n === 20) { clearInterval(timer); done(); }
      }, 30);
    })`);
    const view = await tab.view();
    assert(view.open, 'the page closed the panel');
    assert.equal(view.status, '');
    assert.equal(await b.clipboard(), 'mine');
    assert.equal((await b.replica.calls()).length, calls);
  });

  it('copies the best where the page throws out every element that it does not know', async () => {
    const tab = await b.open('hostile-remove');
    await tab.clickToolbar();
    const url = await b.copied(() => b.command('copy-best'));
    assert.match(url, /-1-30080\.m4s\?/);
    assert.equal(await tab.evaluate('1 + 1'), 2, 'the page still answers');
    assert.deepEqual((await spoils(tab)).stolen, []);
  });

  it('keeps its rows while the page floods the history, and asks nothing anew', async () => {
    const tab = await b.open('hostile-flood');
    await tab.show();
    const calls = (await b.replica.calls()).length;
    // Every address that the flood makes is still this lesson's.
    for (let i = 0; i < 15; i++) {
      const from = tab.page.url();
      await tab.page.waitForFunction((former) => location.href !== former, { polling: 20 }, from);
      const view = await tab.view();
      assert(view.tables.Video?.some((r) => r.best), `the rows were gone: ${view.text}`);
    }
    assert.equal((await b.replica.calls()).length, calls);
  });

  it('works under a strict Content-Security-Policy and without leave to write to the clipboard', async () => {
    const tab = await b.open('strict-page');
    assert.equal(await tab.evaluate(`document.documentElement.dataset.nonce`), 'ran');
    await tab.show();
    const style = await b.driver.inPanel(tab.page, (/** @type {ShadowRoot} */ root) => {
      const { position, width } = getComputedStyle(/** @type {Element} */ (root.querySelector('[role=region]')));
      return { position, width: parseFloat(width) };
    });
    assert(style.position === 'fixed' && style.width > 300, `the panel has no style: ${JSON.stringify(style)}`);
    assert.match(await tab.copy('Copy URL 1080P AVC'), /-1-30080\.m4s\?/);
    await tab.see('the outcome', (v) => v.status.startsWith('Copied 1080P AVC'));
    await tab.click('Close');
    const url = await b.copied(() => chooseCopyBest(tab, '.course-title', 'page'));
    assert.match(url, /-1-30080\.m4s\?/);
    await tab.see('the toast', (v) => v.toast.startsWith('Copied 1080P AVC: picture only'));
  });
});
