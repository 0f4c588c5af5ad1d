// One face for both browsers under test.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { after, afterEach, before, describe } from 'node:test';

import { chromium } from './chromium.js';
import { mount } from './disk.js';
import { startDisplay } from './display.js';
import { firefox } from './firefox.js';
import { dist, out } from './paths.js';
import { locate, readPanel } from './reader.js';
import { startReplica } from './replica.js';
import { until } from './wait.js';

/**
 * @typedef {import('puppeteer-core').Page} Page
 * @typedef {import('./reader.js').View} View
 * @typedef {import('./reader.js').Row} Row
 * @typedef {'chromium' | 'firefox'} BrowserName
 * @typedef {'container' | 'private'} Jar
 * @typedef {{
 *   replica?: import('./replica.js').Replica, headless?: boolean, mine?: boolean, locale?: string, dark?: boolean,
 *   late?: boolean, provokes?: RegExp, prefs?: Record<string, unknown>, only?: BrowserName, saveTo?: string, lasting?: boolean, disk?: number,
 * }} Options  `saveTo`: a folder for what it saves, which is kept; `late`: the extension is not installed until `install()`; `mine`: on the screen of whoever calls;
 *   `only`: in that browser alone; `provokes`: complaints that its tests bring about; `lasting`: its profile outlives the browser
 *   (see `restart`); `disk`: that profile lies on a disk of its own, of so many bytes, which only root can make
 *
 * @typedef {{
 *   browser: import('puppeteer-core').Browser,
 *   errors: () => string[] | Promise<string[]>,
 *   install: () => Promise<string>,
 *   prepare: (page: Page) => Promise<void>,
 *   inPanel: (page: Page, fn: Function, ...args: any[]) => Promise<any>,
 *   clickToolbar: (page: Page) => Promise<void>,
 *   stopBackground: (page?: Page) => Promise<void>,
 *   backgroundRuns: () => Promise<boolean>,
 *   otherJar: (kind: Jar) => Promise<Page>,
 *   toFront: (page: Page, jar?: Jar) => Promise<void>,
 *   crash: (page: Page) => Promise<unknown>,
 *   openExtensionPage: (path: string) => Promise<Page>,
 *   extensionPage: (path: string) => Promise<Page>,
 *   complaints: () => Promise<string[]>,
 *   menu: () => Promise<{label: string, submenu: boolean, x: number, y: number}[]>,
 *   mark: () => Promise<{text: string, whole: boolean}>,
 *   forget: () => Promise<void>,
 *   withhold: (what?: 'media') => Promise<void>,
 *   allow: (page: Page, ask: () => Promise<void>) => Promise<void>,
 *   close: () => Promise<void>,
 * }} Driver  what differs between the browsers; `complaints` is what the browser's extension page would
 *   show; `crash` kills the process behind a page of ours; `otherJar` opens a tab with cookies of its own, `toFront` brings it and its window; `stopBackground` ends the
 *   default one, or that of a page's window; `menu` the entries of the open right-click menu; `mark` what is to be read on
 *   the icon; `forget` empties storage.session; `withhold` takes the sites' permissions, or those of their media hosts, away as
 *   a person can in the browser's settings; `allow` says yes to what `ask`, on a page of ours, makes the browser ask
 */

/** Those to test; BROWSERS=firefox leaves the other out. @type {BrowserName[]} */
export const browsers = /** @type {BrowserName[]} */ ((process.env.BROWSERS ?? 'chromium firefox').split(/[\s,]+/).filter(Boolean));

const EMPTY = { open: false, busy: false, heading: '', alert: '', status: '', toast: '', tables: {}, buttons: [], links: [], focus: '', text: '' };

/** A view, short enough for an error. @param {View} view */
const brief = ({ open, busy, heading, alert, status, toast, focus, text }) => (open || toast ? { open, busy, heading, alert, status, toast, focus, text: text.slice(0, 600) } : 'no panel and no toast');

/**
 * Defines the same tests for every browser under test: started once, tidied after each test.
 *
 * @param {(browser: Session) => void} define
 * @param {Options} [options]
 */
export function inBrowsers(define, options = {}) {
  for (const name of browsers) {
    if (options.only && options.only !== name) continue;
    describe(name, { timeout: 400_000 }, () => {
      const session = new Session(name, options);
      before(() => session.start());
      afterEach((t) => session.tidy(t));
      after(() => session.close());
      define(session);
    });
  }
}

/** A browser with the extension, on a screen of its own, against a replica of its own. */
export class Session {
  /** @type {Driver | undefined} */
  #driver;
  /** @type {import('./replica.js').Replica | undefined} */
  #replica;
  /** @type {import('./display.js').Display | null | undefined} */
  #display;
  #excused = 0;
  #unmount = () => {};
  /** Where the browser saves. */
  downloads = '';
  /** The profile, where it lasts. */
  profile = '';
  /** @type {Tab[]} */
  tabs = [];

  /** @param {BrowserName} name @param {Options} [options] */
  constructor(name, options = {}) {
    this.name = name;
    this.options = options;
  }

  async start() {
    this.#replica = this.options.replica ?? await startReplica();
    this.#display = this.options.headless || this.options.mine ? null : await startDisplay();
    this.downloads = this.options.saveTo ?? mkdtempSync(`${out}/downloads-${this.name}-`);
    const { lasting, disk } = this.options;
    if (lasting || disk) this.profile = mkdtempSync(`${out}/profile-${this.name}-`);
    if (disk) this.#unmount = mount(this.profile, disk);
    await this.#launch();
    return this;
  }

  async #launch() {
    const common = {
      ...this.options, downloads: this.downloads, profile: this.profile, address: this.replica.address, env: this.#display?.env ?? process.env,
      headless: !this.#display && !this.options.mine,
    };
    this.#driver = await (this.name === 'chromium' ? chromium : firefox)({ ...common, display: this.#display ?? null });
  }

  /** Kills the browser in the middle of whatever it does, and starts it anew with the same profile. */
  async restart() {
    const browser = this.driver.browser.process();
    assert(browser && this.profile, 'no browser to restart');
    const ended = once(browser, 'exit');
    browser.kill('SIGKILL');
    await ended;
    this.#excused = 0;
    this.tabs = [];
    await this.#launch();
  }

  get driver() {
    assert(this.#driver, 'the browser has not started');
    return this.#driver;
  }

  get replica() {
    assert(this.#replica, 'the replica has not started');
    return this.#replica;
  }

  get display() {
    assert(this.#display, 'headless: there is no screen');
    return this.#display;
  }

  /**
   * Opens an address, or a scenario by its name, in a new tab.
   *
   * @param {string} where
   * @param {Jar} [jar] instead of the default cookies
   * @param {string} [account] to log in first, on the address's site
   */
  async open(where, jar, account) {
    const page = await (jar ? this.driver.otherJar(jar) : this.driver.browser.newPage());
    if (account) await page.goto(`${new URL(await this.address(where)).origin}/__login?account=${account}`);
    await this.driver.prepare(page);
    const tab = new Tab(this, page, jar);
    this.tabs.push(tab);
    await tab.goto(where);
    await page.bringToFront();
    return tab;
  }

  /** @param {string} where */
  async address(where) {
    return where.includes(':') ? where : (await this.replica.scenario(where)).url;
  }

  /** Logs in by the replica's own page. @param {'com' | 'tv'} world @param {string | null} account null logs out */
  async login(world, account) {
    const page = await this.driver.browser.newPage();
    await page.goto(`https://www.bilibili.${world}/${account ? `__login?account=${account}` : '__logout'}`);
    await page.close();
  }

  /** Logs in as a scenario wants it, in its world, and out of the other. @param {string} name */
  async as(name) {
    const { world, account } = await this.replica.scenario(name);
    await this.login(world === 'courses' ? 'com' : 'tv', account);
  }

  /**
   * A keyboard command of the extension, by the keys that the manifest suggests.
   *
   * @param {'_execute_action' | 'toggle' | 'copy-best'} command
   */
  async command(command) {
    const manifest = JSON.parse(await readFile(`${dist(this.name === 'chromium' ? 'chrome' : 'firefox')}/manifest.json`, 'utf8'));
    const keys = manifest.commands[command]?.suggested_key?.default;
    assert(keys, `the manifest suggests no key for ${command}`);
    await this.display.press(keys.toLowerCase());
  }

  clipboard() {
    return this.display.clipboard();
  }

  /**
   * Runs `act` and returns what it put on the clipboard.
   *
   * @param {() => Promise<unknown>} act
   * @param {number} [limit] milliseconds
   */
  async copied(act, limit = 15_000) {
    const before = `nothing copied yet ${Math.random()}`;
    const { lost } = await this.display.setClipboard(before);
    let copied = false;
    void lost.then(() => (copied = true));
    await act();
    const seen = async () => brief(await this.tabs.at(-1)?.view() ?? EMPTY);
    // Two steps, for the error to say which failed: that somebody copies, and that there is something to be had.
    await until('somebody to copy', () => copied, { limit, seen });
    return until('something on the clipboard', () => this.clipboard(), { limit, seen });
  }

  /** Waits until the listing of a lesson or episode is stored, which is a moment after it is shown. @param {Tab} tab */
  async kept(tab) {
    const id = /\d+$/.exec(new URL(tab.page.url()).pathname)?.[0];
    const page = await this.driver.openExtensionPage('elsewhere/elsewhere.html');
    await until('the listing to be kept', () => page.evaluate(`chrome.storage.session.get().then((all) => JSON.stringify(all).includes('"episodeId":"${id}"'))`));
    await page.close();
    await tab.page.bringToFront();
  }

  /** Closes all tabs that tests have opened. */
  async closeTabs() {
    for (const tab of this.tabs.splice(0)) await tab.page.close().catch(() => {});
  }

  /** What the extension and the pages complained of, less what `excuse` excused. */
  async errors() {
    return (await this.driver.errors()).slice(this.#excused);
  }

  /** Forgets the complaints so far: for tests that provoke them. @param {RegExp} pattern what may be there */
  async excuse(pattern) {
    const errors = await this.errors();
    assert.deepEqual(errors.filter((e) => !pattern.test(e)), [], 'more was complained of than the test provokes');
    this.#excused += errors.length;
  }

  /**
   * For afterEach: saves a picture when the test failed, closes its tabs, and fails when anything complained.
   *
   * @param {import('node:test').TestContext | import('node:test').SuiteContext} t
   */
  async tidy(t) {
    const failed = 'error' in t && Boolean(/** @type {any} */ (t).error) || /** @type {any} */ (t).passed === false;
    if (failed) {
      const file = `failed-${this.name}-${t.name}`.replace(/[^\w-]+/g, '_').slice(0, 100);
      await this.screenshot(file).catch(() => {});
    }
    const all = await this.errors();
    const errors = all.filter((e) => !this.options.provokes?.test(e));
    this.#excused += all.length;
    await this.closeTabs();
    await this.replica.reset();
    assert.deepEqual(errors, [], 'something was complained of in a console');
  }

  /** @param {string} name @returns {Promise<string>} path */
  async screenshot(name) {
    if (this.#display) return this.#display.screenshot(name);
    const path = /** @type {const} */ (`${out}/${name}.png`);
    await this.tabs.at(-1)?.page.screenshot({ path });
    return path;
  }

  async close() {
    // A browser that hangs as it closes, which no event tells, is killed with its display.
    await Promise.race([this.#driver?.close(), new Promise((resolve) => setTimeout(resolve, 5000).unref())]);
    this.#driver?.browser.process()?.kill('SIGKILL');
    this.#display?.stop();
    this.#replica?.stop();
    this.#unmount();
    for (const folder of [this.options.saveTo ? '' : this.downloads, this.profile]) if (folder) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** A tab, and the panel in it. */
export class Tab {
  /** @param {Session} session @param {Page} page @param {Jar} [jar] */
  constructor(session, page, jar) {
    this.session = session;
    this.page = page;
    this.jar = jar;
  }

  /** @param {string} where address, or a scenario's name */
  async goto(where) {
    await this.page.goto(await this.session.address(where), { waitUntil: 'load' });
  }

  /** Presses the toolbar icon. */
  async clickToolbar() {
    await this.page.bringToFront();
    await this.session.driver.clickToolbar(this.page);
  }

  /** What of the panel (or of the toast) is in the page. @returns {Promise<View>} */
  async view() {
    return await this.session.driver.inPanel(this.page, readPanel) ?? EMPTY;
  }

  /**
   * Waits until the panel looks right.
   *
   * @param {string} what
   * @param {(view: View) => unknown} right
   * @param {number} [limit] milliseconds
   * @returns {Promise<View>}
   */
  async see(what, right, limit = 12_000) {
    /** @type {View} */
    let last = EMPTY;
    return until(`${what} (${this.session.name})`, async () => {
      last = await this.view();
      return right(last) ? last : undefined;
    }, { limit, seen: () => brief(last) });
  }

  /** Waits for the panel with its listing, or with a problem instead. */
  listing(limit = 20_000) {
    return this.see('the listing or a problem', (v) => v.open && !v.busy && (v.alert || Object.keys(v.tables).length > 0), limit);
  }

  /** Presses the icon's key. Its window comes to the front, as for a hand it must be. */
  async pressIcon() {
    await this.session.driver.toFront(this.page, this.jar);
    await this.session.command('_execute_action');
  }

  /** Opens the panel by the toolbar icon and waits for its listing. */
  async show() {
    await this.clickToolbar();
    return this.listing();
  }

  /** Clicks on a button with the mouse. @param {string} name accessible name, or its beginning and * */
  async click(name) {
    /** @type {{x: number, y: number, covered: boolean} | undefined} */
    let before;
    const at = await until(`the button ${name} to stand still`, async () => {
      const found = await this.session.driver.inPanel(this.page, locate, name);
      const still = found && found.x === before?.x && found.y === before?.y;
      before = found;
      return still && !found.covered ? found : undefined;
    }, { seen: async () => [await this.session.driver.inPanel(this.page, locate, name), (await this.view()).buttons] });
    await this.page.mouse.click(at.x, at.y);
  }

  /** Follows the button `Allow access` of the panel to the page that asks, says yes there, and comes back. */
  async allowAccess() {
    await this.click('Allow access');
    const page = await this.session.driver.extensionPage('options/options.html');
    await page.bringToFront();
    await page.waitForSelector('#grant:not([hidden])');
    await until('the button to have the focus', () => page.evaluate(() => document.activeElement?.id === 'grant'));
    await this.session.driver.allow(page, () => this.session.display.press('Return'));
    await until('the page to say so', () => page.evaluate(() => /^Streamlist may ask/.test(document.getElementById('access-state')?.textContent ?? '')));
    await page.close();
    await this.page.bringToFront();
  }

  /** Opens the dialog with a row's curl command, under the row's arrow. @param {string} row quality and codec */
  async openCommand(row) {
    const { buttons } = await this.view();
    const arrow = buttons.find((name) => name.endsWith(` ${row}`) && /^(\d+ (backup|part)|Address of)/.test(name));
    assert(arrow, `no arrow at ${row} among ${buttons.join(', ')}`);
    await this.click(arrow);
    await this.click(`curl command for ${row}`);
  }

  /** What lies on the clipboard after a click on a button. @param {string} name */
  copy(name) {
    return this.session.copied(() => this.click(name));
  }

  /** A key press in the page's world, by puppeteer's names. @param {import('puppeteer-core').KeyInput[]} keys */
  async press(...keys) {
    for (const key of keys) await this.page.keyboard.press(key);
  }

  /** @template T @param {string | (() => T)} code */
  evaluate(code) {
    return this.page.evaluate(/** @type {any} */ (code));
  }
}
