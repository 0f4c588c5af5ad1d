// Downloads through the end of everything that carries them: the tab, its process, the browser.
import assert from 'node:assert/strict';
import { it } from 'node:test';

import { alone, card, cards, downloadsPage, film, filesIn, isFilm, orders, press, said, working } from './lib/downloads.js';
import { inBrowsers } from './lib/launch.js';
import { until } from './lib/wait.js';

inBrowsers((b) => {
  const { order, downloading } = orders(b);
  const SLOW = { match: '.m4s', bytesPerSecond: 400_000 };

  /** What was fetched of media since the log was cleared, in bytes. */
  const fetched = async () => (await b.replica.log()).filter((r) => r.path.endsWith('.m4s')).reduce((sum, r) => sum + r.bytes, 0);

  const FAST = { match: '.m4s', bytesPerSecond: 50_000_000 };

  /** Waits until nobody fetches media any more, and counts what is fetched from here on. */
  async function idle() {
    await until('the connections to end', async () => (await b.replica.log()).every((r) => r.done));
    await b.replica.clearLog();
  }

  /** How much of the first download a page says is on disk, in percent. @param {import('puppeteer-core').Page} page */
  const percent = async (page) => (await cards(page))[0]?.percent ?? 0;

  /** What doesn't change of the cards. @param {import('puppeteer-core').Page} page */
  const list = async (page) => (await cards(page)).map(({ name, about, state, buttons }) => ({ name, about, state, buttons }));

  downloading('keeps on the list what is complete when the page is opened again, shows its file, and forgets what is cleared', async () => {
    await order('free', 'Download 1080P AVC', 'Download 132K AAC');
    let page = await downloadsPage(b);
    await card(page, 'both to end', (_, all) => all.length === 2 && all.every((c) => /^Complete/.test(c.state)));
    const before = await list(page);
    assert.deepEqual(before.map((c) => c.buttons.filter((name) => name !== 'Details')), Array(2).fill(['Save again', 'Show in folder', 'Clear']));
    await page.close();

    page = await b.driver.openExtensionPage('downloads/downloads.html?again');
    await working(page);
    assert.deepEqual(await list(page), before);
    const kept = /** @type {Record<string, string>} */ (await page.evaluate('chrome.storage.local.get("downloaded")'));
    assert.doesNotMatch(kept.downloaded ?? '', /upsig|bilivideo|akamaized|mid=/, 'no address of a stream is kept');
    await page.evaluate(() => {
      const { downloads } = /** @type {any} */ (globalThis).browser ?? chrome;
      downloads.show = (/** @type {number} */ id) => Object.assign(window, { shown: id }); // there is no file manager here
    });
    await press(page, 'AAC', 'Show in folder');
    const [item] = /** @type {any[]} */ (await until('the folder', () => page.evaluate('window.shown && chrome.downloads.search({ id: window.shown })')));
    assert.match(item.filename, /\.m4a$/);

    await press(page, 'AAC', 'Clear');
    await until('one card left', async () => (await cards(page)).length === 1);
    await page.close();
    page = await b.driver.openExtensionPage('downloads/downloads.html?third');
    await working(page);
    assert.deepEqual(await list(page), before.filter((c) => !c.name.includes('AAC]')));

    // Its bytes are gone from the browser's disk, so that it is fetched once more.
    assert.equal(filesIn(b.downloads).length, 2);
    await b.replica.clearLog();
    await press(page, 'AVC', 'Save again');
    await until('a second copy', () => filesIn(b.downloads).length === 3);
    await card(page, 'it to end', (c) => /^Complete/.test(c.state));
    assert.ok(await fetched() > 100_000);
    const copies = filesIn(b.downloads).filter((name) => name.endsWith('.mp4'));
    const from = await film(b, 'AVC', 'free', 'AAC');
    for (const name of copies) isFilm(`${b.downloads}/${name}`, from);
  });

  downloading('goes on when its tab is closed in the middle, and when the process behind it is killed', async () => {
    await b.replica.knobs(SLOW);
    await order('long', 'Download 1080P AV1');
    let page = await downloadsPage(b);
    await card(page, 'a part', (c) => c.percent > 8);
    await page.close();
    const opened = await b.driver.openExtensionPage('downloads/downloads.html?opened');
    page = opened;
    const there = await card(page, 'it to go on where it was', (c) => c.percent >= 8 && /Pause/.test(c.buttons.join()));
    await card(page, 'more', (c) => c.percent > there.percent + 5);
    const before = await percent(page);
    const { id } = /** @type {{id: number}} */ (await page.evaluate('chrome.tabs.getCurrent()'));
    await b.driver.crash(page);
    await idle();
    await b.replica.knobs(FAST);
    page = await b.driver.openExtensionPage('downloads/downloads.html?after');
    await page.evaluate((crashed) => chrome.tabs.remove(crashed), id);
    await card(page, 'it to end', (c) => /^Complete, 5:00/.test(c.state), 60_000);
    const all = await fetched();
    await alone(page);
    const from = await film(b, 'AV1');
    const whole = [...from.values()].reduce((sum, file) => sum + file.length, 0);
    assert.ok(all < whole * (1 - before / 200), `${all} of ${whole} bytes came again, ${before} % were there`);
    const [name = '', ...more] = filesIn(b.downloads);
    assert.deepEqual(more, []);
    isFilm(`${b.downloads}/${name}`, from);
  });

  downloading('goes on when the browser is killed in the middle and started again', async () => {
    await order('free', 'Download 132K AAC');
    let page = await downloadsPage(b);
    await card(page, 'a first one', (c) => /^Complete/.test(c.state));
    await b.replica.knobs(SLOW);
    await order('long', 'Download 1080P AV1', 'Download 1080P HEVC');
    await card(page, 'the second', (c) => c.about.includes('HEVC'));
    await press(page, 'HEVC', 'Pause');
    const half = await card(page, 'a good part', (c) => c.about.includes('1080P AV1') && c.percent > 25);
    await b.restart();
    await idle();

    page = await b.driver.openExtensionPage('downloads/downloads.html');
    await working(page);
    const seen = await cards(page);
    assert.deepEqual(seen.map((c) => /(1080P|132K) \w+/.exec(c.about)?.[0]), ['1080P AV1', '1080P HEVC', '132K AAC'], 'all are on the list');
    assert.equal(seen[1]?.state, 'Paused.');
    await b.replica.knobs(FAST);
    await card(page, 'it to end', (c) => /AV1/.test(c.name) && /^Complete, 5:00/.test(c.state), 60_000);
    const all = await fetched();
    const from = await film(b, 'AV1');
    const whole = [...from.values()].reduce((sum, file) => sum + file.length, 0);
    assert.ok(all < whole * (1 - half.percent / 200), `${all} of ${whole} bytes came again, ${half.percent} % were there`);
    isFilm(`${b.downloads}/${filesIn(b.downloads).find((name) => name.includes('1080P AV1')) ?? ''}`, from);

    // A browser that starts may number its downloads anew, so that the first one's number is another's by now.
    await page.evaluate(() => {
      const { downloads } = /** @type {any} */ (globalThis).browser ?? chrome;
      Object.assign(downloads, { show: (/** @type {number} */ id) => Object.assign(window, { shown: id }), showDefaultFolder: () => Object.assign(window, { shown: 'folder' }) });
    });
    await press(page, 'AAC', 'Show in folder');
    const shown = await until('the file or the folder', () => page.evaluate('window.shown'));
    if (shown === 'folder') await said(page, 'Its downloads folder is shown instead.');
    else assert.match((/** @type {any[]} */ (await page.evaluate(`chrome.downloads.search({ id: ${shown} })`)))[0].filename, /\.m4a$/);
  });

  downloading('asks before its tab is closed while it is at work, and not else', async () => {
    await b.replica.knobs(SLOW);
    await order('long', 'Download 1080P AV1');
    const page = await downloadsPage(b);
    await card(page, 'a part', (c) => c.percent > 1);
    let asked = 0;
    page.on('dialog', (dialog) => {
      if (dialog.type() === 'beforeunload') asked++;
      void dialog.dismiss(); // stays
    });
    const closeByHand = async () => {
      await page.bringToFront();
      await b.display.click(680, 700); // on nothing: browsers ask only where a person has done something
      await until('the click to count', () => page.evaluate(() => navigator.userActivation.hasBeenActive));
      await b.display.press('ctrl+w');
    };
    await closeByHand();
    await until('the question', () => asked === 1);
    const there = await card(page, 'it to be there', (c) => c.percent > 1);
    await card(page, 'it to go on', (c) => c.percent > there.percent);
    await press(page, 'AV1', 'Pause');
    await card(page, 'the pause', (c) => /^Paused\./.test(c.state));
    await closeByHand();
    await until('the tab to close', () => page.evaluate(() => false).catch(() => true));
    assert.equal(asked, 1);
  });
  // The driver would have Firefox never ask.
}, { lasting: true, prefs: { 'dom.disable_beforeunload': false } });
