// What the toolbar icon says of a tab's page: its best quality.

// White on this blue is 5.7 to 1.
const BACK = '#0b66c3', INK = '#ffffff';

/**
 * Writes on the icon of one tab. Both browsers forget it when the tab loads another document.
 *
 * @param {typeof chrome} api
 * @param {number} tabId
 * @param {string} text four characters have room; '' removes what is there
 * @returns {Promise<void>} never rejects: a tab that is gone needs no mark
 */
export async function mark(api, tabId, text) {
  try {
    await Promise.all([
      api.action.setBadgeBackgroundColor({ tabId, color: BACK }), api.action.setBadgeTextColor({ tabId, color: INK }),
      api.action.setBadgeText({ tabId, text }),
    ]);
  } catch {
    // the tab has closed
  }
}
