// Subtitles: listed in the panel, saved and copied from there, and saved beside a downloaded video.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { it } from 'node:test';

import { streamsOf } from './lib/consumer.js';
import { card, clearDownloads, downloadsPage, filesIn, press } from './lib/downloads.js';
import { inBrowsers } from './lib/launch.js';
import { until } from './lib/wait.js';

const LIST = '/intl/gateway/web/v2/subtitle';
const HOSTS = ['s.bstarstatic.com', 'p.bstarstatic.com', 'aisubtitle.hdslb.com', 'i0.hdslb.com'];

/** What the replica's files become as SRT. @param {string} language */
const srt = (language) => `1\n00:00:00,200 --> 00:00:01,400\n${language}\nin two lines\n\n2\n00:00:01,000 --> 00:00:02,200\nsecond, over the first\n\n3\n00:00:02,200 --> 00:00:02,400\n\n\n`;

/** What ffmpeg shows of a file; it must have nothing to complain of. @param {string} file */
function read(file) {
  const shown = execFileSync('ffmpeg', ['-v', 'warning', '-i', file, '-f', 'ass', '-'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  return shown.split(/\r?\n/).filter((line) => line.startsWith('Dialogue:')).map((line) => line.split(',').slice(9).join(',').replace(/\{[^}]*\}/g, '')).filter(Boolean);
}

/** The same, with what it complains of. @param {string} file */
const complaints = (file) => execFileSync('sh', ['-c', 'ffmpeg -v warning -i "$0" -f ass - 2>&1 >/dev/null', file], { encoding: 'utf8' });

inBrowsers((b) => {
  /** The requests for subtitles' files. */
  const files = async () => (await b.replica.log()).filter((r) => HOSTS.includes(r.host) && r.initiator === 'extension');

  /** Chooses in the panel. @param {import('./lib/launch.js').Tab} tab @param {string} label what the label begins with @param {string} text */
  async function choose(tab, label, text) {
    const done = await b.driver.inPanel(tab.page, (/** @type {ShadowRoot} */ root, /** @type {string} */ begins, /** @type {string} */ wanted) => {
      const select = [...root.querySelectorAll('label')].find((e) => e.textContent?.startsWith(begins))?.querySelector('select');
      const option = [...select?.options ?? []].find((o) => o.text === wanted);
      if (!select || !option) return false;
      select.value = option.value;
      select.dispatchEvent(new Event('change'));
      return true;
    }, label, text);
    assert(done, `no choice ${text} of ${label}`);
  }

  /** A file that a page has saved, once it is there. @param {string} name */
  async function saved(name) {
    await until(`the file ${name}`, () => filesIn(b.downloads).includes(name));
    return `${b.downloads}/${name}`;
  }

  /** A test that downloads. @param {string} name @param {() => Promise<void>} test */
  const downloading = (name, test) => it(name, async () => {
    try {
      await test();
    } finally {
      await clearDownloads(b);
    }
  });

  it('lists every language when the section is opened, the page\'s first, and asks as the page does', async () => {
    const tab = await b.open('tv-anonymous');
    await tab.show();
    assert.deepEqual(await b.replica.calls({ path: LIST }), []);
    await tab.click('Subtitles');
    const { buttons, text } = await tab.see('the languages', (v) => v.buttons.some((name) => name.startsWith('Save subtitles')));
    assert.deepEqual(buttons.filter((name) => name.startsWith('Save subtitles')).map((name) => name.slice(15)), [
      'English', 'Thai', 'Indonesian', 'Malay', 'Traditional Chinese', 'Arabic', 'Vietnamese (machine-made)',
    ]);
    assert.match(text, /ภาษาไทย/);
    const [call, ...more] = await b.replica.calls({ path: LIST });
    assert.deepEqual([call?.query, call?.referer, call?.origin, more.length], [{ s_locale: 'en_US', platform: 'web', episode_id: '13000101' }, 'https://www.bilibili.tv/', 'https://www.bilibili.tv', 0]);
    assert.deepEqual(await files(), []);
    await b.screenshot(`subtitles-${b.name}`);
    const thai = await b.open('tv-season');
    await thai.show();
    await thai.click('Subtitles');
    assert.match((await thai.see('the languages', (v) => v.buttons.some((name) => name.startsWith('Save subtitles')))).buttons.find((name) => name.startsWith('Save subtitles')) ?? '', /Thai$/);
    const none = await b.open('tv-backup-null');
    await none.show();
    await none.click('Subtitles');
    await none.see('that there are none', (v) => v.text.includes('The site lists no subtitles for this video.'));
    await b.replica.knobs({ match: LIST, body: '{"code":10015001,"message":"x","data":null}' });
    const shut = await b.open('tv-codecs');
    await shut.show();
    await shut.click('Subtitles');
    await shut.see('why not', (v) => /Region: /.test(v.text));
  });

  downloading('saves and copies them in each format, which ffmpeg reads without a warning', async () => {
    const tab = await b.open('tv-codecs'); // the older shape: ASS and JSON of English, ASS of Thai, SRT of Chinese
    await tab.show();
    await tab.click('Subtitles');
    await tab.see('the languages', (v) => v.buttons.includes('Save subtitles Simplified Chinese'));
    for (const [format, ending] of /** @type {const} */ ([['SRT', 'srt'], ['WebVTT', 'vtt'], ['ASS', 'ass']])) {
      await choose(tab, 'Format', format);
      for (const [language, tag, own] of /** @type {const} */ ([['English', 'en', 'English'], ['Thai', 'th', 'ภาษาไทย'], ['Simplified Chinese', 'zh-Hans', '中文（简体）']])) {
        const name = `01 - E1 - Part 1.${tag}.${ending}`;
        await tab.click(`Save subtitles ${language}`);
        await tab.see(`${name} to be saved`, (v) => v.status === `Saved ${name}`);
        const file = await saved(name);
        assert.equal(complaints(file), '', name);
        if (ending === 'ass' && tag !== 'zh-Hans') {
          assert.match(readFileSync(file, 'utf8'), /^\ufeff\[Script Info\]\r\n[^]*\{\\i1\}second/, "the site's own, with its styles");
          continue;
        }
        assert.deepEqual(read(file), [`${own}\\Nin two lines`, 'second, over the first'], name);
        if (ending === 'srt') assert.equal(readFileSync(file, 'utf8'), srt(own));
      }
    }
    await choose(tab, 'Format', 'as the site has it');
    await tab.click('Save subtitles English');
    await tab.see('the original to be saved', (v) => v.status === 'Saved 01 - E1 - Part 1.en.json');
    assert.match(readFileSync(await saved('01 - E1 - Part 1.en.json'), 'utf8'), /^\ufeff\{"Stroke":"none"/);
    await choose(tab, 'Format', 'SRT');
    assert.equal(await tab.copy('Copy subtitles Thai'), srt('ภาษาไทย'));
    await tab.see('that it is copied', (v) => v.status === 'Copied the subtitles: Thai');
    for (const r of await files()) assert.deepEqual([r.referer, r.origin, r.cookies, r.refused, r.status], ['https://www.bilibili.tv/', 'https://www.bilibili.tv', [], '', 200], `${r.host}${r.path}`);

    await b.replica.knobs({ match: 's.bstarstatic.com', status: 302, headers: { Location: 'https://www.bilibili.tv/' } });
    await tab.click('Save subtitles Thai');
    await tab.see('that a redirect is not followed', (v) => v.status.startsWith('Unexpected answer'));
    await b.replica.reset();
  });

  downloading('saves the subtitles in the page\'s language beside a downloaded video', async () => {
    await b.login('tv', null);
    const tab = await b.open('tv-anonymous');
    await tab.show();
    await tab.click('Download best');
    await tab.see('that it is ordered', (v) => v.status === 'Downloading 480P AVC with 64K AAC, as one MP4; subtitles: English');
    const page = await downloadsPage(b);
    const done = await card(page, 'the download to end', (c) => /^Complete/.test(c.state));
    assert.match(done.about, / · subtitles: English · /);
    const names = filesIn(b.downloads);
    const [mp4, side] = [names.find((name) => name.endsWith('.mp4')) ?? '', names.find((name) => name.endsWith('.srt')) ?? ''];
    assert.equal(names.length, 2);
    assert.equal(side, mp4.replace(/\.mp4$/, '.en.srt'));
    assert.deepEqual(streamsOf(`${b.downloads}/${mp4}`), ['video h264', 'audio aac']);
    assert.equal(readFileSync(`${b.downloads}/${side}`, 'utf8'), srt('English'));
    assert.equal(complaints(`${b.downloads}/${side}`), '');
    assert.equal((await b.replica.calls({ path: LIST })).length, 1);
    await page.bringToFront();
    await b.screenshot(`subtitles-downloaded-${b.name}`);
  });

  downloading('saves all languages, none, or says that there are none, as was chosen', async () => {
    const tab = await b.open('tv-codecs');
    await tab.show();
    await choose(tab, 'Subtitles', 'all languages');
    await tab.click('Download 360P AVC');
    await tab.see('that it is ordered', (v) => v.status.endsWith('; subtitles: all languages'));
    let page = await downloadsPage(b);
    await card(page, 'the download to end', (c) => /^Complete/.test(c.state) && /subtitles: English, Thai, Simplified Chinese/.test(c.about));
    assert.deepEqual(filesIn(b.downloads).map((name) => /\]\.(.*)$/.exec(name)?.[1]).sort(), ['en.srt', 'mp4', 'th.srt', 'zh-Hans.srt']);
    await press(page, '', 'Clear');
    await tab.page.bringToFront();
    await choose(tab, 'Subtitles', 'Vietnamese');
    await tab.click('Download 480P AVC');
    await card(page, 'the card to say so', (c) => /^Complete/.test(c.state) && /no subtitles: Vietnamese/.test(c.about));
    await press(page, '', 'Clear');
    await b.replica.clearLog();
    await tab.page.bringToFront();
    await choose(tab, 'Subtitles', 'none');
    await tab.click('Download 720P AVC');
    await tab.see('that it is ordered', (v) => v.status === 'Downloading 720P AVC with 64K AAC, as one MP4');
    await card(page, 'the download to end', (c) => /^Complete/.test(c.state) && !/subtitles/.test(c.about));
    assert.deepEqual([await b.replica.calls({ path: LIST }), await files()], [[], []]);
    const later = await b.open('tv-anonymous');
    await later.show();
    await later.click('Download best');
    await later.see('that the choice is remembered', (v) => v.status === 'Downloading 480P AVC with 64K AAC, as one MP4');
    page = await downloadsPage(b);
    await card(page, 'both', (_, all) => all.length === 2 && all.every((c) => /^Complete/.test(c.state)));
    await later.page.bringToFront();
    await choose(later, 'Subtitles', 'this page’s language: English');
  });

  downloading('fails no video for subtitles that can\'t be had', async () => {
    await b.replica.knobs({ match: 's.bstarstatic.com/ogv/subtitle', status: 403, body: '' });
    const tab = await b.open('tv-anonymous');
    await tab.show();
    await tab.click('Download best');
    const page = await downloadsPage(b);
    await card(page, 'the film', (c) => /^Complete/.test(c.state) && /subtitles not saved: English/.test(c.about));
    assert.deepEqual(filesIn(b.downloads).map((name) => name.slice(-4)), ['.mp4']);
    await page.bringToFront();
    await b.screenshot(`subtitles-lost-${b.name}`);
    await press(page, '', 'Clear');
    await b.replica.reset();
    await b.replica.knobs({ match: LIST, reset: true });
    await tab.page.bringToFront();
    await tab.click('Download 360P AVC');
    await card(page, 'the other film', (c) => /^Complete/.test(c.state) && /subtitles not saved: English/.test(c.about));
  });

  downloading('takes an upload\'s subtitles from where they lie', async () => {
    const tab = await b.open('tv-upload');
    await tab.show();
    await tab.click('Download 360P AVC');
    const page = await downloadsPage(b);
    await card(page, 'the download to end', (c) => /^Complete/.test(c.state) && /subtitles: English/.test(c.about));
    const side = filesIn(b.downloads).find((name) => name.endsWith('.en.srt')) ?? '';
    assert.equal(readFileSync(`${b.downloads}/${side}`, 'utf8'), srt('English'));
    const [call] = await b.replica.calls({ path: LIST });
    assert.equal(call?.query.aid, '4790000000000001');
  });

  downloading('has those of a course for whoever is logged in', async () => {
    await b.login('com', null);
    const nobody = await b.open('free');
    await nobody.show();
    await nobody.click('Subtitles');
    await nobody.see('that a login is wanted', (v) => /Not logged in: /.test(v.text));
    await b.login('com', 'free');
    const tab = await b.open('free');
    await tab.show();
    await tab.click('Subtitles');
    const { buttons } = await tab.see('the languages', (v) => v.buttons.some((name) => name.startsWith('Save subtitles')));
    assert.deepEqual(buttons.filter((name) => name.startsWith('Save subtitles')), ['Save subtitles Chinese (China)', 'Save subtitles Chinese (machine-made)']);
    assert.equal(await tab.copy('Copy subtitles Chinese (machine-made)'), srt('中文（自动生成）'));
    await choose(tab, 'Subtitles', 'this page’s language: Simplified Chinese');
    await tab.click('Download 360P AVC');
    await tab.see('that it is ordered', (v) => v.status.endsWith('; subtitles: Simplified Chinese'));
    const page = await downloadsPage(b);
    await card(page, 'the download to end', (c) => /^Complete/.test(c.state) && /subtitles: Chinese \(China\)/.test(c.about));
    const side = filesIn(b.downloads).find((name) => name.endsWith('.zh-CN.srt')) ?? '';
    assert.equal(readFileSync(`${b.downloads}/${side}`, 'utf8'), srt('中文（中国）'));
    const [call] = await b.replica.calls({ path: '/x/player/wbi/v2' });
    assert.deepEqual([call?.query, call?.referer], [{ aid: '113000000700101', cid: '26000700101' }, 'https://www.bilibili.com/']);
    for (const r of await files()) assert.deepEqual([r.referer, r.cookies, r.refused], ['https://www.bilibili.com/', [], ''], r.path);
    await tab.page.bringToFront();
    await choose(tab, 'Subtitles', 'none');
    await b.login('com', null);
  });
});
