// What the download worker relies on of the browsers: files that are locked, replaced and refused as it expects, and
// buffers that the network fills. Without the extension, on a page of this machine.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { after, before, describe, it } from 'node:test';

import puppeteer from 'puppeteer-core';

import { browsers } from './lib/launch.js';
import { root } from './lib/paths.js';

const MB = 1 << 20;
const media = Buffer.alloc(3 * MB + 12345).map((_, i) => i * 7 + (i >> 8));

const server = createServer(async (request, response) => {
  const path = new URL(request.url ?? '', 'http://x').pathname;
  if (path === '/') return response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html>');
  if (path === '/redirect') return response.writeHead(302, { location: '/media' }).end();
  if (path === '/media') {
    const [, first, last] = /bytes=(\d+)-(\d+)/.exec(request.headers.range ?? '') ?? [];
    const part = media.subarray(Number(first), Number(last) + 1);
    return response.writeHead(206, { 'content-range': `bytes ${first}-${last}/${media.length}` }).end(part);
  }
  const text = /^\/(extension\/downloads|tests\/e2e\/storage)\/\w+\.js$/.test(path) ? await readFile(root + path).catch(() => null) : null;
  return text ? response.writeHead(200, { 'content-type': 'text/javascript' }).end(text) : response.writeHead(404).end();
});

for (const name of browsers) {
  describe(name, { timeout: 120_000 }, () => {
    /** @type {import('puppeteer-core').Browser} */
    let browser;
    /** @type {import('puppeteer-core').Page} */
    let page;
    let origin = '';

    before(async () => {
      await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
      origin = `http://127.0.0.1:${/** @type {import('node:net').AddressInfo} */ (server.address()).port}`;
      browser = await puppeteer.launch(name === 'chromium'
        ? { browser: 'chrome', executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: process.getuid?.() === 0 ? ['--no-sandbox'] : [] }
        // In kB for all origins, of which one may have a fifth.
        : { browser: 'firefox', executablePath: process.env.FIREFOX ?? '/usr/bin/firefox-esr', extraPrefsFirefox: { 'dom.quotaManager.temporaryStorage.fixedLimit': 100 << 10 } });
      page = await browser.newPage();
      await page.goto(origin);
      await page.evaluate(() => {
        let last = 0;
        /** @type {Worker} */
        let worker;
        Object.assign(window, {
          renew: () => {
            worker?.terminate();
            worker = new Worker('/tests/e2e/storage/worker.js', { type: 'module' });
          },
          ask: (/** @type {string} */ code, /** @type {any[]} */ args) => new Promise((resolve, reject) => {
            const id = ++last;
            worker.addEventListener('message', function heard({ data }) {
              if (data.id !== id) return;
              worker.removeEventListener('message', heard);
              if (data.error) reject(new Error(data.error));
              else resolve(data.value);
            });
            worker.postMessage({ id, code, args });
          }),
        });
      });
      await renew();
    });
    after(async () => {
      await browser?.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    });

    const renew = () => page.evaluate('renew()');
    /** @param {(own: any, ...args: any[]) => any} code runs in the worker @param {any[]} args */
    const inWorker = (code, ...args) => page.evaluate((c, a) => /** @type {any} */ (window).ask(c, a), String(code), args);

    it('keeps what was written, lists it and removes it', async () => {
      assert.equal(await inWorker((own) => own.list('jobs')), '[]');
      const far = name === 'chromium' ? 5e9 : 5e6; // Firefox counts the room in front too, and has little here
      assert.equal(await inWorker(async (own, far) => {
        const file = await own.open('jobs/a', 'media');
        file.truncate(100);
        const wrote = own.put(file, new Uint8Array([1, 2, 3, 4]), 1, 3, far);
        file.flush();
        const buffer = new Uint8Array(10);
        const read = own.take(file, buffer, 4, far - 1);
        const size = file.getSize();
        file.truncate(0);
        file.close();
        return [wrote, read, ...buffer.subarray(0, 4), size].join();
      }, far), `2,3,0,2,3,0,${far + 2}`);
      await inWorker((own) => own.make('jobs/b'));
      assert.deepEqual(JSON.parse(await inWorker((own) => own.list('jobs'))).sort(), ['a', 'b']);
      await inWorker((own) => own.remove('jobs', 'a'));
      await inWorker((own) => own.remove('jobs', 'a'));
      assert.equal(await inWorker((own) => own.list('jobs')), '["b"]');
      assert.equal(await inWorker((own) => own.read('jobs/a', 'small')), null);
    });

    it('gives a file to one at a time, and to the next worker when the first was ended', async () => {
      const hold = (/** @type {any} */ own) => own.open('jobs/held', 'media').then((/** @type {any} */ file) => own.put(/** @type {any} */ (globalThis).held = file, new Uint8Array([7]), 0, 1, 0));
      await inWorker(hold);
      await assert.rejects(inWorker((own) => own.open('jobs/held', 'media')), /NoModificationAllowedError/);
      await renew(); // in the middle of its work
      assert.equal(await inWorker(hold), 1);
      await inWorker((own) => own.remove('jobs', 'held').then(() => 'removed', (/** @type {any} */ error) => error.name)).then((outcome) => assert.equal(outcome, 'NoModificationAllowedError'));
      await renew();
      await inWorker((own) => own.remove('jobs', 'held'));
    });

    it('replaces a small file as a whole, whenever the worker is ended', async () => {
      const size = 200_000;
      const write = (/** @type {any} */ own, /** @type {number} */ value) => own.replace('jobs/kept', 'order', new Uint8Array(200_000).fill(value));
      await inWorker(write, 1);
      for (let value = 2; value < 12; value++) {
        // Not awaited: it is ended somewhere on its way.
        void inWorker(write, value).catch(() => {});
        await new Promise((resolve) => setTimeout(resolve, value * 2));
        await renew();
        const got = await inWorker((own) => own.read('jobs/kept', 'order').then((/** @type {Uint8Array} */ bytes) => [bytes.length, bytes[0], bytes.every((b) => b === bytes[0])]));
        assert.deepEqual([got[0], got[2]], [size, true], `after the end in write ${value}: ${got}`);
      }
      await inWorker(write, 99); // and nothing is left in the way
      assert.equal((await inWorker((own) => own.read('jobs/kept', 'order').then((/** @type {Uint8Array} */ bytes) => bytes[0]))), 99);
    });

    it('says in a known way that there is no more room', async () => {
      if (name === 'chromium') await (await page.createCDPSession()).send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 20 * MB });
      else assert.equal(Math.ceil(await inWorker((own) => own.free()) / MB), 20);
      const outcome = await inWorker(async (own) => {
        const file = await own.open('jobs/full', 'media');
        const said = [];
        try {
          const chunk = new Uint8Array(1 << 20);
          let n = chunk.length;
          for (let i = 0; n === chunk.length && i < 30; i++) n = own.put(file, chunk, 0, chunk.length, i * chunk.length);
          said.push(n < chunk.length ? 'short' : 'all written');
        } catch (error) {
          said.push(/** @type {any} */ (error).name);
        }
        try {
          file.truncate(30 << 20);
          said.push('grown');
        } catch (error) {
          said.push(/** @type {any} */ (error).name);
        }
        file.close();
        await own.replace('jobs/full', 'order', new Uint8Array(25 << 20)).then(() => said.push('replaced'), (/** @type {any} */ error) => said.push(error.name));
        await own.remove('jobs', 'full');
        return said.join(' ');
      });
      // What package browser takes for ErrNoSpace.
      assert.match(outcome, /^(short|\S*Quota\S*) \S*(Quota|NO_DEVICE_SPACE)\S* \S*(Quota|QUOTA|NO_DEVICE_SPACE)\S*$/);
    });

    it('fills whole buffers from the network and takes them back', async () => {
      const sizes = await inWorker(async (own, url) => {
        const transfer = own.get(url, 'bytes=5-3000000');
        const sizes = [await transfer.answered, transfer.header('content-range')];
        const byte = (/** @type {number} */ i) => (i * 7 + (i >> 8)) & 255;
        let at = 5;
        for (let chunk = await transfer.next(); chunk; chunk = await transfer.next()) {
          sizes.push(chunk.length);
          if (!chunk.every((/** @type {number} */ b, /** @type {number} */ i) => b === byte(at + i))) throw new Error(`other bytes behind ${at}`);
          at += chunk.length;
          own.release(chunk);
        }
        return [...sizes, transfer.constructor.name, await own.get(`${new URL(url).origin}/redirect`, 'bytes=0-9').answered];
      }, `${origin}/media`);
      assert.deepEqual(sizes, [206, `bytes 5-3000000/${media.length}`, MB, MB, 3000000 - 4 - 2 * MB, 'Transfer', 302]);
    });
  });
}
