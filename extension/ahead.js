// Asking ahead: when a panel's request for a listing starts the background, the endpoints are asked while the Go program
// still loads, which takes about as long as they do. Which addresses those are, the program left in the session's storage
// as the page loaded (wasm/internal/service/forecast.go). It takes the transfers over when it asks for them itself.
import { fetchAhead } from './fetch.js';

/** @typedef {{page: string, site: string, urls: string[]}} Forecast  `page` is the tab's address */

/** A second lock: the forecast is our own program's word already. */
const endpoints = ['https://api.bilibili.com/', 'https://api.bilibili.tv/'];

const nothing = () => {};

/**
 * Asks ahead, where the program is sure to ask the same: not in a pause, and not for a listing that may be kept.
 *
 * @param {typeof chrome} api
 * @param {{id: number, url: string, store: string, private: boolean} | undefined} tab
 * @param {any} message from the tab's content script
 * @param {() => Promise<unknown>} ready resolves once our requests carry the sites' Referer, if they may be made at all
 * @returns {Promise<() => void>} ends what the program has not taken over
 */
export async function askAhead(api, tab, message, ready) {
  // The program asks for tabs with cookies of their own in another way.
  if (message?.kind !== 'list' || !tab || tab.private || !['', 'firefox-default'].includes(tab.store)) return nothing;
  const [ahead, kept] = [`ahead/${tab.id}`, `tab/${tab.id}`];
  const stored = await api.storage.session.get([ahead, kept, 'pause/com', 'pause/tv']);
  const forecast = /** @type {Forecast | undefined} */ (stored[ahead]);
  if (forecast?.page !== tab.url || (stored[kept] && message.body?.refresh !== true)) return nothing;
  const pause = /** @type {{until?: number} | undefined} */ (stored[`pause/${forecast.site}`]);
  if ((pause?.until ?? 0) * 1000 > Date.now()) return nothing;
  await ready();
  const ends = forecast.urls.filter((url) => endpoints.some((e) => url.startsWith(e))).map(fetchAhead);
  return () => ends.forEach((end) => end());
}
