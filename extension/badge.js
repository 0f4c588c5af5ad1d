// What the toolbar icon says: of a tab's page its best quality, or everywhere how many downloads are under way, as long as
// there are any. A tab's own text would hide the count. So the marks wait meanwhile, in the session's storage, each under a
// key of its own: the background makes them, and the Downloads page, which counts, puts them back.

// White on this blue is 5.7 to 1.
const BACK = '#0b66c3', INK = '#ffffff';
const PREFIX = 'mark/';

/**
 * A height in as many characters as have room: what is higher than three digits say has names that televisions carry.
 *
 * @param {string} text "8K", "4K", or a height in pixels
 * @param {number} room
 */
const fitted = (text, room) => (text.length <= room ? text : Number(text) < 1440 ? 'HD' : '2K');

/**
 * Writes on the icon, of one tab or of all. Each call is made at once: a page that is closing sees no answer.
 *
 * @param {typeof chrome} api
 * @param {{tabId?: number}} where
 * @param {string} text '' removes what is there
 * @returns {Promise<void>} never rejects: a tab that is gone needs no mark
 */
async function write(api, where, text) {
  try {
    await Promise.all([
      api.action.setBadgeBackgroundColor({ ...where, color: BACK }), api.action.setBadgeTextColor({ ...where, color: INK }),
      // In a tab '' would hide the count; null, which the types lack, gives the tab's own text up.
      api.action.setBadgeText({ ...where, text: text || ('tabId' in where ? /** @type {any} */ (null) : '') }),
    ]);
  } catch {
    // the tab has closed
  }
}

/**
 * Marks one tab. Both browsers forget it when the tab loads another document.
 *
 * @param {typeof chrome} api
 * @param {number} tabId
 * @param {string} quality '' removes what is there
 * @param {number} room in characters
 * @returns {Promise<void>} never rejects
 */
export async function mark(api, tabId, quality, room) {
  const text = fitted(quality, room);
  try {
    // Of a private window nothing is stored, and its tabs download nothing.
    const waits = await api.action.getBadgeText({}) !== '' && !(await api.tabs.get(tabId)).incognito;
    if (!waits) return await write(api, { tabId }, text);
    if (text) await api.storage.session.set({ [PREFIX + tabId]: text });
    else await api.storage.session.remove(PREFIX + tabId);
  } catch {
    // the tab has closed
  }
}

/**
 * Counts on the icon.
 *
 * @param {typeof chrome} api
 * @returns {(count: number) => Promise<void>} 0 takes the count away, which it does at once
 */
export function createCount(api) {
  /** @type {Map<number, string>} the marks that wait */
  const marks = new Map();
  let latest = 0;
  let listening = false;
  /** @type {Promise<void> | undefined} while there is a count */
  let taken;

  /** @param {Record<string, unknown>} stored */
  function adopt(stored) {
    for (const [key, text] of Object.entries(stored)) {
      if (!key.startsWith(PREFIX)) continue;
      if (text) marks.set(Number(key.slice(PREFIX.length)), String(text));
      else marks.delete(Number(key.slice(PREFIX.length)));
    }
  }

  async function putBack() {
    const written = [...marks].map(([tabId, text]) => write(api, { tabId }, text));
    const keys = [...marks.keys()].map((tabId) => PREFIX + tabId);
    marks.clear();
    await Promise.all([...written, keys.length > 0 && api.storage.session.remove(keys)]);
  }

  /** Gives the tabs' own texts up. Before there is a count: a tab without a text answers with that. */
  async function takeAway() {
    adopt(await api.storage.session.get(null)); // of a page that ended without a word
    const tabs = await api.tabs.query({});
    if (await api.action.getBadgeText({}) !== '') return;
    await Promise.all(tabs.map(async ({ id: tabId = -1, incognito }) => {
      const text = incognito ? '' : await api.action.getBadgeText({ tabId }).catch(() => '');
      if (!text) return;
      marks.set(tabId, text);
      await Promise.all([write(api, { tabId }, ''), api.storage.session.set({ [PREFIX + tabId]: text })]);
    }));
  }

  /** @param {Record<string, chrome.storage.StorageChange>} changes @param {string} area */
  function heard(changes, area) {
    if (area !== 'session') return;
    adopt(Object.fromEntries(Object.entries(changes).map(([key, { newValue }]) => [key, newValue])));
    if (!latest) void putBack(); // the background saw the count a moment too long
  }

  return async (count) => {
    latest = count;
    if (!count) {
      taken = undefined;
      await Promise.all([write(api, {}, ''), putBack()]);
      return;
    }
    if (!listening) api.storage.onChanged.addListener(heard);
    listening = true;
    await (taken ??= takeAway());
    if (count === latest) await write(api, {}, String(count));
    else if (!latest) await putBack(); // it was over before it could be seen
  };
}
