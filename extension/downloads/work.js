// The page that works: it has the worker, and does for it what only a page can do.
import { isOrder, orders, taken } from '../orders.js';
import { createSaver } from './save.js';

/** @typedef {Streamlist.Downloader.Request} Request */
/** @typedef {Streamlist.Downloader.Report} Report */
/** @typedef {Streamlist.Downloader.Order} Order */
/** @typedef {Streamlist.Downloader.View} View */

const DEATHS = 3; // of the program, one after the other, until a person is asked
const STEADY = 60_000; // ms after which a program counts as one that works

/** @param {Order} order @param {Order} other */
const same = (order, other) => order.id === other.id ||
  (order.page === other.page && order.row === other.row && order.audio === other.audio && order.site === other.site);

/** A container's cookies, or a private window's: the background's own requests don't carry them. @param {string} store */
const apart = (store) => store !== '' && store !== 'firefox-default';

/**
 * @param {typeof chrome} api
 * @param {{
 *   options: Streamlist.Downloader.Options, past?: string, keep: (past: string) => void,
 *   draw: (view: View) => void, stopped: (why: 'died' | 'no-storage' | 'failed') => void,
 * }} how `past`: what was last to be kept; `stopped`: for good
 */
export function startWork(api, { options, past, keep, draw, stopped }) {
  /** @type {Worker | null} */
  let worker = null;
  let deaths = 0, asked = 0;
  /** Whether the worker knows its jobs, and can be told of more. */
  let ready = false;
  /** Orders that the worker was told of and has made no job of yet; and those that are done with. @type {Map<string, Order>} */
  const pending = new Map();
  /** @type {Set<string>} */
  const done = new Set();

  /** @param {Request} request */
  const post = (request) => worker?.postMessage(request);
  const save = createSaver(api, (handed) => post({ kind: 'handed', ...handed }));

  async function takeOrders() {
    for (const order of ready ? await orders(api) : []) {
      if (pending.has(order.id) || done.has(order.id)) continue;
      pending.set(order.id, order);
      post({ kind: 'add', order });
    }
  }

  /** An order that has become a job, or was for one that is there already, is kept no longer. @param {View} view */
  async function settle(view) {
    for (const order of pending.values()) {
      if (!view.jobs.some((job) => same(job.order, order))) continue;
      pending.delete(order.id);
      done.add(order.id);
      await taken(api, order.id);
    }
  }

  /**
   * What the background has of an order's page.
   *
   * @param {'list-for' | 'subtitles-for'} kind
   * @param {Order} order
   * @param {object} more of the request's body
   * @returns {Promise<{found: any} | {error: Streamlist.Failure}>}
   */
  async function askFor(kind, order, more) {
    if (apart(order.store)) {
      // The numbers of tabs begin anew with the browser: another tab may have this one's by now, and another account.
      const tab = /** @type {{cookieStoreId?: string} | undefined} */ (await api.tabs.get(order.tab).catch(() => undefined));
      if (tab?.cookieStoreId !== order.store) return { error: { code: 'unavailable', reason: { code: 'no-access', detail: 'other-jar' } } };
    }
    const request = {
      v: 1, id: `downloads-${++asked}`, kind, body: {
        tab: { id: order.tab, url: order.url, store: order.store }, hints: { load: order.load ?? '', episode: order.episode, title: order.title },
        ...more,
      },
    };
    for (let last = false; ; last = true) {
      /** @type {Streamlist.Answer | undefined} */
      const answer = await api.runtime.sendMessage(request).catch(() => undefined); // the background ended under it
      if (answer?.ok) return { found: answer.body };
      if (answer?.error.reason) return { error: answer.error };
      // A bug of ours is no matter of the network, which would be waited for.
      if (answer && answer.error.code !== 'runtime-died') return { error: { code: 'unavailable', reason: { code: 'unexpected', detail: 'internal' } } };
      if (last) return { error: { code: 'runtime-died' } };
    }
  }

  /** @param {Report} report */
  async function hear(report) {
    switch (report.kind) {
      case 'jobs':
        draw(report.view);
        await settle(report.view);
        if (ready) return;
        ready = true;
        return takeOrders();
      case 'ask': {
        const { ask, order, refresh } = report;
        const answer = await askFor('list-for', order, { row: order.row, ...(refresh ? { refresh } : {}) });
        return post({ kind: 'listing', ask, ...('found' in answer ? { listing: answer.found } : answer) });
      }
      case 'subtitles': {
        const { ask, order } = report;
        const answer = await askFor('subtitles-for', order, { language: order.subtitles });
        return post({ kind: 'subtitles', ask, ...('found' in answer ? { tracks: answer.found.tracks ?? [] } : answer) });
      }
      case 'past':
        return keep(past = report.list);
      case 'hand':
        return save(report);
      case 'stopped':
        return end(report.why);
    }
  }

  /** @param {'died' | 'no-storage' | 'failed'} why */
  function end(why) {
    worker?.terminate();
    worker = null;
    if (why === 'died' && ++deaths < DEATHS) return begin();
    stopped(why);
  }

  function begin() {
    const mine = worker = new Worker(new URL('worker.js', import.meta.url), { type: 'module' });
    ready = false;
    pending.clear();
    mine.onmessage = ({ data }) => void (worker === mine && hear(data));
    mine.onerror = () => {
      if (worker === mine) end('failed');
    };
    post({ kind: 'start', options, past });
    setTimeout(() => {
      if (worker === mine) deaths = 0;
    }, STEADY);
  }

  api.storage.onChanged.addListener((changes, area) => {
    if (area === 'session' && Object.entries(changes).some(([key, { newValue }]) => isOrder(key) && newValue)) void takeOrders();
  });
  begin();

  return {
    /** @param {string} job @param {Extract<Request, {kind: 'command'}>['do']} command */
    command: (job, command) => post({ kind: 'command', job, do: command }),
    /** @param {Streamlist.Downloader.Options} changed */
    setOptions(changed) {
      options = changed;
      post({ kind: 'options', options });
    },
  };
}
