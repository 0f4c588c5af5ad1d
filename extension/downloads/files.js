// The origin's private file system for the Go program: what takes several calls, or a promise that Go can't await.
// Directories are named by their path from the root, with `/`.

/** How long, in milliseconds, a file may still be held by a worker that has just been ended. */
const RELEASE = 5000;

/** @param {string} path @param {boolean} create */
async function directory(path, create) {
  let at = await navigator.storage.getDirectory();
  for (const name of path.split('/')) at = await at.getDirectoryHandle(name, { create });
  return at;
}

/**
 * @template T
 * @param {Promise<T>} asked
 * @param {T} otherwise where there is no such file or directory
 */
const whereFound = (asked, otherwise) => asked.catch((error) => {
  if (error?.name === 'NotFoundError') return otherwise;
  throw error;
});

/**
 * Asks again while the file is locked. The browser releases the files of an ended worker a moment after its end.
 *
 * @template T
 * @param {() => Promise<T>} ask
 * @returns {Promise<T>}
 */
async function whenFree(ask) {
  for (const late = performance.now() + RELEASE; ; ) {
    try {
      return await ask();
    } catch (error) {
      const locked = /** @type {any} */ (error)?.name === 'NoModificationAllowedError';
      if (!locked || performance.now() > late) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

/** The names in a directory, as JSON. @param {string} path */
export const list = (path) => whereFound((async () => {
  const names = [];
  for await (const name of (await directory(path, false)).keys()) names.push(name);
  return JSON.stringify(names);
})(), '[]');

/** Removes a file or a directory with all that is in it. @param {string} path @param {string} name */
export const remove = (path, name) =>
  whereFound(whenFree(async () => (await directory(path, false)).removeEntry(name, { recursive: true })), undefined);

/** Makes a directory. @param {string} path */
export const make = async (path) => void await directory(path, true);

/**
 * Opens a file for the synchronous calls, and makes it where there is none.
 *
 * @param {string} path
 * @param {string} name
 */
export async function open(path, name) {
  const file = await (await directory(path, true)).getFileHandle(name, { create: true });
  return whenFree(() => file.createSyncAccessHandle());
}

/**
 * A small file's bytes; null for none.
 *
 * @param {string} path
 * @param {string} name
 * @returns {Promise<Uint8Array | null>}
 */
export const read = (path, name) => whereFound((async () => {
  const file = await (await (await directory(path, false)).getFileHandle(name)).getFile();
  return new Uint8Array(await file.arrayBuffer());
})(), null);

/**
 * Makes a small file, or replaces it as a whole: the new content takes the place of the old as the stream is closed.
 *
 * @param {string} path
 * @param {string} name
 * @param {Uint8Array<ArrayBuffer>} data
 */
export async function replace(path, name, data) {
  const file = await (await directory(path, true)).getFileHandle(name, { create: true });
  const stream = await whenFree(() => file.createWritable());
  try {
    await stream.write(data);
  } catch (error) {
    await stream.abort().catch(() => {});
    throw error;
  }
  await stream.close();
}

/**
 * Writes the bytes [from, to) of a chunk into an open file and returns how many it wrote, which can be fewer.
 *
 * @param {FileSystemSyncAccessHandle} file
 * @param {Uint8Array<ArrayBuffer>} chunk
 * @param {number} from
 * @param {number} to
 * @param {number} at in the file
 */
export const put = (file, chunk, from, to, at) => file.write(chunk.subarray(from, to), { at });

/**
 * Reads from an open file into the first bytes of a buffer and returns how many it read.
 *
 * @param {FileSystemSyncAccessHandle} file
 * @param {Uint8Array<ArrayBuffer>} buffer
 * @param {number} size
 * @param {number} at in the file
 */
export const take = (file, buffer, size, at) => file.read(buffer.subarray(0, size), { at });

/** How many bytes may still be written, -1 where the browser doesn't say. */
export async function free() {
  const { quota, usage } = await navigator.storage.estimate();
  return quota === undefined || usage === undefined ? -1 : Math.max(quota - usage, 0);
}
