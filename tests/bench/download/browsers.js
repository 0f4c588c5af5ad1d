// Both browsers, each by plain command line in a fresh profile, with a copy of the extension that opens the benchmark's
// page as it is installed. Nothing is attached to them: a driver makes fetch three times slower.
import { appendFileSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';

import { dist, out } from '../../e2e/lib/paths.js';
import { start } from '../../e2e/lib/process.js';
import { HOST, pack } from './server.js';

/** @typedef {import('../../e2e/lib/launch.js').BrowserName} BrowserName */

const here = fileURLToPath(new URL('.', import.meta.url));
const libraries = { mediabunny: 'mediabunny/dist/bundles', mp4box: 'mp4box/dist', ffmpeg: '@ffmpeg/core/dist/esm' };

/**
 * The built extension with the page and the other subjects beside its files, which stay as they are but for the lines that open
 * the page.
 *
 * @param {BrowserName} name
 * @param {number} port the server's
 * @returns {string} directory
 */
function copy(name, port) {
  const to = `${out}/bench/download-${name}`;
  rmSync(to, { recursive: true, force: true });
  cpSync(dist(name === 'chromium' ? 'chrome' : 'firefox'), to, { recursive: true });
  cpSync(`${here}page`, `${to}/bench`, { recursive: true });
  cpSync(`${here}workers`, `${to}/bench/workers`, { recursive: true });
  for (const [library, from] of Object.entries(libraries)) cpSync(`${here}node_modules/${from}`, `${to}/bench/vendor/${library}`, { recursive: true });
  writeFileSync(`${to}/bench/address.js`, `export const server = 'https://${HOST}:${port}';\n`);
  appendFileSync(`${to}/background.js`, `
{
  const api = globalThis.browser ?? chrome;
  api.runtime.onInstalled.addListener(() => api.tabs.create({ url: '/bench/bench.html' }));
}
`);
  return to;
}

/**
 * @typedef {{pid: number, profile: string, disk: string, stop: () => Promise<void>}} Browser  `disk`: where the origin's private files lie
 */

/**
 * @param {BrowserName} name
 * @param {{port: number, fingerprint: Buffer}} server
 * @returns {Promise<() => Browser>} starts one
 */
export async function prepare(name, server) {
  const extension = copy(name, server.port);
  if (name === 'chromium') return () => chromium(extension, server.port);
  const archive = await pack(extension);
  return () => firefox(archive, server);
}

/** @param {string} command @param {string[]} args @param {string} profile @param {string} disk @returns {Browser} */
function launch(command, args, profile, disk) {
  const { child, stop } = start(command, args, { stdio: 'ignore' });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  if (!child.pid) throw new Error(`${command} doesn't start`);
  return {
    pid: child.pid, profile, disk: `${profile}/${disk}`,
    async stop() {
      stop();
      await ended;
      rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** @param {string} extension directory @param {number} port */
function chromium(extension, port) {
  const profile = mkdtempSync(`${tmpdir()}/streamlist-bench-`);
  return launch(process.env.CHROMIUM ?? '/usr/bin/chromium', [
    '--headless=new',
    ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), // Chromium's sandbox does not work for root
    `--user-data-dir=${profile}`,
    `--load-extension=${extension}`,
    '--disable-features=DisableLoadExtensionCommandLineSwitch',
    `--host-resolver-rules=MAP ${HOST}:${port} 127.0.0.1:${port}`,
    '--ignore-certificate-errors',
    '--disable-background-networking',
    '--no-first-run',
    '--password-store=basic',
    'about:blank',
  ], profile, 'Default/File System');
}

/** @param {Buffer} archive @param {{port: number, fingerprint: Buffer}} server */
function firefox(archive, { port, fingerprint }) {
  const profile = mkdtempSync(`${tmpdir()}/streamlist-bench-`);
  mkdirSync(`${profile}/extensions`);
  writeFileSync(`${profile}/extensions/streamlist@streamlist.example.xpi`, archive);
  const print = fingerprint.toString('hex').toUpperCase().match(/../g)?.join(':');
  writeFileSync(`${profile}/cert_override.txt`, `${HOST}:${port}:\tOID.2.16.840.1.101.3.4.2.1\t${print}\t\n`); // as the button "Accept the risk" does
  writeFileSync(`${profile}/user.js`, Object.entries({
    'xpinstall.signatures.required': false,
    'extensions.autoDisableScopes': 0, // an extension that lies in the profile is on from the start
    'extensions.enabledScopes': 15,
    'network.dns.localDomains': HOST,
    'network.captive-portal-service.enabled': false,
    'network.connectivity-service.enabled': false,
    'datareporting.policy.dataSubmissionEnabled': false,
    'browser.aboutwelcome.enabled': false,
    'browser.shell.checkDefaultBrowser': false,
    'app.update.enabled': false,
  }).map(([key, value]) => `user_pref(${JSON.stringify(key)}, ${JSON.stringify(value)});\n`).join(''));
  return launch(process.env.FIREFOX ?? '/usr/bin/firefox-esr', ['--headless', '--no-remote', '--profile', profile, 'about:blank'], profile, 'storage/default');
}
