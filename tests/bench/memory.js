// What the background holds in Chromium, by a debugger on its worker: Go's linear memory, which never shrinks, and V8's
// heap after a collection.
import { Session } from '../e2e/lib/launch.js';

/** @typedef {{wasm: number, heap: number}} Memory  bytes */

/** By then Go's heap has the size that its collector aims at. */
export const SETTLED = 10;

/**
 * @param {number} listings more than SETTLED
 * @returns {Promise<{rest: Memory, some: Memory, all: Memory}>} after the page has loaded, after SETTLED listings,
 *   and after all
 */
export async function memory(listings) {
  const session = new Session('chromium', { headless: true });
  await session.start();
  try {
    await session.login('com', 'buyer');
    const tab = await session.open('purchased');
    const browser = await session.driver.browser.target().createCDPSession();
    const { targetInfos } = await browser.send('Target.getTargets', { filter: [{ type: 'service_worker' }] });
    const [worker] = targetInfos.filter((t) => t.url.startsWith('chrome-extension://'));
    if (!worker) throw new Error('the background does not run');
    const { sessionId } = await browser.send('Target.attachToTarget', { targetId: worker.targetId, flatten: true });
    const cdp = /** @type {import('puppeteer-core').CDPSession} */ (browser.connection()?.session(sessionId));
    await cdp.send('Runtime.enable');

    /** @returns {Promise<Memory>} */
    async function measure() {
      await cdp.send('HeapProfiler.collectGarbage');
      const { result: prototype } = await cdp.send('Runtime.evaluate', { expression: 'WebAssembly.Memory.prototype' });
      const { objects } = await cdp.send('Runtime.queryObjects', { prototypeObjectId: prototype.objectId ?? '' });
      const { result: wasm } = await cdp.send('Runtime.callFunctionOn', {
        objectId: objects.objectId ?? '', functionDeclaration: 'function () { return this.reduce((sum, memory) => sum + memory.buffer.byteLength, 0); }', returnByValue: true,
      });
      const { usedSize } = await cdp.send('Runtime.getHeapUsage');
      return { wasm: wasm.value, heap: usedSize };
    }

    const rest = await measure();
    await tab.show();
    let some = rest;
    for (let i = 1; i < listings; i++) {
      await tab.click('Refresh');
      await tab.listing();
      if (i === SETTLED) some = await measure();
    }
    return { rest, some, all: await measure() };
  } finally {
    await session.close();
  }
}
