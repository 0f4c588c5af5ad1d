// The media host, in Node's hands: see server/main.go.
import { once } from 'node:events';
import { createInterface } from 'node:readline';

import { out, root } from '../../e2e/lib/paths.js';
import { run, start } from '../../e2e/lib/process.js';
import { folder } from './media.js';

/** A name that the extension takes for a media host's. The browsers are told that it is this machine. */
export const HOST = 'upos-sz-mirror08c.bilivideo.com';

const binary = `${out}/bench/server`;

/**
 * @typedef {{event: 'ready' | 'result', at: number, last: number, requests: number, connections: number, result?: any}} Event  `at` and `last`, of
 *   the last media byte, in milliseconds since 1970; counts of the present task
 */

export async function startServer() {
  await run('go', ['build', '-o', binary, './tests/bench/download/server'], { cwd: root });
  const { child, stop } = start(binary, ['-dir', folder, '-name', HOST], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: /** @type {import('node:stream').Readable} */ (child.stdout) })[Symbol.asyncIterator]();
  const { port, certificate } = JSON.parse((await lines.next()).value);
  return {
    port: /** @type {number} */ (port),
    /** SHA-256 of its certificate. */
    fingerprint: Buffer.from(certificate, 'base64'),
    /** Gives the page that waits a task; with `alone` no page does. @param {{rate: number, alone?: boolean} & Record<string, unknown>} task */
    task: (task) => void child.stdin?.write(`${JSON.stringify(task)}\n`),
    /** The next event. @param {number} limit milliseconds @returns {Promise<Event>} */
    async event(limit) {
      const late = AbortSignal.timeout(limit);
      const next = await Promise.race([lines.next(), once(late, 'abort')]);
      if (Array.isArray(next)) throw new Error(`nothing came within ${limit / 1000} s`);
      if (next.done) throw new Error('the server has ended');
      return JSON.parse(next.value);
    },
    stop,
  };
}

/** An archive of a folder. @param {string} from @returns {Promise<Buffer>} */
export async function pack(from) {
  const { stdout } = await run(binary, ['-pack', from], { encoding: 'buffer', maxBuffer: 1 << 28 });
  return stdout;
}
