// Firefox, driven over WebDriver BiDi. With system access, BiDi also reaches the browser's own window: where the
// toolbar icon and the menu entries are on the screen, and what the browser console says.
import { copyFileSync, cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

import puppeteer from 'puppeteer-core';

import { dist } from './paths.js';
import { SECRET } from './secrets.js';
import { until } from './wait.js';

/**
 * @typedef {import('puppeteer-core').Page} Page
 * @typedef {import('./launch.js').Driver} Driver
 * @typedef {import('./launch.js').Options} Options
 */

/** By the manifest. */
const ID = 'streamlist@streamlist.example';
const WIDGET = 'streamlist_streamlist_example';

/**
 * Copies the built extension with the texts of one language alone. Firefox itself speaks another only with a language pack,
 * which is a package of its own that need not be there; but an extension whose texts are not in the browser's language
 * speaks its default one, which is all that it gets by here: whatever shows these texts is Firefox.
 *
 * @param {string} locale
 * @param {string} to a folder
 */
function inOneLanguage(locale, to) {
  const name = locale.replace('-', '_');
  cpSync(dist('firefox'), to, { recursive: true });
  const manifest = JSON.parse(readFileSync(`${to}/manifest.json`, 'utf8'));
  writeFileSync(`${to}/manifest.json`, JSON.stringify({ ...manifest, default_locale: name }));
  for (const other of readdirSync(`${to}/_locales`)) if (other !== name) rmSync(`${to}/_locales/${other}`, { recursive: true });
  return to;
}

/**
 * @param {Options & {address: string, downloads: string, profile: string, env: Record<string, string | undefined>, headless: boolean, display: import('./display.js').Display | null}} options
 * @returns {Promise<Driver>}
 */
export async function firefox({ address, downloads, profile, env, headless, display, locale, dark = false, late = false, prefs = {} }) {
  const [host, port] = address.split(':');
  if (profile) {
    // What the driver installs is gone with the browser; what lies in its profile stays.
    mkdirSync(`${profile}/extensions`, { recursive: true });
    copyFileSync(`${dist('firefox')}/../streamlist-firefox.xpi`, `${profile}/extensions/${ID}.xpi`);
  }
  const browser = await puppeteer.launch({
    browser: 'firefox',
    executablePath: process.env.FIREFOX ?? '/usr/bin/firefox-esr',
    headless,
    acceptInsecureCerts: true,
    defaultViewport: headless ? { width: 1360, height: 860 } : null,
    env,
    ...(profile ? { userDataDir: profile } : {}),
    args: ['--remote-allow-system-access', '--width=1360', '--height=860'],
    extraPrefsFirefox: {
      'network.proxy.type': 1,
      'network.proxy.http': host,
      'network.proxy.http_port': Number(port),
      'network.proxy.ssl': host,
      'network.proxy.ssl_port': Number(port),
      'network.proxy.no_proxies_on': '',
      'network.proxy.share_proxy_settings': true,
      'devtools.console.stdout.content': true,
      'network.captive-portal-service.enabled': false,
      'network.connectivity-service.enabled': false,
      // An event page that falls asleep in the middle of a test would make it mean something else; tests that are
      // about sleep end it themselves.
      'extensions.background.idle.timeout': 600_000,
      // Firefox takes Alt+Shift+S for the access key of its History menu before it looks for an extension's command.
      // Whoever wants to press it for real must choose another key, or have no menu bar, as on a Mac.
      'ui.key.menuAccessKey': 0,
      'ui.systemUsesDarkTheme': dark ? 1 : 0,
      'layout.css.prefers-color-scheme.content-override': dark ? 0 : 1,
      'browser.download.folderList': 2,
      'browser.download.dir': downloads,
      'browser.download.alwaysOpenPanel': false, // its panel would lie over the page
      ...(profile ? { 'xpinstall.signatures.required': false, 'extensions.autoDisableScopes': 0 } : {}),
      ...prefs,
    },
  });

  /** @type {{send: (method: string, params: object) => Promise<{result: any}>}} */
  const connection = /** @type {any} */ (browser).connection;
  const send = (/** @type {string} */ method, /** @type {object} */ params) => connection.send(method, params).then(({ result }) => result);

  /**
   * Runs code in the browser's own window.
   *
   * @param {string} code the body of an async function
   * @returns {Promise<any>}
   */
  async function inBrowser(code) {
    const { contexts } = await send('browsingContext.getTree', { 'moz:scope': 'chrome', maxDepth: 0 });
    const window = contexts.find((/** @type {{url: string}} */ c) => c.url.endsWith('browser.xhtml'));
    const answer = await send('script.evaluate', {
      expression: `(async () => JSON.stringify((await (async () => { ${code} })()) ?? null))()`,
      target: { context: window.context },
      awaitPromise: true,
    });
    if (answer.type !== 'success') throw new Error(`in the browser's window: ${answer.exceptionDetails?.text}`);
    return JSON.parse(answer.result.value);
  }

  /** @param {Page} page @returns {string} */
  const contextOf = (page) => /** @type {any} */ (page.mainFrame())._id;

  async function install() {
    const built = () => locale ? inOneLanguage(locale, `${downloads}/.extension`) : dist('firefox');
    const id = profile ? ID : await browser.installExtension(built());
    await until('the extension to be there', () => inBrowser(`return Boolean(WebExtensionPolicy.getByID('${ID}'));`));
    // Its background has registered for events once it answers; a click before that is lost.
    const page = await driver.openExtensionPage('elsewhere/elsewhere.html');
    await until('the background to answer', () => page.evaluate('browser.runtime.sendMessage({}).then(() => true)'));
    await page.close();
    return id;
  }

  /** @type {string[]} */
  const errors = [];
  // What scripts say by console.* is in no list that can be read later, but a pref sends it to stdout, though without
  // its source. What the extension and its Go program say begins with one of these words.
  createInterface({ input: /** @type {import('node:stream').Readable} */ (browser.process()?.stdout) }).on('line', (line) => {
    if (/^console\.\w+: "?(streamlist|panic|fatal error|goroutine)/i.test(line) || (/^console\./.test(line) && SECRET.test(line))) errors.push(`extension: ${line}`);
  });
  /** Takes what the browser console heard from us and from pages since the last time. */
  async function collect() {
    const heard = await inBrowser(`
      const ours = 'moz-extension://' + (WebExtensionPolicy.getByID('${ID}')?.mozExtensionHostname ?? 'none');
      const said = [];
      for (const m of Services.console.getMessageArray()) {
        if (!(m instanceof Ci.nsIScriptError)) continue;
        if (/^(chrome|resource|about):/.test(m.sourceName)) continue;
        const where = m.sourceName.startsWith(ours) ? 'extension' : 'page';
        said.push([where, m.errorMessage, m.sourceName.replace(ours, ''), m.lineNumber, m.category, Boolean(m.innerWindowID && !WindowGlobalParent.getByInnerWindowId(m.innerWindowID))]);
      }
      Services.console.reset();
      return said;`);
    for (const [where, text, source, line, category, gone] of heard) {
      if (SECRET.test(text)) errors.push(`${where}: a secret on the console: ${text}`);
      // CORS, certificate chatter and media that no decoder is there for are no script's errors.
      if (where === 'page' && !/javascript/i.test(category)) continue;
      // Firefox's own words on what a document still waited for, or was running, as it was closed or left.
      if (/^Promise (resolved|rejected) (while context is inactive|after context unloaded)|JSWindowActorChild cannot send at the moment|^NS_ERROR_NOT_INITIALIZED$|^Script terminated by timeout at:/.test(text.trim())) continue;
      errors.push(`${where}: ${text} (${source}:${line}, ${category})`);
    }
    return errors;
  }

  /** @type {Driver} */
  const driver = {
    browser,
    errors: collect,
    install,
    prepare: async () => {},

    async inPanel(page, fn, ...args) {
      const target = { context: contextOf(page), sandbox: 'reader' };
      // Serialising the host is the one way to a closed root; evaluating never hands it out.
      const host = await send('script.callFunction', {
        functionDeclaration: `() => document.querySelector('[data-streamlist]')`,
        target,
        awaitPromise: false,
        serializationOptions: { includeShadowTree: 'all', maxDomDepth: 1 },
      });
      const shared = host.result?.value?.shadowRoot?.sharedId;
      if (!shared) return undefined;
      const answer = await send('script.callFunction', {
        functionDeclaration: `(root, args) => JSON.stringify((${fn})(root, ...JSON.parse(args)) ?? null)`,
        arguments: [{ sharedId: shared }, { type: 'string', value: JSON.stringify(args) }],
        target,
        awaitPromise: false,
      });
      if (answer.type !== 'success') throw new Error(`in the panel: ${answer.exceptionDetails?.text}`);
      return JSON.parse(answer.result.value);
    },

    async clickToolbar(page) {
      if (display) {
        const { x, y } = await until('the toolbar icon', () => inBrowser(`
          const b = document.getElementById('${WIDGET}-browser-action');
          const r = b?.getBoundingClientRect();
          return r?.width ? { x: b.screenX + r.width / 2, y: b.screenY + r.height / 2 } : null;`));
        await display.click(x, y);
      } else {
        await inBrowser(`document.querySelector('#${WIDGET}-browser-action .unified-extensions-item-action-button, #${WIDGET}-browser-action toolbarbutton').click();`);
      }
    },

    /** The entries of the open right-click menu, in order, and where each is on the screen. */
    async menu() {
      return until('the right-click menu', () => inBrowser(`
        const menu = document.getElementById('contentAreaContextMenu');
        if (menu.state !== 'open') return null;
        return [...menu.children].filter((e) => !e.hidden && e.label).map((e) => {
          const r = e.getBoundingClientRect();
          return { label: e.label, submenu: e.localName === 'menu', x: e.screenX + r.width / 2, y: e.screenY + r.height / 2 };
        });`));
    },

    mark: () => inBrowser(`
      const mark = document.querySelector('#${WIDGET}-browser-action .toolbarbutton-badge');
      const text = document.createRange();
      text.selectNodeContents(mark);
      const [wide, room] = [text, mark].map((e) => e.getBoundingClientRect());
      return { text: mark.textContent, whole: wide.width > 0 && wide.left >= room.left && wide.right <= room.right };`),

    async stopBackground() {
      await inBrowser(`await WebExtensionPolicy.getByID('${ID}').extension.terminateBackground({ ignoreDevToolsAttached: true });`);
    },

    backgroundRuns: () => inBrowser(`return WebExtensionPolicy.getByID('${ID}').extension.backgroundState === 'running';`),

    async toFront(page, jar) {
      await page.bringToFront(); // within its window
      // By the window manager, which doesn't let a window put itself before another.
      const window = await display?.xdotool('search', '--onlyvisible', '--name', jar === 'private' ? 'Private Browsing$' : 'Mozilla Firefox$');
      if (window) await display?.xdotool('windowactivate', '--sync', window.split('\n')[0] ?? '');
    },

    async otherJar(kind) {
      if (kind === 'container') return (await browser.createBrowserContext()).newPage();
      await inBrowser(`
        const { ExtensionPermissions } = ChromeUtils.importESModule('resource://gre/modules/ExtensionPermissions.sys.mjs');
        const { AddonManager } = ChromeUtils.importESModule('resource://gre/modules/AddonManager.sys.mjs');
        if (WebExtensionPolicy.getByID('${ID}').privateBrowsingAllowed) return;
        // What the switch "Run in Private Windows" does.
        await ExtensionPermissions.add('${ID}', { permissions: ['internal:privateBrowsingAllowed'], origins: [] }, WebExtensionPolicy.getByID('${ID}').extension);
        await (await AddonManager.getAddonByID('${ID}')).reload();`);
      const known = new Set(await browser.pages());
      await inBrowser('OpenBrowserWindow({ private: true });');
      // With its first page loaded: that page's load would break off the test's own navigation.
      await until('the private window to be ready', () => inBrowser(`
        const { BrowserWindowTracker } = ChromeUtils.importESModule('resource:///modules/BrowserWindowTracker.sys.mjs');
        const shown = BrowserWindowTracker.getTopWindow({ private: true })?.gBrowser?.selectedBrowser;
        return shown?.currentURI.spec === 'about:privatebrowsing' && !shown.webProgress.isLoadingDocument;`));
      return until('the private window', async () => (await browser.pages()).find((page) => !known.has(page)));
    },

    async crash(page) {
      const url = await page.evaluate(() => location.href);
      process.kill(await inBrowser(`return gBrowser.browsers.find((b) => b.currentURI.spec === ${JSON.stringify(url)}).frameLoader.remoteTab.osPid;`), 'SIGKILL');
    },

    async openExtensionPage(path) {
      // BiDi can't navigate there, but pages that the browser opens are listed.
      await inBrowser(`
        const url = 'moz-extension://' + WebExtensionPolicy.getByID('${ID}').mozExtensionHostname + '/${path}';
        gBrowser.selectedTab = gBrowser.addTab(url, { triggeringPrincipal: Services.scriptSecurityManager.getSystemPrincipal() });`);
      return driver.extensionPage(path);
    },

    async extensionPage(path) {
      return until(`the extension's page ${path}`, async () => {
        for (const page of await browser.pages()) {
          // Of an extension's pages BiDi tells a new one's first address only, about:blank, and never that it was closed.
          const { protocol, pathname, search } = new URL(await page.evaluate(() => location.href).catch(() => 'about:blank'));
          if (protocol === 'moz-extension:' && pathname + search === `/${path}`) return page;
        }
        return undefined;
      });
    },

    async complaints() {
      return /** @type {Promise<string[]>} */ (inBrowser(`
        const { AddonManager } = ChromeUtils.importESModule('resource://gre/modules/AddonManager.sys.mjs');
        const policy = WebExtensionPolicy.getByID('${ID}');
        const addon = await AddonManager.getAddonByID('${ID}');
        return [...(policy.extension.errors ?? []), ...(policy.extension.warnings ?? [])].map(String).concat(addon.isActive ? [] : ['not active']);`));
    },

    async forget() {
      // Its pages are scriptable, its event page is not.
      const page = await driver.openExtensionPage('elsewhere/elsewhere.html');
      await driver.stopBackground(); // which remembers what it has stored
      await page.evaluate('browser.storage.session.clear()');
      await page.close();
    },

    async withhold(what) {
      await inBrowser(`
        const { ExtensionPermissions } = ChromeUtils.importESModule('resource://gre/modules/ExtensionPermissions.sys.mjs');
        const { extension } = WebExtensionPolicy.getByID('${ID}');
        const origins = extension.allowedOrigins.patterns.map((p) => p.pattern).filter((p) => ${what === 'media' ? '/bilivideo|akamaized/.test(p)' : true});
        await ExtensionPermissions.remove('${ID}', { permissions: [], origins }, extension);`);
    },

    async allow(_page, ask) {
      await ask();
      await until('the question', () => inBrowser(`
        const asked = PopupNotifications.panel.querySelector('popupnotification');
        if (PopupNotifications.panel.state !== 'open' || !asked) return false;
        asked.button.click();
        return true;`));
    },

    close: () => browser.close(),
  };
  if (!late) await install();
  return driver;
}
