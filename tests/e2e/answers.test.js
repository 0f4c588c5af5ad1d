// Answers that mean harm, or make no sense: the right listing or the right reason, and nothing else happens.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';

import { faults, outcome } from './lib/faults.js';
import { inBrowsers } from './lib/launch.js';
import { until } from './lib/wait.js';

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

/** What stands where something else is due. @type {[string, any][]} */
const WRONG = [
  ['null', null], ['true', true], ['a number', -1e300], ['a word', 'x'], ['an empty list', []], ['a list of lists', [[[0]], {}, null]], ['an object', { id: { url: 1 } }],
];

/** Each of them in place of every value, of every list and object, and of all data. @param {any} answer @returns {[string, string][]} */
const allWrong = (answer) => WRONG.flatMap(([name, wrong]) => /** @type {[string, any][]} */ ([
  [`${name} as value`, leaves(answer.data, () => wrong)],
  [`${name} as list`, Object.fromEntries(Object.entries(answer.data).map(([k, v]) => [k, typeof v === 'object' ? wrong : v]))],
  [`${name} as data`, wrong],
]).map(([how, data]) => /** @type {[string, string]} */ ([how, JSON.stringify({ code: 0, data })])));

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
   * @param {string} scenario @param {Bodies} bodies
   * @param {object | ((match: string) => object)} [more] other settings of the replica's overrides
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
    for (const [match, body] of overrides) await b.replica.knobs({ match, body, ...(typeof more === 'function' ? more(match) : more) });
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
    // The streams come late: a listing waits for its titles only so long after them, and so many take a slow machine a while.
    const { view } = await opens('free', {
      [PLAY]: (answer) => answer,
      [SEASON]: data((season) => {
        const [one] = season.episodes;
        for (let i = 0; i < 100_000 - 4; i++) season.episodes.push({ id: 5e6 + i, aid: one.aid, cid: one.cid, title: `Lesson ${i}`, status: 1, duration: 60 });
      }),
    }, (match) => (match === PLAY ? { delayMs: 2000 } : {}));
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

  for (const [name, wrong] of WRONG) {
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

  /**
   * Has a panel that is open ask again, for each of the wrong answers, and returns what a person is told.
   *
   * @param {Tab} tab @param {string} match of the address whose answer is wrong @param {Record<string, string>} asked its request
   * @param {[string, string][]} answers @param {(how: string) => Promise<string>} look
   */
  async function each(tab, match, asked, answers, look) {
    /** @type {Set<string>} */
    const seen = new Set();
    for (const [how, body] of answers) {
      await b.replica.reset();
      await b.replica.knobs({ match, body });
      await tab.click('Refresh');
      await b.replica.waitFor({ ...asked, done: 1 });
      seen.add(await look(how));
    }
    return [...seen].join(' or ');
  }

  fault('wrong types of every kind in the lessons of a long course', async () => {
    await b.login('com', null);
    const tab = await b.open('603-lessons');
    await tab.show();
    await tab.see('the whole count', (v) => /lesson 1 of 603 /.test(v.text));
    const [call] = await b.replica.calls({ path: '/pugv/view/web/ep/list' });
    assert(call);
    return each(tab, '/ep/list', { path: '/pugv/view/web/ep/list' }, allWrong(await b.replica.answer(call)), async (how) => {
      await tab.copy('Copy URL 1080P AVC'); // by now the panel has heard of it
      const view = await tab.listing();
      assert.match(view.text, /lesson 1 of 50\+ /, `${how}: no more is known`);
      return outcome(view);
    });
  });

  fault("wrong types of every kind in the account's own list of courses", async () => {
    await b.login('com', 'buyer');
    const tab = await b.open('https://www.bilibili.com/v/cheese/mine');
    await tab.clickToolbar();
    await tab.see('the courses', (v) => !v.busy && /Courses: /.test(v.text));
    const course = { id: 7002, title: 'x', update_info: 'x', is_expired: false, progress: { last_ep_id: 1, last_ep_index: 'x', last_time: 1 } };
    const wrong = allWrong({ data: { data: [course, { ...course, id: 7003 }], next: false, pn: 1, ps: 20, total: 2 } });
    const seen = await each(tab, '/my/paid', { path: '/pugv/pay/web/my/paid' }, wrong, async (how) => outcome(await tab.see(`what comes of ${how}`, (v) => !v.busy && (v.alert || /Courses: |no courses/.test(v.text)))));
    await b.replica.reset();
    await tab.click('Refresh');
    await tab.see('the courses again', (v) => !v.busy && /Courses: /.test(v.text));
    await b.login('com', null);
    return seen;
  });

  fault('wrong types of every kind in the single files of a lesson', async () => {
    const tab = await b.open('single-files');
    await tab.show();
    await tab.click('Single files');
    await tab.see('the single files', (v) => v.tables['Single files']);
    const call = (await b.replica.calls({ path: '/pugv/player/web/playurl' })).find((c) => c.query.fnval === '1');
    assert(call);
    /** @param {import('./lib/launch.js').View} view */
    const why = ({ text }) => /gives no single file|Unexpected answer|Preview only|Not given/.exec(text)?.[0].replace('gives ', '');
    return `the listing; of them: ${await each(tab, 'fnval=1&', { 'q.fnval': '1' }, allWrong(await b.replica.answer(call)), async (how) => {
      const view = await tab.see(`what comes of ${how}`, (v) => !v.busy && v.tables.Video && why(v));
      assert(view.tables.Video?.some((r) => r.best), `${how}: the tracks stay`);
      assert.equal(outcome(view), 'the listing');
      return why(view) ?? '';
    })}`;
  });

  fault('danmaku that are no danmaku', async () => {
    const tab = await b.open('free');
    await tab.show();
    await tab.click('Course details');
    await tab.see('the details', (v) => v.buttons.includes('Danmaku as XML'));
    /** What is told, and of which answers. @type {Record<string, string[]>} */
    const told = {};
    for (const [how, body] of /** @type {[string, string][]} */ ([
      ...WRONG.map(([name, wrong]) => [name, JSON.stringify({ code: 0, data: wrong })]),
      ['nothing', ''], ['a page', '<!DOCTYPE html><html><i>404</i></html>'], ['a word', 'x'], ['another root', '<feed><d p="1,1,25,1">x</d></feed>'],
      ['wrong attributes', `<i>${WRONG.map(([, wrong]) => `<d p='${JSON.stringify(wrong)},${JSON.stringify(wrong)}'>x</d><d>${JSON.stringify(wrong)}</d>`).join('')}</i>`],
      ['depth', `<i>${'<d p="1,1,25,1">'.repeat(50_000)}`],
      ['half', '<i><d p="1,1,25,1,0,0,0,0">whole</d><d p="2,1,25,1'], ['scripts', `<i><d p="1,1,25,1,0,0,0,0">${SCRIPT}&lt;script>1&lt;/script></d></i>`],
      ['none', '<i><chatid>1</chatid></i>'],
    ])) {
      await b.replica.reset();
      await b.replica.knobs({ match: '/dm/list.so', body });
      await tab.click('Danmaku as XML');
      const { status } = await tab.see(`what comes of ${how}`, (v) => /^(Saved|This lesson has no danmaku|Unexpected answer)/.test(v.status));
      (told[/Comments: \d+$/.exec(status)?.[0] ?? status.split(/[:.]/)[0] ?? ''] ??= []).push(how);
      await tab.click('Copy diagnostics'); // so that the next status is another
      await tab.see('that they are copied', (v) => v.status.startsWith('Copied: diagnostics'));
    }
    assert.deepEqual(told, {
      'Unexpected answer': [...WRONG.map(([name]) => name), 'nothing', 'a page', 'a word', 'another root', 'wrong attributes', 'depth'],
      'Comments: 1': ['half', 'scripts'], 'This lesson has no danmaku': ['none'],
    });
    const saved = await until('both files', () => {
      const files = readdirSync(b.downloads).filter((name) => name.endsWith('.xml'));
      return files.length === 2 ? files.map((name) => readFileSync(`${b.downloads}/${name}`, 'utf8')) : undefined;
    });
    for (const text of saved) assert.match(text, /^[^]*<i>(\n|<chat[^<]*<\/chat\w+>)*<d p="1,1,25,1,0,0,0,0">[^<]+<\/d>\n<\/i>\n$/);
    return 'Unexpected answer; where some can be read, those';
  });

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
