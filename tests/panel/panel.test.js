// The panel alone, in a page that is as strict and as loud as pages get.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import * as fixtures from './lib/fixtures.js';
import { axe } from './lib/harness.js';
import { stage } from './lib/stage.js';

/** @typedef {Awaited<ReturnType<typeof open>>} Page */

const { open } = stage();

/** @param {object} body */
const ok = (body) => ({ ok: true, body });
/** @param {Streamlist.Reason} reason */
const unavailable = (reason) => ({ ok: false, error: { code: 'unavailable', reason } });

/**
 * The test page with the panel opened on these answers.
 *
 * @param {Record<string, unknown>} answers
 * @param {Parameters<typeof open>[0]} [how]
 */
async function show(answers, how) {
  const page = await open(how);
  await page.evaluate((a) => {
    Object.assign(bench.answers, a);
    bench.content.panel.toggle();
  }, answers);
  if (answers.list) await page.waitForFunction(() => !bench.root.querySelector('[aria-busy]'));
  return page;
}

/** @param {Page} page @param {string} selector */
const texts = (page, selector) => page.evaluate((s) => [...bench.root.querySelectorAll(s)].map((e) => /** @type {HTMLElement} */ (e).innerText.replace(/\s+/g, ' ').trim()), selector);
/** Text that a style draws, where a page that searches and selects finds nothing. @param {Page} page @param {string} selector */
const shown = (page, selector) => page.evaluate((s) => [...bench.root.querySelectorAll(s)].map((e) => String(JSON.parse(getComputedStyle(e, '::before').content))), selector);
/** @param {Page} page @param {string} name */
const click = (page, name) => page.locator(`aria/${name}[role="button"]`).click();
/** @param {Page} page @param {string} start */
const status = (page, start) => page.waitForFunction((s) => [...bench.root.querySelectorAll('[role=status]')].some((e) => e.textContent?.startsWith(s)), { timeout: 5000 }, start);
/** @param {Page} page */
const asked = (page) => page.evaluate(() => bench.asked);
/** @param {Page} page @returns {Promise<string | null | undefined>} the accessible name or class of what has the focus */
const focused = (page) => page.evaluate(() => {
  const e = bench.content.guard.host?.isConnected && bench.root.activeElement;
  return e ? e.getAttribute('aria-label') || e.textContent || e.className : document.activeElement?.id;
});

test('opens at once with a skeleton, and moves the focus in', async () => {
  const page = await show({});
  assert.ok(await page.$('aria/Streamlist[role="region"]'));
  assert.equal(await page.evaluate(() => bench.root.querySelector('.panel')?.getAttribute('aria-busy')), 'true');
  assert.equal(await focused(page), 'Streamlist');
  assert.deepEqual(await asked(page), [{ kind: 'list', body: { hints: { load: 'a-load', title: 'The panel alone' } } }]);
});

test('by a clock that is ahead no link has ended: the clock is to be checked', async () => {
  const page = await show({ list: ok(fixtures.outran()) });
  const [chips] = await texts(page, '.chips');
  assert.equal(chips, 'Purchased Check this computer\'s clock');
  assert.match((await texts(page, '.scroll')).join(), /By this computer's clock these links had ended before they came\. It is probably ahead; then they work all the same\./);
  const later = await show({ list: ok({ ...fixtures.full(), expiresAt: fixtures.UNTIL - 7201, fetchedAt: fixtures.UNTIL - 14_400 }) });
  assert.equal((await texts(later, '.chips'))[0], 'Purchased Links have ended');
  assert.doesNotMatch((await texts(later, '.scroll')).join(), /clock/);
});

/** Opens the dialog with a row's curl command, which is under the row's arrow. @param {Awaited<ReturnType<typeof show>>} page @param {string} name */
async function openCommand(page, name) {
  if (!(await page.$(`aria/curl command for ${name}[role="button"]`))) await click(page, `2 backups for ${name}`);
  await click(page, `curl command for ${name}`);
}

test('a listing: head, best, tables', async () => {
  const page = await show({ list: ok(fixtures.full()) });
  const head = await texts(page, 'header');
  assert.match(head[0] ?? '', /五十音图：か行、さ行、た行 零基础日语入门 · lesson 3 of 66 · 示例老师 · 43:56 Purchased Links work until (\w{3} \d+, )?\d\d:\d\d/);
  assert.deepEqual(await texts(page, '.best'), ['1080P60 · AVC 1.51 GB with sound Download best Copy for mpv Copy as… Sound the one that goes with it 192K AAC Hi-Res FLAC Subtitles this page’s language: Simplified Chinese Traditional Chinese English Japanese all languages none']);
  assert.deepEqual(await texts(page, 'caption'), ['Video', 'Audio']);
  assert.deepEqual(await texts(page, 'tbody tr:not(.detail)'), [
    '1080P60Best 1920×1080 · 59.94 fps AVC 4.4 Mbit/s 1.45 GB', '1080P60 1920×1080 · 58.82 fps HEVC 2.1 Mbit/s 692 MB',
    '1080P 1920×1080 · 30 fps AVC 2.0 Mbit/s ≈ 659 MB', '480P 852×480 · 30 fps AVC 400 kbit/s 132 MB',
    '4K 3840×2160 Not given, no reason stated', '192K AAC 192 kbit/s 63 MB', 'Hi-Res FLAC 1.6 Mbit/s 527 MB',
  ]);
  for (const name of ['Video', 'Audio']) assert.ok(await page.$(`aria/${name}[role="table"]`), name);
  for (const name of ['Download best', 'Copy for mpv', 'Copy as…', 'Refresh', 'Options', 'Close', 'Copy URL 1080P60 AVC', 'Download 192K AAC', '2 backups for 480P AVC']) {
    assert.ok(await page.$(`aria/${name}[role="button"]`), name);
  }
  assert.equal(await page.$('aria/Copy URL 4K[role="button"]'), null);
  assert.equal(await page.evaluate(() => bench.root.querySelector('td.codec')?.getAttribute('title')), 'avc1.640032');
  assert.deepEqual(await texts(page, '[role=alert]'), []);
  assert.deepEqual(page.errors, []);
});

test('marks, odd numbers and unknown qualities', async () => {
  const page = await show({ list: ok(fixtures.everyMark()) });
  const rows = await texts(page, 'tbody tr:not(.detail)');
  assert.equal(rows[0], '8K 7680×4320 · 119.88 fps AV1 48.4 Mbit/s ≈ 15.95 GB');
  assert.equal(rows[1], 'Dolby Vision 3840×2160 · 60 fps HEVC 16.4 Mbit/s 5.40 GB');
  assert.equal(rows[4], '4KDolby Vision 3840×2160 · 60 fps HEVC 13.4 Mbit/s 4.40 GB');
  assert.ok(rows.includes('超新清晰度 640×360') && rows.includes('Quality 998'), rows.join('\n'));
  assert.equal(rows.at(-1), '64KDolby E-AC-3 64 kbit/s 21 MB');
});

test('frame rates of bilibili.tv, locked rows and why they are', async () => {
  const page = await show({ list: ok(fixtures.tvAnonymous()) });
  const rows = await texts(page, 'tbody tr:not(.detail)');
  assert.match(rows[0] ?? '', /23\.81 fps/);
  assert.match(rows[2] ?? '', /1080P\+ .* AVC 2\.8 Mbit\/s 505 MB Locked: Premium only/);
  assert.equal(rows[4], '720P Locked: not logged in');
  assert.match((await texts(page, 'footer'))[0] ?? '', /Why no 1080P\+\? bilibili\.tv .* Premium .*Why no 1080P or 720P\? .* Log in/);
  assert.match((await texts(page, 'header'))[0] ?? '', /An Example of a Series · episode 3 of 12 · 23:45 Partly locked/);
});

test('rows that were given nothing share one remark', async () => {
  const listing = fixtures.full();
  listing.video?.push({ key: 'video/127//1', kind: 'video', quality: 127, withheld: { code: 'not-given', detail: 'blank' } });
  const page = await show({ list: ok(listing) });
  assert.ok((await texts(page, 'tbody tr')).includes('8K Not given, no reason stated'));
  assert.match((await texts(page, 'footer p'))[0] ?? '', /^Why no 4K or 8K\? The site offers it/);
});

test('each quality that was offered and not given has its sentence, and one says what was the highest', async () => {
  const remarks = async (/** @type {Streamlist.Listing} */ listing) => {
    const page = await show({ list: ok(listing) });
    const lines = await texts(page, 'footer p');
    await page.close();
    return lines;
  };
  const listing = fixtures.full();
  const rows = listing.video ?? [];
  for (const [quality, code, detail] of /** @type {const} */ ([[112, 'not-given', 'lower'], [74, 'rate-limited', ''], [64, 'not-given', ''], [16, 'not-given', '']])) {
    rows.push({ key: `video/${quality}/none`, kind: 'video', quality, withheld: { code, detail } });
  }
  rows.push({ key: 'video/80/AV1/1', kind: 'video', quality: 80, codec: 'AV1', withheld: { code: 'not-given' } });
  listing.single = [{ key: 'single/32/none', kind: 'single', quality: 32, withheld: { code: 'not-given' } }];
  const lines = await remarks(listing);
  assert.match(lines[0] ?? '', /^Why no 4K, 720P, 360P,? or 1080P AV1\? The site offers it/);
  assert.equal(lines[1], "Why no 1080P+? Asked for it, bilibili.com gave a lower quality and didn't say why.");
  assert.match(lines[2] ?? '', /^Why no 720P60\? bilibili\.com asks for a pause/);
  assert.equal(lines[3], 'Nothing above 4K was offered.');
  assert.equal(lines.filter((line) => line.includes('480P')).length, 0, 'as tracks it is given');
  rows.splice(4);
  assert.equal((await remarks(listing))[0], 'Nothing above 1080P60 was offered.');
  assert.deepEqual((await remarks(fixtures.everyMark())).filter((line) => line.startsWith('Nothing above')), [], 'of unknown qualities nobody knows which is higher');
  assert.deepEqual((await remarks(fixtures.preview())).filter((line) => line.startsWith('Nothing above')), [], 'a preview says nothing of the whole');
});

test('single files beside tracks are asked for when their section is opened, and once', async () => {
  const page = await show({ list: ok({ ...fixtures.full(), unasked: true }), single: ok(fixtures.withFiles()) });
  const section = async () => (await texts(page, '.fold'))[0] ?? '';
  assert.equal(await section(), 'Single files');
  assert.equal(await page.$('aria/Single files[role="table"]'), null);
  assert.equal((await asked(page)).filter((a) => a.kind === 'single').length, 0);
  await click(page, 'Single files');
  await page.waitForSelector('aria/Single files[role="table"]');
  assert.match(await section(), /720P 1280×|720P/);
  assert.ok(await page.$('aria/Copy URL 720P AVC MP4[role="button"]'), 'told from a track by its name');
  assert.equal(await focused(page), 'Single files', 'where it was before the rows came');
  assert.match(await section(), /1080P\+ Not given, no reason stated/);
  for (let i = 0; i < 2; i++) await click(page, 'Single files');
  assert.ok(await page.$('aria/Single files[role="table"]'));
  assert.deepEqual((await asked(page)).filter((a) => a.kind === 'single').map((a) => a.body.hints.load), ['a-load']);
  assert.deepEqual((await axe(page)), []);
  assert.deepEqual(page.errors, []);
});

test('single files: on their way, refused, asked for again, none there', async () => {
  const page = await show({
    list: ok({ ...fixtures.full(), unasked: true }), single: [unavailable({ code: 'rate-limited', at: fixtures.UNTIL }), ok({ ...fixtures.full(), noSingle: { code: 'not-given' } })],
  });
  await click(page, 'Single files');
  await page.waitForFunction(() => bench.root.querySelector('.fold')?.textContent?.includes('Rate limited'));
  await click(page, 'Try again');
  await page.waitForFunction(() => bench.root.querySelector('.fold .note')?.textContent?.startsWith('The site gives no single file'));
  assert.equal((await asked(page)).filter((a) => a.kind === 'single').length, 2);
  const waiting = await show({ list: ok({ ...fixtures.full(), unasked: true }) });
  await click(waiting, 'Single files');
  assert.match((await texts(waiting, '.fold'))[0] ?? '', /Asking for single files/);
  assert.deepEqual(await axe(waiting), []);
  const premium = await show({ list: ok({ ...fixtures.full(), noSingle: { code: 'premium' } }) });
  await click(premium, 'Single files');
  assert.match((await texts(premium, '.fold .note'))[0] ?? '', /^Premium: /);
  const none = await show({ list: ok(fixtures.tvAnonymous()) });
  assert.deepEqual(await texts(none, '.fold'), ['Subtitles'], 'where the site has no such thing');
});

test('hosts: what kinds there are, tested, and the fastest first', async () => {
  const listing = fixtures.full();
  const key = listing.video?.[0]?.key;
  const ranked = fixtures.full();
  for (const row of [...ranked.video ?? [], ...ranked.audio ?? []]) {
    const [mirror, edge, pcdn] = row.segments?.[0]?.urls ?? [];
    if (mirror && edge && pcdn) row.segments = [{ urls: [{ ...edge, speed: 12_340_000 }, { ...pcdn, speed: 48_000 }, { ...mirror, speed: -1 }] }];
  }
  const page = await show({ list: ok(listing) });
  await click(page, '2 backups for 1080P60 AVC');
  const about = (await texts(page, '.hosts'))[0] ?? '';
  assert.match(about, /mirror The site's own copy .* edge A cache near you.* PCDN, often slow Other viewers' devices/);
  await click(page, 'Test hosts');
  await status(page, 'Testing the hosts');
  assert.deepEqual(await asked(page).then((all) => all.filter((a) => a.kind === 'test-hosts').map((a) => a.body.row)), [key]);
  await click(page, 'Test hosts'); // goes on already
  await click(page, 'Close');
  assert.deepEqual((await asked(page)).map((a) => a.kind).slice(-2), ['test-hosts', 'stop-test'], 'nobody waits for it any more');

  const tested = await show({ list: ok(listing), 'test-hosts': ok(ranked) });
  await click(tested, '2 backups for 1080P60 AVC');
  await click(tested, 'Test hosts');
  await status(tested, 'Tested: cn-gdgz-fx-01-09.bilivideo.com is first, 12 MB/s');
  assert.deepEqual(await texts(tested, '.group span'), [
    'cn-gdgz-fx-01-09.bilivideo.com · edge · 12 MB/s', 'xy1x2x3x4xy.mcdn.bilivideo.cn:4483 · PCDN, often slow · 0.05 MB/s',
    'upos-sz-mirrorali.bilivideo.com · mirror · no answer',
  ]);
  assert.equal(await focused(tested), 'Test hosts');
  assert.deepEqual(await axe(tested), []);
  await click(tested, 'Close');
  assert.ok(!(await asked(tested)).some((a) => a.kind === 'stop-test'), 'there is nothing to stop');
  const failed = await show({ list: ok(listing), 'test-hosts': unavailable({ code: 'expired' }) });
  await click(failed, '2 backups for 480P AVC');
  await click(failed, 'Test hosts');
  await status(failed, 'Expired: ');
  assert.equal(await failed.evaluate(() => bench.root.querySelectorAll('[aria-busy]').length), 0);

  const brief = await show({ list: ok(listing), 'test-hosts': ok({ ...ranked, untested: 2 }) });
  await click(brief, '2 backups for 1080P60 AVC');
  await click(brief, 'Test hosts');
  await status(brief, 'Tested: cn-gdgz-fx-01-09.bilivideo.com is first, 12 MB/s (2 not tested)');

  const withheld = await show({ list: ok(listing), 'test-hosts': unavailable({ code: 'no-access' }), grant: ok({}) });
  await click(withheld, '2 backups for 480P AVC');
  await click(withheld, 'Test hosts');
  await status(withheld, 'No access: ');
  await click(withheld, 'Test hosts');
  await click(withheld, 'Allow access');
  assert.deepEqual((await asked(withheld)).map((a) => a.kind), ['list', 'test-hosts', 'test-hosts', 'grant']);
  assert.equal((await texts(withheld, '.hosts .pri')).length, 1, 'and once');
});

test('an encrypted lesson shows its qualities and offers no address', async () => {
  const page = await show({ list: ok(fixtures.encrypted()) });
  assert.match((await texts(page, '[role=alert]'))[0] ?? '', /^Encrypted/);
  const rows = await texts(page, 'tbody tr');
  assert.equal(rows[0], '1080P60 1920×1080 · 59.94 fps AVC 4.4 Mbit/s 1.45 GB Locked');
  assert.deepEqual(await texts(page, '.scroll button'), ['Subtitles', 'Course details']);
});

test('a preview says how many minutes of how many, and is listed', async () => {
  const page = await show({ list: ok(fixtures.preview()) });
  assert.match(await page.evaluate(() => bench.root.querySelector('[role=alert]')?.textContent ?? ''), /^Preview only: 5 min of 15 min/);
  assert.ok(await page.$('aria/Single files[role="table"]'));
  assert.ok(await page.$('aria/Copy URL 480P MP4[role="button"]'));
  assert.ok(await page.$('aria/Address of 480P MP4[role="button"]'));
});

test('every reason begins with its prefix and says what to do', async () => {
  const page = await open();
  for (const [reason, prefix] of fixtures.reasons) {
    const text = await page.evaluate(async (answer) => {
      bench.answers.list = answer;
      bench.content.panel.close();
      bench.content.panel.toggle();
      await new Promise((resolve) => setTimeout(resolve));
      return bench.root.querySelector('[role=alert]')?.textContent ?? '';
    }, unavailable(reason));
    assert.ok(text.startsWith(`${prefix}`), `${JSON.stringify(reason)}: ${text}`);
    assert.ok(text.length > prefix.length + 30, text);
    assert.doesNotMatch(text, /undefined|NaN|\$\d|  |why_|reason_/, text);
  }
  const said = new Set(await page.evaluate((reasons) => reasons.map((r) => {
    bench.content.panel.toast({ error: { code: 'unavailable', reason: r } });
    return JSON.stringify(r);
  }), fixtures.reasons.map(([r]) => r)));
  assert.equal(said.size, fixtures.reasons.length);
  assert.deepEqual(page.errors, []);
});

test('a server code that nobody knows is named', async () => {
  const page = await show({ list: unavailable({ code: 'unexpected', serverCode: -12345 }) });
  assert.match((await texts(page, '[role=alert]'))[0] ?? '', /^Unexpected answer .*code -12345/);
});

test('failures of the request itself', async () => {
  for (const [code, prefix] of fixtures.failures) {
    const page = await show({ list: { ok: false, error: { code } } });
    assert.ok((await texts(page, '[role=alert]'))[0]?.startsWith(prefix), code);
    await page.close();
  }
});

test('a background that died is asked once more', async () => {
  const page = await show({ list: [{ ok: false, error: { code: 'runtime-died' } }, ok(fixtures.full())] });
  assert.equal((await texts(page, 'table')).length, 2);
  assert.equal((await asked(page)).length, 2);
  const within = (await asked(page))[1]?.within ?? NaN;
  assert.ok(within > 10_000 && within <= 15_000, `both together end within 15 s: ${within} ms are left`);
});

test('a second question gets only the time that the first has left', async () => {
  const page = await open();
  const within = await page.evaluate(async () => {
    let now = 1000;
    performance.now = () => now;
    bench.answers.list = { ok: false, error: { code: 'cancelled' } };
    const request = bench.content.request;
    bench.content.request = (...args) => {
      now += 9000;
      return request(...args);
    };
    bench.content.panel.toggle();
    await new Promise((resolve) => setTimeout(resolve));
    return bench.asked.map((a) => a.within);
  });
  assert.deepEqual(within, [null, 6000]);
});

test('what a move cut off is asked once more, then says so in words of its own', async () => {
  const cancelled = { ok: false, error: { code: 'cancelled' } };
  const copied = ok({ what: 'url', kind: 'video', quality: 116, codec: 'AVC', expiresAt: fixtures.UNTIL });
  const page = await show({ list: ok(fixtures.full()), copy: [cancelled, copied, cancelled] });
  await click(page, 'Copy URL 1080P60 AVC');
  await status(page, 'Copied 1080P60 AVC');
  await click(page, 'Copy for mpv');
  await status(page, 'The page moved on. Try again.');
  assert.deepEqual((await asked(page)).map((a) => a.kind), ['list', 'copy', 'copy', 'copy', 'copy']);
  const failed = await show({ list: cancelled });
  assert.deepEqual(await texts(failed, '[role=alert]'), ['Unexpected answer : The page moved on. Try again.']);
});

test('access that the browser withholds has one button', async () => {
  const page = await show({ list: unavailable({ code: 'no-access' }), grant: ok({}) });
  await click(page, 'Allow access');
  assert.deepEqual((await asked(page)).map((a) => a.kind), ['list', 'grant']);
});

test('diagnostics can be copied whatever the panel shows', async () => {
  const copied = ok({ what: 'diagnostics' });
  for (const list of [undefined, unavailable({ code: 'unexpected', detail: 'internal' }), { ok: false, error: { code: 'unsupported' } }, ok(fixtures.full())]) {
    const page = await show({ copy: copied, ...(list ? { list } : {}) });
    await click(page, 'Copy diagnostics');
    await status(page, 'Copied: diagnostics');
    assert.deepEqual((await asked(page)).map((a) => [a.kind, a.body.what]), [['list', undefined], ['copy', 'diagnostics']]);
    assert.equal((await texts(page, '.pulse')).length, 0, 'a tick in its place');
    await page.close();
  }
});

test('copying a row, a backup and the best', async () => {
  const copied = { what: 'url', kind: 'video', quality: 116, codec: 'AVC', expiresAt: fixtures.UNTIL };
  const page = await show({ list: ok(fixtures.full()), copy: [ok(copied), ok(copied), ok(copied), ok({ ...copied, what: 'mpv' }), { ok: false, error: { code: 'no-clipboard' } }] });
  await click(page, 'Copy URL 1080P60 AVC');
  await status(page, 'Copied 1080P60 AVC: picture only, works until ');
  await click(page, '2 backups for 1080P60 AVC');
  assert.match((await texts(page, 'tr.detail:not([hidden])'))[0] ?? '',
    /^First address upos-sz-mirrorali\.bilivideo\.com · mirror Copy Backup 1 cn-\S+ · edge Copy Backup 2 xy\S+:4483 · PCDN, often slow Copy mirror .* Test hosts .* Compare curl command$/);
  assert.deepEqual((await shown(page, '.url')).slice(0, 3).map((t) => t.split('?')[0]), [
    'https://upos-sz-mirrorali.bilivideo.com/upgcxcode/21/43/1000000021/116-AVC.m4s', 'https://cn-gdgz-fx-01-09.bilivideo.com/upgcxcode/21/43/1000000021/116-AVC.m4s',
    'https://xy1x2x3x4xy.mcdn.bilivideo.cn:4483/upgcxcode/21/43/1000000021/116-AVC.m4s',
  ]);
  await click(page, 'Copy backup 2 1080P60 AVC');
  await click(page, 'Copy first address 1080P60 AVC');
  await click(page, 'Copy for mpv');
  await status(page, 'Copied 1080P60 AVC: mpv command, works until ');
  await click(page, 'Copy URL 480P AVC');
  await status(page, 'Not copied: ');
  const hints = { load: 'a-load', title: 'The panel alone' };
  assert.deepEqual((await asked(page)).slice(1).map((a) => a.body), [
    { hints, shell: 'posix', row: 'video/116/AVC/1', what: 'url' }, { hints, shell: 'posix', row: 'video/116/AVC/1', what: 'url', host: 'https://xy1x2x3x4xy.mcdn.bilivideo.cn:4483/' },
    { hints, shell: 'posix', row: 'video/116/AVC/1', what: 'url', host: 'https://upos-sz-mirrorali.bilivideo.com/' }, { hints, shell: 'posix', what: 'mpv' },
    { hints, shell: 'posix', row: 'video/32/AVC/1', what: 'url' },
  ]);
});

test('an address is copied by its host, and by its place where a host has several', async () => {
  const listing = fixtures.full();
  const urls = listing.video?.[0]?.segments?.[0]?.urls ?? [];
  for (const [i, address] of ['https://a.bilivideo.com/1', 'https://a.bilivideo.com/2', 'https://a.bilivideo.com:4483/3'].entries()) Object.assign(urls[i] ?? {}, { url: address });
  const page = await show({ list: ok(listing), copy: ok({ what: 'url', kind: 'video', quality: 116, codec: 'AVC' }) });
  await click(page, '2 backups for 1080P60 AVC');
  for (const name of ['first address', 'backup 1', 'backup 2']) await click(page, `Copy ${name} 1080P60 AVC`);
  assert.deepEqual((await asked(page)).slice(1).map(({ body: { host, backup } }) => [host, backup]), [
    ['https://a.bilivideo.com/', undefined], ['https://a.bilivideo.com/', 1], ['https://a.bilivideo.com:4483/', undefined],
  ]);
});

test('what is copied belongs to the listing in view, whatever the page plays by now', async () => {
  const page = await show({
    list: ok(fixtures.long()), course: ok(fixtures.long().head), export: ok({ text: 'curl' }),
    copy: ok({ what: 'url', kind: 'video', quality: 116, codec: 'AVC', expiresAt: fixtures.UNTIL }),
  });
  await page.evaluate(() => {
    let at = 800;
    bench.content.hints = () => ({ load: 'a-load', episode: String(++at) });
    bench.asked.length = 0;
    bench.content.panel.close();
    bench.answers.list = [bench.answers.list, { ok: false, error: { code: 'timeout' } }];
    bench.content.panel.toggle();
  });
  await page.waitForFunction(() => bench.asked.some((a) => a.kind === 'course'));
  await click(page, 'Refresh'); // fails, and the rows stay
  await page.waitForFunction(() => bench.root.querySelector('[role=alert]'));
  await click(page, 'Copy URL 1080P60 AVC');
  await openCommand(page, '1080P60 AVC');
  await click(page, 'Copy curl command');
  assert.deepEqual((await asked(page)).map((a) => [a.kind, a.body.hints.episode]), [
    ['list', '801'], ['course', '801'], ['list', '802'], ['copy', '801'], ['export', '801'], ['copy', '801'],
  ]);
});

test('a copy says of which page the row in view is', async () => {
  const page = await show({
    list: ok({ ...fixtures.full(), page: 'com/ep/2603' }), export: ok({ text: 'curl' }), copy: ok({ what: 'url', kind: 'video', quality: 116, codec: 'AVC' }),
  });
  await click(page, 'Copy URL 1080P60 AVC');
  await status(page, 'Copied');
  await click(page, 'Copy for mpv');
  await openCommand(page, '1080P60 AVC');
  await click(page, 'Copy curl command');
  assert.deepEqual((await asked(page)).slice(1).map((a) => [a.kind, a.body.page]), [
    ['copy', 'com/ep/2603'], ['copy', 'com/ep/2603'], ['export', 'com/ep/2603'], ['copy', 'com/ep/2603'],
  ]);
  // What a toast spoke of is of no page in view.
  await page.evaluate(() => bench.content.panel.toast({ copied: { what: 'url', kind: 'video', quality: 116, codec: 'AVC' } }));
  await page.evaluate(() => /** @type {HTMLElement} */ (bench.root.querySelector('.toast button')).click());
  assert.equal((await asked(page)).at(-1)?.body.page, undefined);
});

test('without a best, the first row that can be had is offered in every format', async () => {
  const locked = { key: 'video/120//1', kind: /** @type {const} */ ('video'), quality: 120, withheld: { code: 'premium' } };
  const hdr = fixtures.onlyHDR();
  hdr.video?.unshift(locked);
  for (const [listing, said, row, last] of /** @type {[Streamlist.Listing, string, string, string][]} */ ([
    [hdr, 'HDR · HEVC 4.70 GB', 'video/125/HEVC/1', 'Addresses of video and audio'],
    [{ ...fixtures.full(), video: [locked], bestKey: '', bestAudioKey: '' }, '192K · AAC 63 MB', 'audio/30280/AAC/1', 'Address'],
  ])) {
    const page = await show({ list: ok(listing), copy: ok({ what: 'mpv', kind: 'video', quality: 125, codec: 'HEVC' }) });
    assert.deepEqual(await texts(page, '.best'), [`${said} Download best Copy for mpv Copy as…${listing === hdr ? ' Sound the one that goes with it 192K AAC Hi-Res FLAC Subtitles this page’s language: Simplified Chinese Traditional Chinese English Japanese all languages none' : ''}`]);
    await click(page, 'Copy for mpv');
    await status(page, 'Copied');
    await click(page, 'Copy as…');
    assert.equal((await texts(page, '[role=menuitem]')).at(-1), last);
    await page.locator('aria/ffmpeg command, for one file[role="menuitem"]').click();
    await status(page, 'Copied');
    assert.deepEqual((await asked(page)).slice(1).map((a) => [a.body.row, a.body.what]), [[row, 'mpv'], [row, 'ffmpeg']]);
    await page.close();
  }
});

test('a copy that had to fetch fresh addresses brings them into view', async () => {
  const fresh = { ...fixtures.full(), expiresAt: fixtures.UNTIL + 7200, fetchedAt: fixtures.UNTIL };
  const copied = ok({ what: 'url', kind: 'video', quality: 32, codec: 'AVC', expiresAt: fresh.expiresAt, fetchedAt: fresh.fetchedAt });
  const page = await show({ list: [ok(fixtures.full()), ok(fresh)], copy: copied, export: ok({ text: 'curl' }) });
  const chip = (await texts(page, '.chip')).at(-1);
  await click(page, '2 backups for 480P AVC');
  await page.evaluate(() => {
    const scroll = /** @type {HTMLElement} */ (bench.root.querySelector('.scroll'));
    scroll.scrollTop = 40;
  });
  await page.focus('aria/Copy URL 480P AVC[role="button"]');
  const scrolled = await page.evaluate(() => bench.root.querySelector('.scroll')?.scrollTop);
  await page.keyboard.press('Enter');
  await page.waitForFunction((before) => [...bench.root.querySelectorAll('.chip')].at(-1)?.textContent !== before, { timeout: 5000 }, chip);
  await status(page, 'Copied 480P AVC');
  assert.equal(await focused(page), 'Copy URL 480P AVC');
  assert.ok(await page.$('aria/Copy backup 2 480P AVC[role="button"]'), 'the disclosure stays open');
  assert.equal(await page.evaluate(() => bench.root.querySelector('.scroll')?.scrollTop), scrolled);
  await page.keyboard.press('Enter');
  await status(page, 'Copied 480P AVC');
  assert.deepEqual((await asked(page)).map((a) => [a.kind, a.body.refresh]), [['list', undefined], ['copy', undefined], ['list', undefined], ['copy', undefined]]);
});

test('the dialog with the curl command stays open over fresh addresses, which come into view behind it', async () => {
  const fresh = { ...fixtures.full(), expiresAt: fixtures.UNTIL + 7200, fetchedAt: fixtures.UNTIL };
  const copied = ok({ what: 'curl', kind: 'video', quality: 32, codec: 'AVC', expiresAt: fresh.expiresAt, fetchedAt: fresh.fetchedAt });
  const page = await show({ list: [ok(fixtures.full()), ok(fresh)], copy: copied, export: ok({ text: 'curl' }) });
  const chip = (await texts(page, '.chip')).at(-1);
  await openCommand(page, '480P AVC');
  await click(page, 'Copy curl command');
  await status(page, 'Copied 480P AVC: curl command');
  assert.ok(await page.$('aria/Save 480P AVC[role="dialog"]'));
  await page.keyboard.press('Escape');
  await page.waitForFunction((before) => [...bench.root.querySelectorAll('.chip')].at(-1)?.textContent !== before, { timeout: 5000 }, chip);
  assert.equal(await focused(page), 'curl command for 480P AVC');
});

test('Download orders the row with its sound, and says what comes of it', async () => {
  const page = await show({
    list: ok({ ...fixtures.full(), page: 'com/ep/2603' }),
    download: [ok({ page: 'com/ep/2603', row: 'video/32/AVC/1', audio: 'audio/30280/AAC/1', hints: {} }), ok({ row: 'video/116/AVC/1', audio: 'audio/30251/FLAC/1' }), ok({ row: 'audio/30280/AAC/1' })],
  });
  await click(page, 'Download 480P AVC');
  await status(page, 'Downloading 480P AVC with 192K AAC, as one MP4');
  await (await page.$('aria/Sound[role="combobox"]'))?.select('audio/30251/FLAC/1');
  await click(page, 'Download best');
  await status(page, 'Downloading 1080P60 AVC with Hi-Res FLAC, as one MP4');
  await click(page, 'Download 192K AAC');
  await status(page, 'Downloading 192K AAC as M4A');
  assert.deepEqual((await asked(page)).slice(1).map((a) => [a.kind, a.body.page, a.body.row, a.body.audio]), [
    ['download', 'com/ep/2603', 'video/32/AVC/1', undefined], ['download', 'com/ep/2603', 'video/116/AVC/1', 'audio/30251/FLAC/1'],
    ['download', 'com/ep/2603', 'audio/30280/AAC/1', undefined],
  ]);
  assert.deepEqual(await axe(page), []);
  await click(page, 'Refresh');
  await page.waitForFunction(() => bench.asked.at(-1)?.kind === 'list');
  assert.equal(await page.$eval('aria/Sound[role="combobox"]', (e) => /** @type {HTMLSelectElement} */ (e).value), 'audio/30251/FLAC/1', 'the choice outlives a refresh');
});

test('parts, single files, silent videos and previews say what they are', async () => {
  for (const [list, button, says] of /** @type {const} */ ([
    [fixtures.segments(), 'Download 480P AVC', 'Downloading 480P AVC: its FLV parts are saved as separate files (3)'],
    [fixtures.silent(), 'Download best', 'Downloading 480P AVC as MP4, without sound'],
    [fixtures.preview(), 'Download 480P MP4', 'Downloading 480P MP4: picture and sound in one file (preview: 5:00 of 15:00)'],
  ])) {
    const page = await show({ list: ok(list), download: ok({ row: '' }) });
    if (list.state === 'preview') {
      assert.match((await texts(page, '.best .sub'))[0] ?? '', /preview: 5:00 of 15:00$/);
      assert.match((await texts(page, 'tbody tr'))[0] ?? '', /preview: 5:00 of 15:00/);
    }
    assert.equal(await page.$('aria/Sound[role="combobox"]'), null, 'there is nothing to choose');
    await click(page, button);
    await status(page, says);
    await page.close();
  }
});

test('nothing is offered for download that can\'t be had, and a refusal says why', async () => {
  for (const list of [fixtures.encrypted(), fixtures.notPurchased()]) {
    const page = await show({ list: ok(list) });
    assert.equal(await page.$('aria/Download best[role="button"]'), null);
    assert.deepEqual(await page.evaluate(() => [...bench.root.querySelectorAll('[aria-label^=Download]')].length), 0);
    await page.close();
  }
  for (const [error, says] of /** @type {const} */ ([
    [{ code: 'private' }, 'Not downloaded: Downloads are not available in private windows. Use Copy as…'],
    [{ code: 'unavailable', reason: { code: 'encrypted' } }, 'Encrypted: '], [{ code: 'internal' }, 'Unexpected answer: Streamlist itself failed.'],
  ])) {
    const page = await show({ list: ok(fixtures.full()), download: { ok: false, error } });
    await click(page, 'Download best');
    await status(page, says);
    await page.close();
  }
});

test('several segments are listed part by part', async () => {
  const page = await show({ list: ok(fixtures.segments()) });
  await click(page, '2 backups for 480P AVC');
  assert.deepEqual(await texts(page, '.partname:nth-of-type(-n+5)').then((t) => t.slice(0, 3)), ['Part 1 of 3 · 14:39 · 44 MB', 'Part 2 of 3 · 14:39 · 44 MB', 'Part 3 of 3 · 14:39 · 44 MB']);
  assert.equal((await texts(page, '.url')).length, 9);
  assert.equal((await texts(page, '.group'))[0], 'First address upos-sz-mirrorali.bilivideo.com · mirror Copy');
});

test('the parts of a film may lie on different hosts: each names its own, and what is in view is copied', async () => {
  const film = fixtures.segments();
  film.single?.[0]?.segments?.[1]?.urls.reverse(); // as a test of hosts may put them
  const copied = ok({ what: 'url', kind: 'single', quality: 32, codec: 'AVC' });
  const page = await show({ list: ok(film), copy: [copied, copied] });
  await click(page, '2 backups for 480P AVC');
  assert.deepEqual((await texts(page, '.group')).slice(0, 2), ['First address Copy', 'Backup 1 cn-gdgz-fx-01-09.bilivideo.com · edge Copy']);
  assert.deepEqual((await texts(page, '.partname')).slice(0, 3), [
    'Part 1 of 3 · 14:39 · 44 MB · upos-sz-mirrorali.bilivideo.com · mirror', 'Part 2 of 3 · 14:39 · 44 MB · xy1x2x3x4xy.mcdn.bilivideo.cn:4483 · PCDN, often slow',
    'Part 3 of 3 · 14:39 · 44 MB · upos-sz-mirrorali.bilivideo.com · mirror',
  ]);
  await click(page, 'Copy first address 480P AVC');
  await status(page, 'Copied 480P AVC');
  await click(page, 'Copy backup 2 480P AVC');
  await page.waitForFunction(() => bench.asked.filter((a) => a.kind === 'copy').length === 2);
  assert.deepEqual((await asked(page)).filter((a) => a.kind === 'copy').map(({ body: { row, what, backup, host } }) => ({ row, what, backup, host })), [
    { row: 'single/32/AVC/1', what: 'url', backup: undefined, host: undefined }, { row: 'single/32/AVC/1', what: 'url', backup: 2, host: undefined },
  ]);
});

test('the dialog with the curl command explains, shows the command and copies it', async () => {
  const text = "curl --referer 'https://www.bilibili.com/' 'https://upos-sz-mirrorali.bilivideo.com/x.m4s'";
  const page = await show({ list: ok(fixtures.full()), export: ok({ text }), copy: ok({ what: 'curl', kind: 'video', quality: 80, codec: 'AVC' }) });
  await openCommand(page, '1080P AVC');
  assert.ok(await page.$('aria/Save 1080P AVC[role="dialog"]'));
  await page.waitForFunction(() => bench.root.querySelector('.command')?.getAttribute('aria-busy') === null);
  assert.deepEqual(await shown(page, '.command'), [text]);
  assert.ok(await page.$('aria/curl command[role="group"]'));
  assert.equal(await page.$('aria/Refresh[role="button"]'), null, 'what lies behind the dialog is out of reach');
  assert.deepEqual(await axe(page), []);
  await click(page, 'Copy curl command');
  await status(page, 'Copied 1080P AVC: curl command');
  await page.keyboard.press('Escape');
  assert.equal(await page.evaluate(() => bench.root.querySelector('dialog')), null);
  assert.equal(await focused(page), 'curl command for 1080P AVC');
  assert.equal(await page.evaluate(() => bench.content.panel.isOpen()), true);
});

test('a page can neither select nor search the addresses that are shown', async () => {
  const secret = 'https://upos-sz-mirrorali.bilivideo.com/upgcxcode/21/43/1000000021/116-AVC.m4s';
  const text = `curl '${secret}'`;
  const page = await show({ list: ok(fixtures.full()), export: ok({ text }) });
  /** Everything that a page can try. */
  const reach = () => page.evaluate((found) => {
    const selection = /** @type {Selection} */ (getSelection());
    /** @type {string[]} */
    const had = [];
    const look = (/** @type {string} */ way) => void (/:\/\//.test(String(selection)) && had.push(way));
    document.execCommand('selectAll');
    look('select all');
    for (const element of bench.root.querySelectorAll('*')) {
      selection.selectAllChildren(element);
      look(`selecting <${element.tagName.toLowerCase()} class="${element.className}">`);
    }
    selection.removeAllRanges();
    // Not standard, but everywhere: tells whether a text is on the page, character by character if need be.
    if (/** @type {any} */ (globalThis).find(found)) had.push('find');
    selection.removeAllRanges();
    return had;
  }, secret.slice(0, 12));
  /** @param {string} selector */
  const drag = async (selector) => {
    const box = await (await page.waitForSelector(`>>> ${selector}`))?.boundingBox();
    assert.ok(box && box.width > 300 && box.height > 15, selector);
    for (const clickCount of [1, 2, 3]) await page.mouse.click(box.x + 60, box.y + 8, { count: clickCount });
    await page.mouse.move(box.x + 10, box.y + 8);
    await page.mouse.down();
    await page.mouse.move(box.x + 200, box.y + 10);
    await page.mouse.up();
    return page.evaluate(() => String(getSelection()));
  };
  await click(page, '2 backups for 1080P60 AVC');
  assert.equal(await drag('.url'), '');
  assert.deepEqual(await reach(), []);
  assert.equal(await page.evaluate(() => {
    const url = /** @type {HTMLElement} */ (bench.root.querySelector('.url'));
    url.focus();
    url.scrollLeft = 30;
    return bench.root.activeElement === url && url.scrollLeft;
  }), 30, 'an address is read by scrolling');
  await openCommand(page, '1080P60 AVC');
  await page.waitForFunction(() => bench.root.querySelector('.command')?.getAttribute('aria-busy') === null);
  assert.doesNotMatch(await drag('.command'), /:/);
  assert.deepEqual(await reach(), []);
});

test("commands are for the system's own shell, until another is chosen", async () => {
  for (const [agent, shell, says] of /** @type {const} */ ([
    ['Mozilla/5.0 (Windows NT 10.0; Win64; x64)', 'powershell', / in PowerShell\./], ['Mozilla/5.0 (X11; Linux x86_64)', 'posix', / in a terminal\./],
  ])) {
    const page = await open({ prepare: (p) => p.setUserAgent(agent) });
    await page.evaluate((list, copied) => {
      Object.assign(bench.answers, { list, copy: copied, export: { ok: true, body: { text: 'curl' } } });
      bench.content.panel.toggle();
    }, ok(fixtures.full()), ok({ what: 'mpv', kind: 'video', quality: 116, codec: 'AVC' }));
    await openCommand(page, '1080P AVC');
    assert.match((await texts(page, 'dialog p'))[0] ?? '', says);
    await page.keyboard.press('Escape');
    await click(page, 'Copy as…');
    assert.deepEqual(await texts(page, '[aria-checked=true]'), [{ powershell: 'PowerShell', posix: 'bash / zsh' }[shell]]);
    await page.locator('aria/cmd[role="menuitemradio"]').click();
    assert.deepEqual(await texts(page, '[aria-checked=true]'), ['cmd'], 'the menu stays open');
    await page.keyboard.press('Escape');
    await click(page, 'Copy for mpv');
    await status(page, 'Copied 1080P60 AVC: mpv command');
    await openCommand(page, '1080P AVC');
    assert.match((await texts(page, 'dialog p'))[0] ?? '', / in the command prompt \(cmd\)\./);
    assert.deepEqual((await asked(page)).filter((a) => a.kind === 'copy' || a.kind === 'export').map((a) => a.body.shell), [shell, 'cmd', 'cmd']);
    assert.equal((await page.evaluate(() => bench.stored.copyAs)).shell, 'cmd');
    await page.close();
  }
});

test('the menu has every format, and the last choice first and marked', async () => {
  const page = await show({ list: ok(fixtures.full()), copy: ok({ what: 'ffmpeg', kind: 'video', quality: 116, codec: 'AVC' }) });
  const formats = [
    'mpv command', 'ffmpeg command, for one file', 'curl command', 'wget command', 'aria2c command', 'yt-dlp command, for the page',
    'aria2 input file, to save', 'mpv playlist, to save', 'Everything, as JSON', 'Addresses of video and audio',
  ];
  await click(page, 'Copy as…');
  assert.deepEqual(await texts(page, '[role=menuitem]'), formats);
  await page.locator('aria/wget command[role="menuitem"]').click();
  await status(page, 'Copied');
  await click(page, 'Copy as…');
  assert.deepEqual(await texts(page, '[role=menuitem]'), ['wget command', ...formats.filter((f) => f !== 'wget command')]);
  assert.equal(await focused(page), 'wget command');
  assert.deepEqual(await texts(page, '[aria-current=true]'), ['wget command']);
  assert.deepEqual(await axe(page), []);
  await page.keyboard.press('Enter');
  const again = await page.evaluate((list) => {
    // Another page, later.
    bench.content.panel.close();
    bench.answers.list = list;
    return bench.stored.copyAs;
  }, ok(fixtures.silent()));
  assert.deepEqual(again, { what: 'wget', shell: 'posix' });
  const later = await open({ prepare: (p) => p.evaluateOnNewDocument((stored) => Object.assign(globalThis, { kept: stored }), { copyAs: again }) });
  await later.evaluate((list, copied) => {
    Object.assign(bench.answers, { list, copy: copied });
    bench.content.panel.toggle();
  }, ok(fixtures.silent()), ok({ what: 'mpv', kind: 'video', quality: 32, codec: 'AVC' }));
  await click(later, 'Copy as…');
  assert.deepEqual((await texts(later, '[role=menuitem]')), ['wget command', ...formats.filter((f) => f !== 'wget command').slice(0, -1), 'Address']);
  await later.keyboard.press('Escape');
  await click(later, 'Copy for mpv');
  await status(later, 'Copied');
  assert.equal((await asked(later)).at(-1)?.body.what, 'mpv', 'the first button stays what it is');
});

test('what programs read as a file is saved as one, or it is said why not', async () => {
  const copied = { what: 'mpv-list', kind: 'video', quality: 116, codec: 'AVC', expiresAt: fixtures.UNTIL, name: '03 - a.m3u8', type: 'audio/x-mpegurl' };
  const page = await show({ list: ok(fixtures.full()), export: [ok({ text: '#EXTM3U', copied }), unavailable({ code: 'not-purchased' })] });
  await page.evaluate(() => {
    /** @type {any} */ (globalThis).saved = [];
    HTMLAnchorElement.prototype.click = function () {
      /** @type {any} */ (globalThis).saved.push([this.download, this.isConnected, this.href.slice(0, 5)]);
    };
  });
  await click(page, 'Copy as…');
  await page.locator('aria/mpv playlist, to save[role="menuitem"]').click();
  await status(page, 'Saved 1080P60 AVC: mpv playlist, works until');
  assert.match((await texts(page, '.status'))[0] ?? '', /\d\d:\d\d\. Start it with the command in its second line$/);
  await click(page, 'Copy as…');
  await page.locator('aria/aria2 input file, to save[role="menuitem"]').click();
  await status(page, 'Not purchased');
  assert.deepEqual(await page.evaluate(() => /** @type {any} */ (globalThis).saved), [['03 - a.m3u8', false, 'blob:']]);
  const requests = (await asked(page)).filter((a) => a.kind === 'export' || a.kind === 'copy').map((a) => [a.kind, a.body.what, a.body.shell]);
  assert.deepEqual(requests, [['export', 'mpv-list', 'posix'], ['export', 'aria2-list', 'posix']]);
});

test('an extension that was updated under the page says so, also from the menu', async () => {
  const page = await show({ list: ok(fixtures.full()), copy: { ok: false, error: { code: 'orphaned' } } });
  await page.evaluate(() => {
    bench.stored.gone = true;
  });
  await click(page, 'Copy as…');
  await page.locator('aria/curl command[role="menuitem"]').click();
  await page.waitForFunction(() => bench.root.querySelector('[role=alert]')?.textContent?.startsWith('Reload the page'), { timeout: 5000 });
  assert.deepEqual(page.errors, []);
});

test('what no shell or program takes is refused with the reason', async () => {
  for (const [code, says] of /** @type {const} */ ([
    ['unquotable', 'Not copied: The address holds percent signs in pairs'], ['too-long', 'Not copied: The command is longer than cmd takes'],
    ['in-parts', 'Not copied: This video comes in several parts'],
  ])) {
    const page = await show({ list: ok(fixtures.full()), copy: { ok: false, error: { code } }, export: { ok: false, error: { code } } });
    await click(page, 'Copy for mpv');
    await status(page, says);
    await openCommand(page, '1080P AVC');
    await status(page, says);
    await page.close();
  }
});

test('what a link needs is said where it is copied', async () => {
  const until = fixtures.UNTIL;
  for (const [needs, says] of /** @type {const} */ ([
    [{ referer: true, oneIp: true, expiresAt: until }, /^Copied 480P AVC: picture only, works until [^.]*\d\d:\d\d\. Plain link won't open alone: it needs the site's Referer\. It may work only from this IP address$/],
    [{ referer: true }, /^Copied 480P AVC: picture only\. Plain link won't open alone: it needs the site's Referer$/],
    [{}, /^Copied 480P AVC: picture only$/],
    [{ expiresAt: until, fetchedAt: until - 7200 }, /^Copied 480P AVC: picture only, works until [^.]*\d\d:\d\d$/],
    [{ expiresAt: until - 7200, fetchedAt: until }, /^Copied 480P AVC: picture only\. By this computer's clock these links have ended already: check the clock$/],
    [{ what: 'ytdlp', cookies: true }, /^Copied the yt-dlp command for this page; .*\. yt-dlp reads the login from the cookies of this browser's default profile/],
    [{ what: 'ytdlp', cookies: true, apart: true }, /^Copied the yt-dlp command for this page; .*\. yt-dlp can't use this tab's login/],
  ])) {
    const page = await show({ list: ok(fixtures.full()), copy: ok({ what: 'url', kind: 'video', quality: 32, codec: 'AVC', ...needs }) });
    await click(page, 'Copy URL 480P AVC');
    await status(page, 'Copied');
    assert.match((await texts(page, '.status'))[0] ?? '', says);
    await page.close();
  }
});

test('that links need the Referer is said where one does', async () => {
  const listing = fixtures.full();
  const note = async () => {
    const page = await show({ list: ok(listing) });
    const lines = await texts(page, 'footer p');
    await page.close();
    return lines.some((line) => line.startsWith("Links need the site's Referer"));
  };
  assert.equal(await note(), false);
  Object.assign(listing.audio?.[1]?.segments?.[0]?.urls[2] ?? {}, { referer: true });
  assert.equal(await note(), true);
});

test('the addresses of a row say what each needs', async () => {
  const listing = fixtures.full();
  const [first, second, third] = listing.video?.[0]?.segments?.[0]?.urls ?? [];
  assert.ok(first && second && third);
  Object.assign(first, { referer: true, oneIp: true, expiresAt: fixtures.UNTIL });
  Object.assign(second, { referer: true });
  const page = await show({ list: ok(listing) });
  await click(page, '2 backups for 1080P60 AVC');
  const said = await texts(page, '.needs');
  assert.equal(said.length, 2, 'nothing is said of an address that needs nothing');
  assert.match(said[0] ?? '', /^until .*\d\d:\d\d · plain link won't open alone · may work only from this IP address$/);
  assert.equal(said[1], "plain link won't open alone");
});

test('by keyboard alone: menu, Esc in order, focus given back, and the page sees no key', async () => {
  const page = await open();
  await page.evaluate((a) => {
    Object.assign(bench.answers, a);
  }, { list: ok(fixtures.full()), copy: ok({ what: 'urls', kind: 'video', quality: 116, codec: 'AVC' }) });
  await page.focus('#field');
  await page.evaluate(() => bench.content.panel.toggle());
  await page.waitForFunction(() => bench.root.querySelector('table'));
  const order = [];
  for (let i = 0; i < 13; i++) {
    await page.keyboard.press('Tab');
    order.push(await focused(page));
  }
  assert.deepEqual(order, [
    'Move the panel: drag, or use the arrow keys', 'Copy diagnostics', 'Refresh', 'Open Downloads', 'Options', 'Close', 'Streams', 'Download best', 'Copy for mpv', 'Copy as…',
    'the one that goes with it192K AACHi-Res FLAC', 'this page’s language: Simplified ChineseTraditional ChineseEnglishJapaneseall languagesnone', 'Copy URL 1080P60 AVC',
  ]);
  await page.keyboard.down('Shift');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  await page.keyboard.up('Shift');
  await page.keyboard.press('Enter');
  assert.equal(await focused(page), 'mpv command');
  assert.ok(await page.$('aria/mpv command[role="menuitem"]'));
  assert.deepEqual(await axe(page), []);
  await page.keyboard.press('Escape');
  assert.equal(await focused(page), 'Copy as…');
  await page.keyboard.press('Space');
  await page.keyboard.press('ArrowUp');
  assert.equal(await focused(page), 'cmd');
  for (let i = 0; i < 3; i++) await page.keyboard.press('ArrowLeft');
  assert.equal(await focused(page), 'Addresses of video and audio');
  await page.keyboard.press('Enter');
  await status(page, 'Copied 1080P60 AVC: addresses of video and audio');
  await page.keyboard.press('k');
  await page.keyboard.press('Escape');
  assert.equal(await page.evaluate(() => bench.content.panel.isOpen()), false);
  assert.equal(await focused(page), 'field');
  await page.evaluate(() => bench.content.panel.toggle());
  await page.focus('aria/Close[role="button"]');
  await page.keyboard.press('Enter');
  assert.equal(await focused(page), 'field');
  assert.deepEqual(await page.evaluate(() => bench.seen), []);
  await page.keyboard.press('Enter');
  assert.deepEqual(await page.evaluate(() => bench.seen), ['keydown', 'keypress', 'keyup'], 'the next key is the page\'s again');
  assert.equal(await page.evaluate(() => document.querySelector('[data-streamlist]')), null, 'a closed panel leaves nothing in the page');
});

test('clicks, wheel and right clicks stay in the panel', async () => {
  const page = await show({ list: ok(fixtures.full()) });
  await page.mouse.move(700, 400);
  await page.mouse.wheel({ deltaY: 50 });
  await page.mouse.click(700, 400, { button: 'right' });
  await click(page, 'Copy for mpv');
  assert.deepEqual(await page.evaluate(() => bench.seen), []);
  await page.mouse.click(200, 700);
  assert.ok((await page.evaluate(() => bench.seen)).includes('click'), 'the test sees clicks on the page');
});

test('a move shows the new page; the answer for the former one is dropped', async () => {
  const page = await show({});
  await page.evaluate(async (first, second) => {
    /** @type {((answer: any) => void)[]} */
    const open = [];
    const both = new Promise((resolve) => {
      bench.content.request = () => new Promise((answer) => open.push(answer) === 2 && resolve(undefined));
    });
    bench.content.panel.moved({ supported: true });
    bench.content.panel.moved({ supported: true }); // followed a moment later
    await both;
    open[1]?.({ ok: true, body: second });
    open[0]?.({ ok: true, body: first });
  }, { ...fixtures.full(), head: { title: 'The former' } }, { ...fixtures.full(), head: { title: 'The new' } });
  await page.waitForFunction(() => bench.root.querySelector('h2'));
  assert.deepEqual(await texts(page, 'h2'), ['The new']);
  await page.evaluate(() => bench.content.panel.moved({ supported: false }));
  assert.match((await texts(page, '.scroll'))[0] ?? '', /^Streamlist works on .* Bilibili courses bilibili\.tv$/);
});

test('a move within the page leaves everything as it is', async () => {
  const page = await show({ list: ok({ ...fixtures.full(), page: 'com/ep/2603' }), copy: { ok: false, error: { code: 'no-clipboard' } } });
  await click(page, '2 backups for 480P AVC');
  await click(page, 'Copy URL 480P AVC');
  await status(page, 'Not copied');
  await page.evaluate(() => bench.content.panel.moved({ supported: true, page: 'com/ep/2603' }));
  assert.deepEqual((await asked(page)).map((a) => a.kind), ['list', 'copy']);
  assert.ok(await page.$('aria/Copy backup 2 480P AVC[role="button"]'), 'the disclosure stays open');
  await status(page, 'Not copied');
  await page.evaluate(() => bench.content.panel.moved({ supported: true, page: 'com/ep/2604' }));
  assert.equal((await asked(page)).length, 3);
});

test('a closed panel asks nothing, and ignores what it had asked', async () => {
  const page = await show({});
  await page.evaluate(() => {
    bench.content.panel.close();
    bench.content.panel.moved({ supported: true });
    bench.content.panel.optionsChanged();
  });
  assert.equal((await asked(page)).length, 1);
});

test('refreshing keeps the rows in view and the focus where it is', async () => {
  const page = await show({ list: [ok(fixtures.full()), ok({ ...fixtures.full(), head: { title: 'Anew' } })] });
  await page.focus('aria/Refresh[role="button"]');
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => bench.root.querySelector('h2')?.textContent === 'Anew');
  assert.equal((await asked(page))[1]?.body.refresh, true);
  assert.equal(await focused(page), 'Refresh');
});

test('a refresh that fails says so and takes nothing away', async () => {
  const failures = [
    { answer: { ok: false, error: { code: 'timeout' } }, says: /^Network/ },
    { answer: ok({ site: 'com', head: {}, video: [], audio: [], single: [], problem: { code: 'rate-limited' } }), says: /^Rate limited/ },
  ];
  for (const { answer, says } of failures) {
    const page = await show({ list: [ok(fixtures.full()), answer] });
    const rows = (await texts(page, 'tbody tr')).length;
    await click(page, 'Refresh');
    await page.waitForFunction(() => bench.root.querySelector('[role=alert]'));
    assert.match((await texts(page, '[role=alert]'))[0] ?? '', says);
    assert.equal((await texts(page, 'tbody tr')).length, rows);
  }
  const orphan = await show({ list: [ok(fixtures.full()), { ok: false, error: { code: 'orphaned' } }] });
  await click(orphan, 'Refresh');
  await orphan.waitForFunction(() => bench.root.querySelector('[role=alert]')?.textContent?.startsWith('Reload the page'));
  assert.equal((await texts(orphan, 'tbody tr')).length, 0);
});

test('a long list is read on, and only the head changes', async () => {
  const page = await show({ list: ok(fixtures.long()), course: ok({ ...fixtures.long().head, total: 603, partial: false }) });
  await page.waitForFunction(() => bench.root.querySelector('.sub')?.textContent?.includes('lesson 120 of 603'));
  const refused = await show({ list: ok({ ...fixtures.long(), problem: { code: 'not-purchased' } }) });
  assert.deepEqual((await asked(refused)).map((a) => a.kind), ['list'], 'nothing more is asked about what can\'t be had');
  const waiting = await show({ list: ok(fixtures.long()) });
  assert.match((await texts(waiting, '.sub'))[0] ?? '', /lesson 120 of 200\+/);
});

/** The panel's links: their words, where they lead and how. @param {Page} page @returns {Promise<string[]>} */
const links = (page) => page.evaluate(() => [...bench.root.querySelectorAll('a')].map((a) => [a.textContent, a.href, a.target, a.rel].join(' ')));

test('elsewhere: one sentence and two links', async () => {
  const page = await open();
  await page.evaluate(() => bench.content.panel.toggle({ elsewhere: true }));
  assert.deepEqual(await links(page), [
    'Bilibili courses https://www.bilibili.com/cheese/ _blank noopener noreferrer', 'bilibili.tv https://www.bilibili.tv/ _blank noopener noreferrer',
  ]);
  assert.deepEqual(await asked(page), []);
});

test('the toast, with the panel closed', async () => {
  const page = await open();
  await page.evaluate((until, copied) => {
    bench.answers.copy = copied;
    bench.content.panel.toast({ copied: { what: 'url', kind: 'video', quality: 116, codec: 'AVC', expiresAt: until } });
  }, fixtures.UNTIL, ok({ what: 'mpv', kind: 'video', quality: 116, codec: 'AVC' }));
  await status(page, 'Copied 1080P60 AVC: picture only, works until ');
  assert.equal(await page.evaluate(() => bench.content.panel.isOpen()), false);
  assert.deepEqual(await axe(page), []);
  await click(page, 'Copy for mpv');
  await status(page, 'Copied 1080P60 AVC: mpv command');
  assert.equal((await asked(page))[0]?.body.what, 'again');
  await page.evaluate(() => bench.content.panel.toast({ error: { code: 'unavailable', reason: { code: 'not-purchased' } } }));
  await status(page, 'Not purchased: ');
  await page.evaluate(() => bench.content.panel.toast({ copied: { what: 'url', kind: 'audio', quality: 30280, codec: 'AAC' } }));
  await status(page, 'Copied 192K AAC: sound only');
  await page.focus('aria/Copy for mpv[role="button"]');
  await page.keyboard.press('Escape');
  assert.equal(await page.evaluate(() => document.querySelector('[data-streamlist]')), null);
  assert.deepEqual(page.errors, []);
});

test('the toast speaks of its own site, and of nothing that only the panel has', async () => {
  for (const [language, panelOnly] of /** @type {const} */ ([['en-US', /Refresh|rows?\b|below/], ['zh-CN', /刷新|下面|一行/]])) {
    const page = await open({ language });
    for (const [reason] of [...fixtures.reasons, /** @type {const} */ ([{ code: 'not-given', detail: 'only-hdr' }])]) {
      const text = await page.evaluate(async (r) => {
        bench.content.panel.toast({ site: 'com', error: { code: 'unavailable', reason: r } });
        await new Promise((resolve) => setTimeout(resolve, 40));
        return bench.root.querySelector('.toast')?.textContent ?? '';
      }, reason);
      assert.doesNotMatch(text, panelOnly, JSON.stringify(reason));
      assert.doesNotMatch(reason.detail === 'old-host' ? '' : text, /bilibili\.tv/, JSON.stringify(reason));
      assert.doesNotMatch(text, /undefined|\$\d/, JSON.stringify(reason));
      assert.match(text, /[.。]/);
    }
    await page.evaluate(() => bench.content.panel.toast({ site: 'com', error: { code: 'unavailable', reason: { code: 'network' } } }));
    await status(page, language === 'en-US' ? 'Network: bilibili.com could not be reached. Check the connection, then try again.' : '网络：无法连接 bilibili.com。请检查网络，然后重试。');
    await page.close();
  }
});

test('the toast stays 20 seconds, and while the pointer or the focus is on it', async () => {
  const page = await open();
  assert.deepEqual(await page.evaluate(async () => {
    /** @type {Map<number, number>} */
    const waits = new Map();
    let serial = 0;
    const { setTimeout: real } = window;
    Object.assign(window, {
      setTimeout: (/** @type {() => void} */ call, /** @type {number} */ ms) => {
        if (ms < 1000) return real(call, ms);
        waits.set(++serial, ms);
        return serial;
      },
      clearTimeout: (/** @type {number} */ id) => waits.delete(id),
    });
    const seen = [];
    bench.content.panel.toast({ copied: { what: 'url', kind: 'audio', quality: 30280 } });
    seen.push([...waits.values()]);
    const button = /** @type {HTMLElement} */ (bench.root.querySelector('.toast button'));
    button.focus();
    seen.push([...waits.values()]);
    button.blur();
    seen.push([...waits.values()]);
    return seen;
  }), [[20_000], [], [20_000]]);
});

test('the panel moves by its header and by arrow keys, and stays in the window', async () => {
  const page = await show({ list: ok(fixtures.full()) });
  const place = () => page.evaluate(() => {
    const box = bench.root.querySelector('.panel')?.getBoundingClientRect();
    return box ? { left: Math.round(box.left), top: Math.round(box.top), right: Math.round(box.right) } : null;
  });
  assert.deepEqual(await place(), { left: 436, top: 16, right: 884 });
  await page.mouse.move(600, 36);
  await page.mouse.down();
  await page.mouse.move(400, 136);
  await page.mouse.up();
  assert.deepEqual(await place(), { left: 236, top: 116, right: 684 });
  await page.mouse.move(500, 300); // released: no longer follows
  await page.focus('aria/Move the panel: drag, or use the arrow keys[role="button"]');
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('ArrowUp');
  assert.deepEqual(await place(), { left: 212, top: 92, right: 660 });
  for (let i = 0; i < 30; i++) await page.keyboard.press('ArrowLeft');
  assert.equal((await place())?.left, 8);
  await page.setViewport({ width: 420, height: 500 });
  await page.waitForFunction(() => (bench.root.querySelector('.panel')?.getBoundingClientRect().right ?? 999) <= innerWidth);
});

test('text of the site is only ever text', async () => {
  const page = await show({ list: ok(fixtures.hostile()) });
  assert.equal(await page.evaluate(() => bench.root.querySelectorAll('img, script').length), 0);
  assert.doesNotMatch(await page.evaluate(() => bench.root.textContent ?? ''), /[\u202e\u0000]/);
  const { wide, high } = await page.evaluate(() => ({
    wide: [...bench.root.querySelectorAll('.panel, header, .scroll')].every((e) => e.scrollWidth <= e.clientWidth + 1), high: bench.root.querySelector('.panel')?.getBoundingClientRect().bottom ?? 0,
  }));
  assert.ok(wide && high <= 800, 'stays in its box');
});

test('the page keeps its layout', async () => {
  const page = await open();
  const size = () => page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.scrollHeight]);
  const before = await size();
  await page.evaluate((a) => {
    bench.answers.list = a;
    bench.content.panel.toggle();
    bench.content.panel.toast({ error: { code: 'timeout' } });
  }, ok(fixtures.everyMark()));
  await page.waitForFunction(() => bench.root.querySelector('table'));
  assert.deepEqual(await size(), before);
});

test('in a language without texts, months and numbers are English like the rest', async () => {
  const listing = { ...fixtures.full(), expiresAt: Math.floor(Date.UTC(2040, 2, 9, 12) / 1000) };
  for (const [language, date] of /** @type {const} */ ([['de-DE', /until Mar 9, \d\d:\d\d$/], ['en-GB', /until 9 Mar, \d\d:\d\d$/]])) {
    const page = await show({ list: ok(listing) }, { language });
    assert.match((await texts(page, '.chip')).at(-1) ?? '', date);
    assert.match((await texts(page, '.best'))[0] ?? '', /1\.51 GB/);
  }
});

test('in Chinese', async () => {
  const page = await show({ list: ok(fixtures.preview()) }, { language: 'zh-CN' });
  assert.match(await page.evaluate(() => bench.root.querySelector('[role=alert]')?.textContent ?? ''), /15 分钟.*5 分钟/);
  assert.ok(await page.$('aria/复制地址 480P MP4[role="button"]'));
  assert.deepEqual(page.errors, []);
});

const STATES = /** @type {const} */ (['full', 'encrypted', 'notPurchased', 'preview', 'segments', 'everyMark', 'tvAnonymous', 'silent', 'onlyHDR', 'hostile', 'notes', 'empty']);
for (const dark of [false, true]) {
  test(`axe finds nothing, ${dark ? 'dark' : 'light'}`, async () => {
    const page = await open({ dark });
    for (const state of STATES) {
      await page.evaluate((list) => {
        bench.content.panel.close();
        bench.answers.list = list;
        bench.content.panel.toggle();
      }, ok(fixtures[state]()));
      await page.waitForFunction(() => !bench.root.querySelector('[aria-busy]'));
      await page.evaluate(() => bench.root.querySelectorAll('[aria-expanded=false]:not([aria-haspopup])').forEach((b) => /** @type {HTMLElement} */ (b).click()));
      assert.deepEqual(await axe(page), [], state);
    }
    for (const list of [null, unavailable({ code: 'no-access' }), unavailable({ code: 'reload' }), { ok: false, error: { code: 'unsupported' } }]) {
      await page.evaluate((answer) => {
        bench.content.panel.close();
        bench.answers.list = answer ?? undefined;
        bench.content.panel.toggle();
      }, list);
      if (list) await page.waitForFunction(() => !bench.root.querySelector('[aria-busy]'));
      assert.deepEqual(await axe(page), [], JSON.stringify(list));
    }
    assert.deepEqual(page.errors, []);
  });
}

test("the person's courses are read page after page, and once", async () => {
  const course = (/** @type {number} */ id, /** @type {object} */ more = {}) => ({ id: String(id), title: `Course ${id}`, updateinfo: '', isexpired: false, progress: { lastepindex: '' }, ...more });
  const page = await show({
    owned: [
      ok({ data: [course(1, { updateinfo: '已完结 | 共10课时', progress: { lastepindex: 'Part 3' } }), course(2, { isexpired: true })], next: true }),
      ok({ data: [course(2), course(3, { title: '<img src=x onerror=alert(1)>\u202Egnp.exe' }), { ...course(4), id: '' }, { ...course(5), id: '5/../evil' }], next: true }),
      ok({ data: [course(3)], next: true }),
    ],
  });
  await page.evaluate(() => bench.content.panel.close());
  const toggle = () => page.evaluate(() => bench.content.panel.toggle({ elsewhere: true, place: 'mine' }));
  await toggle();
  await page.waitForFunction(() => bench.root.querySelectorAll('.courses li').length === 3 && !bench.root.querySelector('[aria-busy]'));
  assert.deepEqual(await texts(page, '.courses li'), [
    'Course 1 已完结 | 共10课时 Last watched: Part 3', 'Course 2Purchase ended', '<img src=x onerror=alert(1)> gnp.exe',
  ]);
  assert.deepEqual(await texts(page, '.head'), ['Your courses Courses: 3']);
  assert.deepEqual((await asked(page)).filter((a) => a.kind === 'owned').map((a) => a.body.page), [1, 2, 3], 'a page with nothing new is the last');
  assert.deepEqual(await axe(page), []);
  assert.equal((await links(page))[1], 'Course 2Purchase ended https://www.bilibili.com/cheese/play/ss2 _blank noopener noreferrer');
  await toggle();
  await toggle();
  await page.waitForFunction(() => bench.root.querySelectorAll('.courses li').length === 3);
  assert.equal((await asked(page)).filter((a) => a.kind === 'owned').length, 3, 'opened again, nothing is asked');
  assert.deepEqual(page.errors, []);
});

test("why the person's courses can't be listed, after the pages that came", async () => {
  const page = await open();
  const place = (/** @type {object} */ answers) => page.evaluate((a) => {
    Object.assign(bench.answers, a);
    bench.content.panel.close();
    bench.content.panel.toggle({ elsewhere: true, place: 'mine' });
  }, answers);
  await place({ owned: unavailable({ code: 'not-logged-in', serverCode: -401 }) });
  await page.waitForFunction(() => bench.root.querySelector('[role=alert]'));
  assert.match((await texts(page, '[role=alert]'))[0] ?? '', /^Not logged in/);
  const one = { id: '1', title: 'One', updateinfo: '', isexpired: false, progress: { lastepindex: '' } };
  await place({ owned: [ok({ data: [one], next: true }), unavailable({ code: 'rate-limited', at: fixtures.UNTIL })] });
  await page.waitForFunction(() => bench.root.querySelector('[role=alert]')?.textContent?.startsWith('Rate limited'));
  assert.deepEqual(await texts(page, '.courses li'), ['One']);
  await place({ owned: ok({ data: [], next: false }) });
  await page.waitForFunction(() => bench.root.querySelector('.plain'));
  assert.deepEqual(await texts(page, '.scroll'), ['This account has bought no courses.']);
});

test('what Streamlist is for, on the pages of another product', async () => {
  const page = await open();
  await page.evaluate(() => bench.content.panel.toggle({ elsewhere: true, place: 'videos' }));
  assert.match((await texts(page, '.plain'))[0] ?? '', /^Streamlist is for Bilibili's courses and for bilibili\.tv\. .* other tools\. Bilibili courses bilibili\.tv$/);
  await page.evaluate(() => bench.content.panel.moved({ supported: false }));
  assert.match((await texts(page, '.plain'))[0] ?? '', /^Streamlist works on/);
  assert.deepEqual(await asked(page), []);
});

/** Opens a row's disclosure and presses its Compare. @param {Page} page @param {string} disclosure @param {string} name */
async function compare(page, disclosure, name) {
  await click(page, disclosure);
  await click(page, `Compare ${name}`);
}

/** @param {Page} page @param {Record<string, object>} known by a part of the type that is asked for */
const decoders = (page, known) => page.evaluate((answers) => {
  Object.defineProperty(navigator, 'mediaCapabilities', { configurable: true, value: {
    /** @param {any} how */
    async decodingInfo(how) {
      const type = (how.video ?? how.audio).contentType;
      const found = Object.entries(answers).find(([part]) => type.includes(part));
      if (!found) throw new TypeError('no such type');
      return found[1];
    },
  } });
}, known);

test('two rows side by side, with the difference in words', async () => {
  const page = await show({ list: ok(fixtures.full()) });
  await decoders(page, { avc1: { supported: true, smooth: true, powerEfficient: true }, hev1: { supported: true, smooth: false, powerEfficient: false } });
  await compare(page, '2 backups for 1080P60 AVC', '1080P60 AVC');
  await status(page, 'Now choose Compare at another row');
  assert.equal(await page.$eval('aria/Compare 1080P60 AVC', (e) => e.getAttribute('aria-pressed')), 'true');
  await compare(page, '2 backups for 1080P60 HEVC', '1080P60 HEVC');
  await page.waitForFunction(() => bench.root.querySelector('.verdict p'));
  assert.deepEqual(await texts(page, '.compare tr'), [
    '1080P60 AVC 1080P60 HEVC', 'Picture 1920×1080 · 59.94 fps 1920×1080 · 58.82 fps', 'Codec AVC · avc1.640032 HEVC · hev1.1.6.L150.90',
    'Bit rate 4.4 Mbit/s 2.1 Mbit/s', 'Size 1.45 GB 692 MB', 'In this browser plays smoothly and saves power plays, but may stutter',
  ]);
  assert.deepEqual(await texts(page, '.verdict p'), ['HEVC is 52% smaller at the same picture size.']);
  assert.deepEqual(await axe(page), []);
  assert.equal(await focused(page), 'Done');
  await page.keyboard.press('Escape');
  assert.equal(await focused(page), 'Compare 1080P60 HEVC', 'the focus is back');
  assert.equal(await page.$eval('aria/Compare 1080P60 AVC', (e) => e.getAttribute('aria-pressed')), 'false');
  assert.deepEqual(page.errors, []);
});

test('what can be said of two rows depends on what is known of them', async () => {
  const listing = fixtures.full();
  const page = await show({ list: ok(listing) });
  await decoders(page, { 'avc1.640032': { supported: false }, 'avc1': { supported: true, smooth: true, powerEfficient: false }, 'mp4a': { supported: true, smooth: true, powerEfficient: true } });
  await compare(page, '2 backups for 480P AVC', '480P AVC');
  await compare(page, '2 backups for 1080P60 AVC', '1080P60 AVC');
  await page.waitForFunction(() => bench.root.querySelector('.verdict p'));
  assert.deepEqual(await texts(page, '.verdict p'), [
    '480P is 91% smaller.', '1080P60 has 407% more pixels.', '1080P60 has 100% more frames per second.', 'Only 480P plays in this browser.',
  ]);
  await click(page, 'Done');
  await compare(page, '2 backups for 192K AAC', '192K AAC');
  await click(page, 'Compare 480P AVC');
  assert.equal(await page.$eval('aria/Compare 192K AAC', (e) => e.getAttribute('aria-pressed')), 'false', 'sound is not held against a picture');
  await click(page, 'Compare 480P AVC');
  await status(page, '480P AVC is not compared');
  await click(page, 'Compare 192K AAC');
  await compare(page, '2 backups for Hi-Res FLAC', 'Hi-Res FLAC');
  await page.waitForFunction(() => bench.root.querySelector('.verdict p'));
  assert.deepEqual(await texts(page, '.verdict p'), ['192K AAC is 88% smaller.']);
  assert.match((await texts(page, '.compare tr')).at(-1) ?? '', /plays smoothly and saves power can't be told/);
  await page.evaluate(() => bench.content.panel.optionsChanged());
  await page.waitForFunction(() => !bench.root.querySelector('dialog'));
});

test('what opens below the visible part comes into view, once it is filled', async () => {
  const page = await show({
    list: ok({ ...fixtures.full(), unasked: true }), single: ok(fixtures.withFiles()), details: ok(fixtures.details()),
  }, { height: 640 });
  /** How far elements stick out of what is visible of the panel, in px. @param {string} selector */
  const hidden = (selector) => page.evaluate((s) => {
    const view = bench.root.querySelector('.scroll')?.getBoundingClientRect() ?? new DOMRect();
    return [...bench.root.querySelectorAll(s)].map((e) => e.getBoundingClientRect())
      .map((at) => Math.round(Math.max(0, at.bottom - view.bottom, view.top - at.top)));
  }, selector);
  /** Has the button at the lower edge, and presses it. @param {string} name */
  const pressAtTheEdge = async (name) => {
    const button = await page.$(`aria/${name}[role="button"]`);
    await button?.evaluate((e) => e.scrollIntoView({ block: 'end' }));
    await button?.click();
  };
  await pressAtTheEdge('2 backups for 192K AAC');
  assert.deepEqual([...new Set(await hidden('tr:has(+ .detail:not([hidden])), .detail:not([hidden])'))], [0], 'addresses, and whose they are');
  await click(page, '2 backups for 192K AAC');
  await pressAtTheEdge('Single files');
  await page.waitForSelector('aria/Single files[role="table"]');
  assert.deepEqual((await hidden('.fold'))[0], 0, 'rows that were asked for');
  await pressAtTheEdge('Course details');
  await page.waitForFunction(() => bench.root.querySelector('dl'));
  assert.equal((await hidden('.fold h3:has([aria-expanded=true])')).at(-1), 0, 'the heading');
  assert.equal((await hidden('.cover, dt')).slice(0, 3).every((px) => px === 0), true, 'and what came with it');

  // Drawn anew, a panel opens them again; the person stays where they are.
  await page.evaluate(() => bench.root.querySelector('.scroll')?.scrollTo(0, 0));
  await click(page, 'Refresh');
  await page.waitForFunction(() => bench.asked.filter((a) => a.kind === 'single').length === 2 && bench.root.querySelector('.fold table') && bench.root.querySelector('dl'));
  assert.equal(await page.evaluate(() => bench.root.querySelector('.scroll')?.scrollTop), 0);
});

test('the course details: asked for on opening, with links to the site alone', async () => {
  const page = await show({ list: ok(fixtures.full()), details: ok(fixtures.details()) });
  assert.equal((await asked(page)).some((a) => a.kind === 'details'), false);
  await click(page, 'Course details');
  await page.waitForFunction(() => bench.root.querySelector('dl'));
  assert.deepEqual(await texts(page, 'dt'), ['Price', 'Coupon', 'Released', 'Valid', 'Plays', 'You', 'Teacher']);
  assert.deepEqual(await texts(page, 'dd'), [
    '180 B币 · 券后90 B币', 'Half, until 2030-12-31 23:59:59 (China time)', '已完结 | 共66课时', '长期有效', '672.5万播放', 'Lessons watched: 3 · last: か行, at 12:34', '示例老师 · teaches',
  ]);
  const links = await page.evaluate(() => [...bench.root.querySelectorAll('a')].map((a) => [a.textContent, a.href, a.target, a.rel]));
  assert.deepEqual(links, [
    ['示例老师', 'https://space.bilibili.com/1/pugv'], ['购买须知', 'https://www.bilibili.com/blackboard/a.html'], ['协议', 'https://www.bilibili.com/blackboard/b.html'],
  ].map((link) => [...link, '_blank', 'noopener noreferrer']));
  for (const name of ['购买须知', '常见问题']) await click(page, name);
  assert.deepEqual(await texts(page, '.fold .fold p'), ['1. One', '2. Two <3', 'When?', 'Now.']);
  assert.deepEqual(await axe(page), []);
  // This page's policy allows no image: there is none, and no hole where it was.
  await page.waitForFunction(() => !bench.root.querySelector('img'));
  await click(page, 'Course details');
  await click(page, 'Course details');
  assert.equal((await asked(page)).filter((a) => a.kind === 'details').length, 1);
  assert.deepEqual(page.errors.filter((e) => !/i0\.hdslb\.com.*Content Security Policy|Content Security Policy.*i0\.hdslb\.com/.test(e)), []);
});

test('how many lessons were watched is a lower bound while the list is not read to its end', async () => {
  for (const [watched, partial, says] of /** @type {const} */ ([
    [50, true, 'Lessons watched: 50+ · last: か行, at 12:34'], [0, true, 'last: か行, at 12:34'], [50, false, 'Lessons watched: 50 · last: か行, at 12:34'],
  ])) {
    const page = await show({ list: ok(fixtures.full()), details: ok({ ...fixtures.details(), watched, partial }) });
    await click(page, 'Course details');
    await page.waitForFunction(() => bench.root.querySelector('dl'));
    assert.ok((await texts(page, 'dd')).includes(says), says);
    await page.close();
  }
});

test('course details of hostile types, addresses and words', async () => {
  const nonsense = { ...fixtures.details(), cover: 'https://evil.test/x.jpg', subtitle: 7, stat: 'odd', payment: [], coupon: null, note: { title: { a: 1 }, content: 5, link: 1 }, faq: 9,
    faq1: { title: '<img src=x>', items: [{ question: '<script>alert(1)</script>', answer: 'a\u202Eb'.repeat(2000) }] },
    terms: { title: 'terms', link: 'https://www.bilibili.com@evil.test/' }, teacher: { uname: '<b>x</b>', brief: '', link: 'javascript:alert(1)' } };
  const page = await show({ list: ok(fixtures.full()), details: [unavailable({ code: 'network' }), ok(nonsense)] });
  await click(page, 'Course details');
  await page.waitForFunction(() => bench.root.querySelector('.failed'));
  assert.match((await texts(page, '.failed'))[0] ?? '', /^Network: .* Try again$/);
  await click(page, 'Try again');
  await page.waitForFunction(() => bench.root.querySelector('dl'));
  assert.equal(await page.evaluate(() => bench.root.querySelectorAll('a, img, script').length), 0);
  assert.equal((await texts(page, 'dd')).at(-1), '<b>x</b>');
  assert.deepEqual(page.errors, []);
});

test("the lesson's danmaku are saved as a file, or it is said why not", async () => {
  const page = await show({
    list: ok(fixtures.full()), details: ok(fixtures.details()),
    danmaku: [ok({ name: '03 - a.ass', text: 'script', count: 12 }), ok({ name: 'x.xml', text: '', count: 0 }), unavailable({ code: 'not-purchased' })],
  });
  await page.evaluate(() => {
    /** @type {any} */ (globalThis).saved = [];
    HTMLAnchorElement.prototype.click = function () {
      /** @type {any} */ (globalThis).saved.push([this.download, this.isConnected, this.href.slice(0, 5)]);
    };
  });
  await click(page, 'Course details');
  await click(page, 'Danmaku as ASS');
  await status(page, 'Saved 03 - a.ass. Comments: 12');
  await click(page, 'Danmaku as XML');
  await status(page, 'This lesson has no danmaku');
  await click(page, 'Danmaku as XML');
  await status(page, 'Not purchased');
  assert.deepEqual(await page.evaluate(() => /** @type {any} */ (globalThis).saved), [['03 - a.ass', false, 'blob:']]);
  assert.deepEqual((await asked(page)).filter((a) => a.kind === 'danmaku').map((a) => a.body.format), ['ass', 'xml', 'xml']);
});

const titles = {
  tracks: [
    { tag: 'en', name: 'English' }, { tag: 'th', name: 'ภาษาไทย' }, { tag: 'vi-auto', name: 'Tiếng Việt', machine: true }, { tag: 'ar', name: 'عربي' },
    { tag: 'x-odd', name: '<b>Od\u202Ed</b>' }, { tag: 'ms', name: 'Bahasa Melayu', withheld: { code: 'not-given' } },
  ],
};

test('subtitles are asked for when their section is opened, each with its language and mark', async () => {
  const page = await show({ list: ok(fixtures.tvAnonymous()), subtitles: [unavailable({ code: 'region' }), ok(titles)] });
  assert.equal((await asked(page)).some((a) => a.kind === 'subtitles'), false);
  await click(page, 'Subtitles');
  await page.waitForFunction(() => bench.root.querySelector('.failed'));
  assert.match((await texts(page, '.failed'))[0] ?? '', /^Region: /);
  await click(page, 'Try again');
  await page.waitForFunction(() => bench.root.querySelector('.titles'));
  assert.deepEqual(await texts(page, '.titles li'), [
    'English', 'Thai ภาษาไทย', 'Vietnamese Tiếng Việtmachine-made', 'Arabic عربي', '<b>Od d</b>', 'Malay Bahasa Melayu Not given, no reason stated',
  ]);
  for (const name of ['Save subtitles English', 'Copy subtitles Vietnamese (machine-made)', 'Save subtitles <b>Od d</b>']) assert.ok(await page.$(`aria/${name}[role="button"]`), name);
  assert.equal(await page.$('aria/Save subtitles Malay[role="button"]'), null);
  await click(page, 'Subtitles');
  await click(page, 'Subtitles');
  assert.deepEqual((await asked(page)).filter((a) => a.kind === 'subtitles').map((a) => a.body.language), [undefined, undefined]);
  assert.deepEqual(await axe(page), []);
  assert.deepEqual(page.errors, []);
});

test('subtitles are saved and copied in the format that was chosen, which is remembered', async () => {
  const file = (/** @type {object} */ change) => ok({ tracks: [{ tag: 'th', name: 'ภาษาไทย', file: { name: '01 - a.th.srt', text: '1\n…', count: 3, ...change } }] });
  const page = await show({
    list: ok(fixtures.tvAnonymous()),
    subtitles: [ok(titles), file({}), file({ name: '01 - a.th.vtt' }), file({ text: '' }), file({ count: 0 }), ok({ tracks: [{ tag: 'th', withheld: { code: 'network' } }] }), ok({ tracks: [] }),
      { ok: false, error: { code: 'no-clipboard' } }],
  });
  await page.evaluate(() => {
    /** @type {any} */ (globalThis).saved = [];
    HTMLAnchorElement.prototype.click = function () {
      void fetch(this.href).then((r) => r.blob(), () => null);
      /** @type {any} */ (globalThis).saved.push([this.download, this.isConnected, this.href.slice(0, 5)]);
    };
  });
  await click(page, 'Subtitles');
  await click(page, 'Save subtitles Thai');
  await status(page, 'Saved 01 - a.th.srt');
  await page.evaluate(() => {
    const select = /** @type {HTMLSelectElement} */ (bench.root.querySelector('.fold select'));
    select.value = 'vtt';
    select.dispatchEvent(new Event('change'));
  });
  await click(page, 'Save subtitles Thai');
  await status(page, 'Saved 01 - a.th.vtt');
  await click(page, 'Copy subtitles Thai');
  await status(page, 'Copied the subtitles: Thai');
  for (const outcome of ['These subtitles are empty', 'Network', 'Not found', 'Not copied']) {
    await click(page, 'Copy subtitles Thai');
    await status(page, outcome);
  }
  assert.deepEqual(await page.evaluate(() => /** @type {any} */ (globalThis).saved), [['01 - a.th.srt', false, 'blob:'], ['01 - a.th.vtt', false, 'blob:']]);
  const bodies = (await asked(page)).filter((a) => a.kind === 'subtitles').slice(1).map((a) => [a.body.language, a.body.format, a.body.copy]);
  assert.deepEqual(bodies.slice(0, 3), [['th', 'srt', undefined], ['th', 'vtt', undefined], ['th', 'vtt', true]]);
  assert.deepEqual((await page.evaluate(() => bench.stored.subtitles)), { format: 'vtt', tv: 'page', com: '' });
});

test('a video without subtitles says so', async () => {
  const page = await show({ list: ok(fixtures.tvAnonymous()), subtitles: ok({ tracks: null }) });
  await click(page, 'Subtitles');
  await page.waitForFunction(() => bench.root.querySelector('.fold .note')?.textContent === 'The site lists no subtitles for this video.');
});

/** The choice of subtitles beside that of the sound. @param {Page} page @param {string} [wish] */
const wished = (page, wish) => page.evaluate((value) => {
  const label = [...bench.root.querySelectorAll('.best label')].find((e) => e.textContent?.startsWith('Subtitles'));
  const select = label?.querySelector('select');
  if (!select) return null;
  if (value !== undefined) {
    select.value = value;
    select.dispatchEvent(new Event('change'));
  }
  return { chosen: select.selectedOptions[0]?.text, first: [...select.options].slice(0, 3).map((o) => o.text), last: [...select.options].slice(-2).map((o) => o.text) };
}, wish);

test("a download takes the page's language along on bilibili.tv, and what was chosen is remembered", async () => {
  const order = { page: 'tv/ep/3', row: 'video/32/AVC/1', audio: 'audio/30232/AAC/1', hints: { load: '' } };
  const page = await show({ list: ok(fixtures.tvAnonymous()), download: [ok({ ...order, subtitles: 'en' }), ok({ ...order, subtitles: 'all' }), ok(order)] });
  assert.deepEqual(await wished(page), {
    chosen: 'this page’s language: English', first: ['this page’s language: English', 'Thai', 'Vietnamese'], last: ['all languages', 'none'],
  });
  await click(page, 'Download best');
  await status(page, 'Downloading 480P AVC with 132K AAC, as one MP4; subtitles: English');
  await wished(page, 'all');
  await click(page, 'Download best');
  await status(page, 'Downloading 480P AVC with 132K AAC, as one MP4; subtitles: all languages');
  await click(page, 'Download 132K AAC');
  await status(page, 'Downloading 132K AAC as M4A');
  const bodies = (await asked(page)).filter((a) => a.kind === 'download').map((a) => a.body.subtitles);
  assert.deepEqual(bodies, ['page', 'all', undefined]);
  assert.deepEqual(await page.evaluate(() => bench.stored.subtitles), { format: 'srt', tv: 'all', com: '' });

  const kept = { subtitles: { format: 'ass', tv: 'ko', com: 'en' } };
  const later = await show({ list: ok(fixtures.tvAnonymous()) }, { prepare: (p) => p.evaluateOnNewDocument((stored) => Object.assign(globalThis, { kept: stored }), kept) });
  assert.deepEqual((await wished(later))?.chosen, 'Korean');
  const lesson = await show({ list: ok(fixtures.full()), download: ok({ ...order, page: 'com/ep/1' }) });
  assert.equal((await wished(lesson))?.chosen, 'none');
  await click(lesson, 'Download best');
  await status(lesson, 'Downloading 1080P60 AVC');
  assert.equal('subtitles' in ((await asked(lesson)).find((a) => a.kind === 'download')?.body ?? {}), false);
  assert.equal(await wished(await show({ list: ok(fixtures.notPurchased()) })), null);
});
