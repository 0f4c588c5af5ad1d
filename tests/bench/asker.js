// What the benchmark adds to the copies of both subjects, as their last content script: it takes commands from the
// replica's mailbox on the page's own origin, asks its extension as the panel would, and posts how long that took. So
// no driver is attached to the page or the worker.
(async () => {
  const world = /** @type {any} */ (globalThis);
  const ours = world.streamlist; // the content scripts of one extension share their globals
  const evaluated = performance.now();
  const box = crypto.randomUUID();

  /** @param {string} to @param {unknown} message */
  const post = (to, message) => fetch(`/__mail/post?box=${to}`, { method: 'POST', body: JSON.stringify(message) });

  /** @type {Record<string, () => Promise<{ok: boolean, body?: any, error?: unknown}>>} */
  const ask = {
    wake: () => ours ? ours.request('wake') : chrome.runtime.sendMessage({ kind: 'wake' }),
    list: () => ours ? ours.request('list', { hints: ours.hints(), refresh: true }) : chrome.runtime.sendMessage({ kind: 'list' }),
  };

  // Layout shifts are counted from the page's beginning, since entries are buffered.
  let shift = 0;
  new PerformanceObserver((entries) => {
    for (const entry of entries.getEntries()) shift += /** @type {any} */ (entry).value;
  }).observe({ type: 'layout-shift', buffered: true });

  if (!ours) await ask.wake?.(); // content.js has done so in the other
  if (document.readyState !== 'complete') await new Promise((done) => addEventListener('load', done, { once: true }));
  // Whether anything shifts late, and when a background that was woken has come to rest, no event tells.
  await new Promise((done) => setTimeout(done, 300));
  await post('hello', { name: ours ? 'ours' : 'plain', box, id: chrome.runtime.id, script: evaluated - world.benchBefore, shift });

  for (;;) {
    const mail = await fetch(`/__mail/next?box=${box}`);
    if (mail.status !== 200) continue;
    const command = await mail.json();
    const start = performance.now();
    const answer = await /** @type {() => Promise<any>} */ (ask[command])();
    const ms = performance.now() - start;
    await post(box, { ms, ok: answer.ok, rows: answer.body?.video?.length ?? 0, error: answer.error });
  }
})();
