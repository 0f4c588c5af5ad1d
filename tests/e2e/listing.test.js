// Each world listed: what a person sees after a click on the toolbar icon.
import assert from 'node:assert/strict';
import { it } from 'node:test';

import { inBrowsers } from './lib/launch.js';

/** @typedef {import('./lib/launch.js').View} View */

/** @param {View} view @param {string} table @param {...string} words all in one row */
function row(view, table, ...words) {
  const rows = view.tables[table] ?? [];
  const found = rows.find((r) => words.every((w) => ` ${r.text} `.includes(` ${w} `)));
  assert(found, `no row of ${table} has ${words.join(', ')}:\n${rows.map((r) => r.text).join('\n')}`);
  return found;
}

/** @param {View} view */
const best = (view) => Object.values(view.tables).flat().filter((r) => r.best).map((r) => r.text);

inBrowsers((b) => {
  it('lists a free lesson', async () => {
    await b.login('com', null);
    const tab = await b.open('free');
    const view = await tab.show();
    assert.match(view.text, /Free/, 'the state chip');
    assert.match(view.text, /lesson 1 of 4/);
    assert.match(view.text, /Links work until (?:\w+ \d+, )?\d\d:\d\d/);
    assert.equal(view.alert, '');
    assert.deepEqual(Object.keys(view.tables), ['Video', 'Audio']);
    const top = row(view, 'Video', '1080P+', '1920×1080', 'AVC');
    assert(top.best && view.tables.Video?.[0] === top, 'the best row comes first');
    assert.match(top.text, /\d fps/);
    assert.match(top.text, /[\d.]+ (k|M)bit\/s/);
    assert.match(top.text, /[\d.]+ (k|M)B$/);
    assert.deepEqual(top.buttons.slice(0, 2), ['Copy URL 1080P+ AVC', 'Download 1080P+ AVC']);
    row(view, 'Video', '720P', '1280×720', 'HEVC');
    row(view, 'Audio', '192K', 'AAC');
    assert.equal(best(view).length, 1);
    assert.doesNotMatch(view.text, /fragment|end card/i);
    for (const name of ['Copy for mpv', 'Copy as…', 'Refresh', 'Close']) assert(view.buttons.includes(name), `no button ${name}`);
  });

  it('lists a purchased course with the account of the tab', async () => {
    await b.as('purchased');
    const tab = await b.open('purchased');
    const view = await tab.show();
    assert.match(view.text, /Purchased/);
    assert.match(view.text, /大国博弈/);
    assert.match(view.text, /lesson 1 of 66/);
    row(view, 'Video', '1080P60', '1920×1080', 'AVC', 'Best');
    const missing = row(view, 'Video', '4K');
    assert(missing.notGiven && missing.buttons.length === 0, `offered without a track: ${missing.text}`);
    const asked = await b.replica.calls({ path: '/pugv/player/web/playurl' });
    assert.deepEqual(asked.map((r) => r.account), ['buyer']);
  });

  it('says why a course that others bought is closed, with the lesson named', async () => {
    await b.as('purchased-by-others');
    const tab = await b.open('purchased-by-others');
    const view = await tab.show();
    assert.match(view.alert, /^Not purchased/);
    assert.match(view.text, /大国博弈/);
    assert.deepEqual(view.buttons.filter((n) => /^(Copy|Download)/.test(n) && n !== 'Copy diagnostics'), []);
  });

  it('lists AVC, HEVC, AV1, Dolby Vision, HDR, Dolby and Hi-Res with their marks', async () => {
    await b.login('com', null);
    const tab = await b.open('everything');
    const view = await tab.show();
    row(view, 'Video', '8K', '7680×4320', 'HEVC', 'Best');
    row(view, 'Video', 'Dolby Vision', 'HEVC');
    row(view, 'Video', 'HDR', 'HEVC');
    row(view, 'Video', '4K', '3840×2160', 'AV1');
    row(view, 'Video', '1080P60', 'AVC');
    row(view, 'Audio', 'Dolby', 'E-AC-3');
    row(view, 'Audio', 'Hi-Res', 'FLAC');
    assert.equal(view.heading, '第1讲：画面与声音的全部档次');
  });

  for (const [name, quality, ending] of [['flv', '1080P', 'flv'], ['mp4-parts', '720P', 'mp4']]) {
    it(`lists ${name} in three segments as one single file`, async () => {
      const tab = await b.open(name ?? '');
      const view = await tab.show();
      const only = row(view, 'Single files', quality ?? '', 'Best');
      assert.match(only.text, /3 parts/);
      const text = await tab.copy(only.buttons[0] ?? 'no button');
      assert.deepEqual(text.trim().split('\n').map((line) => /\.(\w+)\?/.exec(line)?.[1]), [ending, ending, ending], text);
    });
  }

  it('lists a long lesson in every codec', async () => {
    const view = await (await b.open('long')).show();
    assert.match(row(view, 'Video', '1080P', 'AVC', 'Best').text, / \d\d MB/);
    for (const codec of ['HEVC', 'AV1']) row(view, 'Video', '1080P', codec);
    for (const codec of ['AAC', 'E-AC-3', 'FLAC']) row(view, 'Audio', codec);
    assert.match(view.text, / 5:00 /);
  });

  it('lists every quality of a film that comes one at a time', async () => {
    const tab = await b.open('progressive');
    const view = await tab.show();
    row(view, 'Single files', '1080P', 'Best');
    row(view, 'Single files', '720P');
    row(view, 'Single files', '360P');
    const lower = row(view, 'Single files', '1080P+');
    assert(lower.notGiven && lower.buttons.length === 0, lower.text);
    assert.match(view.text, /Why no 1080P\+\? Asked for it, bilibili\.com gave a lower quality/);
    assert.match(view.text, /Nothing above 1080P\+ was offered/);
    for (const [quality, file] of [['1080P', 60080], ['720P', 60064], ['360P', 60016]]) {
      assert.match(await tab.copy(`Copy URL ${quality} AVC`), new RegExp(`-1-${file}\\.mp4\\?`));
    }
    const asked = await b.replica.calls({ path: '/pugv/player/web/playurl' });
    assert.deepEqual(asked.map((r) => r.query.qn), [undefined, '112', '80', '16']);
    assert(asked.every((r, i) => !i || r.time >= (asked[i - 1]?.ended ?? '')), 'one after the other');
  });

  it('asks for no further quality once the site wants a pause', async () => {
    await b.replica.knobs({ match: 'qn=80&', body: '{"code":-412,"message":"请求被拦截"}' });
    const tab = await b.open('progressive');
    const view = await tab.show();
    row(view, 'Single files', '1080P', 'Best'); // which came when 1080P+ was asked for
    row(view, 'Single files', '720P');
    assert.match(row(view, 'Single files', '360P').text, /Locked: asked too often/);
    assert.match(view.text, /Why no 360P\? bilibili\.com asks for a pause/);
    const asked = () => b.replica.calls({ path: '/pugv/player/web/playurl' });
    assert.deepEqual((await asked()).map((r) => r.query.qn), [undefined, '112', '80']);
    await tab.click('Refresh');
    await tab.see('the pause', (v) => /^Rate limited/.test(v.alert));
    assert.equal((await asked()).length, 3, 'the pause is kept');
    await b.driver.forget();
  });

  it('copies all parts of each quality of an old film', async () => {
    const tab = await b.open('flv-qualities');
    const view = await tab.show();
    for (const quality of ['1080P', '480P']) {
      const film = row(view, 'Single files', quality);
      assert.match(film.text, /3 parts/);
      const lines = (await tab.copy(film.buttons[0] ?? 'no button')).trim().split('\n');
      assert.deepEqual(lines.map((line) => /-1-7(\d)0/.exec(line)?.[1]), ['1', '2', '3'], lines.join('\n'));
    }
  });

  it('asks for single files beside tracks when their section is opened', async () => {
    const tab = await b.open('single-files');
    let view = await tab.show();
    assert.deepEqual(Object.keys(view.tables), ['Video', 'Audio']);
    const asked = async () => (await b.replica.calls({ path: '/pugv/player/web/playurl' })).map((r) => `${r.query.fnval} ${r.query.qn ?? ''}`);
    assert.deepEqual(await asked(), ['4048 ']);
    await tab.click('Single files');
    view = await tab.see('the single files', (v) => v.tables['Single files']);
    assert.deepEqual(await asked(), ['4048 ', '1 ', '1 112', '1 80', '1 16']);
    assert.deepEqual((view.tables['Single files'] ?? []).map((r) => r.text.split(' ')[0]), ['1080P', '720P', '360P', '1080P+']);
    assert(row(view, 'Single files', '1080P+').notGiven);
    assert(row(view, 'Video', '1080P', 'AVC').best, 'the tracks stay the best');
    await tab.click('Single files');
    await tab.see('them gone', (v) => !v.tables['Single files']);
    await tab.click('Close');
    await tab.show();
    await tab.click('Single files');
    await tab.see('them again', (v) => v.tables['Single files']);
    assert.match(await tab.copy('Copy URL 720P AVC MP4'), /\.mp4\?/);
    assert.match(await tab.copy('Copy URL 720P AVC'), /\.m4s\?/);
    assert.equal((await asked()).length, 5, 'they belong to the listing');
    await tab.click('Refresh');
    await tab.see('them anew', (v) => !v.busy && v.tables['Single files'], 20_000);
    assert.equal((await asked()).length, 10);
  });

  it('offers single files nowhere on bilibili.tv, nor of what is encrypted', async () => {
    for (const name of ['tv-codecs', 'encrypted-is-drm', 'progressive']) {
      const view = await (await b.open(name)).show();
      assert(!view.buttons.includes('Single files'), name);
    }
  });

  it('lists one MP4 where nothing else is offered', async () => {
    const view = await (await b.open('fnval-1-only')).show();
    row(view, 'Single files', '720P', 'Best');
  });

  it('shows sizes from bit rate and duration as estimates', async () => {
    const view = await (await b.open('unsized')).show();
    assert.match(row(view, 'Video', '1080P', 'AVC').text, /≈ [\d.]+ (k|M)B/);
  });

  it('lists a lesson without sound, and says so', async () => {
    const view = await (await b.open('silent')).show();
    assert.deepEqual(Object.keys(view.tables), ['Video']);
    assert.match(view.text, /no sound/);
  });

  it('names the lesson of a course page: active item, last watched, first playable', async () => {
    await b.login('com', null);
    let view = await (await b.open('season-active')).show();
    assert.match(view.text, /lesson 3 of 5/);
    await b.as('season-progress');
    view = await (await b.open('season-progress')).show();
    assert.match(view.text, /lesson 2 of 5/);
    await b.login('com', null);
    view = await (await b.open('season-first-playable')).show();
    assert.match(view.text, /lesson 2 of 3/);
    assert.equal(best(view).length, 1);
  });

  it('counts all 603 lessons of a long course, whatever its pages claim', async () => {
    const tab = await b.open('603-lessons');
    await tab.show();
    await tab.see('the whole count', (v) => /lesson 1 of 603/.test(v.text));
    const again = await b.open('endless-pages');
    await again.show();
    await again.see('the whole count', (v) => /lesson 1 of 120/.test(v.text));
  });

  it('lists a series without a login: locked rows stay, with the reason', async () => {
    await b.login('tv', null);
    const tab = await b.open('tv-anonymous');
    const view = await tab.show();
    row(view, 'Video', '480P', 'AVC', 'Best');
    for (const quality of ['720P', '1080P', '4K']) {
      const locked = row(view, 'Video', quality);
      assert(locked.locked, `not locked: ${locked.text}`);
      assert.deepEqual(locked.buttons, []);
    }
    assert.match(row(view, 'Video', '720P').text, /Locked: not logged in/);
    assert.match(view.text, /Partly locked/);
    assert.match(view.text, /episode 1 of \d/);
  });

  it('lists a series for a plain login and for Premium', async () => {
    await b.as('tv-viewer');
    let view = await (await b.open('tv-viewer')).show();
    row(view, 'Video', '720P', 'Best');
    assert.match(row(view, 'Video', '1080P').text, /Locked: Premium/);
    await b.as('tv-premium');
    view = await (await b.open('tv-premium')).show();
    row(view, 'Video', '4K', '3840×2160', 'AVC', 'Best');
    assert(Object.values(view.tables).flat().every((r) => !r.locked), view.text);
    await b.login('tv', null);
  });

  it('lists an upload under the title that the page gives it', async () => {
    const view = await (await b.open('tv-upload')).show();
    assert.equal(view.heading, 'A walk through the replica | "quotes" & <tags>');
    row(view, 'Video', '720P', 'AVC', 'Best');
    row(view, 'Audio', '64K', 'AAC');
  });

  it('computes frame rates that are fractions', async () => {
    const view = await (await b.open('tv-fractions')).show();
    assert.match(row(view, 'Video', '360P').text, /23\.98 fps/);
    assert.match(row(view, 'Video', '240P').text, /23\.81 fps/);
    assert.doesNotMatch(row(view, 'Video', '144P').text, /fps/);
  });

  it('lists a series page without an episode by its first one, in its locale', async () => {
    const view = await (await b.open('tv-season')).show();
    assert.match(view.text, /episode 1 of 3/);
    const [asked] = await b.replica.calls({ path: '/intl/gateway/web/playurl' });
    assert.equal(asked?.query.s_locale, 'th_TH');
  });

  it("never puts other people's devices first", async () => {
    const tab = await b.open('pcdn');
    const view = await tab.show();
    for (const r of [...view.tables.Video ?? [], ...view.tables.Audio ?? []]) {
      const text = await tab.copy(r.buttons[0] ?? 'no button');
      assert.match(text, /^https:\/\/upos-sz-mirror\w+\.bilivideo\.com\/upgcxcode\//);
    }
  });

  it('shows titles as text, whatever is in them', async () => {
    const tab = await b.open('hostile-titles');
    const view = await tab.show();
    assert.match(view.heading, /<script>window\.__owned=1<\/script>/);
    assert.equal(await tab.evaluate('typeof window.__owned'), 'undefined');
  });

  it('draws the page no wider and moves nothing in it', async () => {
    const tab = await b.open('free');
    const place = () => tab.evaluate(`JSON.stringify([document.documentElement.scrollWidth, document.querySelector('h1').getBoundingClientRect()])`);
    const before = await place();
    await tab.show();
    assert.equal(await place(), before);
  });

  if (b.name === 'chromium') {
    it('is a region, with tables, rows and buttons in the accessibility tree', async () => {
      const tab = await b.open('free');
      await tab.show();
      const cdp = await tab.page.createCDPSession();
      const { nodes } = await cdp.send('Accessibility.getFullAXTree');
      const seen = nodes.filter((n) => !n.ignored);
      const named = seen.map((n) => `${n.role?.value} ${n.name?.value ?? ''}`);
      for (const wanted of ['region Streamlist', 'table Video', 'table Audio', 'button Copy URL 1080P+ AVC', 'button Download 1080P+ AVC', 'button Copy for mpv', 'button Close']) {
        assert(named.includes(wanted), `no ${wanted} among\n${named.filter((n) => /^(region|table|button|row)/.test(n)).join('\n')}`);
      }
      const byId = new Map(nodes.map((n) => [n.nodeId, n]));
      /** @param {typeof nodes[0]} node @returns {string} */
      const text = (node) => (node.childIds?.length ? node.childIds.map((id) => byId.get(id)).map((n) => (n ? text(n) : '')).join(' ') : node.name?.value ?? '');
      const rows = seen.filter((n) => n.role?.value === 'row').map(text);
      assert(rows.some((r) => ['1080P+', '1920×1080', 'AVC', 'Best'].every((w) => r.includes(w))), rows.join('\n'));
      assert(named.some((n) => n.startsWith('status')), 'no live region');
    });
  }
});
