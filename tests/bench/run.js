// `make bench`: DESIGN's budgets and the downloads', measured, as tables. Exits with 1 when one is missed.
//
//   node tests/bench/run.js                      prints both tables
//   node tests/bench/run.js listings|downloads   only one of them
//   node tests/bench/run.js --write              also puts them into the README
//   node tests/bench/run.js --quick              fewer and smaller runs: to see that it works
import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg } from 'node:os';

import { root } from '../e2e/lib/paths.js';
import { run } from '../e2e/lib/process.js';
import { downloads } from './downloads.js';
import { listings } from './listings.js';

/** @typedef {{rows: import('./figures.js').Row[], text: string}} Part */

const parts = { listings, downloads };
const asked = process.argv.slice(2).filter((arg) => !arg.startsWith('--'));
const unknown = asked.find((name) => !(name in parts));
if (unknown) throw new Error(`${unknown}: there are ${Object.keys(parts).join(' and ')}`);
const write = process.argv.includes('--write');
const quick = process.argv.includes('--quick');

const { stdout: version } = await run(process.env.CHROMIUM ?? '/usr/bin/chromium', ['--version']);
const machine = `${version.trim().split(' ').slice(0, 2).join(' ')}, ${availableParallelism()} cores (${cpus()[0]?.model.trim() ?? 'unknown'})`;
/** @type {string[]} */
const missed = [];
for (const [name, measure] of Object.entries(parts)) {
  if (asked.length > 0 && !asked.includes(name)) continue;
  const load = loadavg()[0] ?? 0; // before we are part of it
  const { rows, text } = await measure({ quick });
  const block = `${text}\n\nMeasured with ${machine}, load ${load.toFixed(1)} at the start.`;
  console.log(block);
  if (write) {
    const readme = readFileSync(`${root}/README.md`, 'utf8');
    const [begin, end] = [`<!-- bench ${name} -->\n`, `<!-- /bench ${name} -->`];
    const [from, to] = [readme.indexOf(begin), readme.indexOf(end)];
    if (from < 0 || to < from) throw new Error(`the README has no place for the table of ${name}`);
    writeFileSync(`${root}/README.md`, `${readme.slice(0, from + begin.length)}${block}\n${readme.slice(to)}`);
  }
  missed.push(...rows.filter((r) => r.held === false).map(({ what }) => what));
}
for (const what of missed) console.error(`missed: ${what}`);
process.exit(missed.length > 0 ? 1 : 0);
