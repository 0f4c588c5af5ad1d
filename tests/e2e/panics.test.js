// A bug of ours in each handler: this build of the program panics where the address of the tab says so (faults.go).
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';

import { card, clearDownloads, press } from './lib/downloads.js';
import { faults, outcome, unread } from './lib/faults.js';
import { inBrowsers, Session } from './lib/launch.js';
import { chooseCopyBest } from './lib/menu.js';
import { out, root } from './lib/paths.js';
import { locate } from './lib/reader.js';
import { until } from './lib/wait.js';

/** @typedef {import('./lib/launch.js').Tab} Tab */

/** What the program says of a panic, and Go's runtime of its end; it is all that may be said. */
const SAID = /^(?!.*a secret on).*(a fault of the test|"?(goroutine \d|exit code)|Go program has already exited|the background program is not there)/s;

execFileSync(`${root}/build.sh`, ['-tags', 'faults', '-out', `${out}/faults`], { stdio: 'ignore' });
process.env.STREAMLIST_DIST = `${out}/faults`;
for (const browser of /** @type {const} */ (['chrome', 'firefox'])) arm(`${out}/faults/${browser}`, 'none');

/** Says in a built package which handler of what has no tab fails: see faults.go. @param {string} folder @param {string} how */
function arm(folder, how) {
  const file = `${folder}/_locales/en/messages.json`;
  writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), fault: { message: how } }));
}

inBrowsers((b) => {
  const table = faults(b, 'Panics');

  /** @param {string} handler @param {() => Promise<string>} test */
  const fault = (handler, test) => table.fault(handler, async () => {
    const seen = await test();
    await until('the panic to be reported', async () => (await b.errors()).some((e) => e.includes('a fault of the test')));
    return seen;
  });

  /** A lesson's page at whose address a handler fails. @param {string} how @param {string} [scenario] */
  const failing = async (how, scenario = 'free') => b.open(`${(await b.replica.scenario(scenario)).url}?${how}`);

  /** What the panel says below, once it says something. @param {Tab} tab */
  const status = async (tab) => (await tab.see('the outcome', (v) => v.status)).status;

  /**
   * A browser of its own, into which an extension is installed that fails at what has no tab.
   *
   * @param {string} how
   * @param {string} [then] what a page of the extension does in the end
   */
  async function installed(how, then = '') {
    const folder = `${out}/faults-${b.name}`;
    cpSync(`${out}/faults`, folder, { recursive: true });
    arm(`${folder}/${b.name === 'chromium' ? 'chrome' : 'firefox'}`, how);
    process.env.STREAMLIST_DIST = folder;
    const fresh = new Session(b.name, { provokes: SAID });
    try {
      await fresh.start();
      const tab = await fresh.open('free');
      const seen = outcome(await tab.show());
      assert.match(await fresh.copied(() => fresh.command('copy-best')), /-1-30112\.m4s\?/);
      await unread(fresh);
      const page = await fresh.driver.openExtensionPage('elsewhere/elsewhere.html');
      const items = await page.evaluate(`Promise.all(['copy-best', 'copy-best-link'].map((id) =>
        new Promise((resolve) => chrome.contextMenus.update(id, {}, () => resolve(!chrome.runtime.lastError)))))`);
      if (then) await page.evaluate(then);
      /** @type {string[]} */
      let errors = [];
      await until('the panic to be reported', async () => (errors = await fresh.errors()).some((e) => e.includes('a fault of the test')));
      assert.deepEqual(errors.filter((e) => !SAID.test(e)), []);
      return `${seen}; ${/** @type {boolean[]} */ (items).includes(true) ? 'the right-click menu' : 'nothing in the right-click menu'}`;
    } finally {
      process.env.STREAMLIST_DIST = `${out}/faults`;
for (const browser of /** @type {const} */ (['chrome', 'firefox'])) arm(`${out}/faults/${browser}`, 'none');

/** Says in a built package which handler of what has no tab fails: see faults.go. @param {string} folder @param {string} how */
function arm(folder, how) {
  const file = `${folder}/_locales/en/messages.json`;
  writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), fault: { message: how } }));
}
      await fresh.close();
      rmSync(folder, { recursive: true });
    }
  }

  table.fault('installed', () => installed('?panic=installed'));

  table.fault('alarm', () => installed('?panic=alarm', `chrome.alarms.create('queue', { when: Date.now() })`));

  fault('closed', async () => {
    const tab = await b.open('codecs');
    await tab.show();
    await (await b.open('free')).page.close();
    return outcome(await tab.view());
  });

  fault('wake', async () => outcome(await (await failing('panic=wake')).show()));

  fault('list', async () => outcome(await (await failing('panic=list')).show()));

  fault('course', async () => {
    const tab = await failing('panic=course', '603-lessons');
    return outcome(await tab.show());
  });

  fault('copy', async () => {
    const tab = await failing('panic=copy');
    const view = await tab.show();
    await b.display.setClipboard('mine');
    await tab.click('Copy URL 1080P AVC');
    const said = await status(tab);
    assert.equal(await b.clipboard(), 'mine');
    return `${outcome(view)}, then: ${said}`;
  });

  fault('export', async () => {
    const tab = await failing('panic=export');
    const view = await tab.show();
    await tab.openCommand('1080P AVC');
    const { text } = await tab.see('what went wrong', (v) => /Streamlist itself failed/.test(v.text));
    return `${outcome(view)}, then: ${/Unexpected answer[^.]+\./.exec(text)?.[0]}`;
  });

  fault('download', async () => {
    const tab = await failing('panic=download');
    const view = await tab.show();
    await tab.click('Download 1080P AVC');
    return `${outcome(view)}, then: ${await status(tab)}`;
  });

  fault('list-for', async () => {
    const page = await b.driver.openExtensionPage('downloads/downloads.html?panic=list-for');
    const tab = await b.open('free');
    const view = await tab.show();
    await tab.click('Download 1080P AVC');
    const { state } = await card(page, 'what became of the order', (c) => /failed|answer/.test(c.state));
    await press(page, '', 'Cancel');
    await page.close();
    return `${outcome(view)}, then: ${state}`;
  });

  fault('subtitles-for', async () => {
    await clearDownloads(b); // another page of downloads would do the work
    const page = await b.driver.openExtensionPage('downloads/downloads.html?panic=subtitles-for');
    const tab = await b.open('tv-anonymous');
    const view = await tab.show();
    await tab.click('Download 480P AVC');
    const { state, about } = await card(page, 'what became of the order', (c) => /Complete|failed/.test(c.state));
    await press(page, '', 'Clear');
    await page.close();
    return `${outcome(view)}, then: ${state}, ${/subtitles[^·]*[^· ]/.exec(about)?.[0]}`;
  });

  fault('open', async () => {
    const page = await b.driver.openExtensionPage('elsewhere/elsewhere.html');
    await page.evaluate('chrome.storage.sync.set({ options: { openByItself: true } })');
    const tab = await failing('panic=open');
    await until('the panics', async () => (await b.errors()).filter((e) => e.includes('a fault of the test')).length > 1);
    assert.equal((await tab.view()).open, false);
    await page.evaluate('chrome.storage.sync.clear()');
    await page.close();
    return `closed; after a click: ${outcome(await tab.show())}`;
  });

  fault('open-options', async () => {
    const tab = await failing('panic=open-options');
    const view = await tab.show();
    await tab.click('Options');
    return `${outcome(view)}, then: ${await status(tab)}`;
  });

  fault('open-downloads', async () => {
    const tab = await failing('panic=open-downloads');
    const view = await tab.show();
    await tab.click('Open Downloads');
    return `${outcome(view)}, then: ${await status(tab)}`;
  });

  fault('action', async () => {
    const tab = await failing('panic=action');
    await tab.clickToolbar();
    await until('the panic', async () => (await b.errors()).some((e) => e.includes('a fault of the test')));
    assert.equal((await tab.view()).open, false);
    assert.match(await b.copied(() => b.command('copy-best')), /-1-30112\.m4s\?/);
    return 'nothing opens; copying works';
  });

  for (const [handler, act] of /** @type {[string, (tab: Tab) => Promise<void>][]} */ ([
    ['command', () => b.command('copy-best')], ['menu', (tab) => chooseCopyBest(tab, '.course-title', 'page')],
  ])) {
    fault(handler, async () => {
      const tab = await failing(`panic=${handler}`);
      await b.display.setClipboard('mine');
      await act(tab);
      await until('the panic', async () => (await b.errors()).some((e) => e.includes('a fault of the test')));
      assert.equal(await b.clipboard(), 'mine');
      return `nothing is copied; after a click: ${outcome(await tab.show())}`;
    });
  }

  fault('moved', async () => {
    const tab = await b.open('free');
    await tab.show();
    await tab.evaluate(`history.pushState({}, '', '/cheese/play/ep700104?panic=moved')`);
    await until('the panic', async () => (await b.errors()).some((e) => e.includes('a fault of the test')));
    assert.match((await tab.view()).text, /lesson 1 of 4/);
    await tab.click('Refresh');
    return `the former listing; after Refresh: ${outcome(await tab.see('the new one', (v) => !v.busy && /lesson 4 of 4/.test(v.text)))}`;
  });

  for (const [handler, scenario, ...buttons] of /** @type {string[][]} */ ([
    ['details', 'free', 'Course details'], ['subtitles', 'free', 'Subtitles'], ['danmaku', 'free', 'Course details', 'Danmaku as XML'], ['single', 'single-files', 'Single files'],
    ['test-hosts', 'hosts', '3 backups for 1080P AVC', 'Test hosts'],
    ['lessons', 'free', 'Lessons 4'], ['list-lesson', 'free', 'Lessons 4', 'Menu of lesson 2*', 'List its streams here'],
    ['collect', 'free', 'Lessons 4', 'All playable', 'Export…', 'Start'], ['queue', 'free', 'Lessons 4', 'All playable', 'Export…', 'Start', 'Pause'],
  ])) {
    fault(handler ?? '', async () => {
      await b.as(scenario ?? '');
      const tab = await failing(`panic=${handler}`, scenario);
      const view = await tab.show();
      for (const button of buttons) {
        if (handler === 'danmaku' && button !== 'Course details') await tab.see('the details', (v) => /Teacher/.test(v.text));
        await tab.click(button);
      }
      const { text, status: said } = await tab.see('what went wrong', (v) => /Streamlist itself failed/.test(v.text + v.status));
      return `${outcome(view)}, then: ${/Unexpected answer[^.]+\./.exec(`${said} ${text}`)?.[0]}`;
    });
  }

  fault('range', async () => {
    await b.as('free');
    const tab = await failing('panic=range');
    const view = await tab.show();
    await tab.click('Lessons 4');
    const at = await until('the field for numbers', () => b.driver.inPanel(tab.page, locate, 'Select by number*', 'input'));
    await tab.page.mouse.click(at.x, at.y);
    await tab.page.keyboard.type('1-');
    await tab.press('Enter');
    return `${outcome(view)}, then: ${await status(tab)}`;
  });

  fault('stop-test', async () => {
    await b.as('hosts');
    const tab = await failing('panic=stop-test', 'hosts');
    await tab.show();
    await tab.click('3 backups for 1080P AVC');
    await b.replica.knobs({ match: 'bilivideo', delayMs: 1500 });
    await tab.click('Test hosts');
    await tab.click('Close');
    await until('the panic', async () => (await b.errors()).some((e) => e.includes('a fault of the test')));
    await b.replica.reset();
    return outcome(await tab.show());
  });

  fault('owned', async () => {
    const tab = await b.open('https://www.bilibili.com/v/cheese/mine?panic=owned');
    await tab.clickToolbar();
    return outcome(await tab.see('what went wrong', (v) => v.alert));
  });

  fault('over', async () => {
    const tab = await failing('panic=over');
    await tab.evaluate(`{
      const card = document.createElement('a');
      card.href = '/cheese/play/ep700104';
      card.className = 'card';
      card.append(document.querySelector('video').cloneNode());
      document.querySelector('main').prepend(card);
    }`);
    await tab.page.hover('.card video');
    await until('the panic', async () => (await b.errors()).some((e) => e.includes('a fault of the test')));
    return outcome(await tab.show());
  });

  fault('grant', async () => {
    await b.driver.withhold();
    const tab = await failing('panic=grant');
    const view = await tab.show();
    await tab.click('Allow access');
    const said = await status(tab);
    const page = await b.driver.openExtensionPage('options/options.html');
    await page.bringToFront();
    await page.waitForSelector('#grant:not([hidden])');
    await page.focus('#grant');
    await b.driver.allow(page, () => b.display.press('Return'));
    await page.close();
    return `${outcome(view)}, then: ${said}`;
  });

  /** @param {string} handler @param {() => Promise<string>} test */
  const end = (handler, test) => table.fault(`${handler}, and the program ends`, test); // which Chromium lists nowhere

  end('installed', () => installed('?end=installed'));

  end('list', async () => {
    const tab = await failing('end=list');
    const seen = outcome(await tab.show());
    await tab.goto('free');
    return `${seen}; on another page: ${outcome(await tab.show())}`;
  });

  end('copy', async () => {
    const tab = await failing('end=copy');
    const view = await tab.show();
    await tab.click('Copy URL 1080P AVC');
    return `${outcome(view)}, then: ${await status(tab)}`;
  });

  end('wake', async () => outcome(await (await failing('end=wake')).show()));

  table.whole();
}, { provokes: SAID });
