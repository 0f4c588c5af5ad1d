// Asking ahead under Node, with its own fetch replaced.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { askAhead } from '../../extension/ahead.js';
import { abort, fetchBytes } from '../../extension/fetch.js';

const PAGE = 'https://www.bilibili.com/cheese/play/ep790';
const PLAY = 'https://api.bilibili.com/pugv/player/web/playurl?ep_id=790';
const SEASON = 'https://api.bilibili.com/pugv/view/web/season?ep_id=790';

const tab = { id: 7, url: PAGE, store: '', private: false };
const list = { v: 1, id: '1', kind: 'list', body: { hints: { load: 'a' } } };
const refresh = { ...list, body: { ...list.body, refresh: true } };
const forecast = { page: PAGE, site: 'com', urls: [PLAY, SEASON] };
const now = () => Math.floor(Date.now() / 1000);

/** A network that answers when told to. @param {import('node:test').TestContext} t */
function network(t) {
  /** @type {{url: string, init: any, answer: (text: string) => void}[]} */
  const asked = [];
  t.mock.method(globalThis, 'fetch', /** @type {any} */ ((/** @type {string} */ url, /** @type {any} */ init) => new Promise((resolve, reject) => {
    asked.push({ url, init, answer: (text) => resolve(new Response(text)) });
    init.signal.addEventListener('abort', () => reject(new DOMException('aborted', 'AbortError')));
  })));
  return asked;
}

/** @param {Record<string, unknown>} stored in the session's storage */
const api = (stored) => /** @type {any} */ ({
  storage: { session: { get: async (/** @type {string[]} */ keys) => Object.fromEntries(Object.entries(stored).filter(([key]) => keys.includes(key))) } },
});

/** Asks ahead once the rules are set. @param {Record<string, unknown>} stored @param {any} [message] @param {any} [from] */
const ahead = (stored, message = list, from = tab) => askAhead(api(stored), from, message, () => Promise.resolve());

const text = (/** @type {{body: Uint8Array}} */ { body }) => new TextDecoder().decode(body);

test('what the program would ask is asked, with cookies, and each address once', async (t) => {
  const asked = network(t);
  const end = await ahead({ 'ahead/7': forecast });
  assert.deepEqual(asked.map((a) => a.url), [PLAY, SEASON]);
  assert.deepEqual(asked.map((a) => [a.init.credentials, a.init.redirect, a.init.cache]), Array(2).fill(['include', 'manual', 'no-store']));
  const play = fetchBytes(1, PLAY, true, '', 100);
  asked[1]?.answer('season');
  asked[0]?.answer('play');
  assert.deepEqual([text(await play), text(await fetchBytes(2, SEASON, true, '', 100))], ['play', 'season']);
  assert.equal(asked.length, 2);
  void fetchBytes(3, PLAY, true, '', 100).catch(() => {});
  assert.equal(asked.length, 3, 'a second question is a request of its own');
  end();
  assert.equal(asked[2]?.init.signal.aborted, false);
  abort(3);
});

test('two panels of one page, asking at once, don\'t ask ahead twice', async (t) => {
  const asked = network(t);
  const ends = [await ahead({ 'ahead/7': forecast }), await ahead({ 'ahead/7': forecast })];
  assert.equal(asked.length, 2);
  for (const end of ends) end();
});

/** @type {[string, Record<string, unknown>, any, any, number][]} */
const cases = [
  ['nothing was foreseen', {}, list, tab, 0],
  ['another page was foreseen', { 'ahead/7': { ...forecast, page: `${PAGE}?p=2` } }, list, tab, 0],
  ['another tab was foreseen', { 'ahead/8': forecast }, list, tab, 0],
  ['a listing is kept, of whatever load', { 'ahead/7': forecast, 'tab/7': { key: 'x' } }, list, tab, 0],
  ['a listing is kept, but a new one wanted', { 'ahead/7': forecast, 'tab/7': { key: 'x' } }, refresh, tab, 2],
  ['the site asked for a pause', { 'ahead/7': forecast, 'pause/com': { until: now() + 60, length: 60 } }, list, tab, 0],
  ['the site asked for a pause, even of who asks anew', { 'ahead/7': forecast, 'pause/com': { until: now() + 60, length: 60 } }, refresh, tab, 0],
  ['the pause has ended', { 'ahead/7': forecast, 'pause/com': { until: now() - 1, length: 60 } }, list, tab, 2],
  ['the other site asked for a pause', { 'ahead/7': forecast, 'pause/tv': { until: now() + 60, length: 60 } }, list, tab, 2],
  ['somebody else\'s addresses', { 'ahead/7': { ...forecast, urls: ['https://api.bilibili.com.evil.test/', 'http://api.bilibili.com/', SEASON] } }, list, tab, 1],
  ['a message of another kind', { 'ahead/7': forecast }, { ...list, kind: 'wake' }, tab, 0],
  ['no message', { 'ahead/7': forecast }, null, tab, 0],
  ['no tab', { 'ahead/7': forecast }, list, null, 0],
  ['a private window', { 'ahead/7': forecast }, list, { ...tab, private: true }, 0],
  ['a container', { 'ahead/7': forecast }, list, { ...tab, store: 'firefox-container-1' }, 0],
  ['Firefox, outside of containers', { 'ahead/7': forecast }, list, { ...tab, store: 'firefox-default' }, 2],
];
for (const [name, stored, message, from, n] of cases) {
  test(`${name}: ${n ? `${n} requests` : 'nothing is asked'}`, async (t) => {
    const asked = network(t);
    const end = await ahead(stored, message, from);
    assert.equal(asked.length, n);
    end();
    assert(asked.every((a) => a.init.signal.aborted), 'what nobody took over has ended');
  });
}

test('nothing is asked before our requests carry the sites\' Referer', async (t) => {
  const asked = network(t);
  /** @type {(value?: unknown) => void} */
  let set = () => {};
  const begun = askAhead(api({ 'ahead/7': forecast }), tab, list, () => new Promise((resolve) => (set = resolve)));
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(asked.length, 0);
  set();
  (await begun)();
  assert.equal(asked.length, 2);
});

test('a transfer that was taken over is aborted by its new number', async (t) => {
  const asked = network(t);
  const end = await ahead({ 'ahead/7': forecast });
  const play = fetchBytes(1, PLAY, true, '', 100);
  end();
  assert.deepEqual(asked.map((a) => a.init.signal.aborted), [false, true]);
  abort(1);
  await assert.rejects(play, { name: 'AbortError' });
});

test('a transfer that failed before anybody asked is told to who asks', async (t) => {
  t.mock.method(globalThis, 'fetch', async () => { throw new TypeError('offline'); });
  const end = await ahead({ 'ahead/7': forecast });
  await new Promise((resolve) => setImmediate(resolve));
  await assert.rejects(fetchBytes(1, PLAY, true, '', 100), { message: 'offline' });
  end();
});

test('only the same question takes it over: with cookies, whole, and within its limit', async (t) => {
  const asked = network(t);
  const end = await ahead({ 'ahead/7': forecast });
  for (const [cookies, range] of /** @type {[boolean, string][]} */ ([[false, ''], [true, 'bytes=0-9']])) {
    void fetchBytes(1, PLAY, cookies, range, 100).catch(() => {});
    abort(1);
  }
  assert.equal(asked.length, 4);
  const play = fetchBytes(2, PLAY, true, '', 3);
  asked[0]?.answer('long');
  await assert.rejects(play, RangeError);
  assert.equal(asked.length, 4);
  end();
});
