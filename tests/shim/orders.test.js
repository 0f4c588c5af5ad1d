// Orders under Node, with a browser made of plain objects.
import assert from 'node:assert/strict';
import { test } from 'node:test';

const tab = { id: 7, url: 'https://www.bilibili.com/cheese/play/ep790?csource=a&spm_id_from=b#t', store: '' };
const message = { v: 1, id: '1', kind: 'download', body: {} };
const answer = { v: 1, id: '1', ok: true, body: { page: 'com/ep/790', row: 'video/80/AVC/1', audio: 'audio/30280/AAC/1', hints: { load: 'l', episode: '790', title: 'Two' } } };

/** A browser whose tabs hold our page from the moment that `load` is called. */
async function setUp() {
  /** @type {Record<string, any>} */
  const session = {};
  /** @type {{id: number, windowId: number, url: string, active: boolean, loaded: boolean}[]} */
  const tabs = [];
  /** @type {number[]} */
  const focused = [];
  const api = /** @type {any} */ ({
    runtime: {
      getURL: (/** @type {string} */ path) => `ext://self/${path}`,
      getContexts: async (/** @type {any} */ { documentUrls }) => tabs.filter((t) => t.loaded && documentUrls.includes(`ext://self/${t.url}`)).map((t) => ({ tabId: t.id })),
    },
    storage: { session: {
      get: async () => structuredClone(session),
      set: async (/** @type {any} */ items) => void Object.assign(session, structuredClone(items)),
      remove: async (/** @type {string} */ key) => void delete session[key],
    } },
    tabs: {
      create: async (/** @type {any} */ { url }) => {
        const made = { id: 100 + tabs.length, windowId: 1, url, active: true, loaded: false };
        tabs.push(made);
        return made;
      },
      update: async (/** @type {number} */ id, /** @type {any} */ change) => {
        const found = tabs.find((t) => t.id === id);
        if (!found) throw new Error('No tab with id');
        return Object.assign(found, change);
      },
    },
    windows: { update: async (/** @type {number} */ id) => void focused.push(id) },
  });
  // A module of its own for each test: it remembers the tab that it made last.
  const module = /** @type {typeof import('../../extension/orders.js')} */ (await import(`../../extension/orders.js?${Math.random()}`));
  return { api, session, tabs, focused, ...module };
}

test('an order that the program agreed to is kept, without an address of media, and the page opened', async () => {
  const { api, tabs, fulfil, orders, taken } = await setUp();
  await fulfil(api, tab, message, answer);
  assert.deepEqual(tabs.map((t) => t.url), ['downloads/downloads.html']);
  const [order] = await orders(api);
  assert(order);
  assert.match(order.id, /^[0-9a-f-]{36}$/);
  assert.deepEqual({ ...order, id: '' }, {
    id: '', site: 'com', page: 'com/ep/790', tab: 7, store: '', row: 'video/80/AVC/1', audio: 'audio/30280/AAC/1',
    url: 'https://www.bilibili.com/cheese/play/ep790', load: 'l', episode: '790', title: 'Two',
  });
  await taken(api, order.id);
  assert.deepEqual(await orders(api), []);
});

test('an address keeps the episode that its query names', async () => {
  const { api, fulfil, orders } = await setUp();
  const body = { ...answer.body, page: 'tv/ep/2', audio: undefined };
  await fulfil(api, { ...tab, store: 'firefox-container-1', url: 'https://www.bilibili.tv/en/play/1?bstar_from=x&ep_id=2' }, message, { ...answer, body });
  const [order] = await orders(api);
  assert.deepEqual([order?.site, order?.url, order?.store], ['tv', 'https://www.bilibili.tv/en/play/1?ep_id=2', 'firefox-container-1']);
});

test('what is ordered of another lesson than the page plays is that lesson\'s', async () => {
  const { api, fulfil, orders } = await setUp();
  await fulfil(api, tab, message, { ...answer, body: { ...answer.body, page: 'com/ep/791', url: 'https://www.bilibili.com/cheese/play/ep791' } });
  const [order] = await orders(api);
  assert.deepEqual([order?.page, order?.url, order?.tab], ['com/ep/791', 'https://www.bilibili.com/cheese/play/ep791', 7]);
});

test('nothing is ordered by a refusal, by another kind, or from no tab', async () => {
  const { api, session, tabs, fulfil } = await setUp();
  await fulfil(api, tab, message, { v: 1, id: '1', ok: false, error: { code: 'private' } });
  await fulfil(api, tab, { ...message, kind: 'copy' }, answer);
  await fulfil(api, undefined, message, answer);
  await fulfil(api, tab, null, answer);
  assert.deepEqual([session, tabs], [{}, []]);
});

test('the page that is open comes to the front, also while it loads; one that was closed is opened anew', async () => {
  const { api, tabs, focused, fulfil, orders } = await setUp();
  await Promise.all([fulfil(api, tab, message, answer), fulfil(api, tab, message, answer)]);
  assert.equal(tabs.length, 1);
  assert.deepEqual(focused, [1]);
  Object.assign(tabs[0] ?? {}, { loaded: true, active: false });
  await fulfil(api, tab, message, answer);
  assert.deepEqual([tabs.length, tabs[0]?.active, focused], [1, true, [1, 1]]);
  tabs.pop();
  await fulfil(api, tab, message, answer);
  assert.equal(tabs.length, 1);
  assert.equal((await orders(api)).length, 4);
});

test('where the order can\'t be kept, no page opens', async () => {
  const { api, tabs, fulfil } = await setUp();
  api.storage.session.set = async () => {
    throw new Error('quota');
  };
  await assert.rejects(fulfil(api, tab, message, answer), /quota/);
  assert.deepEqual(tabs, []);
});
