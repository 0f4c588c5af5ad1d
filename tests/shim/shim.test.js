// The shim under Node, with a browser made of plain objects.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connect } from '../../extension/shim.js';
import { rulesFor } from '../../extension/rules.js';

/** An event of the browser: remembers its listeners, and fires them. */
function event() {
  /** @type {((...args: any[]) => any)[]} */
  const listeners = [];
  return {
    listeners,
    addListener: (/** @type {(...args: any[]) => any} */ listener) => void listeners.push(listener),
    fire: (/** @type {any[]} */ ...args) => listeners.map((listener) => listener(...args)),
  };
}

function fakeBrowser() {
  /** @type {string[]} */
  const removed = [];
  const api = {
    runtime: { id: 'self', getURL: (/** @type {string} */ path) => `chrome-extension://self/${path}`, onMessage: event(), onInstalled: event(), onStartup: event() },
    action: { onClicked: event() },
    commands: { onCommand: event() },
    contextMenus: { onClicked: event() },
    tabs: { onUpdated: event(), onRemoved: event() },
    alarms: { onAlarm: event() }, extension: { inIncognitoContext: false },
    storage: { session: { remove: async (/** @type {string[]} */ keys) => void removed.push(...keys) } },
    removed,
  };
  const events = [api.runtime.onMessage, api.runtime.onInstalled, api.runtime.onStartup, api.action.onClicked, api.commands.onCommand,
    api.contextMenus.onClicked, api.tabs.onUpdated, api.tabs.onRemoved, api.alarms.onAlarm];
  return { ...api, events };
}

/** Programs that a test starts, answers for and ends by hand. */
function programs() {
  /** @type {{event: string, payload: any, answer: (text: string) => void}[]} */
  const asked = [];
  /** @type {(() => void)[]} */
  const deaths = [];
  /** @type {Deferred[]} */
  const boots = [];
  return {
    asked, deaths, boots,
    async start() {
      const boot = deferred();
      boots.push(boot);
      await boot.promise;
      const died = deferred();
      deaths.push(died.resolve);
      return {
        died: died.promise,
        /** @param {string} name @param {string} payload @returns {Promise<string>} */
        dispatch: (name, payload) => new Promise((answer) => asked.push({ event: name, payload: JSON.parse(payload), answer })),
      };
    },
  };
}

/** @typedef {{promise: Promise<void>, resolve: () => void, reject: (error: Error) => void}} Deferred */

/** @returns {Deferred} */
function deferred() {
  /** @type {any} */
  const d = {};
  d.promise = new Promise((resolve, reject) => Object.assign(d, { resolve, reject }));
  return d;
}

/** Lets every promise that can settle do so. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

/** @param {boolean} [slow] whether what is prepared for a message takes until `prepare` is called */
function setUp(slow = false) {
  const api = fakeBrowser();
  const go = programs();
  /** @type {{tab: any, message: any, ready: Deferred, undone: number}[]} */
  const prepared = [];
  /** @type {{tab: any, message: any, answer: any}[]} */
  const fulfilled = [];
  connect(/** @type {any} */ (api), go.start, async (tab, message) => {
    const preparation = { tab, message, ready: deferred(), undone: 0 };
    prepared.push(preparation);
    if (slow) await preparation.ready.promise;
    return () => void preparation.undone++;
  }, async (tab, message, answer) => {
    fulfilled.push({ tab, message, answer });
    if (/** @type {any} */ (message).kind === 'impossible') throw new Error('no');
  });
  /** @param {any} message @param {any} [sender] */
  const send = (message, sender = { id: 'self', frameId: 0, url: 'https://www.bilibili.com/cheese/play/ep1', tab: { id: 7, url: 'https://now.test/', incognito: false } }) => {
    /** @type {any} */
    let answer;
    const kept = api.runtime.onMessage.fire(message, sender, (/** @type {any} */ a) => (answer = a));
    return { kept, answer: () => answer };
  };
  /** Begins and ends what was prepared so far. */
  const prepare = async () => {
    for (const p of prepared) p.ready.resolve();
    await settle();
  };
  return { api, go, send, prepared, prepare, fulfilled };
}

test('every listener is registered in the first turn, before the program boots', () => {
  const { api, go } = setUp();
  assert.deepEqual(api.events.map((e) => e.listeners.length), api.events.map(() => 1));
  assert.equal(go.boots.length, 0);
});

test('early events wait for the boot, and it happens once', async () => {
  const { api, go, send } = setUp();
  const { kept, answer } = send({ v: 1, id: '1', kind: 'wake' });
  assert.deepEqual(kept, [true], 'the channel is kept open for the answer');
  api.action.onClicked.fire({ id: 7, url: 'https://x.test/', incognito: true, cookieStoreId: 'jar' });
  await settle();
  assert.equal(go.boots.length, 1);
  assert.equal(go.asked.length, 0);
  go.boots[0]?.resolve();
  await settle();
  assert.deepEqual(go.asked.map((a) => a.event), ['message', 'action']);
  assert.deepEqual(go.asked[1]?.payload, { tab: { id: 7, url: 'https://x.test/', store: 'jar', private: true } });
  go.asked[0]?.answer('{"v":1,"id":"1","ok":true,"body":{}}');
  await settle();
  assert.deepEqual(answer(), { v: 1, id: '1', ok: true, body: {} });
});

test('the sender is described in the browser\'s words, not the message\'s', async () => {
  const { go, send } = setUp();
  send({ v: 1, id: '1', kind: 'list', from: { extension: 'self' } }, { id: 'another', frameId: 3, url: 'https://frame.test/', tab: { id: 9, url: 'https://top.test/', incognito: false } });
  go.boots[0]?.resolve();
  await settle();
  assert.deepEqual(go.asked[0]?.payload.from, {
    extension: 'another', self: 'self', url: 'https://frame.test/', base: 'chrome-extension://self/', frame: 3,
    tab: { id: 9, url: 'https://top.test/', store: '', private: false },
  });
});

test('a program that ends answers everything in flight, and the next event boots another', async () => {
  const { api, go, send } = setUp();
  const first = send({ v: 1, id: 'a', kind: 'list' });
  const second = send({ v: 1, id: 'b', kind: 'list' });
  go.boots[0]?.resolve();
  await settle();
  go.deaths[0]?.();
  await settle();
  for (const [sent, id] of /** @type {const} */ ([[first, 'a'], [second, 'b']])) {
    assert.deepEqual(sent.answer(), { v: 1, id, ok: false, error: { code: 'runtime-died', message: 'the background program ended', retryable: true } });
  }
  const third = send({ v: 1, id: 'c', kind: 'list' });
  await settle();
  assert.equal(go.boots.length, 2);
  go.boots[1]?.resolve();
  await settle();
  go.asked.at(-1)?.answer('{"v":1,"id":"c","ok":true}');
  await settle();
  assert.equal(third.answer().ok, true);
  assert.equal(api.events.every((e) => e.listeners.length === 1), true);
});

test('a click that a dying program leaves undone goes to the next one, twice at most', async () => {
  const { api, go } = setUp();
  api.action.onClicked.fire({ id: 7, url: 'https://x.test/', incognito: false });
  for (const program of [0, 1, 2]) {
    go.boots[program]?.resolve();
    await settle();
    assert.equal(go.asked.length, program + 1);
    go.deaths[program]?.();
    await settle();
  }
  assert.deepEqual(go.asked[1], { ...go.asked[1], event: 'action', payload: go.asked[0]?.payload });
  assert.equal(go.boots.length, 3);
});

test('what an answer asks for is done before it is passed on, and who asked hears where it can\'t be', async (t) => {
  const said = t.mock.method(console, 'error', () => {});
  const { go, send, fulfilled } = setUp();
  const first = send({ v: 1, id: 'a', kind: 'download' });
  const second = send({ v: 1, id: 'b', kind: 'impossible' });
  go.boots[0]?.resolve();
  await settle();
  for (const asked of go.asked) asked.answer(`{"v":1,"id":"${asked.payload.message.id}","ok":true}`);
  await settle();
  assert.deepEqual(fulfilled.map((f) => [f.tab.id, f.message.kind, f.answer.id]), [[7, 'download', 'a'], [7, 'impossible', 'b']]);
  assert.equal(first.answer().ok, true);
  assert.deepEqual(second.answer(), { v: 1, id: 'b', ok: false, error: { code: 'internal', message: 'not done', retryable: true } });
  assert.equal(said.mock.callCount(), 1);
});

test('a boot that fails is answered, and tried again at the next event', async (t) => {
  t.mock.method(console, 'error', () => {});
  const { go, send } = setUp();
  const first = send({ v: 1, id: 'a', kind: 'list' });
  go.boots[0]?.reject(new Error('no wasm'));
  await settle();
  assert.equal(first.answer().error.code, 'runtime-died');
  send({ v: 1, id: 'b', kind: 'list' });
  await settle();
  assert.equal(go.boots.length, 2);
});

test('a message that waits for the program is prepared for, and what came to nothing is undone', async () => {
  const { go, send, prepared, prepare } = setUp(true);
  const { answer } = send({ v: 1, id: '1', kind: 'list' });
  assert.equal(prepared[0]?.message.kind, 'list');
  assert.deepEqual(prepared[0]?.tab, { id: 7, url: 'https://now.test/', store: '', private: false });
  go.boots[0]?.resolve();
  await settle();
  assert.equal(go.asked.length, 0, 'the program must not ask for itself what is about to be asked');
  await prepare();
  assert.equal(go.asked.length, 1);
  assert.equal(prepared[0]?.undone, 0);
  go.asked[0]?.answer('{"v":1,"id":"1","ok":true}');
  await settle();
  assert.equal(answer().ok, true);
  assert.equal(prepared[0]?.undone, 1);
  send({ v: 1, id: '2', kind: 'list' });
  await settle();
  assert.equal(go.asked.length, 2, 'a program that runs is asked at once');
  assert.equal(prepared.length, 1);
});

test('what was prepared for a program that did not start is undone, and the next one is prepared for again', async (t) => {
  t.mock.method(console, 'error', () => {});
  const { go, send, prepared, prepare } = setUp(true);
  const { answer } = send({ v: 1, id: '1', kind: 'list' });
  go.boots[0]?.reject(new Error('no wasm'));
  await prepare();
  assert.equal(answer().error.code, 'runtime-died');
  assert.equal(prepared[0]?.undone, 1);
  send({ v: 1, id: '2', kind: 'list' });
  assert.equal(prepared.length, 2);
  go.boots[1]?.resolve();
  await prepare();
  go.deaths[0]?.();
  await settle();
  send({ v: 1, id: '3', kind: 'list' });
  assert.equal(prepared.length, 3, 'nor does one run that died');
});

test('a preparation that fails keeps nobody waiting', async () => {
  const { go, send, prepared } = setUp(true);
  send({ v: 1, id: '1', kind: 'list' });
  prepared[0]?.ready.reject(new Error('no storage'));
  go.boots[0]?.resolve();
  await settle();
  assert.equal(go.asked.length, 1);
});

test('messages between our own pages are left alone', () => {
  const { go, send } = setUp();
  assert.deepEqual(send({ target: 'offscreen', text: 'x' }).kept, [false]);
  assert.equal(go.boots.length, 0);
});

test('of a tab\'s updates only those of its address are forwarded', async () => {
  const { api, go } = setUp();
  api.tabs.onUpdated.fire(7, { status: 'loading' }, { id: 7, url: 'https://x.test/', incognito: false });
  await settle();
  assert.equal(go.boots.length, 0);
  api.tabs.onUpdated.fire(7, { url: 'https://y.test/' }, { id: 7, url: 'https://y.test/', incognito: false });
  go.boots[0]?.resolve();
  await settle();
  assert.deepEqual(go.asked[0], { ...go.asked[0], event: 'moved', payload: { tab: { id: 7, url: 'https://y.test/', store: '', private: false } } });
});

test('a closed tab wakes no program: what is kept of it goes all the same', async () => {
  const { api, go, send } = setUp();
  api.tabs.onRemoved.fire(7);
  await settle();
  assert.equal(go.boots.length, 0);
  assert.deepEqual(api.removed, ['tab/7', 'last/7', 'ahead/7', 'lessons/7', 'beside/7']);
  send({ v: 1, id: '1', kind: 'wake' });
  api.tabs.onRemoved.fire(8);
  go.boots[0]?.resolve();
  await settle();
  assert.deepEqual(go.asked[1], { ...go.asked[1], event: 'closed', payload: { tab: { id: 8, url: '' } } });
  assert.deepEqual(api.removed, ['tab/7', 'last/7', 'ahead/7', 'lessons/7', 'beside/7'], 'a program that runs does it itself');
});

test('commands and the menu are forwarded with their tab', async (t) => {
  const warned = t.mock.method(console, 'error', () => {});
  const { api, go } = setUp();
  api.commands.onCommand.fire('copy-best', { id: 7, url: 'https://x.test/', incognito: false });
  api.contextMenus.onClicked.fire({ menuItemId: 'copy-best-link', linkUrl: 'https://l.test/' }, { id: 7, url: 'https://x.test/', incognito: false });
  go.boots[0]?.resolve();
  await settle();
  assert.equal(go.asked[0]?.payload.name, 'copy-best');
  assert.deepEqual([go.asked[1]?.payload.item, go.asked[1]?.payload.link], ['copy-best-link', 'https://l.test/']);
  go.asked[0]?.answer(''); // such events have no answer
  await settle();
  assert.equal(warned.mock.callCount(), 0);
});

test('the rules touch only our own requests: APIs and subtitles by host, media by path', () => {
  const rules = rulesFor('self-host');
  for (const { condition, action } of rules) {
    assert.deepEqual(condition.initiatorDomains, ['self-host']);
    const headers = Object.fromEntries((action.requestHeaders ?? []).map((h) => [h.header, h.value]));
    const site = `${headers.origin}/`;
    assert.equal(headers.referer, site);
    const tv = condition.requestDomains?.includes('api.bilibili.tv') || condition.urlFilter === '/iupxcodeboss/' || condition.requestDomains?.includes('s.bstarstatic.com');
    assert.equal(site, tv ? 'https://www.bilibili.tv/' : 'https://www.bilibili.com/');
    if (condition.requestDomains?.includes('bilivideo.com')) assert.match(condition.urlFilter ?? '', /^\/(upgcxcode|iupxcodeboss)\/$/);
  }
  assert.equal(new Set(rules.map((r) => r.id)).size, 6);
});

test('an alarm starts the program, which learns its name', async () => {
  const { api, go } = setUp();
  api.alarms.onAlarm.fire({ name: 'queue/jar', scheduledTime: 5, periodInMinutes: 0.5 });
  await settle();
  assert.equal(go.boots.length, 1);
  go.boots[0]?.resolve();
  await settle();
  assert.deepEqual(go.asked.map(({ event, payload }) => [event, payload]), [['alarm', { name: 'queue/jar' }]]);

  const other = setUp();
  other.api.extension.inIncognitoContext = true;
  other.api.alarms.onAlarm.fire({ name: 'queue', scheduledTime: 5, periodInMinutes: 0.5 });
  await settle();
  assert.equal(other.go.boots.length, 0, 'of a private window');
});
