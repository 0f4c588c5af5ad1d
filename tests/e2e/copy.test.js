// Copying: from the panel, by the right-click menu, by the keyboard command; read back from the real clipboard.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { it } from 'node:test';

import { inBrowsers } from './lib/launch.js';
import { chooseCopyBest, ourEntries, rightClick } from './lib/menu.js';
import { out } from './lib/paths.js';
import { until } from './lib/wait.js';

/** @typedef {import('./lib/launch.js').Session} Session */

const TOAST = /^Copied 1080P60 AVC: picture only, works until (?:\w+ \d+, )?\d\d:\d\d\. Plain link won't open alone: it needs the site's Referer\. It may work only from this IP address$/;
const FIRST = /^https:\/\/upos-sz-mirrorcos\.bilivideo\.com\/upgcxcode\/\S+-1-30116\.m4s\?\S+$/;

/**
 * What a POSIX shell makes of a copied command: the program's arguments. Nothing is run but a function of that name.
 *
 * @param {string} command
 * @param {string} program
 */
function argumentsOf(command, program) {
  const folder = mkdtempSync(`${out}/shell-`);
  try {
    const said = execFileSync('sh', ['-c', `${program}() { for a in "$@"; do printf '%s\\0' "$a"; done; }\n${command}`], { cwd: folder, encoding: 'utf8' });
    assert.deepEqual(readdirSync(folder), [], 'the command made files by itself');
    return said.split('\0').slice(0, -1);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

inBrowsers((b) => {
  /** Asks the replica for the first bytes of a copied address. @param {string} url @param {Record<string, string>} headers */
  const fetchStart = (url, headers) => b.replica.fetch(url, { 'Range': 'bytes=0-99', 'User-Agent': 'Player/1', ...headers });

  it('copies the address of a row, which then delivers with the Referer', async () => {
    await b.as('purchased');
    const tab = await b.open('purchased');
    await tab.show();
    const url = await tab.copy('Copy URL 1080P60 AVC');
    assert.match(url, FIRST);
    await tab.see('the outcome in the live region', (v) => TOAST.test(v.status));
    assert.deepEqual(await fetchStart(url, { Referer: 'https://www.bilibili.com/' }), { status: 206, length: 100 });
    assert.equal((await fetchStart(url, {})).status, 403, 'without a Referer the replica refuses');
    const sound = await tab.copy('Copy URL 192K AAC');
    assert.match(sound, /-1-30280\.m4s\?/);
    await tab.see('the outcome', (v) => v.status.startsWith('Copied 192K AAC: sound only'));
  });

  it('copies a backup by its own button under the disclosure', async () => {
    const tab = await b.open('free');
    await tab.show();
    const first = await tab.copy('Copy URL 1080P AVC');
    await tab.click('2 backups for 1080P AVC');
    const second = await tab.copy('Copy backup 1 1080P AVC');
    const third = await tab.copy('Copy backup 2 1080P AVC');
    assert.equal(new Set([first, second, third].map((u) => new URL(u).host)).size, 3, [first, second, third].join('\n'));
    for (const url of [second, third]) assert.equal((await fetchStart(url, { Referer: 'https://www.bilibili.com/' })).status, 206);
  });

  it('copies an mpv command with both inputs, headers and title', async () => {
    await b.as('purchased');
    const tab = await b.open('purchased');
    await tab.show();
    const args = argumentsOf(await tab.copy('Copy for mpv'), 'mpv');
    const all = args.join('\n');
    assert.match(all, /-1-30116\.m4s\?/);
    assert.match(all, /-1-30280\.m4s\?/);
    assert.match(all, /https:\/\/www\.bilibili\.com\//);
    assert.match(all, /Mozilla\/5\.0/);
    assert.match(all, /title=.*大国博弈|title=.*第1讲/);
    await tab.see('the outcome', (v) => v.status.startsWith('Copied 1080P60 AVC: mpv command'));
  });

  it("offers a row's curl command under its arrow, with the headers that the site wants", async () => {
    await b.login('com', null);
    const tab = await b.open('free');
    await tab.show();
    await tab.openCommand('1080P+ AVC');
    const view = await tab.see('the command', (v) => /curl .*https:\/\/upos/.test(v.text));
    const command = await tab.copy('Copy curl command');
    assert(view.text.replace(/\s+/g, ' ').includes(command.trim().slice(0, 40)), 'what is shown is what is copied');
    const args = argumentsOf(command, 'curl');
    const url = args.find((a) => a.startsWith('https://upos')) ?? '';
    const referer = args.map((a) => /https:\/\/www\.bilibili\.com\//.exec(a)?.[0]).find(Boolean) ?? '';
    assert.equal((await fetchStart(url, { Referer: referer })).status, 206, args.join('\n'));
  });

  it('quotes hostile titles so that a shell sees text', async () => {
    const tab = await b.open('hostile-titles');
    await tab.show();
    const args = argumentsOf(await tab.copy('Copy for mpv'), 'mpv');
    assert(args.length < 12 && args.some((a) => a.includes('$(touch owned)') || a.includes('touch owned')), args.join('\n'));
    await tab.openCommand('1080P AVC');
    await tab.see('the command', (v) => /curl .*https:\/\/upos/.test(v.text));
    const curl = argumentsOf(await tab.copy('Copy curl command'), 'curl');
    assert(curl.filter((a) => a.startsWith('-')).every((a) => !a.startsWith('-o /etc')), curl.join('\n'));
  });

  it('copies diagnostics that name calls and nobody', async () => {
    await b.as('purchased');
    const tab = await b.open('purchased');
    await tab.show();
    const links = [await tab.copy('Copy URL 1080P60 AVC')];
    await tab.see('the outcome, which takes room from the rows', (v) => v.status.startsWith('Copied 1080P60 AVC'));
    links.push(await tab.copy('Copy URL 192K AAC'));
    await tab.see('the outcome', (v) => v.status.startsWith('Copied 192K AAC'));
    const text = await tab.copy('Copy diagnostics');
    await tab.see('the outcome', (v) => v.status.startsWith('Copied: diagnostics'));
    assert.match(text, /^Streamlist \d+\.\d+\.\d+, go1\.\d+/);
    assert.match(text, /\nPage: com lesson\n/);
    for (const path of ['/pugv/player/web/playurl', '/pugv/view/web/season']) {
      assert.match(text, new RegExp(`^\\d+; https://api\\.bilibili\\.com${path}; 200; \\d+; \\d+; ok$`, 'm'));
    }
    // Whatever could name the account, the lesson, the network, or open a stream. The agent's own numbers are no such thing.
    const calls = text.split('\n').slice(2).join('\n');
    const asked = await b.replica.log();
    const secrets = [
      ...asked.flatMap((r) => Object.values(r.query)), tab.page.url(), ...(await b.driver.browser.cookies()).map((c) => c.value),
      ...links.flatMap((link) => [new URL(link).host, ...new URL(link).pathname.split('/'), ...new URL(link).searchParams.values()]),
    ].filter((secret) => secret.length > 4);
    assert(secrets.includes('11000001'), 'the account is known to the test');
    assert.deepEqual(secrets.filter((secret) => calls.includes(secret)), []);
    assert.doesNotMatch(calls, /[?=&]|\d+\.\d+\.\d+\.\d+|upsig|mid|deadline|bilivideo/);
  });

  it('copies the best by the menu of the page, panel closed and background asleep', async () => {
    await b.as('purchased');
    const tab = await b.open('purchased');
    await b.driver.stopBackground();
    const url = await b.copied(() => chooseCopyBest(tab, '.course-title', 'page'));
    assert.match(url, FIRST);
    const view = await tab.see('the toast', (v) => TOAST.test(v.toast));
    assert.equal(view.open, false, 'the panel stays closed');
    const args = argumentsOf(await tab.copy('Copy for mpv'), 'mpv');
    assert(args.some((a) => /-1-30116\.m4s\?/.test(a)) && args.some((a) => /-1-30280\.m4s\?/.test(a)), args.join('\n'));
    await tab.see('the toast', (v) => v.toast.startsWith('Copied 1080P60 AVC: mpv command, works until'));
  });

  it("copies the best by the menu of the video, after the player's own", async () => {
    await b.as('purchased');
    const tab = await b.open('purchased');
    await rightClick(tab, 'video');
    await tab.page.waitForSelector('.bpx-player-contextmenu:not([hidden])');
    const url = await b.copied(() => chooseCopyBest(tab, 'video', 'video'));
    assert.match(url, FIRST);
    await tab.see('the toast', (v) => TOAST.test(v.toast));
  });

  it('copies the best of a link to a lesson, on whatever page of the site', async () => {
    const tab = await b.open('https://www.bilibili.com/cheese/');
    const { url: lesson } = await b.replica.scenario('codecs');
    const url = await b.copied(() => chooseCopyBest(tab, `a[href="${new URL(lesson).pathname}"]`, 'link'));
    assert.match(url, /\/26000700301-1-\d+\.m4s\?/);
    await tab.see('the toast', (v) => v.toast.startsWith('Copied 4K AVC: picture only'));
  });

  it('copies the best of a link to an upload', async () => {
    await b.login('tv', null);
    const tab = await b.open('https://www.bilibili.tv/en');
    const { url: upload } = await b.replica.scenario('tv-upload');
    const url = await b.copied(() => chooseCopyBest(tab, `a[href="${new URL(upload).pathname}"]`, 'link'));
    assert.match(url, /\/iupxcodeboss\//);
    assert.equal((await fetchStart(url, { Referer: 'https://www.bilibili.tv/' })).status, 206);
  });

  it('has one item on a video that lies in a link: the link\'s', async () => {
    await b.login('com', null);
    const tab = await b.open('free');
    const { url: lesson } = await b.replica.scenario('codecs');
    // As previews do that play when the pointer rests on their card.
    await tab.evaluate(`{
      const card = document.createElement('a');
      card.href = ${JSON.stringify(lesson)};
      card.className = 'card';
      card.append(document.querySelector('video').cloneNode());
      document.querySelector('main').prepend(card);
    }`);
    const card = '.card video';
    // The program's pointer may be faster than the item's change, which a hand is not: from a submenu nothing is copied, and
    // it tries again.
    const choose = (/** @type {string} */ selector, /** @type {'link' | 'video'} */ context) => until(`our item on ${selector}`,
      () => b.copied(() => chooseCopyBest(tab, selector, context), 4000).catch(async (error) => {
        await b.display.press('Escape', 'Escape');
        throw error;
      }), { limit: 12_000 });
    assert.match(await choose(card, 'link'), /\/26000700301-1-\d+\.m4s\?/);
    await tab.see('the toast', (v) => v.toast.startsWith('Copied 4K AVC'));

    await tab.evaluate(`document.querySelector('.card').remove()`);
    await rightClick(tab, 'video'); // the first time the player's own menu comes
    await tab.page.waitForSelector('.bpx-player-contextmenu:not([hidden])');
    assert.match(await choose('video', 'video'), /-1-30112\.m4s\?/, 'the page has its own again');
  });

  if (b.name === 'firefox') {
    it('has one item or none in every menu', async () => {
      const lesson = await b.open('purchased');
      assert.deepEqual(await ourEntries(lesson, '.course-title'), ['Copy best stream URL']);
      assert.deepEqual(await ourEntries(lesson, '.recommend a'), ['Copy best stream URL'], 'a link on a lesson');
      const hub = await b.open('https://www.bilibili.com/cheese/');
      assert.deepEqual(await ourEntries(hub, 'h1'), [], 'a page without streams');
      assert.deepEqual(await ourEntries(hub, 'a[href="/v/cheese/mine"]'), [], 'a link to such a page');
      const other = await b.open('https://www.bilibili.com/video/BV1xx411c7mD/');
      assert.deepEqual(await ourEntries(other, 'h1'), [], 'a video that is no course');
    });
  }

  it('copies the best by the keyboard command', async () => {
    await b.as('purchased');
    const tab = await b.open('purchased');
    const url = await b.copied(() => b.command('copy-best'));
    assert.match(url, FIRST);
    await tab.see('the toast', (v) => TOAST.test(v.toast));
  });

  it('says in the toast why nothing was copied', async () => {
    await b.as('purchased-by-others');
    const tab = await b.open('purchased-by-others');
    await b.display.setClipboard('mine');
    await b.command('copy-best');
    await tab.see('the toast', (v) => v.toast.startsWith('Not purchased'));
    assert.equal(await b.clipboard(), 'mine');
  });

  it('asks for fresh addresses when the old ones are about to end', async () => {
    await b.login('com', null);
    // Addresses that have ended at once, as after a night with the page open.
    await b.replica.knobs({ linkSeconds: -60 });
    const tab = await b.open('free');
    await tab.show();
    await b.replica.knobs({ linkSeconds: 7200 });
    const url = await tab.copy('Copy URL 1080P+ AVC');
    assert.equal((await fetchStart(url, { Referer: 'https://www.bilibili.com/' })).status, 206);
  });
});
