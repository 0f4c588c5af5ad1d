// The download worker alone: driven from a page of the extension, as the Downloads page drives it.
import { until } from './wait.js';

/**
 * @typedef {import('./launch.js').Session} Session
 * @typedef {Streamlist.Downloader.Request} Request
 * @typedef {Streamlist.Downloader.Job} Job
 * @typedef {Extract<Streamlist.Downloader.Report, {kind: 'hand'}>} Hand
 */

export class Downloader {
  /** @param {Session} session @param {import('puppeteer-core').Page} page */
  constructor(session, page) {
    this.session = session;
    this.page = page;
  }

  /** Opens a page and starts a worker. @param {Session} session @param {Partial<Streamlist.Downloader.Options>} [options] */
  static async open(session, options) {
    const downloader = new Downloader(session, await session.driver.openExtensionPage('elsewhere/elsewhere.html'));
    await downloader.start(options);
    return downloader;
  }

  /** Starts a worker, and ends the one before it. @param {Partial<Streamlist.Downloader.Options>} [options] */
  async start(options) {
    await this.page.evaluate((start) => {
      const own = /** @type {any} */ (window);
      own.worker?.terminate();
      const worker = own.worker = new Worker('/downloads/worker.js', { type: 'module' });
      Object.assign(own, { jobs: null, hands: [], asks: [], stopped: '', views: 0 });
      worker.onerror = (event) => (own.stopped = `error: ${event.message}`);
      worker.onmessage = ({ data }) => {
        if (data.kind === 'jobs') {
          own.jobs = data.view.jobs ?? [];
          own.views++;
        }
        if (data.kind === 'hand') own.hands.push(data);
        if (data.kind === 'stopped') own.stopped = data.why;
        if (data.kind === 'ask') {
          own.asks.push({ refresh: data.refresh, row: data.order.row });
          worker.postMessage({ kind: 'listing', ask: data.ask, ...own.answer });
        }
      };
      worker.postMessage({ kind: 'start', options: { atOnce: 1, connections: 6, template: '', ...start } });
    }, options ?? {});
  }

  /** @param {Request} request */
  send(request) {
    return this.page.evaluate((message) => /** @type {any} */ (window).worker.postMessage(message), request);
  }

  /** What the worker is told when it asks for a listing. @param {{listing: Streamlist.Listing} | {error: Streamlist.Failure}} answer */
  answer(answer) {
    return this.page.evaluate((a) => void Object.assign(window, { answer: a }), answer);
  }

  /** @returns {Promise<{jobs: Job[] | null, hands: Hand[], asks: {refresh: boolean, row: string}[], stopped: string, views: number}>} */
  seen() {
    return this.page.evaluate(() => {
      const { jobs, hands, asks, stopped, views } = /** @type {any} */ (window);
      return { jobs, hands, asks, stopped, views };
    });
  }

  /**
   * Waits until a job looks right.
   *
   * @param {string} what
   * @param {(job: Job) => unknown} right
   * @param {{id?: string, limit?: number}} [options]
   */
  async see(what, right, { id, limit = 30_000 } = {}) {
    /** @type {unknown} */
    let last;
    return until(`${what} (${this.session.name})`, async () => {
      const seen = last = await this.seen();
      const job = seen.jobs?.find((j) => !id || j.id === id);
      return job && right(job) ? job : undefined;
    }, { limit, seen: () => last });
  }

  /** Waits for the files of a job. @param {string} id @returns {Promise<Hand>} */
  async hand(id) {
    await this.see('the job to be saved', (job) => job.state === 'saving', { id });
    return until('the files', async () => (await this.seen()).hands.find((h) => h.job === id));
  }

  /** A file of the origin's private file system. @param {string} path */
  async read(path) {
    const text = await this.page.evaluate(async (p) => {
      const names = p.split('/');
      const name = names.pop() ?? '';
      let folder = await navigator.storage.getDirectory();
      for (const n of names) folder = await folder.getDirectoryHandle(n);
      const bytes = new Uint8Array(await (await (await folder.getFileHandle(name)).getFile()).arrayBuffer());
      let out = '';
      for (let at = 0; at < bytes.length; at += 30_000) out += btoa(String.fromCharCode(...bytes.subarray(at, at + 30_000)));
      return out;
    }, path);
    return Buffer.from(text, 'base64');
  }

  /** What lies in a folder of it. @param {string} path @returns {Promise<string[]>} */
  list(path) {
    return this.page.evaluate(async (p) => {
      let folder = await navigator.storage.getDirectory();
      try {
        for (const n of p.split('/')) folder = await folder.getDirectoryHandle(n);
      } catch {
        return [];
      }
      const names = [];
      for await (const name of /** @type {any} */ (folder).keys()) names.push(name);
      return names.sort();
    }, path);
  }

  /** Ends the worker and removes all that it has left. */
  async close() {
    await this.page.evaluate(async () => {
      /** @type {any} */ (window).worker.terminate();
      const root = await navigator.storage.getDirectory();
      for (let tries = 0; tries < 100; tries++) {
        try {
          await root.removeEntry('downloads', { recursive: true });
          return;
        } catch (error) {
          if (/** @type {any} */ (error).name === 'NotFoundError') return;
          await new Promise((resolve) => setTimeout(resolve, 50)); // the worker's files are closed a moment later
        }
      }
    });
    await this.page.close();
  }
}

/**
 * The listing of a scenario, with its addresses, as the background made it for the panel.
 *
 * @param {Session} session
 * @param {string} scenario
 * @returns {Promise<Streamlist.Listing>}
 */
export async function listingOf(session, scenario) {
  const tab = await session.open(scenario);
  await tab.show();
  await session.kept(tab);
  const page = await session.driver.openExtensionPage('elsewhere/elsewhere.html');
  const kept = /** @type {Record<string, unknown>} */ (await page.evaluate('chrome.storage.session.get()'));
  await page.close();
  /** @param {any} value @returns {any} */
  const find = (value) => {
    if (typeof value !== 'object' || !value) return undefined;
    if (Array.isArray(value.video) && value.head) return value;
    for (const inner of Object.values(value)) {
      const found = find(inner);
      if (found) return found;
    }
    return undefined;
  };
  const listing = find(Object.fromEntries(Object.entries(kept).filter(([key]) => key.startsWith('tab/'))));
  if (!listing) throw new Error(`no listing of ${scenario} is kept`);
  return listing;
}
