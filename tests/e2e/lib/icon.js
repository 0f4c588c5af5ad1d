// What is to be read on the toolbar icon, by tab.
import { until } from './wait.js';

/** @typedef {import('./launch.js').Session} Session */
/** @typedef {import('./launch.js').Tab} Tab */

/**
 * Reads what the toolbar icon says of tabs, from a page of the extension.
 *
 * @param {Session} b
 */
export async function icon(b) {
  const page = await b.driver.openExtensionPage('elsewhere/elsewhere.html');
  return {
    /** @param {Tab} tab @param {string} want */
    says: async (tab, want) => {
      const ask = async () => /** @type {string} */ (await page.evaluate(async (url) => {
        const api = /** @type {typeof chrome} */ (/** @type {any} */ (globalThis).browser ?? globalThis.chrome);
        const [found] = (await api.tabs.query({})).filter((t) => t.url === url);
        return api.action.getBadgeText({ tabId: found?.id ?? -1 });
      }, tab.page.url()));
      await until(`the icon to say ${want || 'nothing'}`, async () => await ask() === want, { seen: ask });
    },
    close: () => page.close(),
  };
}
