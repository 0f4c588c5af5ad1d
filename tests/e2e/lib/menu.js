// The right-click menu, as a hand opens it and chooses from it.
import assert from 'node:assert/strict';

import { until } from './wait.js';

/** @typedef {import('./launch.js').Tab} Tab */

const TITLE = 'Copy best stream URL';

/**
 * Where a spot of the page is on the screen.
 *
 * @param {Tab} tab
 * @param {string} selector
 */
async function onScreen({ page, session }, selector) {
  await page.bringToFront();
  // The pointer itself tells how far the page's origin is from the screen's.
  const heard = await page.evaluateHandle(() => {
    /** @type {{offset: [number, number] | null}} */
    const last = { offset: null };
    addEventListener('mousemove', (event) => (last.offset = [event.screenX - event.clientX, event.screenY - event.clientY]), { once: true, capture: true });
    return last;
  });
  const [dx, dy] = await until('the pointer over the page', async () => {
    const at = 400 + Math.round(Math.random() * 50);
    await session.display.xdotool('mousemove', String(at), String(at));
    return heard.evaluate(({ offset }) => offset);
  });
  const at = await page.evaluate((wanted) => {
    const element = document.querySelector(wanted);
    element?.scrollIntoView({ block: 'nearest' });
    const box = element?.getBoundingClientRect();
    return box && [box.x + Math.min(box.width / 2, 60), box.y + Math.min(box.height / 2, 20)];
  }, selector);
  assert(at, `the page has no ${selector}`);
  return { x: (at[0] ?? 0) + dx, y: (at[1] ?? 0) + dy };
}

/** Right-clicks where the page shows its own menu instead of the browser's. @param {Tab} tab @param {string} selector */
export async function rightClick(tab, selector) {
  const { x, y } = await onScreen(tab, selector);
  await tab.session.display.click(x, y, 3);
}

/**
 * Right-clicks and chooses our item, which must be there exactly once.
 *
 * @param {Tab} tab
 * @param {string} selector
 * @param {'page' | 'video' | 'link'} context what Chromium's menu is for: it decides how many entries come after ours
 */
export async function chooseCopyBest(tab, selector, context) {
  const { display, driver, name } = tab.session;
  const { x, y } = await onScreen(tab, selector);
  if (name === 'firefox') {
    await display.click(x, y, 3);
    const entries = await driver.menu();
    const ours = entries.filter((e) => /streamlist|copy best/i.test(e.label));
    assert.deepEqual(ours.map((e) => `${e.label}${e.submenu ? ' (a submenu)' : ''}`), [TITLE], `all entries: ${entries.map((e) => e.label).join(', ')}`);
    await display.click(ours[0]?.x ?? 0, ours[0]?.y ?? 0);
    return;
  }
  // Chromium draws its menu in a window of its own, out of any driver's reach. Extensions' items come last but for the
  // developer's; two of one extension would be a submenu, on which Return copies nothing.
  const windows = async () => (await display.xdotool('search', '--onlyvisible', '--name', '.*')).split('\n').length;
  const before = await windows();
  await display.click(x, y, 3);
  await until('the right-click menu', async () => await windows() > before);
  await display.press(...Array(context === 'page' ? 3 : 2).fill('Up'), 'Return');
}

/** The entries of ours in the menu of a spot, in Firefox, whose menu can be read. @param {Tab} tab @param {string} selector */
export async function ourEntries(tab, selector) {
  const { display, driver } = tab.session;
  const { x, y } = await onScreen(tab, selector);
  await display.click(x, y, 3);
  const entries = await driver.menu();
  await display.press('Escape');
  return entries.map((e) => e.label).filter((label) => /streamlist|copy best/i.test(label));
}
