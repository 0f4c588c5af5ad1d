// Fetching for the Go program: one call each way, where every property read from Go is a call of its own.

/** @typedef {{status: number, type: string, retryAfter: string, body: Uint8Array}} Fetched  `status` is 302 for any redirect */

/** @typedef {{controller: AbortController, answer: Promise<Fetched>}} Transfer */

/** @type {Map<number, AbortController>} */
const transfers = new Map();

/** Transfers with cookies that were begun before the program asks for them, by address. @type {Map<string, Transfer>} */
const begun = new Map();

/** The largest answer that is read ahead, in bytes. */
const AHEAD = 16 << 20;

/**
 * Begins a transfer, with cookies, that the program's next `fetchBytes` of the address takes over.
 *
 * @param {string} url
 * @returns {() => void} ends it, if nobody has taken it over
 */
export function fetchAhead(url) {
  if (begun.has(url)) return () => {};
  const transfer = begin(url, true, '', AHEAD);
  transfer.answer.catch(() => {}); // told to whoever takes it over
  begun.set(url, transfer);
  return () => {
    if (begun.get(url) === transfer) takeOver(url)?.controller.abort();
  };
}

/** @param {string} url */
function takeOver(url) {
  const transfer = begun.get(url);
  begun.delete(url);
  return transfer;
}

/**
 * Fetches. A redirect might leave the hosts we know, so none is followed.
 *
 * @param {number} id by which `abort` knows the transfer
 * @param {string} url
 * @param {boolean} cookies whether to send the browser's cookies for the address's host
 * @param {string} range value of a Range header, '' for none
 * @param {number} limit largest body to accept, in bytes
 * @returns {Promise<Fetched>} rejects with what the browser reports, and with a RangeError for a larger body
 */
export async function fetchBytes(id, url, cookies, range, limit) {
  const { controller, answer } = (cookies && !range && takeOver(url)) || begin(url, cookies, range, limit);
  transfers.set(id, controller);
  try {
    const fetched = await answer;
    if (fetched.body.byteLength > limit) throw new RangeError('body too large');
    return fetched;
  } finally {
    transfers.delete(id);
  }
}

/**
 * @param {string} url
 * @param {boolean} cookies
 * @param {string} range
 * @param {number} limit
 * @returns {Transfer}
 */
function begin(url, cookies, range, limit) {
  const controller = new AbortController();
  return { controller, answer: transfer(url, cookies, range, limit, controller) };
}

/**
 * @param {string} url
 * @param {boolean} cookies
 * @param {string} range
 * @param {number} limit
 * @param {AbortController} controller
 * @returns {Promise<Fetched>}
 */
async function transfer(url, cookies, range, limit, controller) {
  try {
    const response = await fetch(url, {
      credentials: cookies ? 'include' : 'omit', cache: 'no-store', redirect: 'manual', signal: controller.signal,
      ...(range ? { headers: { Range: range } } : {}),
    });
    if (response.type === 'opaqueredirect') return { status: 302, type: '', retryAfter: '', body: new Uint8Array() };
    const { headers } = response;
    return {
      status: response.status, type: headers.get('content-type') ?? '', retryAfter: headers.get('retry-after') ?? '',
      body: await readAll(response, limit),
    };
  } finally {
    controller.abort(); // ends what is left of a body that was too large
  }
}

/**
 * Times how fast the first bytes of a file come, without cookies and from its host itself.
 *
 * @param {number} id by which `abort` knows the transfer
 * @param {string} url
 * @param {number} size how many bytes to read
 * @param {number} within milliseconds; what came until then counts
 * @returns {Promise<number>} bytes per second, counted from the question on; 0 when none came, or no part of a file
 */
export async function measure(id, url, size, within) {
  const controller = new AbortController();
  transfers.set(id, controller);
  let late = false, read = 0;
  const timer = setTimeout(() => {
    late = true;
    controller.abort();
  }, within);
  const start = performance.now();
  try {
    const response = await fetch(url, {
      credentials: 'omit', cache: 'no-store', redirect: 'manual', signal: controller.signal, headers: { Range: `bytes=0-${size - 1}` },
    });
    // A page of some network's login, say, comes fast, and is no file.
    const file = response.status === 206 && !/^\s*text\//i.test(response.headers.get('content-type') ?? '');
    const reader = file ? response.body?.getReader() : undefined;
    for (let step = await reader?.read(); step?.value && (read += step.value.byteLength) < size;) step = await reader?.read();
    const whole = Number(/\/(\d+)\s*$/.exec(response.headers.get('content-range') ?? '')?.[1] ?? size);
    if (!late && read < Math.min(size, whole)) read = 0; // cut short
  } catch {
    if (!late) read = 0; // not out of time: the connection broke
  } finally {
    clearTimeout(timer);
    controller.abort(); // a host that gives more than was asked for
    transfers.delete(id);
  }
  return Math.round(read * 1000 / Math.max(performance.now() - start, 1));
}

/** @param {number} id */
export function abort(id) {
  transfers.get(id)?.abort();
}

/**
 * Reads piece by piece, so that a body without a length can't fill the memory before it is refused.
 *
 * @param {Response} response
 * @param {number} limit
 */
async function readAll(response, limit) {
  const reader = response.body?.getReader();
  /** @type {Uint8Array[]} */
  const pieces = [];
  let size = 0;
  for (let step = await reader?.read(); step?.value; step = await reader?.read()) {
    size += step.value.byteLength;
    if (size > limit) throw new RangeError('body too large');
    pieces.push(step.value);
  }
  if (pieces.length === 1 && pieces[0]) return pieces[0];
  const all = new Uint8Array(size);
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.byteLength;
  }
  return all;
}
