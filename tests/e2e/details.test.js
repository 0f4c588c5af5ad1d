// What goes beyond a page's streams: the toolbar's mark, the person's courses, and what a course has besides.
import assert from 'node:assert/strict';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { it } from 'node:test';

import { icon } from './lib/icon.js';
import { inBrowsers } from './lib/launch.js';
import { out } from './lib/paths.js';
import { until } from './lib/wait.js';

/** Where the browsers save files. */
const downloads = `${out}/downloads-${process.pid}`;
await rm(downloads, { recursive: true, force: true });
await mkdir(downloads, { recursive: true });

inBrowsers((b) => {
  it("says this page's best quality on the icon, until the tab moves on", async () => {
    const mark = await icon(b);
    await b.as('free');
    const tab = await b.open('free');
    await mark.says(tab, '');
    await tab.show();
    const hd = b.name === 'firefox' ? 'HD' : '1080';
    await mark.says(tab, hd);
    await tab.page.bringToFront();
    if (b.name === 'firefox') await until('the mark, whole', async () => (await b.driver.mark()).whole, { seen: b.driver.mark });
    await tab.evaluate(`history.pushState({}, '', '?t=5')`);
    const other = await b.open('codecs');
    await other.show();
    await mark.says(other, '4K');
    await mark.says(tab, hd);
    await tab.page.bringToFront();
    await tab.click('Close');
    await tab.evaluate(`document.querySelector('[data-episodeid="700104"]').click()`);
    await mark.says(tab, '');
    await other.goto('https://www.bilibili.com/cheese/');
    await mark.says(other, '');
    await other.goto('encrypted-is-drm');
    await other.show();
    await mark.says(other, '');
    await mark.close();
  });

  it('says it again after a reload that asks nothing, also of a course whose page says what it plays', async () => {
    const mark = await icon(b);
    const hd = b.name === 'firefox' ? 'HD' : '1080';
    for (const scenario of ['free', 'season-active']) {
      await b.as(scenario);
      const tab = await b.open(scenario);
      await tab.show();
      await mark.says(tab, hd);
      const calls = (await b.replica.calls()).length;
      await tab.page.reload();
      await mark.says(tab, hd);
      assert.equal((await b.replica.calls()).length, calls);
    }
    await mark.close();
  });

  it("lists the person's courses on their page, each a click away", async () => {
    await b.login('com', 'buyer');
    const tab = await b.open('https://www.bilibili.com/v/cheese/mine');
    await b.replica.clearLog();
    await tab.clickToolbar();
    const view = await tab.see('the courses', (v) => v.open && !v.busy && v.links.some((n) => n.startsWith('【双语】大国博弈')));
    assert.equal(view.heading, 'Your courses');
    const count = Number(/Courses: (\d+)/.exec(view.text)?.[1]);
    assert.ok(count > 40, `${count} courses: more than two pages`);
    const asked = await b.replica.calls();
    assert.deepEqual(asked.map((r) => `${r.path} ${r.query.pn}`), Array.from({ length: Math.ceil(count / 20) }, (_, i) => `/pugv/pay/web/my/paid ${i + 1}`));
    assert.deepEqual([...new Set(asked.map((r) => r.account))], ['buyer']);
    await tab.clickToolbar();
    await tab.see('the panel to close', (v) => !v.open);
    await tab.clickToolbar();
    await tab.see('the courses again', (v) => v.heading === 'Your courses' && !v.busy);
    assert.equal((await b.replica.calls()).length, asked.length, 'opened again, nothing is asked');
    await b.display.press('Tab'); // from the panel to its first button
    await tab.click('【双语】大国博弈*');
    const page = await until('the page of the course', async () => (await b.driver.browser.pages()).find((p) => p.url() === 'https://www.bilibili.com/cheese/play/ss7002'));
    await page.close();
  });

  it("says why it can't list the person's courses", async () => {
    await b.login('com', null);
    const tab = await b.open('https://www.bilibili.com/cheese/mine/list');
    assert.deepEqual(await b.replica.calls(), [], 'nothing before somebody asks');
    await tab.clickToolbar();
    await tab.see('the reason', (v) => v.open && v.alert.startsWith('Not logged in'));
    await b.login('com', 'free');
    await tab.page.bringToFront();
    await tab.click('Refresh');
    await tab.see('that there are none', (v) => !v.busy && /has bought no courses/.test(v.text));
    await b.login('com', 'expired');
    await tab.page.bringToFront();
    await tab.click('Refresh');
    await tab.see('a purchase that has ended', (v) => v.links.some((n) => /purchase-expired.*Purchase ended/.test(n)));
    await b.replica.knobs({ match: '/pugv/pay/web/my/paid', status: 412, body: '<html>', contentType: 'text/html' });
    await tab.click('Refresh');
    await tab.see('the reason', (v) => v.alert.startsWith('Rate limited'));
    await b.driver.forget();
  });

  it('says what it is for on ordinary videos and series', async () => {
    for (const address of ['https://www.bilibili.com/video/BV1xx411c7mD/', 'https://www.bilibili.com/bangumi/play/ep13287667']) {
      const tab = await b.open(address);
      await tab.clickToolbar();
      await tab.see('what it is for', (v) => v.open && !v.busy && /Streamlist is for Bilibili's courses and for bilibili\.tv\./.test(v.text));
    }
    assert.deepEqual(await b.replica.calls(), [], 'nothing was asked');
  });

  it('holds two rows against each other, by the keyboard alone', async () => {
    const tab = await b.open('codecs');
    await tab.show();
    /** @param {string} button */
    const press = async (button) => {
      for (let i = 0; i < 60 && (await tab.view()).focus !== `button ${button}`; i++) await b.display.press('Tab');
      await tab.see(button, (v) => v.focus === `button ${button}`);
      await b.display.press('Return');
    };
    await press('2 backups for 4K AVC');
    await press('Compare 4K AVC');
    await tab.see('what to do next', (v) => v.status.startsWith('Now choose Compare at another row'));
    await press('2 backups for 4K AV1');
    await press('Compare 4K AV1');
    const view = await tab.see('the difference', (v) => /(AVC|AV1) is \d+% smaller at the same picture size\.|Both are about the same size\./.test(v.text));
    assert.match(view.text, /In this browser (doesn't play|plays smoothly|plays, but)/);
    assert.match(view.text, /Picture 3840×2160 · \S+ fps 3840×2160/);
    assert.equal(view.focus, 'button Done');
    await b.display.press('Escape');
    await tab.see('the row again', (v) => v.open && v.focus === 'button Compare 4K AV1');
  });

  it('shows the course details without asking for them anew, and the cover where the page lets it', async () => {
    await b.as('purchased');
    const tab = await b.open('purchased');
    await tab.show();
    await b.replica.clearLog();
    await tab.click('Course details');
    const view = await tab.see('the details', (v) => /Price 180 B币 · 券后90 B币/.test(v.text));
    assert.match(view.text, /从零开始，讲清楚每一步/);
    assert.match(view.text, /Coupon 【示例】5折优惠券, until 2030-12-31 23:59:59 \(China time\)/);
    assert.match(view.text, /Teacher 王小明 · 示例讲师/);
    await tab.click('常见问题');
    await tab.see('a question', (v) => /<b>能退款吗？<\/b> 虚拟内容，不支持退款。/.test(v.text));
    const [image] = await b.replica.waitFor({ host: 'archive.biliimg.com' });
    assert.equal(image?.referer, '', 'the image host is not told where');
    assert.deepEqual(image?.cookies, []);
    assert.deepEqual(await b.replica.calls({ host: 'api.bilibili.com' }), [], 'the listing had read them');
    /** @param {import('./lib/launch.js').Tab} of */
    const cover = (of) => b.driver.inPanel(of.page, (/** @type {ShadowRoot} */ root) => /** @type {HTMLImageElement | null} */ (root.querySelector('.cover'))?.naturalWidth ?? -1);
    await until('the cover', async () => await cover(tab) > 0);

    const strict = await b.open('strict-page');
    await strict.show();
    await strict.click('Course details');
    await strict.see('the details', (v) => /Teacher 王小明/.test(v.text));
    await until('the cover, or none', async () => await cover(strict) !== 0);
  });

  it("saves the lesson's danmaku as ASS and as XML, and says why not", async () => {
    if (b.name === 'chromium') {
      const cdp = await b.driver.browser.target().createCDPSession();
      await cdp.send('Browser.setDownloadBehavior', { behavior: 'allow', downloadPath: downloads });
    }
    await b.as('purchased');
    const tab = await b.open('purchased');
    await tab.show();
    await tab.click('Course details');
    for (const [format, content] of /** @type {const} */ ([['ASS', '\\c&H0000FF&}red\n'], ['XML', '<d p="0.60000,1,25,16711680,1584268892,0,a16fe0dd,2,10">red</d>\n']])) {
      const name = `01 - 第1讲：从第1个例子说起.${format.toLowerCase()}`;
      await tab.click(`Danmaku as ${format}`);
      await tab.see('that it is saved', (v) => v.status === `Saved ${name}. Comments: 5`);
      const text = await until(`the file ${name}`, () => readFile(`${downloads}/${name}`, 'utf8').catch(() => ''));
      assert.ok(text.includes(content), text);
      await rm(`${downloads}/${name}`);
    }
    const [asked] = await b.replica.calls({ path: '/x/v1/dm/list.so' });
    assert.deepEqual([asked?.query.oid, asked?.account, asked?.refused], ['26000700201', 'buyer', '']);

    const silent = await b.open('silent');
    await silent.show();
    await silent.click('Course details');
    await silent.click('Danmaku as XML');
    await silent.see('that there are none', (v) => v.status === 'This lesson has no danmaku.');
    await b.login('com', 'free');
    const locked = await b.open('purchased');
    await locked.show();
    await locked.click('Course details');
    await locked.click('Danmaku as XML');
    await locked.see('the reason', (v) => v.status.startsWith('Not purchased'));
  });
}, {
  prefs: {
    'browser.download.folderList': 2, 'browser.download.dir': downloads, 'browser.download.useDownloadDir': true,
    'browser.download.always_ask_before_handling_new_types': false, 'browser.download.alwaysOpenPanel': false, 'browser.download.manager.showWhenStarting': false,
  },
});
