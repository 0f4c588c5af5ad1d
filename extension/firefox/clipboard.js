/**
 * Puts text on the clipboard. Firefox's event page is a document and has a clipboard of its own, so the page's
 * Permissions-Policy and focus don't matter, and the page's `copy` listeners see nothing.
 *
 * @param {unknown} _api
 * @param {string} text
 */
export async function writeClipboard(_api, text) {
  await navigator.clipboard.writeText(text);
}
