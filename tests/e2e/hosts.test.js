// Test hosts: what is asked of the media hosts, and what follows from it.
import assert from 'node:assert/strict';
import { it } from 'node:test';

import { inBrowsers } from './lib/launch.js';
import { until } from './lib/wait.js';

const [SLOW, FAST, EDGE, PCDN] = ['upos-sz-mirrorhw.bilivideo.com', 'upos-sz-mirrorcos.bilivideo.com', 'cn-gddg-cm-01-02.bilivideo.com', 'xy123x45x67x89xy.mcdn.bilivideo.cn'];

inBrowsers((b) => {
  const media = async () => (await b.replica.log({ known: 1 })).filter((r) => /bilivideo|akamaized/.test(r.host));
  const first = async (/** @type {import('./lib/launch.js').Tab} */ tab, /** @type {string} */ button) => new URL((await tab.copy(button)).trim()).host;

  it('explains the kinds of hosts, times each, and puts the fastest first in every row', async () => {
    await b.login('com', 'buyer');
    const tab = await b.open('hosts');
    const view = await tab.show();
    assert.equal(await first(tab, 'Copy URL 1080P+ AVC'), SLOW);
    await tab.click('3 backups for 1080P+ AVC');
    for (const what of [/mirror The site's own copy/, /edge A cache near you/, /PCDN, often slow Other viewers' devices/]) {
      await tab.see('the kinds explained', (v) => what.test(v.text));
    }
    assert.doesNotMatch(view.text, /MB\/s/);
    assert.deepEqual(await media(), [], 'nothing is asked before');
    const before = await b.replica.calls();
    await tab.click('Test hosts');
    const tested = await tab.see('the outcome', (v) => v.status.startsWith('Tested: '), 20_000);
    assert.match(tested.status, new RegExp(`^Tested: ${FAST} is first, [\\d.]+ MB/s$`));
    for (const host of [SLOW, EDGE, FAST, PCDN]) assert.match(tested.text, new RegExp(`${host}\\S* · [^·]+ · [\\d.]+ MB/s`), host);

    const asked = await media();
    assert.deepEqual(asked.map((r) => r.host.split(':')[0]).sort(), [EDGE, FAST, PCDN, SLOW].sort(), 'each host once');
    for (const r of asked) {
      assert.deepEqual([r.range, r.status, r.cookies, r.referer, r.refused], ['bytes=0-262143', 206, [], 'https://www.bilibili.com/', ''], r.host);
    }
    const byStart = asked.toSorted((x, y) => (x.time < y.time ? -1 : 1));
    assert(byStart.every((r, i) => !i || r.time >= (byStart[i - 1]?.ended ?? '')), 'one after the other');
    assert.equal((await b.replica.calls()).length, before.length, 'and no endpoint');

    for (const button of ['Copy URL 1080P+ AVC', 'Copy URL 1080P AVC', 'Copy URL 192K AAC']) assert.equal(await first(tab, button), FAST, button);
    assert.match(await tab.copy('Copy for mpv'), new RegExp(`https://${FAST}/`));
    // The next page on this network follows too, and it is forgotten with the browser's session.
    const next = await b.open('hosts');
    await next.show();
    assert.equal(await first(next, 'Copy URL 1080P AVC'), FAST);
    await b.driver.forget();
    const later = await b.open('hosts');
    await later.show();
    assert.equal(await first(later, 'Copy URL 1080P AVC'), SLOW);
    await b.login('com', null);
  });

  it('says which hosts gave nothing, and stops as the panel closes', async () => {
    // A page comes fast, but is no file.
    await b.replica.knobs({ match: SLOW, status: 200, body: '<p>'.repeat(90_000), contentType: 'text/html' });
    await b.replica.knobs({ match: EDGE, reset: true });
    const tab = await b.open('hosts');
    await tab.show();
    await tab.click('3 backups for 1080P AVC');
    await tab.click('Test hosts');
    const tested = await tab.see('the outcome', (v) => v.status.startsWith('Tested: '), 20_000);
    for (const host of [SLOW, EDGE]) assert.match(tested.text, new RegExp(`${host} · \\S+ · no answer`), host);
    await b.replica.reset();
    await b.replica.knobs({ match: FAST, delayMs: 3000 });
    await tab.click('Test hosts');
    await b.replica.waitFor({ host: FAST });
    await tab.click('Close');
    await until('the transfer to be given up', async () => (await media()).some((r) => r.host === FAST && r.aborted));
    assert(!(await media()).some((r) => r.host.startsWith(SLOW)), 'and the rest is not asked');
    await b.driver.forget();
    if (b.name === 'firefox') await b.excuse(/Promise (resolved|rejected) (while|after) context/);
  });

  it('asks no host that the browser withholds, says so, and asks once it is allowed', async () => {
    await b.driver.withhold('media');
    const tab = await b.open('hosts');
    await tab.show();
    await tab.click('3 backups for 1080P AVC');
    await b.replica.clearLog();
    await tab.click('Test hosts');
    await tab.see('the reason', (v) => v.status.startsWith('No access'));
    assert.deepEqual(await media(), [], 'nothing was asked');
    assert.equal(await first(tab, 'Copy URL 1080P AVC'), SLOW, 'the order is what it was');
    await tab.allowAccess();
    await tab.listing();
    await tab.click('3 backups for 1080P AVC');
    await tab.click('Test hosts');
    await tab.see('the fastest', (v) => v.status.startsWith(`Tested: ${FAST}`), 20_000);
    await b.driver.forget();
  });
});
