// What the workers of the other subjects have in common.

/** @typedef {{video: string, audio: string, sizes: [number, number], packets: [number, number], connections: number}} Job */

/** How much a request asks for, in bytes, where it is we who ask. */
const PIECE = 8 << 20;

/**
 * Does a page's job.
 *
 * @param {(job: Job, file: FileSystemSyncAccessHandle) => Promise<void>} work makes the file
 */
export function serve(work) {
  addEventListener('message', async ({ data }) => {
    try {
      const folder = await navigator.storage.getDirectory();
      const file = await (await folder.getFileHandle('made.mp4', { create: true })).createSyncAccessHandle();
      await work(data, file);
      file.flush();
      file.close();
      postMessage({ path: 'made.mp4' });
    } catch (error) {
      postMessage({ error: String(error) });
    }
  }, { once: true });
}

/**
 * Fetches ranges of files over several connections, in order.
 *
 * @template T
 * @param {{url: string, size: number}[]} files
 * @param {number} connections
 * @param {(response: Response) => Promise<T>} take
 * @param {(part: T, file: number, at: number) => void} put called in order
 */
export async function fetchAll(files, connections, take, put) {
  const pieces = files.flatMap(({ url, size }, file) => Array.from({ length: Math.ceil(size / PIECE) }, (_, i) =>
    ({ file, url, at: i * PIECE, range: `bytes=${i * PIECE}-${Math.min((i + 1) * PIECE, size) - 1}` })));
  /** @type {Map<number, T>} */
  const early = new Map();
  let next = 0, done = 0;
  await Promise.all(Array.from({ length: connections }, async () => {
    for (let i = next++; i < pieces.length; i = next++) {
      const { url, range } = /** @type {typeof pieces[number]} */ (pieces[i]);
      const response = await fetch(url, { headers: { Range: range }, cache: 'no-store' });
      if (response.status !== 206) throw new Error(`status ${response.status}`);
      early.set(i, await take(response));
      for (let part = early.get(done); part !== undefined; part = early.get(done)) {
        early.delete(done);
        const piece = /** @type {typeof pieces[number]} */ (pieces[done++]);
        put(part, piece.file, piece.at);
      }
    }
  }));
}
