// Ranges for the download program, under Node with its real fetch and a server that misbehaves as it is told.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';

import { get, release } from '../../extension/downloads/transfer.js';

const MB = 1 << 20;
const data = new Uint8Array(3 * MB + 12345).map((_, i) => i * 7 + (i >> 8));
/** @type {import('node:http').IncomingHttpHeaders[]} */
const asked = [];
let origin = '';

const server = createServer((request, response) => {
  asked.push(request.headers);
  const [, first, last] = /bytes=(\d+)-(\d*)/.exec(request.headers.range ?? '') ?? [];
  const [from, to] = [Number(first), last ? Number(last) + 1 : data.length];
  const part = data.subarray(from, to);
  switch (request.url) {
    case '/redirect':
      response.writeHead(302, { location: '/whole' }).end();
      break;
    case '/refused':
      response.writeHead(429, { 'retry-after': '7' }).end('no');
      break;
    case '/broken':
      response.writeHead(206, { 'content-range': `bytes ${from}-${to - 1}/${data.length}`, 'content-length': part.length });
      response.write(part.subarray(0, 700_000), () => response.destroy());
      break;
    case '/slow':
      response.writeHead(206, { 'content-range': `bytes ${from}-${to - 1}/${data.length}` });
      response.write(part.subarray(0, 1000)); // and then nothing more
      break;
    case '/drops': {
      response.writeHead(206);
      let at = from;
      const timer = setInterval(() => {
        response.write(data.subarray(at, at += 1000));
        if (at >= to) response.end();
      }, 20);
      response.on('close', () => clearInterval(timer));
      break;
    }
    default:
      response.writeHead(206, { 'content-range': `bytes ${from}-${to - 1}/${data.length}`, etag: '"e"' }).end(part);
  }
});
before(() => new Promise((resolve) => {
  server.listen(0, '127.0.0.1', () => {
    origin = `http://127.0.0.1:${/** @type {import('node:net').AddressInfo} */ (server.address()).port}`;
    resolve(undefined);
  });
}));
after(() => {
  server.closeAllConnections();
  server.close();
});

/** @param {ReturnType<typeof get>} transfer */
async function all(transfer) {
  const sizes = [], bytes = [];
  for (let chunk = await transfer.next(); chunk; chunk = await transfer.next()) {
    sizes.push(chunk.byteLength);
    bytes.push(Buffer.from(chunk));
    release(chunk);
  }
  return { sizes, bytes: Buffer.concat(bytes) };
}

for (const way of ['the browser fills our buffers', 'it can not']) {
  test(`a range comes whole and in full buffers: ${way}`, async (t) => {
    if (way === 'it can not') {
      const real = globalThis.fetch;
      t.mock.method(globalThis, 'fetch', async (/** @type {any} */ url, /** @type {any} */ init) => {
        const response = await real(url, init);
        const reader = /** @type {ReadableStream<Uint8Array>} */ (response.body).getReader();
        const plain = new ReadableStream({
          async pull(controller) {
            const { value, done } = await reader.read();
            if (done) controller.close();
            else controller.enqueue(value);
          },
        });
        return new Response(plain, response);
      });
    }
    t.mock.method(performance, 'now', () => 0); // no buffer goes before it is full
    const transfer = get(`${origin}/whole`, `bytes=100-${data.length - 1}`);
    assert.equal(await transfer.answered, 206);
    assert.equal(transfer.header('content-range'), `bytes 100-${data.length - 1}/${data.length}`);
    assert.equal(transfer.header('etag'), '"e"');
    assert.equal(transfer.header('retry-after'), '');
    const { sizes, bytes } = await all(transfer);
    assert.ok(bytes.equals(data.subarray(100)), 'other bytes came');
    assert.deepEqual(sizes.slice(0, 3), [MB, MB, MB]);
    assert.equal(await transfer.next(), null, 'and nothing behind the last');
  });
}

test('without cookies or a cache, only for the range', async (t) => {
  const fetched = t.mock.method(globalThis, 'fetch');
  await all(get(`${origin}/whole`, 'bytes=0-9'));
  const init = /** @type {RequestInit} */ (fetched.mock.calls[0]?.arguments[1]);
  assert.deepEqual([init.credentials, init.cache, init.redirect], ['omit', 'no-store', 'manual']);
  assert.equal(asked.at(-1)?.range, 'bytes=0-9');
});

test('a chunk that is still held is nobody else’s', async () => {
  const first = get(`${origin}/whole`, 'bytes=0-99'), second = get(`${origin}/whole`, 'bytes=100-199');
  const held = await first.next(), other = await second.next();
  assert.ok(held && other && held.buffer !== other.buffer);
  assert.deepEqual([held.byteLength, held[0], other[0]], [100, data[0], data[100]]);
});

test('a redirect is not followed, and a refusal says when to ask again', async (t) => {
  // Node's own fetch shows what a browser hides behind an opaque redirect.
  const redirected = get(`${origin}/redirect`, 'bytes=0-9');
  assert.equal(await redirected.answered, 302);
  t.mock.method(globalThis, 'fetch', async () => ({ type: 'opaqueredirect', status: 0, headers: new Headers() }));
  assert.equal(await get(`${origin}/redirect`, 'bytes=0-9').answered, 302);
  t.mock.restoreAll();
  const refused = get(`${origin}/refused`, 'bytes=0-9');
  assert.deepEqual([await refused.answered, refused.header('retry-after')], [429, '7']);
});

test('a slow host’s bytes come before a buffer is full', async () => {
  const transfer = get(`${origin}/drops`, 'bytes=0-29999');
  const { sizes, bytes } = await all(transfer);
  assert.ok(bytes.equals(data.subarray(0, 30_000)));
  assert.ok(sizes.length > 1, `${sizes}`);
});

test('the end of a transfer ends whoever waits for its bytes', async () => {
  const transfer = get(`${origin}/slow`, 'bytes=0-99999');
  await transfer.answered;
  const next = transfer.next();
  transfer.close();
  await assert.rejects(next, { name: 'AbortError' });
  const unanswered = get(`${origin}/slow`, 'bytes=0-99999');
  unanswered.close();
  await assert.rejects(unanswered.answered, { name: 'AbortError' });
});

test('a host that breaks off again and again still gives something', async () => {
  await assert.rejects(all(get(`${origin}/broken`, 'bytes=0-')));
  const chunk = await get(`${origin}/broken`, 'bytes=0-').next();
  assert.ok(chunk && chunk.byteLength > 0 && Buffer.from(chunk).equals(data.subarray(0, chunk.byteLength)));
});
