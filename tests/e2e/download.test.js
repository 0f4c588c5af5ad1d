// Download: from the click in the panel to the file in the browser's download folder.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { it } from 'node:test';

import { streamsOf } from './lib/consumer.js';
import { card, cards, comesFrom, downloadsPage, filesIn, inFolder, orders, packets, press, said, sources } from './lib/downloads.js';
import { icon } from './lib/icon.js';
import { inBrowsers } from './lib/launch.js';
import { until } from './lib/wait.js';

/** What each browser saved, to be held against the other's. @type {Map<string, Buffer>} */
const saved = new Map();

inBrowsers((b) => {
  const { order, downloading } = orders(b);

  downloading('saves a video with its sound as one MP4, every packet as the site has it', async () => {
    const tab = await order('free', 'Download 1080P AVC');
    assert.equal((await tab.view()).status, 'Downloading 1080P AVC with 192K AAC, as one MP4');
    const page = await downloadsPage(b);
    const done = await card(page, 'the download to end', (c) => /^Complete/.test(c.state));
    assert.deepEqual({ ...done, about: '' }, {
      name: '01 - 第1讲：从第1个例子说起 [1080P AVC].mp4', about: '', state: 'Complete, 0:03', percent: done.percent, buttons: done.buttons,
    });
    assert.match(done.about, /^【示例课程】free · 1080P AVC \+ 192K AAC · \d+ kB in \d+ sec$/);
    const names = filesIn(b.downloads);
    assert.deepEqual(names, ['【示例课程】free/01 - 第1讲：从第1个例子说起 [1080P AVC].mp4']);
    const file = `${b.downloads}/${names[0]}`;
    assert.deepEqual(streamsOf(file), ['video h264', 'audio aac']);
    comesFrom(file, await sources(b), { v: '30080', a: '30280' });
    await said(page, 'Complete, 0:03');
    saved.set(b.name, readFileSync(file));
    await b.screenshot(`download-${b.name}`);
  });

  it('is the same file, byte for byte, in both browsers', (t) => {
    if (saved.size < 2) return t.skip('only one has run yet');
    const [one, other] = [...saved.values()];
    assert.ok(one && other && one.equals(other));
  });

  downloading('saves a sound by itself, and joins the sound that was chosen', async () => {
    const tab = await order('hires', 'Download 132K AAC');
    assert.equal((await tab.view()).status, 'Downloading 132K AAC as M4A');
    await b.driver.inPanel(tab.page, (/** @type {ShadowRoot} */ root) => {
      const select = /** @type {HTMLSelectElement} */ (root.querySelector('select'));
      select.value = [...select.options].find((option) => option.text === 'Hi-Res FLAC')?.value ?? '';
      select.dispatchEvent(new Event('change'));
    });
    await tab.page.bringToFront();
    await tab.click('Download best');
    await tab.see('the sound', (v) => v.status === 'Downloading 1080P AVC with Hi-Res FLAC, as one MP4');
    const page = await downloadsPage(b);
    await card(page, 'both to end', (_, all) => all.length === 2 && all.every((c) => /^Complete/.test(c.state)));
    const [sound, film] = filesIn(b.downloads).sort((a) => a.endsWith('.m4a') ? -1 : 1).map((name) => `${b.downloads}/${name}`);
    assert.deepEqual([streamsOf(sound ?? ''), streamsOf(film ?? '')], [['audio aac'], ['video h264', 'audio flac']]);
    const from = await sources(b);
    comesFrom(sound ?? '', from, { a: '30232' });
    comesFrom(film ?? '', from, { v: '30080', a: '30251' });
  });

  downloading('joins MP4 parts to one file', async () => {
    const tab = await order('mp4-parts', 'Download 720P AVC');
    assert.equal((await tab.view()).status, 'Downloading 720P AVC: picture and sound in one file');
    const page = await downloadsPage(b);
    await card(page, 'the joined file', (c) => /^Complete/.test(c.state));
    const [name = ''] = filesIn(b.downloads);
    assert.match(name, /\.mp4$/);
    assert.equal(filesIn(b.downloads).length, 1);
    const parts = await sources(b);
    assert.equal(parts.size, 3);
    inFolder((folder) => {
      for (const kind of /** @type {const} */ (['v', 'a'])) {
        const theirs = [...parts].sort().flatMap(([number, bytes]) => {
          writeFileSync(`${folder}/${number}`, bytes);
          return packets(`${folder}/${number}`, kind, false);
        });
        assert.deepEqual(packets(`${b.downloads}/${name}`, kind, false), theirs);
      }
    });
  });

  downloading('keeps FLV parts apart and says so', async () => {
    const flv = await order('flv', 'Download best');
    assert.match((await flv.view()).status, /^Downloading 1080P \w+: its FLV parts are saved as separate files \(3\)$/);
    const page = await downloadsPage(b);
    const done = await card(page, 'the parts', (c) => /^Complete/.test(c.state));
    assert.match(done.about, /3 files/);
    const files = filesIn(b.downloads);
    assert.equal(files.length, 3, files.join());
    const from = [...(await sources(b)).values()];
    for (const file of files) assert.ok(from.some((bytes) => bytes.equals(readFileSync(`${b.downloads}/${file}`))), `${file} is one of the parts`);
  });

  downloading('says of a preview how long it is, before and after', async () => {
    const tab = await b.open('preview');
    const view = await tab.show();
    assert.match(view.text, /preview: \d+:\d\d of \d+:\d\d/);
    await tab.click('Download best');
    await tab.see('how much it is', (v) => /\(preview: \d+:\d\d of \d+:\d\d\)$/.test(v.status));
    const page = await downloadsPage(b);
    await card(page, 'the download to end', (c) => /^Complete/.test(c.state));
    await press(page, '', 'Details');
    await until('the remark', () => page.evaluate(() => /A preview: \d+:\d\d of \d+:\d\d\./.test(document.body.innerText)));
  });

  downloading('pauses, goes on, is seen by a second tab that takes over, and leaves nothing when it is cancelled', async () => {
    await b.replica.knobs({ match: '.m4s', bytesPerSecond: 400_000 });
    const tab = await order('long', 'Download 1080P AVC', 'Download 1080P HEVC');
    const mark = await icon(b);
    let page = await downloadsPage(b);
    await card(page, 'it to come in', (c) => c.percent > 3 && /Pause/.test(c.buttons.join()));
    await card(page, 'the second to wait', (c) => c.state === 'Waiting');
    assert.equal(await page.evaluate('chrome.action.getBadgeText({})'), '1');
    await mark.says(tab, '1'); // not its page's quality
    await page.bringToFront();
    await b.screenshot(`downloads-${b.name}`);
    await press(page, 'AVC', 'Pause');
    const paused = await card(page, 'the pause', (c) => /^Paused\. .+ kept\.$/.test(c.state));
    await card(page, 'the second to begin', (c) => /HEVC/.test(c.name) && c.percent > 0);

    const second = await b.driver.openExtensionPage('downloads/downloads.html?second');
    await until('the second tab to watch', () => second.evaluate(() => document.getElementById('watching')?.hidden === false));
    await card(second, 'the same cards', (c) => c.state === paused.state);
    await press(second, 'HEVC', 'Cancel');
    await until('one card left', async () => (await cards(page)).length === 1 && (await cards(second)).length === 1);
    await page.close();
    page = second;
    await until('the second tab to take over', () => page.evaluate(() => document.getElementById('watching')?.hidden));
    const kept = await card(page, 'what is on disk', (c) => /^Paused\. .+ kept\.$/.test(c.state));
    assert.equal(kept.state, paused.state);
    await b.replica.reset();
    await press(page, 'AVC', 'Resume');
    await card(page, 'it to end', (c) => /^Complete, 5:00/.test(c.state), 60_000);
    const [name = ''] = filesIn(b.downloads);
    assert.deepEqual(filesIn(b.downloads).length, 1);
    const from = await sources(b);
    comesFrom(`${b.downloads}/${name}`, from, { v: '35080', a: [...from.keys()].find((number) => /^35[23]/.test(number)) });
    assert.equal(await page.evaluate('chrome.action.getBadgeText({})'), '');
    await mark.says(tab, b.name === 'firefox' ? 'HD' : '1080');
    await mark.close();
  });

  it('is not to be had in a private window, and says what is', async () => {
    const tab = await b.open('free', 'private');
    await tab.pressIcon();
    await tab.listing();
    await tab.click('Download best');
    const { status } = await tab.see('why not', (v) => v.status.startsWith('Not downloaded'));
    assert.equal(status, 'Not downloaded: Downloads are not available in private windows. Use Copy as…');
    assert.deepEqual(filesIn(b.downloads), []);
  });
});
