// The background ends whenever the browser likes, tabs close, the extension is reloaded, and pages are curious.
import assert from 'node:assert/strict';
import { it } from 'node:test';

import { inBrowsers } from './lib/launch.js';
import { until } from './lib/wait.js';

/** @typedef {import('./lib/launch.js').View} View */

const PLAYURL = '/pugv/player/web/playurl';

/** @param {View} view */
const listed = (view) => view.open && !view.busy && !view.alert && Boolean(view.tables.Video?.some((r) => r.best));

inBrowsers((b) => {
  it('answers the toolbar, Refresh, Copy URL and the keyboard after the background was stopped', async () => {
    const tab = await b.open('free');
    await b.driver.stopBackground();
    assert(listed(await tab.show()), 'the toolbar icon');
    await b.kept(tab);

    await b.driver.stopBackground();
    await b.replica.clearLog();
    await tab.click('Refresh');
    await b.replica.waitFor({ path: PLAYURL });
    await tab.see('the listing', listed);

    await b.driver.stopBackground();
    await b.replica.clearLog();
    assert.match(await tab.copy('Copy URL 1080P+ AVC'), /^https:\/\/\S+-1-30112\.m4s\?\S+$/);
    assert.deepEqual(await b.replica.calls(), [], 'what was listed outlives the background');

    await b.driver.stopBackground();
    assert.match(await b.copied(() => b.command('copy-best')), /^https:\/\/\S+-1-30112\.m4s\?\S+$/);
    await tab.see('the toast', (v) => v.toast.startsWith('Copied 1080P+ AVC'));

    await b.driver.stopBackground();
    await tab.evaluate(`document.querySelector('[data-episodeid="700104"]').click()`);
    await tab.see('the lesson that the page moved on to', (v) => listed(v) && /lesson 4 of 4/.test(v.text));
  });

  it('lists all the same when the background is stopped in the middle', async () => {
    const tab = await b.open('free');
    await b.replica.knobs({ match: PLAYURL, delayMs: 8000, times: 1 });
    await tab.clickToolbar();
    await b.replica.waitFor({ path: PLAYURL });
    await b.driver.stopBackground();
    await tab.see('the listing', listed, 15_000);
    assert.equal((await b.replica.calls({ path: PLAYURL })).length, 2);
  });

  it('ends with a reason when the background is stopped again and again', async () => {
    const tab = await b.open('free');
    await b.replica.knobs({ match: PLAYURL, delayMs: 8000 });
    await tab.clickToolbar();
    // As often as the panel asks again, within the time that every wait has.
    const view = await until('the panel to give up', async () => {
      const now = await tab.view();
      if (now.open && !now.busy) return now;
      const open = (await b.replica.calls({ path: PLAYURL })).some((r) => !r.done);
      if (open) await b.driver.stopBackground();
      return undefined;
    }, { limit: 30_000, seen: () => tab.view() });
    assert.match(view.alert, /^(Unexpected answer|Network)/);
    await b.replica.reset();
    await tab.click('Refresh');
    await tab.see('the listing', listed);
  });

  it('drops what was under way when its tab closes', async () => {
    const tab = await b.open('free');
    await b.replica.knobs({ match: PLAYURL, delayMs: 8000 });
    await tab.clickToolbar();
    await b.replica.waitFor({ path: PLAYURL });
    await tab.page.close();
    const [asked] = await b.replica.waitFor({ path: PLAYURL, done: 1 });
    assert.equal(asked?.aborted, true);
    if (b.name === 'firefox') await b.excuse(/Promise rejected after context unloaded/); // Firefox's own word on a closed tab
    const other = await b.open('codecs');
    assert(listed(await other.show()));
  });

  it('is out of the reach of page scripts', async () => {
    const tab = await b.open('free');
    await tab.show();
    await b.replica.clearLog();
    const seen = await tab.evaluate(`(async () => {
      const host = document.querySelector('[data-streamlist]');
      const api = globalThis.browser ?? globalThis.chrome;
      // The protocol's own words, by every way that a page has.
      const message = { v: 1, id: 'page-1', kind: 'list', body: { hints: { load: 'x', episode: '', title: '' }, refresh: true } };
      const heard = [];
      addEventListener('message', (event) => event.data !== message && event.data?.kind !== 'list' && heard.push(event.data));
      postMessage(message, '*');
      dispatchEvent(new CustomEvent('streamlist', { detail: message }));
      host.dispatchEvent(new CustomEvent('list', { detail: message, bubbles: true }));
      let asked = 'nobody to ask';
      try {
        asked = api?.runtime?.sendMessage ? await api.runtime.sendMessage(EXTENSION, message) ?? 'nothing' : asked;
      } catch (error) {
        asked = 'refused';
      }
      await new Promise((resolve) => { const c = new MessageChannel(); c.port1.onmessage = resolve; c.port2.postMessage(0); });
      return {
        globals: Object.getOwnPropertyNames(globalThis).filter((n) => /streamlist/i.test(n)),
        root: host.shadowRoot, inside: document.querySelectorAll('[role=region]').length, text: host.textContent,
        heard, asked,
      };
    })()`.replace('EXTENSION', JSON.stringify('gajnnmkdgmkeojbdmhodfjkgjfdjfhlk')));
    assert.deepEqual({ ...seen, asked: undefined }, { globals: [], root: null, inside: 0, text: '', heard: [], asked: undefined });
    assert(['nobody to ask', 'refused', 'nothing'].includes(seen.asked), JSON.stringify(seen.asked));
    assert(listed(await tab.view()));
    assert.deepEqual(await b.replica.calls(), [], 'the page made the extension ask');
  });

  it('refuses what its own pages have no business to ask, and words it does not know', async () => {
    const page = await b.driver.openExtensionPage('elsewhere/elsewhere.html');
    const answers = await page.evaluate(`Promise.all([
      { v: 1, id: 'a', kind: 'list', body: { hints: { load: 'x' } } },
      { v: 1, id: 'b', kind: 'copy', body: { hints: { load: 'x' }, what: 'url' } },
      { v: 1, id: 'd', kind: 'no-such-kind', body: {} },
      { v: 99, id: 'e', kind: 'list', body: {} },
      'list', null, [1], { id: { toString: 1 }, kind: 7 },
    ].map((m) => (globalThis.browser ?? chrome).runtime.sendMessage(m).then((a) => a?.ok === false && a.error.code !== 'runtime-died' && a.error.code !== 'internal' ? 'refused' : a)))`);
    assert.deepEqual(answers, Array(8).fill('refused'));
    await page.close();
    assert.deepEqual(await b.replica.calls(), []);
    const tab = await b.open('free');
    assert(listed(await tab.show()), 'and lives on');
  });
});
