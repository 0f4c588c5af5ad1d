// The local Bilibili that the browsers talk to: see tests/replica.
import { createInterface } from 'node:readline';
import { once } from 'node:events';
import { connect } from 'node:net';
import { request } from 'node:https';
import { connect as tls } from 'node:tls';

import { out, root } from './paths.js';
import { run, start } from './process.js';

/**
 * @typedef {{
 *   seq: number, method: string, scheme: string, host: string, path: string, query: Record<string, string>, referer: string,
 *   origin: string, cookies: string[], account: string, wrongSiteCookie: boolean, range: string, userAgent: string,
 *   initiator: string, status: number, bytes: number, done: boolean, ended: string, aborted: boolean, refused: string, time: string,
 * }} Record_  one request as the replica saw it
 * @typedef {{
 *   name: string, world: string, url: string, shows: string, account: string | null, best: string, reason: string,
 * }} Scenario
 * @typedef {Record<string, string | number>} Filter
 */

/** Builds the replica; fast when nothing changed. */
async function build() {
  await run('go', ['build', '-o', `${out}/replica`, './tests/replica'], { cwd: root });
  return `${out}/replica`;
}

/**
 * Starts a replica of one's own: with its own log and its own accounts.
 *
 * @param {{progress?: (line: string) => void}} [options] hears about media being made, the first time
 */
export async function startReplica({ progress } = {}) {
  const binary = await build();
  const { child, stop } = start(binary, ['-exit-with-stdin'], { stdio: ['pipe', 'pipe', 'pipe'] });
  let complaints = '';
  createInterface({ input: /** @type {import('node:stream').Readable} */ (child.stderr) }).on('line', (line) => {
    complaints += `${line}\n`;
    progress?.(line);
  });
  // Not bounded by a time of its own: a first run makes its media with ffmpeg.
  const [line] = await Promise.race([
    once(createInterface({ input: /** @type {import('node:stream').Readable} */ (child.stdout) }), 'line'),
    once(child, 'exit').then(() => {
      throw new Error(`the replica ended as it started:\n${complaints}`);
    }),
  ]);
  const address = /** @type {{address: string}} */ (JSON.parse(String(line))).address;
  return new Replica(address, stop);
}

export class Replica {
  /**
   * @param {string} address host:port
   * @param {() => void} stop
   */
  constructor(address, stop) {
    this.address = address;
    const [host, port] = address.split(':');
    this.host = host ?? '';
    this.port = Number(port);
    this.stop = stop;
  }

  /**
   * @param {string} path
   * @param {string} [method]
   * @param {unknown} [body]
   */
  async #control(path, method = 'GET', body) {
    const answer = await fetch(`http://${this.address}${path}`, { method, body: body === undefined ? null : JSON.stringify(body) });
    if (answer.status === 504) return undefined;
    if (!answer.ok) throw new Error(`replica: ${method} ${path}: ${answer.status} ${await answer.text()}`);
    return answer.status === 204 ? undefined : answer.json();
  }

  /** @returns {Promise<Scenario[]>} */
  scenarios() {
    return this.#control('/scenarios');
  }

  /** @param {string} name @returns {Promise<Scenario>} */
  async scenario(name) {
    const found = (await this.scenarios()).find((s) => s.name === name);
    if (!found) throw new Error(`the replica has no scenario ${name}`);
    return found;
  }

  /** @param {Filter} [filter] see the replica's README @returns {Promise<Record_[]>} */
  log(filter = {}) {
    return this.#control(`/log?${query(filter)}`);
  }

  /** Requests to the endpoints, in the order in which they came. @param {Filter} [filter] */
  async calls(filter = {}) {
    return (await this.log(filter)).filter((r) => r.host.startsWith('api.') && r.method !== 'OPTIONS');
  }

  /** Waits until so many requests match. @param {Filter} filter @param {number} [n] @returns {Promise<Record_[]>} */
  async waitFor(filter, n = 1) {
    const found = await this.#control(`/log/wait?${query({ ...filter, n, timeout: 15 })}`);
    if (!found) {
      const seen = (await this.log()).map((r) => `${r.method} ${r.host}${r.path} ${r.status}`);
      throw new Error(`the replica never saw ${n} × ${JSON.stringify(filter)}, but:\n${seen.join('\n')}`);
    }
    return found;
  }

  clearLog() {
    return this.#control('/log', 'DELETE');
  }

  /** @param {object} settings */
  knobs(settings) {
    return this.#control('/knobs', 'POST', settings);
  }

  async reset() {
    await this.#control('/knobs', 'DELETE');
    await this.clearLog();
  }

  /**
   * Fetches an address of the replica's world as any program would that uses a copied link.
   *
   * @param {string} url https
   * @param {Record<string, string>} headers
   * @returns {Promise<{status: number, length: number}>} of the body
   */
  async fetch(url, headers) {
    const { status, body } = await this.#ask(url, headers);
    return { status, length: body.length };
  }

  /** A media file's bytes. @param {string} url @param {string} referer */
  async media(url, referer) {
    const { status, body } = await this.#ask(url, { 'Referer': referer, 'User-Agent': 'Player/1' });
    if (status !== 200) throw new Error(`the replica answered ${status} for a media file`);
    return body;
  }

  /** What an endpoint answers to a request that was seen, as it would to its own site. @param {Pick<Record_, 'host' | 'path' | 'query' | 'referer' | 'origin'>} call @returns {Promise<any>} */
  async answer({ host, path, query: asked, referer, origin }) {
    const { body } = await this.#ask(`https://${host}${path}?${query(asked)}`, { 'Referer': referer, 'Origin': origin, 'User-Agent': 'Player/1' });
    return JSON.parse(String(body));
  }

  /** @param {string} url @param {Record<string, string>} headers */
  async #ask(url, headers) {
    const { hostname, port } = new URL(url);
    const to = `${hostname}:${port || 443}`;
    const socket = connect(this.port, this.host);
    socket.write(`CONNECT ${to} HTTP/1.1\r\nHost: ${to}\r\n\r\n`);
    const [greeting] = await once(socket, 'data');
    if (!String(greeting).includes(' 200 ')) throw new Error(`CONNECT ${to}: ${greeting}`);
    // The replica's certificate is self-signed, as the browsers under test are told too.
    const secure = tls({ socket, servername: hostname, rejectUnauthorized: false });
    const asked = request(url, { createConnection: () => secure, headers });
    asked.end();
    const [answer] = await once(asked, 'response');
    /** @type {Buffer[]} */
    const chunks = [];
    for await (const chunk of answer) chunks.push(chunk);
    socket.destroy();
    return { status: /** @type {number} */ (answer.statusCode), body: Buffer.concat(chunks) };
  }
}

/** @param {Filter} filter */
const query = (filter) => new URLSearchParams(Object.entries(filter).map(([k, v]) => [k, String(v)])).toString();
