const PATIENCE = 3000; // milliseconds for the document's answer

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
  // What fails here fails nothing: the text is copied, or not, all the same.
  const close = () => api.offscreen.closeDocument().catch(() => {});
  const copy = async () => {
    // The document outlives a worker that is killed while it copies, and a second one can't be made.
    if (await api.offscreen.hasDocument()) await close();
    await api.offscreen.createDocument({
      url: 'offscreen.html',
      reasons: [/** @type {chrome.offscreen.Reason} */ ('CLIPBOARD')],
      justification: 'Copies a stream address; the service worker has no clipboard.',
    });
    try {
      const done = await inTime(api.runtime.sendMessage({ target: 'offscreen', text }));
      if (done !== true) throw new Error('the browser refused to copy');
    } finally {
      await close();
    }
  };
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
