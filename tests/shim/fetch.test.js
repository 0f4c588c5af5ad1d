// Fetching for the Go program, under Node with its own fetch replaced.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { abort, fetchBytes, measure } from '../../extension/fetch.js';

/** @param {import('node:test').TestContext} t @param {(url: string, init: RequestInit) => Promise<any>} answer */
const replace = (t, answer) => t.mock.method(globalThis, 'fetch', /** @type {any} */ (answer));
const text = (/** @type {Uint8Array} */ bytes) => new TextDecoder().decode(bytes);
/** @param {number} pieces */
const stream = (pieces) => new ReadableStream({
  start(controller) {
    for (let i = 0; i < pieces; i++) controller.enqueue(new TextEncoder().encode('hi!'));
    controller.close();
  },
});

test('cookies, range and headers; a body in pieces is joined', async (t) => {
  const fetched = replace(t, async () => new Response(stream(3), { status: 206, headers: { 'content-type': 'application/json', 'retry-after': '30' } }));
  const answer = await fetchBytes(1, 'https://a.test/', true, 'bytes=0-8', 100);
  assert.deepEqual({ ...answer, body: text(answer.body) }, { status: 206, type: 'application/json', retryAfter: '30', body: 'hi!hi!hi!' });
  const init = /** @type {any} */ (fetched.mock.calls[0]?.arguments[1]);
  assert.deepEqual([init.credentials, init.headers.Range, init.redirect, init.cache], ['include', 'bytes=0-8', 'manual', 'no-store']);
  await fetchBytes(2, 'https://a.test/', false, '', 100);
  const bare = /** @type {any} */ (fetched.mock.calls[1]?.arguments[1]);
  assert.deepEqual([bare.credentials, bare.headers], ['omit', undefined]);
});

test('an answer without a body is empty', async (t) => {
  replace(t, async () => new Response(null, { status: 204 }));
  assert.equal((await fetchBytes(1, 'https://a.test/', false, '', 100)).body.byteLength, 0);
});

test('a body over the limit is refused before it is read whole', async (t) => {
  let given = 0;
  replace(t, async () => new Response(new ReadableStream({ pull: (c) => (given++, c.enqueue(new Uint8Array(1000))) })));
  await assert.rejects(fetchBytes(1, 'https://a.test/', false, '', 5000), RangeError);
  assert.ok(given < 20, `${given} kB were read`);
});

test('a redirect is not followed', async (t) => {
  replace(t, async () => ({ type: 'opaqueredirect', status: 0 }));
  assert.equal((await fetchBytes(1, 'https://a.test/', false, '', 100)).status, 302);
});

test('abort ends the transfer that it names, and no other', async (t) => {
  replace(t, (_url, init) => new Promise((_, reject) => init.signal?.addEventListener('abort', () => reject(new DOMException('aborted', 'AbortError')))));
  const [first, second] = [fetchBytes(1, 'https://a.test/', false, '', 100), fetchBytes(2, 'https://b.test/', false, '', 100)];
  abort(1);
  abort(7);
  await assert.rejects(first, { name: 'AbortError' });
  assert.equal(await Promise.race([second, Promise.resolve('under way')]), 'under way');
  abort(2);
  await assert.rejects(second, { name: 'AbortError' });
});

test('measures the first bytes of a file, without cookies, and no more of it', async (t) => {
  let given = 0, now = 0;
  t.mock.method(performance, 'now', () => now);
  const fetched = replace(t, async () => new Response(new ReadableStream({
    pull(c) {
      given++;
      now += 10;
      c.enqueue(new Uint8Array(1000));
    },
  }, { highWaterMark: 0 }), { status: 206 }));
  assert.equal(await measure(1, 'https://a.test/', 5000, 60_000), 100_000);
  assert.equal(given, 5);
  const init = /** @type {any} */ (fetched.mock.calls[0]?.arguments[1]);
  assert.deepEqual([init.credentials, init.headers.Range, init.redirect, init.cache, init.signal.aborted], ['omit', 'bytes=0-4999', 'manual', 'no-store', true]);
});

test('of a slow host what came in time is measured; of one that refuses, breaks off or hangs, nothing', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  let now = 0;
  t.mock.method(performance, 'now', () => now);
  /** @param {AbortSignal | null | undefined} signal @param {number} pieces @param {() => void} then */
  const slow = (signal, pieces, then) => new Response(new ReadableStream({
    start: (c) => signal?.addEventListener('abort', () => c.error(signal.reason)),
    pull: (c) => (pieces-- > 0 ? c.enqueue(new Uint8Array(1000)) : then()),
  }, { highWaterMark: 0 }), { status: 206 });
  replace(t, async (_url, init) => slow(init.signal, 2, () => {
    now = 4000;
    t.mock.timers.tick(4000);
  }));
  assert.equal(await measure(1, 'https://a.test/', 5000, 4000), 500);
  replace(t, async (_url, init) => slow(init.signal, 2, () => {
    throw new Error('connection reset');
  }));
  assert.equal(await measure(2, 'https://a.test/', 5000, 4000), 0);
  for (const answer of [new Response('forbidden', { status: 403 }), { type: 'opaqueredirect', status: 0, ok: false }]) {
    replace(t, async () => answer);
    assert.equal(await measure(3, 'https://a.test/', 5000, 4000), 0);
  }
  // Whatever comes fast, and is no part of the file, or less of it than was asked for.
  const bytes = new Uint8Array(5000);
  for (const [said, answer, speed] of /** @type {[string, Response, number][]} */ ([
    ['the whole file', new Response(bytes), 0], ['a page', new Response(bytes, { status: 206, headers: { 'content-type': 'text/html' } }), 0],
    ['cut short', new Response(bytes.slice(1), { status: 206, headers: { 'content-range': 'bytes 0-4999/80000' } }), 0],
    ['cut short, of an unknown length', new Response(bytes.slice(1), { status: 206, headers: { 'content-range': 'bytes 0-4999/*' } }), 0],
    ['a short file', new Response(bytes.slice(1000), { status: 206, headers: { 'content-range': 'bytes 0-3999/4000' } }), 4_000_000],
    ['all of it', new Response(bytes, { status: 206, headers: { 'content-type': 'video/mp4' } }), 5_000_000],
  ])) {
    replace(t, async () => answer);
    assert.equal(await measure(3, 'https://a.test/', 5000, 4000), speed, said);
  }
  replace(t, (_url, init) => new Promise((_, reject) => init.signal?.addEventListener('abort', () => reject(init.signal?.reason))));
  const hanging = measure(4, 'https://a.test/', 5000, 4000);
  abort(4);
  assert.equal(await hanging, 0);
});
