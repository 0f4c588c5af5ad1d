// Chrome's clipboard under Node, with an offscreen document made of a plain object.
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';

/** The module keeps its queue: each test takes a fresh one, as each worker does. @type {typeof import('../../extension/chrome/clipboard.js').writeClipboard} */
let write;
let serial = 0;
beforeEach(async () => {
  ({ writeClipboard: write } = await import(`../../extension/chrome/clipboard.js?${++serial}`));
});

/** @param {{left?: boolean, answer?: (text: string) => unknown, close?: () => Promise<void>, inIncognitoContext?: boolean}} [how] */
function browser({ left = false, inIncognitoContext = false, answer = () => true, close = async () => {} } = {}) {
  let there = left;
  /** @type {string[]} */
  const done = [];
  const api = {
    extension: { inIncognitoContext },
    offscreen: {
      hasDocument: async () => there,
      async createDocument() {
        if (there) throw new Error('Only a single offscreen document may be created.');
        there = true;
        done.push('create');
      },
      async closeDocument() {
        done.push('close');
        await close();
        there = false;
      },
    },
    runtime: {
      /** @param {{text: string}} message */
      async sendMessage({ text }) {
        done.push(text);
        return answer(text);
      },
    },
  };
  return { api: /** @type {any} */ (api), done };
}

/** Lets every promise that can settle do so. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

test('copies share a document, one after the other, and it is closed when the last is done with for good', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const { api, done } = browser();
  await Promise.all([write(api, 'a'), write(api, 'b')]);
  t.mock.timers.tick(4999);
  // Closed any sooner it can take along a text that the browser has not got to yet.
  assert.deepEqual(done, ['create', 'a', 'b']);
  await write(api, 'c');
  t.mock.timers.tick(4999);
  assert.deepEqual(done, ['create', 'a', 'b', 'c']);
  t.mock.timers.tick(1);
  await settle();
  assert.deepEqual(done, ['create', 'a', 'b', 'c', 'close']);
  await write(api, 'd');
  assert.deepEqual(done.slice(5), ['create', 'd']);
});

test('in a private window the document goes soon: the browser crashes when the last such window is closed before it', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const { api, done } = browser({ inIncognitoContext: true });
  await write(api, 'a');
  t.mock.timers.tick(300);
  await settle();
  assert.deepEqual(done, ['create', 'a', 'close']);
});

test('a document that a killed worker left behind is used', async () => {
  const { api, done } = browser({ left: true });
  await write(api, 'a');
  assert.deepEqual(done, ['a']);
});

test('what is copied is copied, even if the document will not close', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const { api, done } = browser({ close: () => Promise.reject(new Error('No current offscreen document.')) });
  await write(api, 'a');
  t.mock.timers.tick(5000);
  await settle();
  assert.deepEqual(done, ['create', 'a', 'close']);
  await write(api, 'b');
});

test('a copy that begins as the document closes waits, and has another', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  let closed = () => {};
  const closing = /** @type {Promise<void>} */ (new Promise((resolve) => (closed = resolve)));
  const { api, done } = browser({ close: () => closing });
  await write(api, 'a');
  t.mock.timers.tick(5000);
  const second = write(api, 'b');
  await settle();
  assert.deepEqual(done, ['create', 'a', 'close']);
  closed();
  await second;
  assert.deepEqual(done, ['create', 'a', 'close', 'create', 'b']);
});

test('a refusal fails, and the next copy goes ahead with another document', async () => {
  const { api, done } = browser({ answer: (text) => text !== 'a' });
  await assert.rejects(write(api, 'a'), /refused/);
  await write(api, 'b');
  assert.deepEqual(done, ['create', 'a', 'close', 'create', 'b']);
});

test('a document that says nothing for 3 s fails, and the next copy goes ahead', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const { api } = browser({ answer: (text) => (text === 'a' ? new Promise(() => {}) : true) });
  const first = write(api, 'a');
  const second = write(api, 'b');
  let failed = false;
  first.catch(() => (failed = true));
  await settle();
  t.mock.timers.tick(2999);
  await settle();
  assert.equal(failed, false);
  t.mock.timers.tick(1);
  await settle();
  assert.equal(failed, true, 'no answer, and still waiting');
  await second;
});
