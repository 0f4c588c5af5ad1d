// What people order to be downloaded. The background places orders, the Downloads page takes them: they lie in the
// session's storage meanwhile, which no web page reads, each under a key of its own, so that nobody writes over another.

/** @typedef {Streamlist.Downloader.Order} Order */
/** @typedef {{id: number, url: string, store: string}} Tab */

const PREFIX = 'order/';
const PAGE = 'downloads/downloads.html';
const LOADING = 5000; // ms in which a tab that was just made may not be known as ours

/** The page's plain address: what its scripts and trackers hang on it is nobody's business. @param {string} address */
function plain(address) {
  const { origin, pathname, searchParams } = new URL(address);
  const id = [...searchParams].filter(([name]) => name === 'ep_id' || name === 'episode_id');
  return `${origin}${pathname}${id.length ? `?${new URLSearchParams(id)}` : ''}`;
}

/**
 * Does what the program's answer to a message asks for: a download that it has agreed to is ordered, and the Downloads page shown.
 *
 * @param {typeof chrome} api
 * @param {Tab | undefined} tab the message's
 * @param {any} message
 * @param {any} answer
 * @returns {Promise<void>} rejects where the order can't be kept, or no tab be opened
 */
export async function fulfil(api, tab, message, answer) {
  if (answer?.ok && message?.kind === 'open-downloads') return showDownloads(api);
  if (message?.kind !== 'download' || !answer?.ok || !tab) return;
  const { page, row, audio, subtitles, hints, url } = /** @type {Streamlist.Ordered} */ (answer.body);
  /** @type {Order} */
  const order = {
    id: crypto.randomUUID(), site: page.startsWith('tv/') ? 'tv' : 'com', page, tab: tab.id, store: tab.store, row, audio, ...(subtitles ? { subtitles } : {}),
    url: url || plain(tab.url), load: hints.load, episode: hints.episode, title: hints.title,
  };
  await api.storage.session.set({ [PREFIX + order.id]: { at: Date.now(), order } });
  await showDownloads(api);
}

let made = { tab: -1, at: -Infinity };
/** @type {Promise<unknown>} */
let last = Promise.resolve();

/** Opens the Downloads page, or brings it to the front: one after the other, for there shall be one. @param {typeof chrome} api */
export function showDownloads(api) {
  const next = last.then(() => show(api));
  last = next.catch(() => {});
  return next;
}

/** @param {typeof chrome} api */
async function show(api) {
  const contexts = await api.runtime.getContexts({
    contextTypes: [/** @type {chrome.runtime.ContextType} */ ('TAB')], documentUrls: [api.runtime.getURL(PAGE)],
  });
  const open = contexts.map((context) => context.tabId);
  if (!open.length && Date.now() - made.at < LOADING) open.push(made.tab);
  for (const id of open) {
    const tab = await api.tabs.update(id, { active: true }).catch(() => undefined); // closed meanwhile
    if (!tab) continue;
    await api.windows.update(tab.windowId, { focused: true });
    return;
  }
  const tab = await api.tabs.create({ url: PAGE });
  made = { tab: tab.id ?? -1, at: Date.now() };
}

/** Whether a key of the session's storage is an order's. @param {string} key */
export const isOrder = (key) => key.startsWith(PREFIX);

/** The orders that nobody has taken yet, oldest first. @param {typeof chrome} api @returns {Promise<Order[]>} */
export async function orders(api) {
  /** @type {Record<string, any>} */
  const all = await api.storage.session.get(null);
  const kept = Object.entries(all).filter(([key]) => isOrder(key)).map(([, value]) => /** @type {{at: number, order: Order}} */ (value));
  return kept.sort((a, b) => a.at - b.at).map(({ order }) => order);
}

/** Takes an order away: a job has been made of it. @param {typeof chrome} api @param {string} id */
export async function taken(api, id) {
  await api.storage.session.remove(PREFIX + id);
}
