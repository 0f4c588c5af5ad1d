// What is asked of the endpoints, by the replica's log. Here nothing is timed, so a driver may press the toolbar icon.
import { Session } from '../e2e/lib/launch.js';

/**
 * @typedef {import('../e2e/lib/launch.js').BrowserName} BrowserName
 * @typedef {import('../e2e/lib/replica.js').Record_} Request
 * @typedef {{lesson: number, course: number, reopened: number, before: number}} Counts  round trips, round trips, calls, calls
 */

/** Far longer than the browser needs to begin a request, so that what is begun together overlaps. */
const LATENCY = 250; // ms

/**
 * How many requests had to end before another began: the longest chain in which each began after the former's end.
 *
 * @param {Request[]} calls
 */
export function roundTrips(calls) {
  let n = 0;
  let end = -Infinity;
  // Taking the one that ends first leaves the most room behind it.
  for (const call of calls.toSorted((a, b) => Date.parse(a.ended) - Date.parse(b.ended))) {
    if (Date.parse(call.time) < end) continue;
    n++;
    end = Date.parse(call.ended);
  }
  return n;
}

/** @param {BrowserName} name @returns {Promise<Counts>} */
export async function counts(name) {
  const session = new Session(name, { headless: true });
  await session.start();
  try {
    const { replica } = session;
    await session.login('com', 'buyer');
    await replica.knobs({ latencyMs: LATENCY });

    /** Opens a page and then its panel. @param {string} scenario */
    async function open(scenario) {
      await replica.clearLog();
      const tab = await session.open(scenario);
      // Whatever is asked by itself has begun by then: the page has loaded, and the background has woken and rested. That
      // nothing is asked is no event.
      await new Promise((resolve) => setTimeout(resolve, 1000));
      const before = (await replica.calls()).length;
      await tab.show();
      const calls = await replica.calls();
      if (calls.some((c) => !c.done)) throw new Error(`${scenario}: a request outlived the listing`);
      return { tab, before, trips: roundTrips(calls.slice(before)), calls: calls.length };
    }

    const course = await open('season-active');
    await session.closeTabs();
    const lesson = await open('purchased');
    await lesson.tab.clickToolbar();
    await lesson.tab.see('the panel closed', (v) => !v.open);
    await lesson.tab.show();
    const reopened = (await replica.calls()).length - lesson.calls;
    return { lesson: lesson.trips, course: course.trips, reopened, before: lesson.before + course.before };
  } finally {
    await session.close();
  }
}
