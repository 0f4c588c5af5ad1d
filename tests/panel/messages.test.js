// The texts: those that a script puts together, and the English ones that stay stable.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { locales, messagesOf, root, tagOf } from './lib/harness.js';

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
    ...['video', 'audio', 'single', 'urls', 'mpv', 'ffmpeg', 'curl', 'wget', 'aria2c', 'json', 'aria2_list', 'mpv_list'].flatMap((what) => [`copied_${what}`, `copied_${what}_until`]), 'copied_ytdlp',
    ...set('REFUSED').map((r) => `refused_${key(r)}`),
    ...['free', 'purchased', 'preview', 'encrypted', 'playable', 'partly', 'locked'].map((s) => `state_${s}`),
    ...['no', 'rough', 'smooth', 'sparing', 'unknown'].map((how) => `play_${how}`),
    ...['mirror', 'edge', 'pcdn', 'other'].map((c) => `host_${c}`), 'backups_one', 'backups_other', 'copied_diagnostics',
    ...['posix', 'powershell', 'cmd'].map((s) => `shell_${s}`),
  ];
  assert.deepEqual(wanted.filter((k) => !messages[k]), []);
  const families = Object.keys(messages).filter((k) => /^(reason|why|short|note|quality|copied|refused|shell|state|host|backups|play)_/.test(k));
  assert.deepEqual(families.filter((k) => !wanted.includes(k)), []);
});

test('every language has the same messages, with the same places to fill', async () => {
  assert.deepEqual(locales, ['en', 'id', 'ms', 'th', 'vi', 'zh_CN', 'zh_TW']);
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

/** What a language says in the very words of English. @type {Record<string, string[]>} */
const SAME = {
  id: ['video', 'audio', 'columnCodec', 'episode', 'hostName', 'host_mirror', 'reason_premium', 'shellLabel', 'subtitlesFormat'],
  ms: ['video', 'audio', 'columnCodec', 'reason_premium', 'shellLabel', 'subtitlesFormat'],
  th: [],
  vi: ['video', 'columnCodec', 'reason_premium', 'shellLabel'],
  zh_CN: [],
  zh_TW: [],
};

test('no language leaves a message in English', async () => {
  const english = await messagesOf('en');
  // Names, units and signs are the same everywhere.
  const everywhere = /^(quality_\d+|size_\w+|rate_\w+|shell_\w+|about|atLeast|titleAndText|copiedAndNeeds|orderedPreview|siteCom|siteTV|openTV)$/;
  for (const locale of locales.filter((l) => l !== 'en')) {
    const messages = await messagesOf(locale);
    const same = Object.keys(english).filter((key) => messages[key]?.message === english[key].message && !everywhere.test(key));
    assert.deepEqual(same.sort(), SAME[locale]?.toSorted(), locale);
  }
});

test('every language says which it is, and fits a store', async () => {
  for (const locale of locales) {
    const { name, description, locale: tag } = await messagesOf(locale);
    assert.equal(tag.message, tagOf(locale));
    assert.match(name.message, /^Streamlist/, locale);
    assert.ok(name.message.length <= 75 && description.message.length <= 132, `${locale}: too long for a store`);
  }
});

test('the plural forms that a language has are there, and Intl knows it', async () => {
  for (const locale of locales) {
    const messages = await messagesOf(locale);
    const tag = tagOf(locale);
    const families = Object.keys(messages).filter((key) => key.endsWith('_one')).map((key) => key.slice(0, -'_one'.length));
    assert.ok(families.includes('backups'));
    // createWords asks for `one` and takes `other` for the rest; a language with more forms needs more than messages.
    for (const form of new Intl.PluralRules(tag).resolvedOptions().pluralCategories) {
      for (const family of families) assert.ok(messages[`${family}_${form}`], `${locale} ${family}_${form}`);
      assert.ok(form === 'one' || form === 'other', `${locale} has the form ${form}`);
    }
    for (const known of [Intl.NumberFormat.supportedLocalesOf(tag), Intl.DateTimeFormat.supportedLocalesOf(tag), Intl.ListFormat.supportedLocalesOf(tag)]) {
      assert.deepEqual(known, [tag]);
    }
  }
});

test('the English words that others rely on', async () => {
  const messages = await messagesOf('en');
  assert.equal(messages.menuCopyBest.message, 'Copy best stream URL');
  const names = {
    5: '144P', 6: '240P', 16: '360P', 32: '480P', 64: '720P', 74: '720P60', 80: '1080P', 112: '1080P+', 116: '1080P60', 120: '4K', 125: 'HDR',
    126: 'Dolby Vision', 127: '8K', 129: 'HDR Vivid', 30216: '64K', 30232: '132K', 30280: '192K', 30250: 'Dolby', 30255: 'Dolby', 30251: 'Hi-Res',
  };
  for (const [id, name] of Object.entries(names)) assert.equal(messages[`quality_${id}`].message, name);
});
