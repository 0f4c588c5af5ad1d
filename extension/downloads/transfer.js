// Ranges of media files for the Go program. The bytes never enter its memory: it gets buffers to hand to the disk.
// A call each way costs it far more than a read does here, and in Firefox a write for each of the network's small pieces
// costs more than all else together; so buffers are filled before they are handed over.

/** What a buffer holds, in bytes, */
const FULL = 1 << 20;
/** and where a connection has broken before: what a buffer under way holds is lost with its connection. */
const LITTLE = 64 << 10;
/** After so many milliseconds a buffer is handed over as it is: a slow host's bytes are to be on disk, and counted, too. */
const PATIENCE = 250;
/** Buffers kept for reuse; about as many are under way as there are connections. */
const KEPT = 16;

/** @type {ArrayBuffer[]} */
const idle = [];

/** Hosts whose bodies have broken off. @type {Set<string>} */
const brittle = new Set();

/**
 * Gives a chunk's buffer back to be filled anew.
 *
 * @param {Uint8Array} chunk
 */
export function release(chunk) {
  if (idle.length < KEPT && chunk.buffer instanceof ArrayBuffer && chunk.buffer.byteLength === FULL) idle.push(chunk.buffer);
}

/**
 * Asks for a range of a file, without cookies and from its host itself. A redirect might leave the hosts we know, so none
 * is followed: its status is 302.
 *
 * @param {string} url
 * @param {string} range value of the Range header
 */
export function get(url, range) {
  return new Transfer(url, range);
}

class Transfer {
  #controller = new AbortController();
  #host;
  #ended = false;
  /** @type {Response | undefined} */
  #response;
  /** @type {ReadableStreamBYOBReader | undefined} */
  #filler;
  /** Where the browser can't fill our buffers, @type {ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>> | undefined} */
  #reader;
  /** and what of its last piece has not been handed over. */
  #rest = new Uint8Array();

  /** @param {string} url @param {string} range */
  constructor(url, range) {
    this.#host = new URL(url).host;
    /** The status, once there is one. @type {Promise<number>} */
    this.answered = this.#ask(url, range);
  }

  /** @param {string} url @param {string} range */
  async #ask(url, range) {
    const response = await fetch(url, {
      headers: { Range: range }, credentials: 'omit', cache: 'no-store', redirect: 'manual', referrerPolicy: 'no-referrer',
      signal: this.#controller.signal,
    });
    this.#response = response;
    return response.type === 'opaqueredirect' ? 302 : response.status;
  }

  /** A header of the answer, '' for none. @param {string} name */
  header(name) {
    return this.#response?.headers.get(name) ?? '';
  }

  /** The next bytes, which are the caller's until it releases them; null behind the last. @returns {Promise<Uint8Array | null>} */
  async next() {
    await this.answered;
    this.#controller.signal.throwIfAborted();
    const body = this.#response?.body;
    if (!body || this.#ended) return null;
    try {
      if (!this.#filler && !this.#reader) {
        try {
          this.#filler = body.getReader({ mode: 'byob' });
        } catch {
          this.#reader = body.getReader();
        }
      }
      return await (this.#filler ? this.#fill(this.#filler) : this.#collect(/** @type {ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>>} */ (this.#reader)));
    } catch (error) {
      this.#ended = true;
      if (!this.#controller.signal.aborted) brittle.add(this.#host);
      throw error;
    }
  }

  /** The browser writes into our buffer. @param {ReadableStreamBYOBReader} reader */
  async #fill(reader) {
    const want = this.#want();
    const late = performance.now() + PATIENCE;
    let buffer = idle.pop() ?? new ArrayBuffer(FULL);
    let filled = 0;
    do {
      // The buffer goes there and comes back as another object with the same memory.
      const { value, done } = await reader.read(new Uint8Array(buffer, filled, want - filled));
      if (value) {
        buffer = value.buffer;
        filled += value.byteLength;
      }
      this.#ended = done;
    } while (!this.#ended && filled < want && (filled === 0 || performance.now() < late));
    const chunk = new Uint8Array(buffer, 0, filled);
    if (filled > 0) return chunk;
    release(chunk);
    return null;
  }

  /** The browser brings buffers of its own, which are copied. @param {ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>>} reader */
  async #collect(reader) {
    const want = this.#want();
    const late = performance.now() + PATIENCE;
    const buffer = idle.pop() ?? new ArrayBuffer(FULL);
    const chunk = new Uint8Array(buffer);
    let filled = 0;
    do {
      if (this.#rest.byteLength === 0) {
        const { value, done } = await reader.read();
        this.#ended = done;
        this.#rest = value ?? new Uint8Array();
      }
      const piece = this.#rest.subarray(0, want - filled);
      chunk.set(piece, filled);
      filled += piece.byteLength;
      this.#rest = this.#rest.subarray(piece.byteLength);
    } while (!this.#ended && filled < want && (filled === 0 || performance.now() < late));
    if (filled > 0) return chunk.subarray(0, filled);
    release(chunk);
    return null;
  }

  #want() {
    return brittle.has(this.#host) ? LITTLE : FULL;
  }

  /** Ends the transfer, whatever is under way. */
  close() {
    this.#controller.abort();
  }
}
