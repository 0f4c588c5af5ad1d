// The texts: those that a script puts together, and the English ones that stay stable.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { messagesOf, root } from './lib/harness.js';

const locales = await readdir(path.join(root, 'extension/_locales'));

test('the reasons, qualities and outcomes that a script puts together exist', async () => {
  const messages = await messagesOf('en');
  const format = await readFile(path.join(root, 'extension/panel/format.js'), 'utf8');
  /** @param {string} name @returns {string[]} the literals of `const name = new Set([...])` */
  const set = (name) => {
    const body = new RegExp(`const ${name} = new Set\\(\\[([^\\]]+)\\]`).exec(format)?.[1] ?? '';
    return [...body.matchAll(/'([^']+)'|(\b\d+\b)/g)].map(([, text, number]) => text ?? number ?? '');
  };
  const key = (/** @type {string} */ words) => words.replace(/[- ]/g, '_');
  const reasons = set('REASONS');
  assert.equal(reasons.length, 15);
  const wanted = [
    ...reasons.map((r) => `reason_${key(r)}`), ...[...reasons, ...set('WHY')].map((r) => `why_${key(r)}`),
    ...[...reasons, ...set('SHORT')].map((r) => `short_${key(r)}`), ...set('NOTES').map((r) => `note_${key(r)}`), ...set('QUALITIES').map((q) => `quality_${q}`),
    ...['video', 'audio', 'single', 'urls', 'mpv', 'curl'].flatMap((what) => [`copied_${what}`, `copied_${what}_until`]),
    ...['free', 'purchased', 'preview', 'encrypted', 'playable', 'partly', 'locked'].map((s) => `state_${s}`),
    ...['mirror', 'edge', 'pcdn', 'other'].map((c) => `host_${c}`), 'backups_one', 'backups_other',
  ];
  assert.deepEqual(wanted.filter((k) => !messages[k]), []);
  const families = Object.keys(messages).filter((k) => /^(reason|why|short|note|quality|copied|state|host|backups)_/.test(k));
  assert.deepEqual(families.filter((k) => !wanted.includes(k)), []);
});

test('every language has the same messages, with the same places to fill', async () => {
  assert.ok(locales.includes('zh_CN') && locales.includes('en'));
  const english = await messagesOf('en');
  const places = (/** @type {string} */ text) => [...new Set(text.match(/\$\d/g) ?? [])].sort().join('');
  for (const locale of locales) {
    const messages = await messagesOf(locale);
    assert.deepEqual(Object.keys(messages), Object.keys(english), locale);
    for (const [key, { message }] of Object.entries(messages)) {
      assert.ok(message.trim(), `${locale} ${key} is empty`);
      assert.doesNotMatch(message.replace(/\$\d/g, ''), /\$/, `${locale} ${key}`);
      if (!key.startsWith('why_')) assert.equal(places(message), places(english[key].message), `${locale} ${key}`);
    }
  }
});

test('the English words that others rely on', async () => {
  const messages = await messagesOf('en');
  assert.match(messages.name.message, /^Streamlist/);
  assert.ok(messages.name.message.length <= 75 && messages.description.message.length <= 132, 'too long for a store');
  assert.equal(messages.menuCopyBest.message, 'Copy best stream URL');
  const names = {
    5: '144P', 6: '240P', 16: '360P', 32: '480P', 64: '720P', 74: '720P60', 80: '1080P', 112: '1080P+', 116: '1080P60', 120: '4K', 125: 'HDR',
    126: 'Dolby Vision', 127: '8K', 129: 'HDR Vivid', 30216: '64K', 30232: '132K', 30280: '192K', 30250: 'Dolby', 30255: 'Dolby', 30251: 'Hi-Res',
  };
  for (const [id, name] of Object.entries(names)) assert.equal(messages[`quality_${id}`].message, name);
});
