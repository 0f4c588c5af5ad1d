// A long course's answer decoded by the Go program's own decoder, as WebAssembly, and by JSON.parse: the same bytes in the
// same engine, Node's V8.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';

import { out, root } from '../e2e/lib/paths.js';
import { run } from '../e2e/lib/process.js';
import { startReplica } from '../e2e/lib/replica.js';

const LESSONS = 603;
/** Decodings in one measurement, long enough for the clock. */
const BATCH = 20;

/** The replica's course of 603 lessons as one answer, which it gives in pages. @returns {Promise<string>} its file */
async function answer() {
  const replica = await startReplica();
  try {
    const [, episode = ''] = /ep(\d+)/.exec((await replica.scenario('603-lessons')).url) ?? [];
    const season = await replica.answer({
      host: 'api.bilibili.com', path: '/pugv/view/web/season', query: { ep_id: episode }, referer: 'https://www.bilibili.com/', origin: 'https://www.bilibili.com',
    });
    const some = season.data.episodes;
    season.data.episodes = Array.from({ length: LESSONS }, (_, i) => ({ ...some[i % some.length], id: Number(episode) + i, index: i + 1 }));
    mkdirSync(`${out}/bench`, { recursive: true });
    writeFileSync(`${out}/bench/season.json`, JSON.stringify(season));
    return `${out}/bench/season.json`;
  } finally {
    replica.stop();
  }
}

/** @param {number} n measurements @returns {Promise<{go: number[], json: number[], bytes: number, lessons: number}>} milliseconds for each decoding */
export async function decoding(n) {
  const file = await answer();
  const body = readFileSync(file);
  const program = `${out}/bench/pugv.wasm`;
  await run('go', ['test', '-c', '-o', program, './wasm/internal/pugv'], { cwd: root, env: { ...process.env, GOOS: 'js', GOARCH: 'wasm' } });
  const goroot = (await run('go', ['env', 'GOROOT'])).stdout.trim();
  const { stdout } = await run(process.execPath, [
    `${goroot}/lib/wasm/wasm_exec_node.js`, program, '-test.run=^$', '-test.bench=^BenchmarkDecodeSeason$', `-test.benchtime=${BATCH}x`, `-test.count=${n}`,
  ], { cwd: `${root}/wasm/internal/pugv`, env: { PATH: process.env.PATH, SEASON: file } }); // wasm_exec.js takes little environment
  const go = [...stdout.matchAll(/\s([\d.]+) ns\/op/g)].map(([, ns]) => Number(ns) / 1e6);
  if (go.length !== n) throw new Error(`the benchmark said:\n${stdout}`);
  const json = [];
  for (let i = 0; i < n; i++) {
    const start = performance.now();
    for (let k = 0; k < BATCH; k++) JSON.parse(new TextDecoder().decode(body));
    json.push((performance.now() - start) / BATCH);
  }
  return { go, json, bytes: body.length, lessons: LESSONS };
}
