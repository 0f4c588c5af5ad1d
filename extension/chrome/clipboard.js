const PATIENCE = 3000; // milliseconds for the document's answer
const LINGER = 5000; // milliseconds from a copy's answer to its document's end
const LINGER_PRIVATE = 300; // Chromium 156 crashes when the last private window is closed with a document still there

/** @type {Promise<unknown>} */
let last = Promise.resolve();
/** @type {ReturnType<typeof setTimeout> | undefined} */
let leaving;

/**
 * Puts text on the clipboard. Chrome's service worker has no clipboard; an offscreen document has. Only one may exist, so
 * copies queue up and share it, and it would keep memory, so it is closed, but a while after the last copy: its answer can
 * be here before the browser has carried out the write, and closed then it takes the text along (on a busy machine one
 * copy in some hundred was lost so, though it was said to be done).
 *
 * @param {typeof chrome} api
 * @param {string} text
 */
export function writeClipboard(api, text) {
  // What fails here fails nothing: the text is copied, or not, all the same.
  const close = () => api.offscreen.closeDocument().catch(() => {});
  const linger = api.extension.inIncognitoContext ? LINGER_PRIVATE : LINGER;
  const copy = async () => {
    clearTimeout(leaving);
    // One that is there is of the copy before, or of a worker that was killed.
    if (!await api.offscreen.hasDocument()) {
      await api.offscreen.createDocument({
        url: 'offscreen.html',
        reasons: [/** @type {chrome.offscreen.Reason} */ ('CLIPBOARD')],
        justification: 'Copies a stream address; the service worker has no clipboard.',
      });
    }
    try {
      const done = await inTime(api.runtime.sendMessage({ target: 'offscreen', text }));
      if (done !== true) throw new Error('the browser refused to copy');
      leaving = setTimeout(() => (last = last.then(close)), linger); // queued too, so that no copy begins meanwhile
    } catch (error) {
      await close(); // the next copy shall have another
      throw error;
    }
  };
  clearTimeout(leaving);
  const next = last.then(copy, copy);
  last = next.catch(() => {});
  return next;
}

/**
 * Fails when nothing answers, which would block every later copy.
 *
 * @param {Promise<unknown>} answer
 */
async function inTime(answer) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error('no answer from the clipboard document')), PATIENCE);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}
