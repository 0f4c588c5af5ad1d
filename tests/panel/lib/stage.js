// What a file of tests stands on: a server and a browser, from its first test to its last.
import { after, before } from 'node:test';

import { launch, open, serve } from './harness.js';
import { openOwn } from './own.js';

export function stage() {
  /** @type {Awaited<ReturnType<typeof serve>>} */
  let server;
  /** @type {Awaited<ReturnType<typeof launch>>} */
  let browser;
  before(async () => {
    server = await serve();
    browser = await launch();
  });
  after(async () => {
    await browser?.close();
    server?.close();
  });
  return {
    /** Opens the test page with a panel in it. @param {Parameters<typeof open>[2]} [how] */
    open: (how) => open(browser, server, how),
    /** Opens one of the extension's own pages. @param {Parameters<typeof openOwn>[2]} [how] @param {Parameters<typeof openOwn>[0]} [profile] */
    openOwn: (how, profile = browser) => openOwn(profile, server, how),
    /** Another profile, whose tabs share locks and a disk with nobody else's. */
    profile: () => browser.createBrowserContext(),
  };
}
