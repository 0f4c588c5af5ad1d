// What `make demo` runs after the build: a local replica of both sites, and a browser with the extension on a course
// page. No account and no network are needed.
//
//   node tests/demo.js [--browser chromium|firefox]
//
// With a display the browser stays open until it is closed or Ctrl-C is pressed. Without one it runs headless, prints
// the listing as a table, downloads its best row and saves pictures of the panel, the Downloads page and the film.
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { relative } from 'node:path';
import { parseArgs } from 'node:util';

import { streamsOf } from './e2e/lib/consumer.js';
import { card, downloadsPage, filesIn } from './e2e/lib/downloads.js';
import { Session } from './e2e/lib/launch.js';
import { out } from './e2e/lib/paths.js';
import { startReplica } from './e2e/lib/replica.js';

const { values } = parseArgs({ options: { browser: { type: 'string', default: 'chromium' } } });
const name = values.browser;
if (name !== 'chromium' && name !== 'firefox') throw new Error('--browser is chromium or firefox');
const mine = Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);
const START = 'purchased';

/** @param {(string | undefined)[][]} rows */
function print(rows) {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => (row[i] ?? '').length)));
  for (const row of rows) console.log(`  ${row.map((cell = '', i) => cell.padEnd(widths[i] ?? 0)).join('  ')}`.trimEnd());
}

console.log('Starting the replica (the first time it makes its media with ffmpeg, which takes a minute) …');
const replica = await startReplica({ progress: (line) => console.log(`  ${line}`) });
const scenarios = await replica.scenarios();
console.log(`\n${scenarios.length} scenarios, in the browser that the demo opens (your own would go to the real sites). There, log in as an
account on www.bilibili.com/__login?account=NAME or www.bilibili.tv/__login?account=NAME:\n`);
print(scenarios.map((s) => [s.name, s.url, s.account ? `as ${s.account}` : '', s.shows]));

console.log(`\nOpening ${name}${mine ? '' : ' without a display'} on "${START}" …\n`);
const saveTo = `${out}/demo-downloads`;
mkdirSync(saveTo, { recursive: true });
const session = await new Session(name, { replica, mine, headless: !mine, saveTo }).start();
try {
  await session.as(START);
  const tab = await session.open(START);
  const view = await tab.show();
  console.log(view.heading);
  for (const [table, rows] of Object.entries(view.tables)) {
    console.log(`\n${table}`);
    for (const row of rows) console.log(`  ${row.text}`);
  }
  if (view.alert) console.log(view.alert);
  if (mine) {
    console.log('\nThe browser is yours: click the icon (in Chromium behind the puzzle piece, or Alt+Shift+S), open other scenarios. Ctrl-C ends it.');
    console.log(`Click Download on a row: the file will lie in ${relative(process.cwd(), saveTo)}.`);
    // The harness ends at once on Ctrl-C, for tests; here the browser is closed first, and its profile removed.
    process.removeAllListeners('SIGINT');
    const closed = new Promise((resolve) => session.driver.browser.once('disconnected', resolve));
    await Promise.race([once(process, 'SIGINT'), closed]);
  } else {
    console.log(`\nA picture of it: ${await session.screenshot(`demo-${name}`)}`);
    const before = new Set(filesIn(saveTo));
    await tab.click('Download best');
    const page = await downloadsPage(session);
    const done = await card(page, 'the download to end', (c) => c.state.startsWith('Complete'));
    await page.screenshot({ path: /** @type {const} */ (`${out}/demo-${name}-downloads.png`) });
    // A second demo's file gets a number; the same file is as good.
    const file = filesIn(saveTo).find((f) => !before.has(f)) ?? filesIn(saveTo).at(-1);
    const picture = `${out}/demo-${name}-film.png`;
    execFileSync('ffmpeg', ['-v', 'error', '-y', '-ss', '1', '-i', `${saveTo}/${file}`, '-frames:v', '1', picture]);
    console.log(`\nDownloaded: ${done.name}: ${done.state}, ${streamsOf(`${saveTo}/${file}`).join(' + ')}\n  ${saveTo}/${file}`);
    console.log(`Pictures of the Downloads page and of the film's first second: ${out}/demo-${name}-downloads.png, ${picture}`);
  }
} finally {
  await session.close();
}
process.exit();
