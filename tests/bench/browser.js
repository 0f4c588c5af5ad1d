// Chromium by plain command line. Only its list of targets is used, over HTTP: no protocol session is ever opened, since
// an attached driver makes fetch three times slower.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';

import { start } from '../e2e/lib/process.js';
import { until } from '../e2e/lib/wait.js';

/** @typedef {{id: string, type: string, url: string}} Target */

/**
 * @param {string} proxy host:port of the replica
 * @param {string[]} extensions directories
 */
export async function chromium(proxy, extensions) {
  const profile = mkdtempSync(`${tmpdir()}/streamlist-bench-`);
  const { child, stop } = start(process.env.CHROMIUM ?? '/usr/bin/chromium', [
    '--headless=new',
    ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), // Chromium's sandbox does not work for root
    `--user-data-dir=${profile}`,
    `--load-extension=${extensions.join()}`,
    `--disable-extensions-except=${extensions.join()}`,
    '--disable-features=DisableLoadExtensionCommandLineSwitch',
    `--proxy-server=${proxy}`,
    '--ignore-certificate-errors',
    '--disable-background-networking',
    '--disable-quic',
    '--no-first-run',
    '--password-store=basic',
    '--remote-debugging-port=0',
    'about:blank',
  ], { stdio: 'ignore' });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const port = await until('Chromium to say its port', () => readFileSync(`${profile}/DevToolsActivePort`, 'utf8').split('\n')[0]);

  /** @param {string} path @param {string} [method] */
  async function devtools(path, method = 'GET') {
    const answer = await fetch(`http://127.0.0.1:${port}/json/${path}`, { method });
    if (!answer.ok) throw new Error(`Chromium: ${path}: ${answer.status} ${await answer.text()}`);
    return answer;
  }

  /** Running service workers. @returns {Promise<Target[]>} */
  async function workers() {
    const targets = /** @type {Target[]} */ (await (await devtools('list')).json());
    return targets.filter((t) => t.type === 'service_worker');
  }

  return {
    workers,

    /** Opens a tab. @param {string} url @returns {Promise<string>} its id */
    async open(url) {
      return (await (await devtools(`new?${encodeURIComponent(url)}`, 'PUT')).json()).id;
    },

    /** @param {string} id */
    close: async (id) => void (await devtools(`close/${id}`)),

    /** Stops every service worker and waits until none runs. */
    async stopWorkers() {
      for (const { id } of await workers()) await devtools(`close/${id}`);
      await until('the workers to end', async () => (await workers()).length === 0, { every: 20 });
    },

    /** Ends the browser. */
    async stop() {
      stop();
      await ended;
      rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
