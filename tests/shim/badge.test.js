// The mark on the toolbar icon, on a browser made of a plain object.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { mark } from '../../extension/badge.js';
import { ROOM as CHROME } from '../../extension/chrome/room.js';
import { ROOM as FIREFOX } from '../../extension/firefox/room.js';

test('the mark is the tab\'s own, in two colours that differ enough', async () => {
  /** @type {Record<string, any>} */
  const set = {};
  const action = Object.fromEntries(['setBadgeText', 'setBadgeTextColor', 'setBadgeBackgroundColor'].map((name) => [name, async (/** @type {any} */ how) => void (set[name] = how)]));
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
    await mark(/** @type {any} */ ({ action: { setBadgeText: async (/** @type {any} */ how) => void (shown = how.text), setBadgeTextColor: none, setBadgeBackgroundColor: none } }), 7, quality, room);
    return shown;
  };
  for (const [quality, chromium, firefox] of /** @type {const} */ ([
    ['', null, null], ['144', '144', '144'], ['720', '720', '720'], ['1080', '1080', 'HD'], ['1440', '1440', '2K'], ['4K', '4K', '4K'], ['8K', '8K', '8K'],
  ])) assert.deepEqual([await marked(quality, CHROME), await marked(quality, FIREFOX)], [chromium, firefox]);
});

test('a tab that is gone is no error', async () => {
  const gone = async () => {
    throw new Error('No tab with id: 7');
  };
  await mark(/** @type {any} */ ({ action: { setBadgeText: gone, setBadgeTextColor: gone, setBadgeBackgroundColor: gone } }), 7, '', 4);
});
