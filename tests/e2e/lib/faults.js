// The fault table: tests/FAULTS.md says of each case what comes of it in each browser, and the tests hold it to that.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { it } from 'node:test';

import { root } from './paths.js';

/**
 * @typedef {import('./launch.js').Session} Session
 * @typedef {import('./launch.js').Tab} Tab
 * @typedef {import('./launch.js').View} View
 */

/** The table under a heading: what comes of each case, by browser. @param {string} heading */
function read(heading) {
  const text = readFileSync(`${root}/tests/FAULTS.md`, 'utf8');
  const [, section] = text.split(`\n## ${heading}\n`);
  assert(section, `tests/FAULTS.md has no section ${heading}`);
  const lines = section.split('\n## ')[0]?.split('\n').filter((line) => line.startsWith('| ')) ?? [];
  return new Map(lines.slice(2).map((line) => {
    const [name = '', chromium = '', firefox = ''] = line.split('|').slice(1).map((cell) => cell.trim());
    return [name, { chromium, firefox: firefox === '=' ? chromium : firefox }];
  }));
}

/**
 * @param {Session} b
 * @param {string} heading of the table in tests/FAULTS.md
 * @returns {{fault: (name: string, test: () => Promise<string>) => void, whole: () => void}} `fault` defines the test of
 *   one case, which returns what came of it; `whole`, after the last of them, throws if the table names another
 */
export function faults(b, heading) {
  const table = read(heading);
  /** @type {string[]} */
  const defined = [];
  return {
    fault(name, test) {
      defined.push(name);
      const wanted = table.get(name)?.[b.name] ?? 'nothing: it is not in the table';
      it(name, async () => {
        assert.equal(await test(), wanted);
        await unread(b);
      });
    },
    whole: () => assert.deepEqual([...table.keys()], defined, `tests/FAULTS.md and the cases under ${heading} differ`),
  };
}

/** Fails where the page in a tab can read something of ours. @param {Session} b */
export async function unread(b) {
  for (const tab of b.tabs) {
    // In Firefox a tab with cookies of its own asks the endpoints itself, for all of its scripts to see.
    const asks = b.name === 'firefox' && tab.jar !== undefined;
    const found = (await reads(tab)).filter((what) => !(asks && what.startsWith('https://api.bilibili.')));
    assert.deepEqual(found, [], 'the page can read something of ours');
  }
}

/** What a person is told: the beginning of the alert, or that there is a listing. @param {View} view */
export function outcome({ alert, tables }) {
  return alert ? /^[^:]+?(?= ?:|$)/.exec(alert)?.[0] ?? '' : Object.values(tables).flat().some((row) => row.best) ? 'the listing' : Object.values(tables).flat().every((row) => row.notGiven) ? 'Not given' : 'nothing';
}

/**
 * What a page's own script can get hold of that is ours, but for the host element itself. Without methods that a
 * hostile page replaces.
 *
 * @param {Tab} tab
 * @returns {Promise<string[]>}
 */
async function reads(tab) {
  if (tab.page.isClosed() || !/^https?:/.test(tab.page.url())) return [];
  const text = await tab.evaluate(`(() => {
    let found = '';
    for (const name in globalThis) if (/^streamlist/i.test(name) && !(globalThis[name] instanceof Node)) found += ' global:' + name;
    if (globalThis.__owned) found += ' a script ran';
    const { get } = Object.getOwnPropertyDescriptor(Element.prototype, 'shadowRoot');
    for (const host of Document.prototype.querySelectorAll.call(document, '[data-streamlist]')) {
      if (get.call(host) !== null) found += ' root';
      if (host.textContent !== '' || host.attributes.length > 1) found += ' host:' + host.textContent + host.attributes.length;
    }
    const selection = getSelection();
    selection.selectAllChildren(Object.getOwnPropertyDescriptor(Document.prototype, 'documentElement').get.call(document));
    if (/upsig=|hdnts=/.test(String(selection))) found += ' an address by selecting';
    selection.removeAllRanges();
    for (const words of ['upsig=', 'upgcxcode/', 'hdnts=']) if (globalThis.find?.(words)) found += ' an address by searching';
    selection.removeAllRanges();
    let entries = '';
    for (const { name } of performance.getEntriesByType('resource')) if (/extension:\\/\\/|api\\.bilibili|upgcxcode|iupxcode/.test(name)) entries += ' ' + name;
    return found + entries;
  })()`);
  return String(text).split(' ').filter(Boolean);
}
