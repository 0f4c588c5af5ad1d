// Opens one of the extension's own pages, with a fake browser behind it.
import { messagesOf, localeOf, open } from './harness.js';

/**
 * @param {import('puppeteer-core').Browser | import('puppeteer-core').BrowserContext} browser
 * @param {{origin: string}} server
 * @param {{stored?: unknown, granted?: boolean, hash?: string, page?: string, dark?: boolean, refuse?: boolean, language?: string, width?: number, before?: (page: import('puppeteer-core').Page) => Promise<unknown>}} [how]
 *   `before`: adds to the fake, before the page's own scripts run
 */
export async function openOwn(browser, server, {
  stored, granted = true, hash = '', page: name = 'options/options.html', dark = false, refuse = false, language = 'en-US', width, before,
} = {}) {
  const messages = await messagesOf(localeOf(language));
  const page = await open(browser, server, {
    dark, width, path: `/extension/${name}${hash}`,
    prepare: async (p) => {
      await p.evaluateOnNewDocument((m, s, g, r, l) => {
        let given = g;
        /** @type {any} */
        const state = { saved: undefined, listeners: [], requested: [], local: {} };
        Object.assign(globalThis, {
          fake: state,
          chrome: {
            i18n: { getMessage: (/** @type {string} */ key, /** @type {string[]} */ subs = []) => m[key].message.replace(/\$(\d)/g, (/** @type {string} */ _, /** @type {number} */ n) => subs[n - 1]), getUILanguage: () => l },
            runtime: { getManifest: () => ({ host_permissions: ['https://api.bilibili.com/*'] }) },
            permissions: { contains: async () => given, request: async (/** @type {any} */ wanted) => (state.requested.push(wanted), given = !r) },
            storage: {
              sync: { get: async () => (s === undefined ? {} : { options: s }), set: async (/** @type {any} */ o) => {
                if (r) throw new Error('quota');
                state.saved = o.options;
              } },
              local: {
                get: async (/** @type {string[] | null} */ keys) => Object.fromEntries(Object.entries(state.local).filter(([key]) => keys === null || keys.includes(key))),
                set: async (/** @type {object} */ items) => void Object.assign(state.local, items),
                remove: async (/** @type {string[]} */ keys) => {
                  if (r) throw new Error('disk');
                  for (const key of keys) delete state.local[key];
                },
              },
              onChanged: { addListener: (/** @type {any} */ l) => state.listeners.push(l) },
            },
          },
        });
      }, messages, stored, granted, refuse, language);
      await before?.(p);
    },
  });
  if (name.startsWith('options')) await page.waitForSelector('#codecs li');
  else await page.waitForFunction('document.documentElement.lang');
  return page;
}
