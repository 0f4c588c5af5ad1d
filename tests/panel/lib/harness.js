// Serves the repository's files to a browser of the machine, and opens the panel's test page.
import { createServer } from 'node:http';
import { readFile, readdir } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createRequire } from 'node:module';
import path from 'node:path';
import puppeteer from 'puppeteer-core';

export const root = fileURLToPath(new URL('../../../', import.meta.url));

/** @type {Record<string, string>} */
const TYPES = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.json': 'application/json', '.svg': 'image/svg+xml' };

/** A page as strict as a policy can be: the panel has to work in it. */
const POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; require-trusted-types-for 'script'; trusted-types 'none'";
/** The policy of the extension's own pages, as far as it matters here. */
const OWN_POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'";

export async function serve() {
  const server = createServer(async (request, response) => {
    const name = path.normalize(new URL(request.url ?? '/', 'http://x').pathname);
    const type = TYPES[path.extname(name)];
    try {
      if (!type || !/^\/(extension|tests\/panel)\//.test(name)) throw new Error('not served');
      const text = await readFile(path.join(root, name));
      response.writeHead(200, { 'Content-Type': type, 'Content-Security-Policy': name.startsWith('/tests/') ? POLICY : OWN_POLICY });
      response.end(text);
    } catch {
      response.writeHead(name === '/favicon.ico' ? 204 : 404).end();
    }
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  return {
    origin: `http://127.0.0.1:${port}`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

export function launch() {
  const executablePath = process.env.CHROMIUM ?? ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);
  return puppeteer.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu', '--force-color-profile=srgb'] });
}

/** The folders of the languages: zh_CN, th, … */
export const locales = (await readdir(path.join(root, 'extension/_locales'))).sort();

/** @param {string} locale @returns {string} as a browser names the language: zh-CN */
export const tagOf = (locale) => locale.replace('_', '-');

/** @param {string} language a browser's @returns {string} the folder that a browser takes for it */
export const localeOf = (language) => locales.find((locale) => tagOf(locale) === language || locale === language.split('-')[0]) ?? 'en';

/** @param {string} locale */
export const messagesOf = async (locale) => JSON.parse(await readFile(path.join(root, 'extension/_locales', locale, 'messages.json'), 'utf8'));

/**
 * Opens the test page with a panel in it. Errors of the page are collected in `errors`.
 *
 * @param {import('puppeteer-core').Browser | import('puppeteer-core').BrowserContext} browser
 * @param {{origin: string}} server
 * @param {{dark?: boolean, language?: string, width?: number, height?: number, path?: string, prepare?: (page: import('puppeteer-core').Page) => Promise<unknown>}} [how]
 */
export async function open(browser, server, { dark = false, language = 'en-US', width = 900, height = 800, path: where = '/tests/panel/page.html', prepare } = {}) {
  const page = await browser.newPage();
  /** @type {string[]} */
  const errors = [];
  page.on('pageerror', (error) => errors.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warn') errors.push(message.text());
  });
  await page.setViewport({ width, height });
  await page.emulateMediaFeatures([
    { name: 'prefers-color-scheme', value: dark ? 'dark' : 'light' },
    { name: 'prefers-reduced-motion', value: 'reduce' },
  ]);
  await prepare?.(page);
  await page.goto(server.origin + where);
  if (where === '/tests/panel/page.html') {
    const messages = await messagesOf(localeOf(language));
    await page.evaluate((m, l) => /** @type {any} */ (globalThis).bench.create(m, l), messages, language);
  }
  return Object.assign(page, { errors });
}

const axeSource = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/**
 * What axe has to say against the page: one line for each element.
 *
 * @param {import('puppeteer-core').Page} page
 * @returns {Promise<string[]>}
 */
export async function axe(page) {
  await page.evaluate(axeSource);
  return page.evaluate(async () => {
    const { violations } = await /** @type {any} */ (globalThis).axe.run(document, { resultTypes: ['violations'] });
    return violations.flatMap((/** @type {any} */ v) => v.nodes.map((/** @type {any} */ n) => `${v.id}: ${n.html.slice(0, 160)} ${n.failureSummary}`));
  });
}
