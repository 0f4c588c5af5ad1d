// Chromium, driven over the DevTools protocol.
import { mkdirSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

import puppeteer from 'puppeteer-core';

import { dist } from './paths.js';
import { commandLine, descendants } from './process.js';
import { SECRET } from './secrets.js';
import { until } from './wait.js';

/**
 * @typedef {import('puppeteer-core').Page} Page
 * @typedef {import('./launch.js').Driver} Driver
 * @typedef {import('./launch.js').Options} Options
 * @typedef {import('puppeteer-core').CDPSession} CDPSession
 */

/**
 * @param {Options & {address: string, downloads: string, profile: string, env: Record<string, string | undefined>, headless: boolean, display: import('./display.js').Display | null}} options
 * @returns {Promise<Driver>}
 */
export async function chromium({ address, downloads, profile, env, headless, display, locale = 'en-US', dark = false, late = false }) {
  // Where it saves follows the desktop's settings. (The driver's own switch for it drops the names that extensions give.)
  mkdirSync(`${downloads}/.config`, { recursive: true });
  writeFileSync(`${downloads}/.config/user-dirs.dirs`, `XDG_DOWNLOAD_DIR="${downloads}"\n`);
  const browser = await puppeteer.launch({
    browser: 'chrome',
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    headless,
    pipe: true,
    enableExtensions: true,
    ...(profile ? { userDataDir: profile } : {}),
    acceptInsecureCerts: true,
    // A worker with a debugger on it can't be stopped for good, and waits for the debugger when it is started anew.
    targetFilter: (target) => target.type() !== 'service_worker',
    defaultViewport: headless ? { width: 1360, height: 860 } : null,
    env: { ...env, XDG_CONFIG_HOME: `${downloads}/.config`, LANGUAGE: locale.replace('-', '_') },
    args: [
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), // Chromium's sandbox does not work for root
      `--proxy-server=${address}`,
      '--proxy-bypass-list=<-loopback>',
      '--disable-quic',
      '--disable-background-networking',
      '--no-first-run',
      '--password-store=basic',
      '--window-position=0,0',
      '--enable-logging=stderr', // with it what is on any console, the worker's too
      '--window-size=1360,900',
      `--lang=${locale}`,
      `--accept-lang=${locale},en,zh-CN`, // a bubble that offers to translate the page would take the keys
      ...(dark ? ['--force-dark-mode'] : []),
    ],
  });

  /** @type {string[]} */
  const errors = [];
  createInterface({ input: /** @type {import('node:stream').Readable} */ (browser.process()?.stderr) }).on('line', (line) => {
    const [said = ''] = line.split('", source: '); // which may be an address
    if ((/:CONSOLE/.test(said) || !said.startsWith('[')) && SECRET.test(said)) errors.push(`a secret on a console: ${said}`);
  });

  /** @type {Map<Page, CDPSession>} */
  const sessions = new Map();
  let id = '';

  /** @param {CDPSession} cdp @param {string} what */
  async function listen(cdp, what) {
    cdp.on('Runtime.exceptionThrown', ({ exceptionDetails: e }) => {
      errors.push(`${what}: ${e.exception?.description ?? e.text} (${e.url ?? ''}:${e.lineNumber})`);
    });
    cdp.on('Runtime.consoleAPICalled', ({ type, args, stackTrace }) => {
      const text = args.map((a) => a.value ?? a.description ?? a.type).join(' ');
      if (SECRET.test(text)) errors.push(`${what}: a secret on the console: ${text}`);
      // The Go program's own last words come by console.log.
      if (!['error', 'warning', 'assert'].includes(type) && !/^(streamlist|panic|fatal error|goroutine)/.test(text)) return;
      errors.push(`${what}: console.${type}: ${text} (${stackTrace?.callFrames[0]?.url ?? ''})`);
    });
    cdp.on('Log.entryAdded', ({ entry }) => {
      // A refused or broken request is the matter of many scenarios; Chromium logs each.
      if (entry.source === 'network' || (entry.level !== 'error' && entry.level !== 'warning')) return;
      errors.push(`${what}: ${entry.source} ${entry.level}: ${entry.text} (${entry.url ?? ''})`);
    });
    await cdp.send('Runtime.enable');
    await cdp.send('Log.enable');
  }

  const whole = await browser.target().createCDPSession();
  const workers = async () => (await whole.send('Target.getTargets', { filter: [{ type: 'service_worker' }] })).targetInfos
    .filter((t) => t.url.startsWith(`chrome-extension://${id}/`));

  // What Chromium's own extensions page knows of ours: errors and warnings of the manifest, and what its scripts,
  // the worker's above all, threw or complained of on a console.
  const extensions = await browser.newPage();
  await extensions.goto('chrome://extensions/');
  await extensions.evaluate('chrome.developerPrivate.updateProfileConfiguration({ inDeveloperMode: true })');

  async function install() {
    id = await browser.installExtension(dist('chrome'));
    // It is said to be installed before its worker has registered for events, and a click in between is lost.
    const page = await driver.openExtensionPage('elsewhere/elsewhere.html');
    await page.evaluate(`chrome.runtime.sendMessage({})`);
    await page.close();
    return id;
  }

  const extension = () => until('Chromium to list the extension', async () => (await browser.extensions()).get(id));

  /** @param {Page} page */
  async function session(page) {
    let cdp = sessions.get(page);
    if (!cdp) {
      cdp = await page.createCDPSession();
      sessions.set(page, cdp);
      await listen(cdp, 'page');
    }
    return cdp;
  }

  /** @type {Driver} */
  const driver = {
    browser,
    async errors() {
      const reported = /** @type {string[]} */ (await extensions.evaluate(async (own) => {
        const api = /** @type {any} */ (globalThis).chrome.developerPrivate;
        const { runtimeErrors } = await api.getExtensionInfo(own);
        await api.deleteExtensionErrors({ extensionId: own });
        return runtimeErrors.map((/** @type {any} */ e) => `extension: ${e.severity}: ${e.message} (${e.source})`);
      }, id));
      errors.push(...reported);
      return errors;
    },
    install,
    prepare: async (page) => void (await session(page)),

    async inPanel(page, fn, ...args) {
      const cdp = await session(page);
      const { frameTree } = await cdp.send('Page.getFrameTree');
      const world = await cdp.send('Page.createIsolatedWorld', { frameId: frameTree.frame.id, worldName: 'reader' });
      const contextId = world.executionContextId;
      const host = await cdp.send('Runtime.evaluate', { contextId, expression: `document.querySelector('[data-streamlist]')` });
      if (!host.result.objectId) return undefined;
      const { node } = await cdp.send('DOM.describeNode', { objectId: host.result.objectId, depth: 1, pierce: true });
      const backendNodeId = node.shadowRoots?.[0]?.backendNodeId;
      if (backendNodeId === undefined) return undefined;
      const { object } = await cdp.send('DOM.resolveNode', { backendNodeId, executionContextId: contextId });
      const { result, exceptionDetails } = await cdp.send('Runtime.callFunctionOn', {
        objectId: object.objectId ?? '',
        functionDeclaration: `function (...args) { return (${fn})(this, ...args); }`,
        arguments: args.map((value) => ({ value })),
        returnByValue: true,
      });
      if (exceptionDetails) throw new Error(`in the panel: ${exceptionDetails.exception?.description ?? exceptionDetails.text}`);
      return result.value;
    },

    async clickToolbar(page) {
      await (await extension()).triggerAction(page);
    },

    async stopBackground(page = extensions) {
      // Not from a page of its own: that page's end would be an event that wakes the worker. A private window has a
      // worker of its own, which only a page of that window can reach.
      const cdp = await page.createCDPSession();
      const { targetInfo: { browserContextId } } = await cdp.send('Target.getTargetInfo');
      const running = (await workers()).filter((w) => w.browserContextId === browserContextId).map((w) => w.targetId);
      await cdp.send('ServiceWorker.enable');
      await cdp.send('ServiceWorker.stopAllWorkers');
      await cdp.detach();
      // Another may have been started meanwhile, where somebody waits for an answer.
      await until('the worker to end', async () => !(await workers()).some((w) => running.includes(w.targetId)));
    },

    backgroundRuns: async () => (await workers()).length > 0,

    toFront: (page) => page.bringToFront(),

    async otherJar(kind) {
      if (kind !== 'private') throw new Error('Chromium has no containers');
      // Puppeteer's own contexts are no windows that extensions run in.
      await extensions.evaluate(`chrome.developerPrivate.updateExtensionConfiguration({ extensionId: '${id}', incognitoAccess: true })`);
      const opener = await driver.openExtensionPage('elsewhere/elsewhere.html');
      const known = new Set(browser.targets());
      await opener.evaluate(`chrome.windows.create({ incognito: true, url: 'https://www.bilibili.com/cheese/' })`);
      await opener.close();
      const target = await until('the private window', () => browser.targets().find((t) => !known.has(t) && t.url() === 'https://www.bilibili.com/cheese/'));
      return /** @type {Promise<Page>} */ (target.asPage());
    },

    async crash() {
      const ours = descendants(browser.process()?.pid ?? 0).filter((pid) => commandLine(pid).includes('--extension-process'));
      for (const pid of ours) process.kill(pid, 'SIGKILL');
      await until('the process to end', () => ours.every((pid) => !commandLine(pid)));
    },

    async openExtensionPage(path) {
      const page = await browser.newPage();
      await page.goto(`chrome-extension://${id}/${path}`);
      await session(page);
      return page;
    },

    extensionPage: (path) => until(`the extension's page ${path}`, async () => {
      const target = browser.targets().find((t) => t.url().startsWith(`chrome-extension://${id}/${path}`));
      const page = target && await target.asPage();
      if (page) await session(page);
      return page;
    }),

    async complaints() {
      return /** @type {string[]} */ (await extensions.evaluate(async (own) => {
        const info = await /** @type {any} */ (globalThis).chrome.developerPrivate.getExtensionInfo(own);
        const warnings = [...(info.installWarnings ?? []), ...(info.runtimeWarnings ?? [])].map((w) => `warning: ${typeof w === 'string' ? w : w.message}`);
        return [...warnings, ...info.manifestErrors.map((/** @type {any} */ e) => `manifest: ${e.message}`)];
      }, id));
    },

    async menu() {
      throw new Error("Chromium: its menu is in no driver's reach");
    },

    async mark() {
      throw new Error('Chromium: its toolbar is drawn where no driver reaches');
    },

    async forget() {
      const page = await driver.openExtensionPage('elsewhere/elsewhere.html');
      await driver.stopBackground(); // which remembers what it has stored
      await page.evaluate('chrome.storage.session.clear()');
      await page.close();
    },

    async withhold(what) {
      // Given for the sites whose pages are open, as by the puzzle menu; without that, Chromium answers the first click itself.
      const given = ['com', 'tv'].flatMap((site) => [`https://www.bilibili.${site}/*`, ...(what === 'media' ? [`https://api.bilibili.${site}/*`] : [])]);
      await extensions.evaluate(async (own, sites) => {
        const api = /** @type {any} */ (globalThis).chrome.developerPrivate;
        await api.updateExtensionConfiguration({ extensionId: own, hostAccess: 'ON_SPECIFIC_SITES' });
        for (const site of sites) await api.addHostPermission(own, site);
      }, id, given);
    },

    async allow(page, ask) {
      const focus = () => page.evaluate('document.hasFocus()');
      await ask();
      await until("Chromium's question to take the focus", async () => !await focus());
      // In its first half second it is deaf, against clicks by mistake, and nothing tells the end of that. A Return too early
      // would leave the next Tab on Deny.
      await new Promise((resolve) => setTimeout(resolve, 1000));
      await display?.press('Tab', 'Return'); // from Deny to Allow
      await until('its end', focus);
    },

    close: () => browser.close(),
  };
  if (!late) await install();
  return driver;
}
