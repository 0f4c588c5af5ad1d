// Answers that mean harm, or make no sense: the right listing or the right reason, and nothing else happens.
import assert from 'node:assert/strict';

import { faults, outcome } from './lib/faults.js';
import { inBrowsers } from './lib/launch.js';

/**
 * @typedef {import('./lib/launch.js').Tab} Tab
 * @typedef {(value: any, key: string) => any} Change
 * @typedef {Record<string, string | ((answer: any) => unknown)>} Bodies  by a part of the request's address: what to answer,
 *   or what to make of the right answer
 */

const PLAY = '/playurl'; // both sites'
const HUGE = `{"code":0,"data":{"x":"${'x'.repeat(50e6)}"}}`;
const SEASON = '/pugv/view/web/season';
const SCRIPT = `"'><img src=x onerror="window.__owned=1"><script>window.__owned=1</script>\${__owned}`;

/** Applies a change to every leaf. @param {any} value @param {Change} change @param {string} [key] @returns {any} */
function leaves(value, change, key = '') {
  if (Array.isArray(value)) return value.map((v) => leaves(v, change, key));
  if (typeof value === 'object' && value) return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, leaves(v, change, k)]));
  return change(value, key);
}

/** Text deeper than any decoder should follow. @param {number} depth */
const deep = (depth) => '['.repeat(depth) + ']'.repeat(depth);

/** @param {(data: any) => unknown} change in place @returns {(answer: any) => any} */
const data = (change) => (answer) => {
  change(answer.data.playurl ?? answer.data);
  return answer;
};

inBrowsers((b) => {
  const { fault, whole } = faults(b, 'Answers');

  /** The calls that a scenario's panel makes. @type {Map<string, import('./lib/replica.js').Record_[]>} */
  const known = new Map();

  /** @param {string} scenario */
  async function callsOf(scenario) {
    const calls = known.get(scenario);
    if (calls) return calls;
    const tab = await b.open(scenario);
    await tab.show();
    const made = await b.replica.calls();
    known.set(scenario, made);
    await tab.page.close(); // a reload would keep the good listing
    return made;
  }

  /**
   * Opens a scenario's panel on changed answers.
   *
   * @param {string} scenario @param {Bodies} bodies @param {object} [more] other settings of the replica's overrides
   * @param {import('./lib/launch.js').Jar} [jar] instead of the default cookies
   */
  async function opens(scenario, bodies, more = {}, jar = undefined) {
    await b.replica.reset();
    /** @type {[string, string][]} */
    const overrides = [];
    for (const [match, body] of Object.entries(bodies)) {
      if (typeof body === 'string') {
        overrides.push([match, body]);
        continue;
      }
      const call = (await callsOf(scenario)).find((c) => c.path.includes(match));
      assert(call, `${scenario} asks nothing of ${match}`);
      overrides.push([match, JSON.stringify(body(await b.replica.answer(call)))]);
    }
    for (const [match, body] of overrides) await b.replica.knobs({ match, body, ...more });
    const tab = await b.open(scenario, jar);
    await b.replica.clearLog();
    if (!jar) return { tab, view: await tab.show() };
    await tab.pressIcon();
    return { tab, view: await tab.listing() };
  }

  /**
   * Opens a lesson and an episode; the same must come of both.
   *
   * @param {(scenario: string) => Promise<string>} test @param {string} [on] @param {string} [tv] scenarios
   */
  async function both(test, on = 'free', tv = 'tv-codecs') {
    const [lesson, episode] = [await test(on), await test(tv)];
    return lesson === episode ? lesson : `${lesson}; on bilibili.tv: ${episode}`;
  }

  fault('scripts in every text', () => both(async (scenario) => {
    await b.login('com', null);
    // But for what names a kind: that would be another answer.
    const every = (/** @type {any} */ answer) => leaves(answer, (v, key) => (typeof v === 'string' && !v.includes('://') && !/type$/.test(key) ? SCRIPT + v : v));
    const { tab, view } = await opens(scenario, scenario === 'free' ? { [PLAY]: every, [SEASON]: every } : { [PLAY]: every, season_info: every, episodes: every });
    assert.match(view.heading, /<script>window\.__owned=1<\/script>/);
    assert.match(await tab.copy('Copy for mpv'), /^mpv /);
    return outcome(view);
  }));

  fault('scripts in place of every address', () => both(async (scenario) => {
    let n = 0;
    const every = (/** @type {any} */ answer) => leaves(answer, (v) => (typeof v === 'string' && v.includes('://') ? ['javascript:__owned=1', SCRIPT, `https://x.test/${SCRIPT}`, 'data:text/html,<script>__owned=1</script>'][n++ % 4] : v));
    const { view } = await opens(scenario, { [PLAY]: every });
    assert(!view.buttons.some((name) => /^(Copy URL|Download)/.test(name)), view.buttons.join());
    return outcome(view);
  }));

  fault('a body of 50 MB', () => both(async (scenario) => {
    const { view } = await opens(scenario, { [PLAY]: HUGE });
    const [call] = await b.replica.calls({ done: 1 });
    assert(call, 'the request has ended');
    return outcome(view);
  }));

  fault('100,000 lessons in one answer', async () => {
    const { view } = await opens('free', {
      [SEASON]: data((season) => {
        const [one] = season.episodes;
        for (let i = 0; i < 100_000 - 4; i++) season.episodes.push({ id: 5e6 + i, aid: one.aid, cid: one.cid, title: `Lesson ${i}`, status: 1, duration: 60 });
      }),
    });
    assert.match(view.text, /lesson 1 of 100,000/);
    return outcome(view);
  });

  fault('streams nested 100,000 deep', () => both(async (scenario) => outcome((await opens(scenario, { [PLAY]: `{"code":0,"data":${deep(100_000)}}` })).view)));

  fault('a description nested 100,000 deep', () => both(async (scenario) => {
    const bodies = Object.fromEntries((scenario === 'free' ? [SEASON] : ['season_info', 'episodes']).map((match) => [match, `{"code":0,"data":{"title":${deep(100_000)}}}`]));
    const { view } = await opens(scenario, bodies);
    assert.match(view.text, /The description could not be read/);
    return outcome(view);
  }));

  fault('each track 500 times', () => both(async (scenario) => {
    const { view } = await opens(scenario, {
      [PLAY]: data((play) => {
        for (const list of [play.dash?.video, play.dash?.audio, play.video, play.audio_resource]) list?.push(...Array(500).fill([...list]).flat());
      }),
    });
    return outcome(view);
  }));

  fault('ids that are huge, negative, fractions, or the same for all', () => both(async (scenario) => {
    let n = 0;
    const ids = ['99999999999999999999999999999999', -1, 1.5, 7, 2 ** 63, '0x10', 1e308];
    const every = (/** @type {any} */ answer) => leaves(answer, (v, key) => (/(^|_)(id|cid|aid|mid|quality|codecid|order)$/.test(key) ? ids[n++ % ids.length] : v));
    return outcome((await opens(scenario, scenario === 'free' ? { [PLAY]: every, [SEASON]: every } : { [PLAY]: every, season_info: every, episodes: every })).view);
  }));

  for (const [name, wrong] of /** @type {[string, any][]} */ ([
    ['null', null], ['true', true], ['a number', -1e300], ['a word', 'x'], ['an empty list', []], ['a list of lists', [[[0]], {}, null]], ['an object', { id: { url: 1 } }],
  ])) {
    fault(`${name} in place of every value`, () => both(async (scenario) => {
      const every = (/** @type {any} */ answer) => ({ ...leaves(answer, () => wrong), code: 0 });
      const { view } = await opens(scenario, scenario === 'free' ? { [PLAY]: every, [SEASON]: every } : { [PLAY]: every, season_info: every, episodes: every });
      return outcome(view);
    }));
    fault(`${name} in place of every list and object`, () => both(async (scenario) => {
      const every = (/** @type {any} */ answer) => ({ code: 0, data: Object.fromEntries(Object.entries(answer.data).map(([k, v]) => [k, typeof v === 'object' ? wrong : v])) });
      const { view } = await opens(scenario, scenario === 'free' ? { [PLAY]: every, [SEASON]: every } : { [PLAY]: every, season_info: every, episodes: every });
      return outcome(view);
    }));
    fault(`${name} in place of what a login check says`, () => both(async (scenario) => {
      const check = scenario === 'not-logged-in' ? '/nav' : '/user';
      const seen = new Set();
      for (const whole of [false, true]) {
        const { tab, view } = await opens(scenario, { [check]: (answer) => ({ code: 0, data: whole ? wrong : leaves(answer.data, () => wrong) }) });
        assert.equal((await b.replica.calls()).filter((r) => r.path.endsWith(check)).length, 1, 'the login check is asked');
        seen.add(outcome(view));
        if (check === '/nav' && (whole || wrong !== true)) assert.match(view.alert, /whether you are logged in could not be read/);
        await tab.page.close();
      }
      return [...seen].join(' or ');
    }, 'not-logged-in', 'tv-all-empty-anonymous'));
  }

  fault('a redirect to another host', () => both(async (scenario) => {
    const { view } = await opens(scenario, { [PLAY]: '' }, { status: 302, headers: { Location: 'https://evil.test/steal' } });
    assert.deepEqual(await b.replica.log({ host: 'evil.test' }), []);
    return outcome(view);
  }));

  fault('addresses on other hosts, and a doubt that only a file can settle', async () => {
    const { tab, view } = await opens('encrypted-hls', {
      [PLAY]: (answer) => leaves(answer, (v) => (typeof v === 'string' ? v.replace(/^https:\/\/[^/]+/, (host) => ['https://evil.test', 'https://bilivideo.com.evil.test', 'https://evil.test:443\\@upos.bilivideo.com', host.replace('https', 'http') + '.evil.test'][v.length % 4] ?? '') : v)),
    });
    assert.deepEqual((await b.replica.log()).filter((r) => /evil/.test(r.host) || /bilivideo|akamai/.test(r.host)).map((r) => r.host), []);
    await tab.page.close();
    return outcome(view);
  });

  fault('other hosts among the backups, where hosts are to be tested', async () => {
    const { tab, view } = await opens('free', {
      [PLAY]: data((play) => {
        for (const track of [...play.dash.video, ...play.dash.audio]) track.backup_url = ['https://evil.test/a.m4s?upsig=1', 'https://upos-sz-mirrorali.bilivideo.com.evil.test/b.m4s', track.backup_url[0]];
      }),
    });
    await tab.click('3 backups for 1080P+ AVC');
    await b.replica.clearLog();
    await tab.click('Test hosts');
    await tab.see('what came of it', (v) => /MB\/s/.test(v.text));
    const hosts = new Set((await b.replica.log()).filter((r) => !r.host.startsWith('www.') && r.path.endsWith('.m4s')).map((r) => r.host));
    assert.deepEqual([...hosts].filter((host) => !/^[\w-]+\.(bilivideo\.(com|cn)|akamaized\.net)$/.test(host)), []);
    assert(hosts.size > 0, 'some were tested');
    return outcome(view);
  });

  fault('a file that redirects to another host, where a doubt is to be settled', async () => {
    const { view } = await opens('encrypted-hls', { '/upgcxcode/': '' }, { status: 302, headers: { Location: 'https://evil.test/steal' } });
    assert.deepEqual(await b.replica.log({ host: 'evil.test' }), []);
    assert((await b.replica.log()).some((r) => r.path.startsWith('/upgcxcode/')), 'the file was asked for');
    return outcome(view);
  });

  // The last, because Firefox opens a new tab in whichever window was last in front.
  fault('a body of 50 MB, to a tab with cookies of its own', () => both(async (scenario) => {
    const { tab, view } = await opens(scenario, { [PLAY]: HUGE }, {}, b.name === 'firefox' ? 'container' : 'private');
    const [call] = await b.replica.calls({ done: 1 });
    assert(call, 'the request has ended');
    await tab.page.close();
    return outcome(view);
  }));

  whole();
});
