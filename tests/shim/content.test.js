// The content script under Node, in a context with a browser and a page made of plain objects.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import vm from 'node:vm';

const source = readFileSync(new URL('../../extension/content.js', import.meta.url), 'utf8');

/**
 * A page with the content script in it.
 *
 * @param {{elements?: Record<string, any>, path?: string, title?: string, answers?: any[], options?: object, copyAs?: object, leftOver?: {remove(): void}[], host?: string, again?: boolean, fetch?: typeof fetch}} [page]
 */
function load({ elements = {}, path = '/cheese/play/ss1', title = '', answers = [], options, copyAs, leftOver = [], host = 'www.bilibili.com', again = false, fetch } = {}) {
  /** @type {Record<string, ((event: any) => void)[]>} */
  const listeners = {};
  /** @type {any[]} */
  const sent = [];
  /** @type {((...args: any[]) => any)[]} */
  const onMessage = [];
  /** @type {((...args: any[]) => any)[]} */
  const onChanged = [];
  /** @type {{call: () => void, delay: number}[]} */
  const timers = [];
  /** @type {any[]} */
  const wakes = [];
  const runtime = {
    id: /** @type {string | undefined} */ ('self'),
    onMessage: { addListener: (/** @type {any} */ l) => void onMessage.push(l) },
    /** @param {any} message */
    sendMessage(message) {
      if (message.kind === 'wake') {
        wakes.push(message.body);
        return Promise.resolve({ v: 1, id: message.id, ok: true, body: { again } });
      }
      sent.push(message);
      const answer = answers.shift();
      return typeof answer === 'function' ? answer() : Promise.resolve(answer);
    },
  };
  const context = vm.createContext({
    chrome: { runtime, storage: { sync: { get: async () => ({ options }) }, local: { get: async () => ({ copyAs }) }, onChanged: { addListener: (/** @type {any} */ l) => void onChanged.push(l) } } },
    document: { title, querySelector: (/** @type {string} */ selector) => elements[selector] ?? null, querySelectorAll: (/** @type {string} */ selector) => (selector === '[data-streamlist]' ? leftOver : []) },
    location: { pathname: path, hostname: host }, fetch, TextDecoderStream, HTMLVideoElement: Video, HTMLAnchorElement: Anchor,
    addEventListener: (/** @type {string} */ type, /** @type {any} */ listener, /** @type {any} */ how) => {
      assert.equal(how.capture, true);
      (listeners[type] ??= []).push(listener);
      how.signal.addEventListener('abort', () => listeners[type]?.splice(listeners[type].indexOf(listener), 1));
    },
    setTimeout: (/** @type {() => void} */ call, /** @type {number} */ delay) => timers.push({ call, delay }),
    clearTimeout() {}, AbortController, crypto, console,
  });
  vm.runInContext(source, context);
  const world = /** @type {{streamlist: any}} */ (/** @type {any} */ (context));
  return {
    world, context, sent, wakes, timers, listeners, runtime,
    /** @param {any} message @param {any} [sender] */
    receive(message, sender = { id: 'self' }) {
      /** @type {any} */
      let answer;
      onMessage.forEach((listener) => listener(message, sender, (/** @type {any} */ a) => (answer = a)));
      return answer;
    },
    /** As `receive`, for what is answered later. @param {any} message @returns {Promise<any>} */
    receiveLater: (message) => new Promise((resolve) => {
      const later = onMessage.map((listener) => listener(message, { id: 'self' }, (/** @type {any} */ a) => resolve(plain(a))));
      assert.ok(later.includes(true), 'the channel stays open');
    }),
    change: (/** @type {any[]} */ ...args) => onChanged.forEach((listener) => listener(...args)),
  };
}

/** A video, in a link or not. */
class Video {
  /** @param {string} [href] */
  constructor(href) {
    this.closest = () => (href ? Object.assign(new Anchor(), { href }) : null);
  }
}
class Anchor {}

/** @param {Record<string, string>} attributes @param {object} [more] */
const element = (attributes, more) => ({ getAttribute: (/** @type {string} */ name) => attributes[name] ?? null, closest: () => null, querySelector: () => null, ...more });
/** Lets every promise that can settle do so. */
const settle = () => new Promise((resolve) => setImmediate(resolve));
const plain = (/** @type {unknown} */ value) => JSON.parse(JSON.stringify(value));

test('a request carries version, id and body, and brings the answer', async () => {
  const { world, sent } = load({ answers: [{ v: 1, id: 'x', ok: true, body: { a: 1 } }] });
  assert.deepEqual(plain(await world.streamlist.request('list', { b: 2 })), { v: 1, id: 'x', ok: true, body: { a: 1 } });
  assert.equal(sent[0].v, 1);
  assert.equal(sent[0].kind, 'list');
  assert.deepEqual(plain(sent[0].body), { b: 2 });
  assert.ok(sent[0].id);
});

test('a background that died is asked once more, and no more than that', async () => {
  const died = { v: 1, id: '', ok: false, error: { code: 'runtime-died' } };
  const closed = () => Promise.reject(new Error('the message channel closed'));
  const revived = load({ answers: [died, { ok: true, body: 1 }] });
  assert.equal((await revived.world.streamlist.request('list')).ok, true);
  const shut = load({ answers: [closed, { ok: true, body: 1 }] });
  assert.equal((await shut.world.streamlist.request('list')).ok, true);
  const dead = load({ answers: [died, closed, { ok: true }] });
  assert.equal((await dead.world.streamlist.request('list')).error.code, 'runtime-died');
  assert.equal(dead.sent.length, 2);
});

test('says what a course\'s page plays, where the background asks and as soon as the page shows it', async () => {
  const selector = '.bpx-state-active[data-episodeid]';
  /** @type {Record<string, any>} */
  const elements = {};
  const { wakes, timers } = load({ elements, again: true });
  await settle();
  const tick = async () => {
    timers.at(-1)?.call();
    await settle();
  };
  await tick();
  assert.deepEqual(plain(wakes), [null], 'the page shows nothing yet');
  elements[selector] = element({ 'data-episodeid': '700302' });
  await tick();
  await tick();
  assert.deepEqual(plain(wakes.slice(1)).map((/** @type {any} */ b) => b.hints.episode), ['700302']);
  const other = load({ elements });
  await settle();
  assert.deepEqual([other.wakes.length, other.timers.filter(({ delay }) => delay < 15000).length], [1, 0], 'elsewhere nobody waits');
});

test('no wait is longer than 15 seconds', async () => {
  const { world, timers } = load({ answers: [() => new Promise(() => {})] });
  const answer = world.streamlist.request('list');
  await settle();
  const timer = timers.at(-1);
  assert.equal(timer?.delay, 15000);
  timer?.call();
  assert.equal((await answer).error.code, 'timeout');
});

test('a second request can be kept within what the first left of it', async () => {
  const { world, timers } = load({ answers: [() => new Promise(() => {})] });
  const answer = world.streamlist.request('list', {}, 400);
  await settle();
  assert.equal(timers.at(-1)?.delay, 400);
  timers.at(-1)?.call();
  assert.equal((await answer).error.code, 'timeout');
});

test('a panel that a former version left in the page goes', () => {
  let removed = 0;
  const leftOver = [{ remove: () => void removed++ }];
  const page = load({ leftOver });
  assert.equal(removed, 1);
  vm.runInContext(source, page.context);
  assert.equal(removed, 1, 'the panel of a living script stays');
});

test('after an update the page is told to reload', async () => {
  const { world, runtime, sent } = load();
  runtime.id = undefined;
  assert.equal((await world.streamlist.request('list')).error.code, 'orphaned');
  assert.equal(sent.length, 0);
});

test('keys whose target is the panel are kept from the page; others are not', () => {
  const { world, listeners } = load();
  const host = {};
  /** @type {any[]} */
  const handed = [];
  Object.assign(world.streamlist.guard, { host, onKey: (/** @type {any} */ e) => handed.push(e.type) });
  let stopped = 0;
  const press = (/** @type {string} */ type, /** @type {object} */ target, isTrusted = true) =>
    listeners[type]?.forEach((listener) => listener({ type, target, isTrusted, stopImmediatePropagation: () => stopped++ }));
  for (const type of ['keydown', 'keypress', 'keyup']) press(type, host);
  assert.equal(stopped, 3);
  assert.deepEqual(handed, ['keydown', 'keypress', 'keyup']);
  press('keydown', {});
  assert.equal(stopped, 3);
  press('keydown', host, false); // made up by the page
  assert.deepEqual(handed.length, 3);
});

test('hints: the active lesson, the active episode, an upload\'s title', () => {
  const lesson = load({ elements: { '.bpx-state-active[data-episodeid]': element({ 'data-episodeid': '790' }) } });
  assert.equal(lesson.world.streamlist.hints().episode, '790');
  const nonsense = load({ elements: { '.bpx-state-active[data-episodeid]': element({ 'data-episodeid': '790"><script>' }) } });
  assert.equal(nonsense.world.streamlist.hints().episode, '');
  const link = element({ href: '/en/play/34613/341736?bstar_from=x' });
  for (const item of [element({}, { closest: () => link }), element({}, { querySelector: () => link })]) {
    assert.equal(load({ path: '/en/play/34613', elements: { '.ep-item--active': item } }).world.streamlist.hints().episode, '341736');
  }
  const og = { 'meta[property="og:url"]': element({ content: 'https://www.bilibili.tv/en/video/2045' }), 'meta[property="og:title"]': element({ content: 'My video - BiliBili' }) };
  assert.equal(load({ path: '/en/video/2045', elements: og }).world.streamlist.hints().title, 'My video');
  const moved = load({ path: '/en/video/9999', title: 'The next one - BiliBili', elements: og });
  assert.equal(moved.world.streamlist.hints().title, 'The next one', 'og:title is another upload\'s');
});

test('messages: hello is answered, the panel is told, strangers are not heard', async () => {
  const page = load({ copyAs: { what: 'curl', shell: 'cmd' } });
  const hello = await page.receiveLater({ v: 1, id: '0', kind: 'hello' });
  assert.equal(hello.panel, false);
  assert.equal(hello.shell, 'cmd', 'for a command that the panel has no part in');
  assert.equal('shell' in await load().receiveLater({ v: 1, id: '0', kind: 'hello' }), false);
  /** @type {any[]} */
  const told = [];
  page.world.streamlist.panel = { toggle: (/** @type {any} */ b) => told.push(b), toast() {}, moved() {}, close() {}, optionsChanged: () => told.push('options') };
  assert.equal((await page.receiveLater({ v: 1, id: '0', kind: 'hello' })).panel, true);
  page.receive({ v: 1, id: '0', kind: 'toggle', body: { open: true } });
  assert.equal(page.receive({ v: 1, id: '0', kind: 'toggle' }, { id: 'another' }), undefined);
  assert.equal(page.receive({ v: 2, id: '0', kind: 'toggle' }), undefined);
  page.change({ options: {} }, 'sync');
  page.change({ options: {} }, 'session');
  assert.deepEqual(told, [{ open: true }, 'options']);
});

test('the panel opens by itself only when the options say so', async () => {
  for (const [openByItself, kinds] of /** @type {const} */ ([[true, ['open']], [false, []]])) {
    const { sent } = load({ options: { openByItself }, answers: [{ ok: true }] });
    await settle();
    assert.deepEqual(sent.map((m) => m.kind), kinds);
  }
});

test('it opens by itself once for a page: what was closed stays closed', async () => {
  const opened = (/** @type {string} */ name) => ({ v: 1, id: '', ok: true, body: { supported: true, page: name } });
  const page = load({ options: { openByItself: true }, answers: [opened('com/ep/790'), opened('com/ep/791'), opened('com/ep/791')] });
  const kinds = () => page.sent.map((m) => m.kind).join(' ');
  /** @param {object} body */
  const move = async (body) => {
    page.receive({ v: 1, id: '0', kind: 'moved', body });
    await settle();
  };
  await settle();
  assert.equal(kinds(), 'open');
  await move({ supported: true, page: 'com/ep/790' });
  assert.equal(kinds(), 'open', 'only the query changed');
  await move({ supported: true, page: 'com/ep/791' });
  assert.equal(kinds(), 'open open');
  await move({ supported: true, page: 'com/ep/791' });
  assert.equal(kinds(), 'open open');
  await move({ supported: false });
  await move({ supported: true, page: 'com/ep/791' });
  assert.equal(kinds(), 'open open open', 'come back from elsewhere');
});

test('a second copy stands back for a living one, and takes over from an orphan', () => {
  const page = load();
  const first = page.world.streamlist;
  vm.runInContext(source, page.context);
  assert.equal(page.world.streamlist, first);
  let closed = 0;
  first.panel = { close: () => closed++ };
  const alive = first.alive;
  first.alive = () => false;
  vm.runInContext(source, page.context);
  assert.notEqual(page.world.streamlist, first);
  assert.equal(closed, 1);
  assert.equal(page.listeners.keydown?.length, 1, 'the former guard is gone');
  assert.equal(alive(), true);
});

/** @param {object} body */
const fetchMessage = (body) => ({ v: 1, id: '0', kind: 'fetch', body: { id: 1, site: 'com', path: '/pugv/x?ep_id=1', limit: 100, ...body } });

test('fetches an endpoint for the background, with the tab\'s cookies', async () => {
  /** @type {any[]} */
  const asked = [];
  const { receiveLater } = load({
    fetch: async (...args) => {
      asked.push(args);
      return new Response('{"code":0,"t":"课"}', { status: 203, headers: { 'content-type': 'application/json', 'retry-after': '9' } });
    },
  });
  assert.deepEqual(await receiveLater(fetchMessage({})), { status: 203, type: 'application/json', retryAfter: '9', body: '{"code":0,"t":"课"}' });
  assert.equal(asked[0][0], 'https://api.bilibili.com/pugv/x?ep_id=1');
  assert.deepEqual([asked[0][1].credentials, asked[0][1].redirect], ['include', 'manual']);
});

test('asks only the own site\'s endpoints, whatever the path says', async () => {
  /** @type {string[]} */
  const asked = [];
  const fetch = async (/** @type {any} */ url) => {
    asked.push(new URL(url).host);
    return new Response('{}');
  };
  for (const [host, site, foreign] of /** @type {const} */ ([
    ['www.bilibili.com', 'com', false], ['m.bilibili.com', 'com', false], ['www.bilibili.com', 'tv', true], ['www.bilibili.tv', 'tv', false],
    ['www.biliintl.com', 'tv', true], ['www.bilibili.tv', 'com', true], ['notbilibili.com', 'com', true], ['bilibili.com.example', 'com', true],
  ])) {
    const answer = await load({ host, fetch }).receiveLater(fetchMessage({ site }));
    assert.equal(answer.foreign === true, foreign, `${host} ${site}`);
  }
  for (const path of ['//evil.example/x', '@evil.example/x', '.evil.example/', ':1@evil.example/', '/\\evil.example/']) await load({ fetch }).receiveLater(fetchMessage({ path }));
  assert.deepEqual([...new Set(asked)].sort(), ['api.bilibili.com', 'api.bilibili.tv']);
  asked.length = 0;
  for (const path of ['/', '/evil', '/pugvx/', '/pugv/../evil', '/x/..%2fevil/../../y', '/pugv', '//evil.example/x']) {
    assert.deepEqual(await load({ fetch }).receiveLater(fetchMessage({ path })), { failed: true }, path);
  }
  assert.deepEqual(asked, [], 'none of an endpoint of ours');
});

test('hands over no answer that is too large, and ends one that nobody waits for', async () => {
  const large = await load({ fetch: async () => new Response('x'.repeat(101)) }).receiveLater(fetchMessage({}));
  assert.deepEqual(large, { large: true });
  const { receive, receiveLater } = load({
    fetch: (_, init) => new Promise((_resolve, reject) => init?.signal?.addEventListener('abort', () => reject(new Error('aborted')))),
  });
  const answer = receiveLater(fetchMessage({ id: 5 }));
  receive({ v: 1, id: '0', kind: 'stop-fetch', body: { id: 6 } });
  receive({ v: 1, id: '0', kind: 'stop-fetch', body: { id: 5 } });
  assert.deepEqual(await answer, { failed: true });
});

test('says that the page\'s policy forbids to ask, by what the browser alone says of it', async () => {
  const violation = { isTrusted: true, disposition: 'enforce', blockedURI: 'https://api.bilibili.com/pugv/x' };
  for (const [event, answer] of /** @type {const} */ ([
    [violation, { forbidden: true }],
    [{ ...violation, isTrusted: false }, { failed: true }],
    [{ ...violation, disposition: 'report' }, { failed: true }],
    [{ ...violation, blockedURI: 'https://api.bilibili.tv/intl/x' }, { failed: true }],
    [{ ...violation, blockedURI: 'inline' }, { failed: true }],
  ])) {
    const { receiveLater, listeners, timers } = load({ fetch: async () => Promise.reject(new TypeError('NetworkError')) });
    const answered = receiveLater(fetchMessage({}));
    await settle();
    listeners.securitypolicyviolation?.forEach((l) => l(event)); // after the failure, as Firefox does
    timers.at(-1)?.call();
    assert.deepEqual(await answered, answer, JSON.stringify(event));
    assert.deepEqual(listeners.securitypolicyviolation, [], 'nothing is left behind');
  }
});

test('says once when the pointer comes over a video in a link, and when it leaves', async () => {
  const { listeners, sent } = load();
  const over = (/** @type {unknown} */ target, isTrusted = true) => listeners.pointerover?.forEach((l) => l({ target, isTrusted }));
  const linked = new Video('https://www.bilibili.com/cheese/play/ep1');
  over({});
  over(new Video());
  over(linked, false);
  assert.equal(sent.length, 0);
  over(linked);
  over(linked);
  over({});
  over({});
  over(linked);
  assert.deepEqual(sent.splice(0).map((m) => [m.kind, m.body.link]), [
    ['over', 'https://www.bilibili.com/cheese/play/ep1'], ['over', ''], ['over', 'https://www.bilibili.com/cheese/play/ep1'],
  ]);
  over(Object.assign(new Video(), { closest: () => ({ href: { baseVal: 'of an SVG link' } }) }));
  for (const [type, event] of /** @type {const} */ ([
    ['pagehide', {}], ['visibilitychange', {}], ['pointerout', { isTrusted: true, relatedTarget: null }],
  ])) {
    over(linked);
    sent.splice(0);
    listeners.pointerout?.forEach((l) => l({ isTrusted: true, relatedTarget: {} }));
    assert.equal(sent.length, 0, 'still over it');
    listeners[type]?.forEach((l) => l(event));
    assert.deepEqual(sent.map((m) => m.body.link), [''], type);
  }
});
