// The mark on the toolbar icon, on a browser made of a plain object.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { createCount, mark } from '../../extension/badge.js';
import { ROOM as CHROME } from '../../extension/chrome/room.js';
import { ROOM as FIREFOX } from '../../extension/firefox/room.js';

/**
 * A browser's icon and its tabs; those above 100 are private.
 *
 * @param {number[]} open
 */
function browser(...open) {
  /** @type {Record<string, string>} */
  const texts = {};
  /** @type {Record<string, any>} */
  const session = { 'tab/7': {} };
  /** @type {((changes: any, area: string) => void)[]} */
  const listeners = [];
  const exists = (/** @type {number | undefined} */ id) => {
    if (id !== undefined && !open.includes(id)) throw new Error(`No tab with id: ${id}`);
  };
  const changed = (/** @type {object} */ changes) => listeners.forEach((l) => l(changes, 'session'));
  const api = /** @type {any} */ ({
    action: {
      setBadgeTextColor: async () => {}, setBadgeBackgroundColor: async () => {},
      setBadgeText: async (/** @type {any} */ { tabId, text }) => {
        exists(tabId);
        if (text === null) delete texts[tabId];
        else texts[tabId ?? 'all'] = text;
      },
      getBadgeText: async (/** @type {any} */ { tabId }) => {
        exists(tabId);
        return texts[tabId] ?? texts.all ?? '';
      },
    },
    tabs: {
      query: async () => open.map((id) => ({ id, incognito: id > 100 })),
      get: async (/** @type {number} */ id) => {
        exists(id);
        return { id, incognito: id > 100 };
      },
    },
    storage: {
      session: {
        get: async () => ({ ...session }),
        set: async (/** @type {any} */ items) => {
          Object.assign(session, items);
          changed(Object.fromEntries(Object.entries(items).map(([key, newValue]) => [key, { newValue }])));
        },
        remove: async (/** @type {string | string[]} */ keys) => {
          for (const key of [keys].flat()) delete session[key];
          changed(Object.fromEntries([keys].flat().map((key) => [key, {}])));
        },
      },
      onChanged: { addListener: (/** @type {any} */ l) => void listeners.push(l) },
    },
  });
  return { api, texts, session, says: (/** @type {number} */ tabId) => texts[tabId] ?? texts.all ?? '' };
}

/** Lets every promise that can settle do so. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

test('the mark is the tab\'s own, in two colours that differ enough', async () => {
  /** @type {Record<string, any>} */
  const set = {};
  /** @type {Record<string, any>} */
  const action = Object.fromEntries(['setBadgeText', 'setBadgeTextColor', 'setBadgeBackgroundColor'].map((name) => [name, async (/** @type {any} */ how) => void (set[name] = how)]));
  action.getBadgeText = async () => '';
  await mark(/** @type {any} */ ({ action }), 7, '1080', 4);
  assert.deepEqual(set.setBadgeText, { tabId: 7, text: '1080' });
  assert.deepEqual([set.setBadgeTextColor.tabId, set.setBadgeBackgroundColor.tabId], [7, 7], 'nothing is set for other tabs');
  await mark(/** @type {any} */ ({ action }), 7, '', 4);
  assert.deepEqual(set.setBadgeText, { tabId: 7, text: null }, 'the tab shows what all show');
  const light = (/** @type {string} */ colour) => {
    const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16) / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const [dark = 0, bright = 0] = [light(set.setBadgeTextColor.color), light(set.setBadgeBackgroundColor.color)].sort((a, b) => a - b);
  assert.ok((bright + 0.05) / (dark + 0.05) >= 4.5);
});

test('the mark has room on the icon', async () => {
  /** @param {string} quality @param {number} room */
  const marked = async (quality, room) => {
    let shown;
    const none = async () => {};
    await mark(/** @type {any} */ ({ action: { getBadgeText: async () => '', setBadgeText: async (/** @type {any} */ how) => void (shown = how.text), setBadgeTextColor: none, setBadgeBackgroundColor: none } }), 7, quality, room);
    return shown;
  };
  for (const [quality, chromium, firefox] of /** @type {const} */ ([
    ['', null, null], ['144', '144', '144'], ['720', '720', '720'], ['1080', '1080', 'HD'], ['1440', '1440', '2K'], ['4K', '4K', '4K'], ['8K', '8K', '8K'],
  ])) assert.deepEqual([await marked(quality, CHROME), await marked(quality, FIREFOX)], [chromium, firefox]);
});

test('while downloads are counted no tab\'s mark hides the count, and all are back after it', async () => {
  const { api, session, says } = browser(7, 8, 9, 107);
  const count = createCount(api);
  await mark(api, 7, '1080', 4);
  await mark(api, 8, '4K', 4);
  await mark(api, 107, '720', 4);
  await count(2);
  assert.deepEqual([7, 8, 9, 107].map(says), ['2', '2', '2', '720'], 'a private window downloads nothing');
  await mark(api, 9, '8K', 4); // listed meanwhile
  await mark(api, 8, '', 4); // moved on
  await mark(api, 107, '1080', 4);
  await count(1);
  assert.deepEqual([7, 8, 9, 107].map(says), ['1', '1', '1', '1080']);
  await count(0);
  assert.deepEqual([7, 8, 9, 107].map(says), ['1080', '', '8K', '1080']);
  assert.deepEqual(Object.keys(session), ['tab/7'], 'nothing is left behind');
  await mark(api, 7, '', 4);
  await count(1);
  await count(0);
  assert.deepEqual([7, 8, 9].map(says), ['', '', '8K']);
});

test('a count that ends while it begins, or with its page, leaves the marks', async () => {
  const { api, says, session } = browser(7, 8);
  await mark(api, 7, '1080', 4);
  const count = createCount(api);
  const begun = count(1);
  await count(0);
  await begun;
  assert.deepEqual([says(7), says(8)], ['1080', '']);
  // What closes sees no answer: all is asked for at once.
  await count(1);
  void count(0);
  assert.deepEqual([says(7), says(8)], ['1080', '']);
  // A page that ended without a word: the next one counts on.
  await count(3);
  await mark(api, 8, '4K', 4);
  const next = createCount(api);
  await next(1);
  assert.deepEqual([says(7), says(8)], ['1', '1']);
  await next(0);
  await settle();
  assert.deepEqual([says(7), says(8), Object.keys(session)], ['1080', '4K', ['tab/7']]);
});

test('a tab that is gone is no error', async () => {
  const gone = async () => {
    throw new Error('No tab with id: 7');
  };
  await mark(/** @type {any} */ ({ action: { getBadgeText: async () => '', setBadgeText: gone, setBadgeTextColor: gone, setBadgeBackgroundColor: gone } }), 7, '', 4);
});
