/** @type {Promise<unknown>} */
let last = Promise.resolve();

/**
 * Puts text on the clipboard. Chrome's service worker has no clipboard; an offscreen document has. It is made for each
 * copy and closed again, because only one may exist and it would keep memory; copies queue up for the same reason.
 *
 * @param {typeof chrome} api
 * @param {string} text
 */
export function writeClipboard(api, text) {
  const copy = async () => {
    await api.offscreen.createDocument({
      url: 'offscreen.html',
      reasons: [/** @type {chrome.offscreen.Reason} */ ('CLIPBOARD')],
      justification: 'Copies a stream address; the service worker has no clipboard.',
    });
    try {
      const done = await api.runtime.sendMessage({ target: 'offscreen', text });
      if (done !== true) throw new Error('the browser refused to copy');
    } finally {
      await api.offscreen.closeDocument();
    }
  };
  const next = last.then(copy, copy);
  last = next.catch(() => {});
  return next;
}
