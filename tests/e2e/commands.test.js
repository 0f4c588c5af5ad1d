// `Copy as…`: each command that is copied for a POSIX shell is run by its program, against the replica.
import assert from 'node:assert/strict';
import { readFileSync, rmSync, statSync } from 'node:fs';
import { it } from 'node:test';

import { consume, extracts, streamsOf } from './lib/consumer.js';
import { filesIn } from './lib/downloads.js';
import { inBrowsers } from './lib/launch.js';
import { chooseCopyBest } from './lib/menu.js';
import { until } from './lib/wait.js';

const MPV = 'mpv command', FFMPEG = 'ffmpeg command, for one file', CURL = 'curl command', WGET = 'wget command', ARIA2C = 'aria2c command', YTDLP = 'yt-dlp command, for the page';

inBrowsers((b) => {
  /** Opens a scenario with its account. @param {string} name */
  async function listed(name) {
    await b.as(name);
    const tab = await b.open(name);
    await tab.show();
    return tab;
  }

  /** @param {import('./lib/launch.js').Tab} tab @param {string} format */
  async function copyAs(tab, format) {
    await tab.click('Copy as…');
    return tab.copy(format);
  }

  /** What the media hosts were asked, since the log was cleared. */
  const media = async () => (await b.replica.log({ known: 1 })).filter((r) => /bilivideo|akamaized/.test(r.host));

  /**
   * Runs a command, which must end well, and checks that the media hosts refused nothing.
   *
   * @param {string} command @param {RegExp[]} inputs what is fetched, by part of the path
   * @param {(folder: string, files: Record<string, number>) => void} look
   * @param {string[]} [ytdlp]
   */
  async function runs(command, inputs, look, ytdlp) {
    await b.replica.clearLog();
    await consume(command, b.replica.address, (folder, { code, said, files }) => {
      assert.equal(code, 0, `${command}\n${said.slice(-3000)}`);
      look(folder, files);
    }, ytdlp);
    const asked = await media();
    for (const input of inputs) assert(asked.some((r) => input.test(r.path)), `${input} was not fetched by ${command}`);
    for (const r of asked) assert.deepEqual([r.refused, r.cookies], ['', []], `${r.path}: ${r.status}`);
  }

  const nothing = (/** @type {string} */ _, /** @type {Record<string, number>} */ files) => assert.deepEqual(files, {});
  const PICTURE = /-1-30116\.m4s$/, SOUND = /-1-30280\.m4s$/;

  it('mpv plays, ffmpeg makes one file, curl, wget and aria2c save a lesson of DASH', async () => {
    const tab = await listed('purchased');
    await runs(await tab.copy('Copy for mpv'), [PICTURE, SOUND], nothing);
    await runs(await copyAs(tab, MPV), [PICTURE, SOUND], nothing);
    await runs(await copyAs(tab, FFMPEG), [PICTURE, SOUND], (folder, files) => {
      const [name = ''] = Object.keys(files);
      assert.match(name, /^01 - .*\[1080P60 AVC\]\.mp4$/);
      assert.deepEqual([Object.keys(files).length, ...streamsOf(`${folder}/${name}`)], [1, 'video h264', 'audio aac']);
    });
    /** @type {Record<string, number>[]} */
    const saved = [];
    for (const format of [CURL, ARIA2C, WGET]) {
      await runs(await copyAs(tab, format), [PICTURE], (folder, files) => {
        saved.push(files);
        assert.deepEqual(streamsOf(`${folder}/${Object.keys(files)[0]}`), ['video h264']);
      });
    }
    assert.deepEqual(saved, [saved[0], saved[0], saved[0]], 'the same file by the same name');
    await tab.click('Copy as…');
    await tab.see('the last choice first', (v) => v.buttons.filter((name) => name.endsWith(' command') || name.startsWith('ffmpeg'))[0] === WGET);
  });

  it("aria2c reads the input file that is saved, mpv the playlist, and anything the JSON", async () => {
    const tab = await listed('purchased');
    /** Saves a text by the menu. @param {string} format @param {string} ending */
    const save = async (format, ending) => {
      await tab.click('Copy as…');
      await tab.click(`${format}, to save`);
      await tab.see('that it is saved', (v) => v.status.startsWith(`Saved 1080P60 AVC: ${format}, works until `));
      return until(`a file ${ending}`, () => {
        const path = filesIn(b.downloads).filter((name) => name.endsWith(ending)).map((name) => `${b.downloads}/${name}`)[0];
        return path && statSync(path).size > 0 ? path : null;
      });
    };
    try {
      const input = await save('aria2 input file', '.aria2.txt');
      await runs(`aria2c --input-file='${input}'`, [PICTURE, SOUND], (folder, files) => {
        const names = filesIn(folder);
        assert.deepEqual([names.length, Object.keys(files).length], [2, 1], `a folder for the course: ${names}`);
        assert.deepEqual(names.map((name) => streamsOf(`${folder}/${name}`)).sort(), [['audio aac'], ['video h264']]);
      });
      const playlist = await save('mpv playlist', '.m3u8');
      const command = readFileSync(playlist, 'utf8').split('\n')[1]?.slice(2) ?? '';
      assert.match(command, /^mpv /);
      await runs(`cp '${playlist}' . && ${command}`, [PICTURE, SOUND], () => {});
      const held = JSON.parse(await copyAs(tab, 'Everything, as JSON'));
      assert.deepEqual([held.streamlist, held.site, held.lessons.length], [1, 'www.bilibili.com', 1]);
      const { referer, streams } = { referer: held.headers.Referer, streams: held.lessons[0].streams };
      assert.deepEqual(streams.map((/** @type {any} */ s) => [s.kind, s.name, s.codec]), [['video', '1080P60', 'AVC'], ['audio', '192K', 'AAC']]);
      for (const s of streams) assert.equal((await b.replica.fetch(s.segments[0].urls[0], { 'Range': 'bytes=0-99', 'Referer': referer, 'User-Agent': 'Player/1' })).status, 206);
    } finally {
      for (const name of filesIn(b.downloads)) rmSync(`${b.downloads}/${name}`);
    }
  });

  it('mpv plays and curl and wget save the segments of an old film, which ffmpeg is not asked to join', async () => {
    const tab = await listed('flv');
    const segments = [1, 2, 3].map((n) => new RegExp(`-1-7${n}080\\.flv$`));
    await runs(await copyAs(tab, MPV), segments, nothing);
    for (const format of [CURL, WGET]) {
      await runs(await copyAs(tab, format), segments, (folder, files) => {
        const names = Object.keys(files).sort();
        assert.deepEqual(names.map((name) => /part \d\.flv$/.exec(name)?.[0]), ['part 1.flv', 'part 2.flv', 'part 3.flv']);
        for (const name of names) assert(streamsOf(`${folder}/${name}`).length > 0, name);
      });
    }
    await b.display.setClipboard('mine');
    await tab.click('Copy as…');
    await tab.click(FFMPEG);
    await tab.see('the reason', (v) => v.status.startsWith('Not copied: This video comes in several parts'));
    assert.equal(await b.clipboard(), 'mine');
  });

  it('hostile titles become the name of one file', async () => {
    const tab = await listed('hostile-titles');
    for (const format of [FFMPEG, CURL, WGET]) {
      await runs(await copyAs(tab, format), [], (_, files) => {
        const [name = '', ...more] = Object.keys(files);
        assert.deepEqual(more, []);
        assert.match(name, /^[^-.~/\\][^/\\<>:"|?*\p{Cc}]* \[1080P AVC\]\.mp4$/u);
      });
    }
    await runs(await copyAs(tab, MPV), [], nothing);
  });

  it('sound that MP4 does not take goes into Matroska', async () => {
    const tab = await listed('hires');
    await runs(await copyAs(tab, FFMPEG), [], (folder, files) => {
      const [name = ''] = Object.keys(files);
      const streams = streamsOf(`${folder}/${name}`);
      assert.deepEqual([streams.length, name.endsWith(streams.includes('audio flac') ? '.mkv' : '.mp4')], [2, true], `${name}: ${streams}`);
    });
  });

  it('mpv and ffmpeg get an episode of bilibili.tv', async () => {
    const tab = await listed('tv-codecs');
    await runs(await copyAs(tab, MPV), [/^\/iupxcodeboss\//], nothing);
    await runs(await copyAs(tab, FFMPEG), [/^\/iupxcodeboss\//], (folder, files) => {
      assert.equal(streamsOf(`${folder}/${Object.keys(files)[0]}`).length, 2);
    });
  });

  it('yt-dlp gets an episode of bilibili.tv by its page, without cookies where nobody is logged in', async (t) => {
    if (!extracts('BiliIntl')) return t.skip('this yt-dlp does not know bilibili.tv');
    const tab = await listed('tv-anonymous');
    const command = await copyAs(tab, YTDLP);
    assert.doesNotMatch(command, /cookies/);
    // It asks for more than we do: where the opening ends, and what the page tells search engines.
    await b.replica.knobs({ match: '/v2/ogv/play/episode?', status: 200, contentType: 'application/json', body: '{"code":0,"data":{}}' });
    const told = { '@context': 'https://schema.org', '@type': 'VideoObject', 'name': 'An episode' };
    await b.replica.knobs({ match: 'www.bilibili.tv/en/play/', status: 200, contentType: 'text/html', body: `<script type="application/ld+json">${JSON.stringify(told)}</script>` });
    await runs(command, [/^\/iupxcodeboss\//], (folder, files) => {
      const [name = '', ...more] = Object.keys(files);
      assert.deepEqual([more, streamsOf(`${folder}/${name}`).length], [[], 2], name);
    });
  });

  it('yt-dlp gets a lesson by its page', async (t) => {
    if (!extracts('BilibiliCheese')) return t.skip("this yt-dlp (Debian's of 2023) does not know courses");
    const tab = await listed('free');
    await runs(await copyAs(tab, YTDLP), [/^\/upgcxcode\//], (folder, files) => {
      assert.equal(streamsOf(`${folder}/${Object.keys(files)[0]}`).length, 2);
    });
  });

  it('writes for PowerShell and cmd once they are chosen, and remembers it', async () => {
    let tab = await listed('purchased');
    for (const [shell, begins] of /** @type {const} */ ([['PowerShell', /^curl\.exe -g /], ['cmd', /^curl -g .* --output "01 - [\w .()[\]-]+\.mp4" "https:\/\/[^"]+"$/]])) {
      await tab.click('Copy as…');
      await tab.click(shell);
      assert.match(await tab.copy(CURL), begins);
    }
    tab = await b.open('purchased');
    await tab.show();
    assert.match(await tab.copy('Copy for mpv'), /^mpv "--referrer=/);
    await tab.click('Copy as…');
    await tab.click('bash / zsh');
    assert.match(await tab.copy(CURL), /^curl -g .*'$/);
  });

  it('writes what is best for the shell that was chosen too, where no panel was opened', async () => {
    const sync = async (/** @type {string} */ change) => {
      const page = await b.driver.openExtensionPage('elsewhere/elsewhere.html');
      await page.evaluate(`chrome.storage.sync.${change}`);
      await page.close();
    };
    await sync(`set({ options: { copy: 'mpv' } })`);
    const chosen = await listed('purchased');
    const POSIX = /^mpv '--referrer=https:\/\/www\.bilibili\.com\/' /, CMD = /^mpv "--referrer=https:\/\/www\.bilibili\.com\/" /;
    for (const [shell, begins] of /** @type {const} */ ([['bash / zsh', POSIX], ['cmd', CMD]])) {
      await chosen.page.bringToFront();
      await chosen.click('Copy as…');
      await chosen.click(shell);
      await chosen.press('Escape'); // the menu
      const tab = await b.open('purchased');
      assert.match(await b.copied(() => b.command('copy-best')), begins, 'by the keyboard');
      await tab.see('the toast', (v) => v.toast.startsWith('Copied 1080P60 AVC: mpv command'));
      assert.match(await b.copied(() => chooseCopyBest(tab, '.course-title', 'page')), begins, 'by the menu');
    }
    await sync('clear()');
    const tab = await b.open('purchased');
    assert.match(await b.copied(() => b.command('copy-best')), /^https:\/\/\S+$/);
    assert.match(await tab.copy('Copy for mpv'), CMD, 'by the button of the toast');
  });
});
