/// <reference path="../../../extension/types.d.ts" />
// Jobs in every state that the Downloads page knows, to the shape of wasm/internal/download.

/** @typedef {Streamlist.Downloader.Job} Job */

/** @param {Partial<Job> & {id: string}} facts @returns {Job} */
export const job = (facts) => ({
  state: 'running', name: '0-N4日语精讲/03 - 50音图的か行、さ行、た行假名 [1080P60 AVC].mp4', files: 1,
  head: { title: '50音图的か行、さ行、た行假名', series: '0-N4日语精讲', number: 3, total: 66, duration: 3_003_000 },
  parts: [{ kind: 'video', quality: 116, codec: 'AVC', width: 1920, height: 1080 }, { kind: 'audio', quality: 30280, codec: 'AAC' }],
  order: { id: facts.id, site: 'com', page: `com/ep/${facts.id}`, tab: 7, store: '', row: 'video/116/AVC/1', audio: 'audio/30280/AAC/1', url: 'https://www.bilibili.com/cheese/play/ep790' },
  size: 1_530_000_000, done: 0, duration: 3_003_000, can: ['pause', 'cancel'], bar: { done: facts.done ? [[0, facts.done]] : [], now: [] }, ...facts,
});

const M = 1e6;

export const running = job({
  id: 'a', done: 948 * M, speed: 31.2 * M, left: 19,
  bar: { done: [[0, 887 * M], [964 * M, 1025 * M]], now: [[887 * M, 933 * M], [1025 * M, 1071 * M]] },
  hosts: [
    { host: 'upos-sz-mirrorali.bilivideo.com', class: 'mirror', connections: 3, speed: 21.4 * M, failures: 0 },
    { host: 'xy1x2x3x4xy.mcdn.bilivideo.cn:4483', class: 'pcdn', connections: 2, speed: 9.8 * M, failures: 4 },
  ],
});

export const links = job({ id: 'b', state: 'links', name: '0-N4日语精讲/04 - な行、は行、ま行假名 [1080P60 AVC].mp4', size: 1280 * M, done: 512 * M, bar: { done: [[0, 512 * M]], now: [] } });

export const complete = job({
  id: 'c', state: 'complete', name: '0-N4日语精讲/02 - 50音あ行 [1080P60 AVC].mp4', size: 1210 * M, done: 1210 * M, took: 41_000, ended: Date.UTC(2019, 4, 17, 12), downloads: [31], can: ['again', 'clear'],
});

/** @type {Job[]} */
export const all = [
  running, links, complete,
  job({ id: 'd', state: 'waiting' }),
  job({ id: 'e', state: 'starting' }),
  job({ id: 'f', state: 'retrying', done: 3 * M, reason: { code: 'network' } }),
  job({ id: 'g', state: 'retrying', done: 3 * M, reason: { code: 'rate-limited', at: 1_900_000_000 } }),
  job({ id: 'h', state: 'paused', done: 700 * M, reason: { code: 'person' }, can: ['resume', 'cancel'] }),
  job({ id: 'i', state: 'paused', done: 700 * M, reason: { code: 'disk-full', need: 3.1e9, free: 2.2e9 }, can: ['resume', 'cancel'] }),
  job({ id: 'j', state: 'paused', done: 700 * M, reason: { code: 'disk-full' }, can: ['resume', 'cancel'] }),
  job({ id: 'k', state: 'checking', done: 1530 * M, bar: { done: [[0, 1530 * M]], now: [] } }),
  job({ id: 'l', state: 'saving', done: 1530 * M, bar: { done: [[0, 1530 * M]], now: [] } }),
  ...['other', 'not-media', 'broken', 'no-size', 'no-host', 'no-save', 'storage', 'internal', 'encrypted', 'not-purchased', 'region', 'expired', 'not-found', 'network', 'never-heard-of']
    .map((code) => job({ id: `failed-${code}`, state: 'failed', done: 9 * M, reason: { code, detail: code === 'no-save' ? 'FILE_NO_SPACE' : undefined }, can: ['retry', 'cancel'] })),
  job({ id: 'm', state: 'failed', reason: { code: 'no-access', detail: 'other-jar' }, can: ['retry', 'cancel'] }),
  job({
    id: 'n', state: 'complete', files: 3, parts: [{ kind: 'single', quality: 80 }], downloads: [1, 2, 3], took: 5000, can: ['again', 'clear'],
    notes: [{ code: 'parts' }, { code: 'parts', detail: 'codecs' }, { code: 'preview', given: 300_000, whole: 900_000 }, { code: 'changed', times: 1 }, { code: 'no-ranges' }, { code: 'duration', given: 300_000, whole: 310_000 }, { code: 'unchecked' }],
  }),
];

/** Videos with subtitles: on their way, there, some of them lost, none. @type {Job[]} */
export const titled = [
  job({ id: 'p', order: { ...running.order, id: 'p', subtitles: 'th' } }),
  job({ id: 'q', state: 'complete', order: { ...running.order, id: 'q', subtitles: 'all' }, subtitles: ['en', 'vi-auto', 'zh-Hant'], can: ['clear'] }),
  job({ id: 'r', state: 'complete', order: { ...running.order, id: 'r', subtitles: 'all' }, subtitles: ['en'], notes: [{ code: 'subtitles-lost', detail: 'th ms' }], can: ['clear'] }),
  job({ id: 's', state: 'complete', order: { ...running.order, id: 's', subtitles: 'ms' }, notes: [{ code: 'no-subtitles', detail: 'ms' }], can: ['clear'] }),
];
all.splice(-1, 0, ...titled);

/** What the page asks of the browser, and a worker that the test speaks for. To be run in the page before its own scripts. */
export function fakeBrowser(/** @type {{incognito?: boolean, orders?: Record<string, any>, deaf?: boolean, local?: Record<string, any>}} */ how = {}) {
  const { chrome, fake } = /** @type {any} */ (globalThis);
  /** Who listens to an event. @type {Record<string, ((...args: any[]) => any)[]>} */
  const listeners = {};
  const event = (/** @type {string} */ name) => ({ addListener: (/** @type {any} */ l) => (listeners[name] ??= []).push(l), hasListener: (/** @type {any} */ l) => Boolean(listeners[name]?.includes(l)) });
  Object.assign(fake, {
    told: [], posted: [], badge: [], updated: [], notified: [], asked: [], begun: [], blobs: {}, items: {}, shown: [], folders: 0, session: how.orders ?? {}, local: how.local ?? {}, workers: [],
    /** @param {string} name @param {any[]} args */
    fire: (name, ...args) => listeners[name]?.forEach((l) => l(...args)),
    /** @param {any} report */
    say: (report) => fake.workers.at(-1).onmessage({ data: report }),
  });
  Object.assign(chrome, {
    extension: { inIncognitoContext: how.incognito === true },
    action: {
      setBadgeText: async (/** @type {any} */ b) => void fake.badge.push(b), setBadgeBackgroundColor: async () => {}, setBadgeTextColor: async () => {},
      getBadgeText: async () => '',
    },
    tabs: {
      query: async () => [],
      getCurrent: async () => ({ id: 50 }), update: async (/** @type {number} */ id, /** @type {any} */ change) => void fake.updated.push([id, change]),
      get: async (/** @type {number} */ id) => {
        if (id !== 7) throw new Error('no such tab');
        return { id, cookieStoreId: 'firefox-container-1' };
      },
    },
    notifications: { create: (/** @type {string} */ id, /** @type {any} */ what) => fake.notified.push([id, what.title, what.message]), onClicked: event('clicked') },
    downloads: {
      onChanged: event('changed'), onErased: event('erased'),
      search: async (/** @type {any} */ { id }) => fake.items[id] ? [fake.items[id]] : [],
      show: (/** @type {number} */ id) => fake.shown.push(id), showDefaultFolder: () => void fake.folders++,
      download: async (/** @type {any} */ what) => {
        if (what.filename.includes('refused')) throw new Error('Invalid filename');
        const id = 100 + fake.begun.length;
        const blob = fake.blobs[what.url];
        fake.begun.push({ ...what, type: blob.type, content: await blob.text() });
        fake.items[id] = { id, state: 'in_progress', byExtensionId: 'self', fileSize: -1, totalBytes: blob.size };
        return id;
      },
    },
  });
  Object.assign(chrome.runtime, {
    id: 'self',
    getURL: (/** @type {string} */ path) => `ext://self/${path}`,
    sendMessage: async (/** @type {any} */ message) => {
      fake.asked.push(message);
      const answer = fake.answers?.shift();
      if (answer instanceof Error || !answer) throw answer ?? new Error('nobody answers');
      return { v: 1, id: message.id, ...answer };
    },
  });
  chrome.storage.local = { get: async () => structuredClone(fake.local), set: async (/** @type {any} */ items) => void Object.assign(fake.local, items) };
  chrome.storage.session = {
    get: async () => structuredClone(fake.session),
    remove: async (/** @type {string} */ key) => {
      delete fake.session[key];
    },
  };
  const make = URL.createObjectURL;
  URL.createObjectURL = (/** @type {any} */ blob) => {
    const url = make.call(URL, blob);
    fake.blobs[url] = blob;
    return url;
  };
  URL.revokeObjectURL = (url) => void delete fake.blobs[url];
  Object.assign(globalThis, {
    Worker: class {
      onmessage = null;
      ended = false;
      constructor() {
        fake.workers.push(this);
      }
      postMessage(/** @type {any} */ message) {
        fake.posted.push(structuredClone(message));
      }
      terminate() {
        this.ended = true;
      }
    },
  });
}
