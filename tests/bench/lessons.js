// Opening the list of a long course in Chromium, and scrolling through it: what the panel's script takes of the page's time.
import { Session } from '../e2e/lib/launch.js';
import { locate } from '../e2e/lib/reader.js';
import { until } from '../e2e/lib/wait.js';

/**
 * @param {number} runs
 * @returns {Promise<{script: number[], shown: number[], step: number[]}>} milliseconds: of script as the list opens, from the click
 *   until its rows are there, and of script for each of twenty turns of the wheel
 */
export async function lessons(runs) {
  const session = new Session('chromium', { headless: true });
  await session.start();
  try {
    await session.as('1000-lessons');
    /** @type {{script: number[], shown: number[], step: number[]}} */
    const times = { script: [], shown: [], step: [] };
    for (let run = 0; run < runs; run++) {
      const tab = await session.open('1000-lessons');
      await tab.show();
      const inPanel = (/** @type {any} */ fn, /** @type {any[]} */ ...args) => session.driver.inPanel(tab.page, fn, ...args);
      const spent = async () => ((await tab.page.metrics()).ScriptDuration ?? 0) * 1000;
      /** @type {{x: number, y: number}} */
      const at = await until('the tab', () => inPanel(locate, 'Lessons 1,000'));
      await inPanel(watch);
      const before = await spent();
      await tab.page.mouse.click(at.x, at.y);
      times.shown.push(await until('the rows', () => inPanel(() => /** @type {any} */ (globalThis).shown)));
      const opened = await spent();
      times.script.push(opened - before);
      await tab.page.mouse.move(at.x, at.y + 300);
      const steps = 20;
      for (let i = 0; i < steps; i++) await tab.page.mouse.wheel({ deltaY: 2000 });
      await until('the end of the scrolling', () => inPanel((/** @type {ShadowRoot} */ root) => (root.querySelector('.list')?.scrollTop ?? 0) > 30_000));
      times.step.push((await spent() - opened) / steps);
      await session.closeTabs();
    }
    return times;
  } finally {
    await session.close();
  }
}

/** Runs in the panel's document: takes the time from a click to the first row. @param {ShadowRoot} root */
function watch(root) {
  let clicked = 0;
  const world = /** @type {any} */ (globalThis);
  world.shown = 0;
  root.addEventListener('click', () => (clicked = performance.now()), { capture: true, once: true });
  new MutationObserver((_, observer) => {
    if (!root.querySelector('.list li')) return;
    world.shown = performance.now() - clicked;
    observer.disconnect();
  }).observe(root, { childList: true, subtree: true });
}
