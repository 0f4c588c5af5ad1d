// Pages that mean harm, and pages that forbid much: the panel works, and gives nothing away.
import assert from 'node:assert/strict';

import { faults, outcome } from './lib/faults.js';
import { inBrowsers } from './lib/launch.js';
import { chooseCopyBest } from './lib/menu.js';
import { until } from './lib/wait.js';

/** @typedef {import('./lib/launch.js').Tab} Tab */

/** What the page could get hold of. Without array methods: the page has replaced them. @param {Tab} tab */
async function spoils(tab) {
  return /** @type {{stolen: string[], roots: number, hits: number, seen: Record<string, number>, keys: string}} */ (await tab.evaluate(`({
    stolen: window.__stolen, roots: window.__roots.length, hits: window.__hits, seen: window.__seen, keys: document.documentElement.dataset.keys ?? '',
  })`));
}

inBrowsers((b) => {
  const { fault, whole } = faults(b, 'Pages');

  /** Opens the hostile page in one of its modes. @param {string} mode */
  const hostile = async (mode) => b.open(`${(await b.replica.scenario('hostile-page')).url}?hostile=${mode}`);

  fault('rewrites the language before us, listens to everything, covers the corner', async () => {
    await b.login('com', null);
    const tab = await b.open('hostile-page');
    const view = await tab.show();
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
    await b.display.press('Escape');
    await tab.see('the panel to close', (v) => !v.open);
    return outcome(view);
  });

  fault('names elements like what scripts use of the document', async () => {
    const tab = await hostile('names');
    assert.equal(await tab.evaluate(`Object.prototype.toString.call(document.createElement)`), '[object HTMLImageElement]');
    const view = await tab.show();
    await tab.copy('Copy URL 1080P AVC');
    await tab.click('Close');
    await tab.see('the panel to close', (v) => !v.open);
    return outcome(view);
  });

  fault('makes up clicks and keys on the panel', async () => {
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
    return `${outcome(view)}, and nothing is done`;
  });

  fault('swallows every key, and plays it again to the panel', async () => {
    const tab = await hostile('keys');
    const view = await tab.show();
    await b.display.setClipboard('mine');
    let focus = view.focus;
    for (let i = 0; i < 20 && focus !== 'button Copy URL 1080P AVC'; i++) {
      const former = focus;
      await b.display.press('Tab');
      ({ focus } = await tab.see('the focus on the next control', (v) => v.focus && v.focus !== former));
    }
    assert.match(await b.copied(() => b.display.press('Return')), /-1-30080\.m4s\?/);
    // Keys outside are the page's, and what it makes of them is nothing to us.
    await tab.page.focus('.nav-search-input');
    const calls = (await b.replica.calls()).length;
    const before = (await spoils(tab)).seen.keydown ?? 0;
    await b.display.press('Return', 'Escape', 'space');
    await until('the page to have seen the keys', async () => ((await spoils(tab)).seen.keydown ?? 0) >= before + 3);
    assert(outcome(await tab.view()) === 'the listing', 'the page closed the panel');
    assert.equal((await b.replica.calls()).length, calls);
    await tab.page.focus('body').catch(() => {});
    await tab.click('Refresh');
    await tab.see('the focus in the panel', (v) => v.focus);
    await b.display.press('Escape');
    await tab.see('the panel to close', (v) => !v.open);
    return outcome(view);
  });

  fault('lays a sheet over everything, again and again', async () => {
    const tab = await hostile('cover');
    const view = await tab.show();
    // Whoever can't see the panel still has the keyboard in it, and the commands.
    await tab.see('the focus in the panel', (v) => v.focus);
    assert.match(await b.copied(() => b.command('copy-best')), /-1-30080\.m4s\?/);
    await b.display.press('Escape');
    await tab.see('the panel to close', (v) => !v.open);
    return `${outcome(view)}, under the sheet; keys and commands work`;
  });

  fault('opens a modal dialog over everything, another one five times a second', async () => {
    const tab = await hostile('dialog');
    const view = await tab.show();
    await tab.evaluate('window.__still = true'); // the last one stays
    assert.equal(await tab.evaluate(`document.querySelectorAll('dialog:modal').length`), 1);
    assert.match(await tab.copy('Copy URL 1080P AVC'), /-1-30080\.m4s\?/);
    await b.screenshot(`dialog-${b.name}`);
    await tab.evaluate('window.__still = false');
    await tab.click('Refresh');
    const again = await tab.listing();
    await tab.evaluate('window.__still = true');
    // The page can use its dialog as it would without us, and the panel survives that it is closed.
    await tab.evaluate('window.__show()');
    assert.match(await tab.copy('Copy URL 720P AVC'), /-1-30064\.m4s\?/);
    await tab.click('Close');
    await tab.see('the panel to close', (v) => !v.open);
    assert.equal(outcome(again), outcome(view));
    return `${outcome(view)}, in the dialog`;
  });

  fault('opens a modal dialog where no script finds it', async () => {
    const tab = await hostile('hidden-dialog');
    await tab.show();
    await tab.evaluate('window.__hide()');
    assert.match(await b.copied(() => b.command('copy-best')), /-1-30080\.m4s\?/, 'commands work');
    await until('the page to have the focus', () => tab.evaluate('document.activeElement.localName === "div" && !document.activeElement.dataset.streamlist'));
    await tab.clickToolbar();
    await tab.see('the panel to close', (v) => !v.open);
    const view = await tab.show();
    assert.match(await tab.copy('Copy URL 1080P AVC'), /-1-30080\.m4s\?/);
    await tab.click('Close');
    await tab.see('the panel to close', (v) => !v.open);
    return `${outcome(view)}, of use once it is opened again`;
  });

  fault('makes our element, the body and the whole document inert, again and again', async () => {
    const tab = await hostile('inert');
    const view = await tab.show();
    await tab.see('the focus in the panel', (v) => v.focus);
    assert.match(await tab.copy('Copy URL 1080P AVC'), /-1-30080\.m4s\?/);
    await b.screenshot(`inert-${b.name}`);
    await b.display.press('Tab');
    await tab.see('the focus still in the panel', (v) => v.focus);
    await tab.evaluate('window.__still = true');
    await until('the page to be of use again', () => tab.evaluate('!document.documentElement.inert'));
    await tab.page.focus('.nav-search-input');
    assert.match(await tab.copy('Copy URL 720P AVC'), /-1-30064\.m4s\?/);
    await tab.click('Close');
    await tab.see('the panel to close', (v) => !v.open);
    return outcome(view);
  });

  fault('removes the panel once', async () => {
    const tab = await hostile('once');
    await tab.clickToolbar();
    await until('the page to remove it', () => tab.evaluate('window.__removed'));
    return outcome(await tab.listing());
  });

  fault('removes every element it does not know, twenty times a second', async () => {
    const tab = await b.open('hostile-remove');
    await tab.clickToolbar();
    const view = await tab.listing();
    const url = await b.copied(() => b.command('copy-best'));
    assert.match(url, /-1-30080\.m4s\?/);
    assert.equal(await tab.evaluate('1 + 1'), 2, 'the page still answers');
    assert.deepEqual((await spoils(tab)).stolen, []);
    return outcome(view);
  });

  fault('floods the history with addresses of this lesson', async () => {
    const tab = await b.open('hostile-flood');
    const first = await tab.show();
    const calls = (await b.replica.calls()).length;
    // Every address that the flood makes is still this lesson's.
    for (let i = 0; i < 15; i++) {
      const from = tab.page.url();
      await tab.page.waitForFunction((former) => location.href !== former, { polling: 20 }, from);
      const view = await tab.view();
      assert(view.tables.Video?.some((r) => r.best), `the rows were gone: ${view.text}`);
    }
    assert.equal((await b.replica.calls()).length, calls);
    return `${outcome(first)}, asked for once`;
  });

  fault('flits between two lessons, five times a second', async () => {
    const tab = await hostile('moves');
    await tab.clickToolbar();
    await tab.see('the panel', (v) => v.open);
    await b.replica.clearLog();
    const began = Date.now();
    await until('thirty moves', () => tab.evaluate('history.length > 30'), { limit: 30_000 });
    const seconds = (Date.now() - began) / 1000;
    const asked = (await b.replica.calls({ path: '/pugv/player/web/playurl' })).length;
    assert(asked <= seconds + 2, `it was asked ${asked} times in ${seconds} s`);
    await tab.evaluate('window.__still = true');
    return `${outcome(await tab.listing())}, asked for once in a second at most`;
  });

  fault('forbids styles, scripts and the clipboard by policy', async () => {
    const tab = await b.open('strict-page');
    assert.equal(await tab.evaluate(`document.documentElement.dataset.nonce`), 'ran');
    const view = await tab.show();
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
    return outcome(view);
  });

  // The last, because Firefox opens a new tab in whichever window was last in front.
  fault('forbids by policy to ask other hosts, in a tab with cookies of its own', async () => {
    const jar = b.name === 'firefox' ? 'container' : 'private';
    const tab = await b.open('strict-page', jar);
    await tab.pressIcon();
    const view = await tab.listing();
    if (b.name === 'firefox') {
      assert.match(view.alert, /^No access ?: This page's own policy lets Streamlist ask nothing with this tab's login/);
      assert(!view.buttons.includes('Allow access'), 'no permission helps');
      assert.deepEqual(await b.replica.calls(), [], 'and nobody else is asked instead');
    }
    return outcome(view);
  });

  whole();
});
