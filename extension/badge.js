// What the toolbar icon says of a tab's page: its best quality. Elsewhere it counts downloads (downloads/downloads.js).

// White on this blue is 5.7 to 1.
const BACK = '#0b66c3', INK = '#ffffff';

/**
 * A height in as many characters as have room: what is higher than three digits say has names that televisions carry.
 *
 * @param {string} text "8K", "4K", or a height in pixels
 * @param {number} room
 */
const fitted = (text, room) => (text.length <= room ? text : Number(text) < 1440 ? 'HD' : '2K');

/**
 * Writes on the icon of one tab. Both browsers forget it when the tab loads another document.
 *
 * @param {typeof chrome} api
 * @param {number} tabId
 * @param {string} quality '' removes what is there
 * @param {number} room in characters
 * @returns {Promise<void>} never rejects: a tab that is gone needs no mark
 */
export async function mark(api, tabId, quality, room) {
  const text = fitted(quality, room);
  try {
    await Promise.all([
      api.action.setBadgeBackgroundColor({ tabId, color: BACK }), api.action.setBadgeTextColor({ tabId, color: INK }),
      // '' would hide the count in this tab; null, which the types lack, gives the tab's own text up.
      api.action.setBadgeText({ tabId, text: text || /** @type {any} */ (null) }),
    ]);
  } catch {
    // the tab has closed
  }
}
