// The options page, what the browsers' own extension pages say of us, and the other language.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { it } from 'node:test';

import { spills } from '../panel/lib/spills.js';
import { inBrowsers } from './lib/launch.js';
import { until } from './lib/wait.js';

/** @typedef {import('puppeteer-core').Page} Page */
/** @typedef {import('./lib/launch.js').View} View */

const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Clicks on a control by its accessible name, with the mouse, once the page has read the options. @param {Page} page @param {string} name */
async function press(page, name) {
  await page.bringToFront();
  await page.waitForSelector('#codecs li');
  const [x, y] = await until(`the options page to have ${name}`, () => page.evaluate((wanted) => {
    const named = (/** @type {Element} */ e) => e.getAttribute('aria-label') ?? /** @type {HTMLInputElement} */ (e).labels?.[0]?.textContent ?? e.textContent ?? '';
    const control = [...document.querySelectorAll('button, input')].find((e) => named(e).trim() === wanted);
    control?.scrollIntoView({ block: 'center' });
    const box = control?.getBoundingClientRect();
    return box && [box.x + box.width / 2, box.y + box.height / 2];
  }, name));
  await page.mouse.click(x ?? 0, y ?? 0);
}

/** @param {Page} page @param {string} text that the live region begins with */
const said = (page, text) => until(`the options page to say ${text}`, () => page.evaluate((wanted) => [...document.querySelectorAll('[role=status]')].some((e) => e.textContent?.startsWith(wanted)), text));

/** Serious findings of axe-core, in words. @param {Page} page */
async function findings(page) {
  await page.evaluate(axe);
  const { violations } = /** @type {any} */ (await page.evaluate('axe.run()'));
  return violations.map((/** @type {any} */ v) => `${v.id}: ${v.help}: ${v.nodes.map((/** @type {any} */ n) => n.html).join(' ')}`);
}

/** @param {View} view */
const best = (view) => Object.values(view.tables).flat().find((r) => r.best)?.text ?? 'none';

inBrowsers((b) => {
  it('changes the best of an open panel without a reload: codec order and HDR', async () => {
    await b.login('com', null);
    const tab = await b.open('everything');
    assert.match(best(await tab.show()), /^8K .*HEVC/);
    const codecs = await b.open('codecs');
    assert.match(best(await codecs.show()), /^4K .*AVC/);
    const calls = (await b.replica.calls()).length;

    await codecs.click('Options');
    const options = await b.driver.extensionPage('options/options.html');
    await press(options, 'Move AV1 up');
    await said(options, 'Saved');
    await press(options, 'Move AV1 up');
    await said(options, 'Saved: AV1');
    await codecs.page.bringToFront();
    await codecs.see('AV1 as best', (v) => /^4K .*AV1/.test(best(v)));
    assert.match(await codecs.copy('Copy for mpv'), /^mpv /);

    const hdr = await b.open('hdr');
    assert.match(best(await hdr.show()), /^4K .*AVC/);
    await press(options, 'HDR and Dolby Vision may be best');
    await said(options, 'Saved');
    await hdr.page.bringToFront();
    await hdr.see('HDR as best', (v) => /^HDR .*HEVC/.test(best(v)));
    assert.equal((await b.replica.calls()).length, calls + 2, 'nothing was asked anew');
    await options.evaluate('chrome.storage.sync.clear()');
    await options.close();
  });

  it('copies as "best" what the options say', async () => {
    await b.as('purchased');
    const tab = await b.open('purchased');
    const options = await b.driver.openExtensionPage('options/options.html');
    await press(options, 'The addresses of video and audio');
    await said(options, 'Saved');
    await tab.page.bringToFront();
    const lines = (await b.copied(() => b.command('copy-best'))).trim().split('\n');
    assert.equal(lines.length, 2, lines.join('\n'));
    assert.match(lines[0] ?? '', /-1-30116\.m4s\?/);
    assert.match(lines[1] ?? '', /-1-30280\.m4s\?/);
    await tab.see('the toast', (v) => /^Copied 1080P60 AVC: addresses of video and audio/.test(v.toast));
    await press(options, 'The mpv command');
    await said(options, 'Saved');
    await tab.page.bringToFront();
    assert.match(await b.copied(() => b.command('copy-best')), /^mpv /);
    await options.evaluate('chrome.storage.sync.clear()');
    await options.close();
  });

  it('opens the panel by itself where the option says so, and leaves the focus alone', async () => {
    const options = await b.driver.openExtensionPage('options/options.html');
    await press(options, 'Open the panel by itself');
    await said(options, 'Saved');
    await b.login('com', null);
    const tab = await b.open('free');
    const view = await tab.listing();
    assert.equal(view.focus, '', 'nobody asked for the focus');
    const other = await b.open('https://www.bilibili.com/cheese/');
    await other.page.waitForSelector('h1');
    assert.equal((await other.view()).open, false, 'not where there is nothing to list');
    await options.evaluate('chrome.storage.sync.clear()');
    await options.close();
    await tab.page.reload({ waitUntil: 'load' });
    assert.equal((await tab.view()).open, false);
  });

  it('keeps what was chosen, by keyboard too', async () => {
    let options = await b.driver.openExtensionPage('options/options.html');
    await options.bringToFront();
    await options.waitForSelector('#codecs li');
    await options.focus('#codecs li:nth-child(2) button');
    await options.keyboard.press('Enter');
    await said(options, 'Saved: HEVC, AVC, AV1');
    await options.focus('#hdr');
    await options.keyboard.press(' ');
    await said(options, 'Saved');
    await options.close();
    options = await b.driver.openExtensionPage('options/options.html');
    await until('the options as they were left', () => options.evaluate(() => document.querySelector('#codecs li span')?.textContent === 'HEVC' && document.querySelector('#hdr:checked') !== null));
    await options.evaluate('chrome.storage.sync.clear()');
    await options.close();
  });

  it('finds no barrier on its own pages (axe-core)', async () => {
    for (const path of ['options/options.html', 'elsewhere/elsewhere.html']) {
      const page = await b.driver.openExtensionPage(path);
      await page.waitForFunction('document.body.innerText.length > 20');
      assert.deepEqual(await findings(page), [], path);
      assert.match(await page.title(), /Streamlist/);
      await page.close();
    }
  });

  it('has no warning and no error on the page where the browser lists extensions', async () => {
    await (await b.open('free')).show();
    assert.deepEqual(await b.driver.complaints(), []);
  });
});

/** Text that has no room in the panel, see spills.js. @param {import('./lib/launch.js').Session} b @param {import('./lib/launch.js').Tab} tab @returns {Promise<string[]>} */
const tight = (b, tab) => b.driver.inPanel(tab.page, new Function('root', `return (${spills})(root.querySelector('.root'))`));

/**
 * Everything there is room for: in the panel with what opens in it, and on the extension's own pages.
 *
 * @param {import('./lib/launch.js').Session} b @param {import('./lib/launch.js').Tab} tab its panel open
 * @param {{arrow: string, as: string, details?: string}} names of buttons
 */
async function hasRoom(b, tab, { arrow, as, details }) {
  assert.deepEqual(await tight(b, tab), []);
  await tab.click(arrow);
  if (details) await tab.click(details);
  await tab.see('the details', (v) => !v.busy);
  assert.deepEqual(await tight(b, tab), [], 'opened');
  await tab.click(as);
  assert.deepEqual(await tight(b, tab), [], 'the menu');
  await b.screenshot(`language-${b.options.locale}-${b.name}`);
  for (const path of ['options/options.html', 'downloads/downloads.html', 'elsewhere/elsewhere.html']) {
    const page = await b.driver.openExtensionPage(path);
    await page.waitForFunction('document.body.innerText.length > 20');
    assert.deepEqual(await page.evaluate(`(${spills})(document.body)`), [], path);
    assert.equal(await page.evaluate('document.documentElement.lang'), b.options.locale);
    await b.screenshot(`language-${b.options.locale}-${b.name}-${path.split('/')[0]}`);
    await page.close();
  }
}

inBrowsers((b) => {
  it('speaks Simplified Chinese', async () => {
    const tab = await b.open('free');
    const view = await tab.show();
    assert.deepEqual(Object.keys(view.tables), ['视频', '音频']);
    assert.match(view.text, /复制/);
    assert.doesNotMatch(view.text, /\b(Copy|Best|Refresh|Close|Links)\b/);
    await tab.see('the region under its own name', (v) => v.open);
    await hasRoom(b, tab, { arrow: '1080P+ AVC 的 2 个备用地址', as: '复制为…', details: '课程详情' });
  });
}, { locale: 'zh-CN', dark: true });

inBrowsers((b) => {
  it('speaks Thai on bilibili.tv', async () => {
    await b.login('tv', null);
    const tab = await b.open('tv-anonymous');
    const view = await tab.show();
    assert.deepEqual(Object.keys(view.tables), ['วิดีโอ', 'เสียง']);
    assert.match(view.text, /คัดลอกสำหรับ mpv/);
    assert.match(view.text, /ล็อก: ยังไม่ได้เข้าสู่ระบบ/);
    assert.doesNotMatch(view.text, /\b(Copy|Best|Refresh|Close|Links|Locked|Log)\b/);
    await tab.copy('คัดลอก URL 480P AVC');
    await tab.see('the outcome', (v) => v.status.startsWith('คัดลอกแล้ว 480P AVC: เฉพาะภาพ'));
    await hasRoom(b, tab, { arrow: view.buttons[view.buttons.indexOf('คัดลอก URL 480P AVC') + 2] ?? '', as: 'คัดลอกเป็น…' });
  });
}, { locale: 'th' });
