// Hands whole files over to the browser's own downloads. A blob URL of the file on disk goes into no memory, and the copy
// goes on when this page is closed.

/** @typedef {Extract<Streamlist.Downloader.Report, {kind: 'hand'}>} Hand */
/** @typedef {Omit<Extract<Streamlist.Downloader.Request, {kind: 'handed'}>, 'kind'>} Handed */

/** @param {string} path from the root of the origin's private file system @returns {Promise<File>} */
async function fileAt(path) {
  let folder = await navigator.storage.getDirectory();
  const names = path.split('/');
  const last = names.pop() ?? '';
  for (const name of names) folder = await folder.getDirectoryHandle(name);
  return (await folder.getFileHandle(last)).getFile();
}

/**
 * What the browser knows of a download of ours. Firefox numbers downloads anew each time it starts, so that a number may be
 * another's by now; ours is known by its size.
 *
 * @param {typeof chrome} api
 * @param {number | undefined} id
 * @param {number} [size] in bytes
 */
export async function findSaved(api, id, size) {
  const [item] = id === undefined ? [] : await api.downloads.search({ id });
  if (!item || item.byExtensionId !== api.runtime.id) return undefined;
  const whole = item.fileSize > 0 ? item.fileSize : item.totalBytes;
  return size === undefined || whole <= 0 || whole === size ? item : undefined;
}

/**
 * @param {typeof chrome} api
 * @param {(handed: Handed) => void} report
 * @param {(path: string) => Promise<File>} [open]
 * @returns {(hand: Hand) => Promise<void>} never rejects; a job that is being saved already is left alone
 */
export function createSaver(api, report, open = fileAt) {
  /** @type {Set<string>} */
  const saving = new Set();
  /** Downloads that are waited for: the browser's word for why one ended, '' when it is complete. @type {Map<number, (error: string) => void>} */
  const waiting = new Map();

  api.downloads.onChanged.addListener(({ id, state, error }) => {
    if (state?.current === 'complete') waiting.get(id)?.('');
    else if (state?.current === 'interrupted') waiting.get(id)?.(error?.current || 'interrupted');
  });
  api.downloads.onErased.addListener((id) => waiting.get(id)?.('erased'));

  /** @param {number} id @returns {Promise<string>} */
  async function end(id) {
    /** @type {Promise<string>} */
    const told = new Promise((resolve) => waiting.set(id, resolve));
    const item = await findSaved(api, id); // it may have ended before anybody listened
    if (!item) return 'erased';
    if (item.state === 'complete') return '';
    return item.state === 'interrupted' ? item.error || 'interrupted' : told;
  }

  /** @param {File} file @param {Hand['files'][number]} how @param {string[]} urls to be revoked at the end */
  async function begin(file, { name, type }, urls) {
    const url = URL.createObjectURL(file.type === type ? file : file.slice(0, file.size, type));
    urls.push(url);
    return api.downloads.download({ url, filename: name, conflictAction: 'uniquify', saveAs: false });
  }

  /**
   * A subtitle's name beside what the film is called by now: the browser may have given that another one, so as to write
   * over nothing.
   *
   * @param {Hand['files'][number]} file
   * @param {number | undefined} film the film's download
   */
  async function beside({ name, tag }, film) {
    const stem = /([^/\\]*)\.[^./\\]*$/.exec((await findSaved(api, film))?.filename ?? '')?.[1];
    return stem ? `${/^.*\//.exec(name)?.[0] ?? ''}${stem}.${tag}${/\.[^.]*$/.exec(name)?.[0]}` : name;
  }

  return async ({ job, files, downloads }) => {
    if (saving.has(job)) return;
    saving.add(job);
    /** @type {string[]} */
    const urls = [];
    /** @type {number[]} */
    const ids = [];
    /** @param {Hand['files'][number]} file */
    async function start(file) {
      // That of an earlier life of this page may be there; what was cut short is begun anew.
      const bytes = await open(file.path);
      const item = await findSaved(api, downloads[ids.length], bytes.size);
      const there = item && (item.state === 'in_progress' || (item.state === 'complete' && item.exists !== false));
      ids.push(there ? item.id : await begin(bytes, file, urls));
    }
    try {
      for (const file of files.filter(({ tag }) => !tag)) await start(file);
      report({ job, outcome: 'begun', downloads: [...ids] });
      const errors = await Promise.all(ids.map(end));
      const error = errors.find(Boolean);
      if (error) return report({ job, outcome: 'failed', downloads: [...ids], error });
      const lost = [];
      for (const file of files.filter(({ tag }) => tag)) {
        const before = ids.length;
        try {
          await start({ ...file, name: await beside(file, ids[0]) });
          report({ job, outcome: 'begun', downloads: [...ids] });
          if (await end(ids.at(-1) ?? -1)) lost.push(file.tag);
        } catch {
          lost.push(file.tag);
          if (ids.length === before) ids.push(-1); // the next one keeps its place
        }
      }
      report({ job, outcome: 'complete', downloads: [...ids], ...(lost.length ? { error: lost.join(' ') } : {}) });
    } catch (error) {
      report({ job, outcome: 'failed', downloads: [...ids], error: error instanceof Error ? error.message.slice(0, 200) : '' });
    } finally {
      saving.delete(job);
      for (const id of ids) waiting.delete(id);
      for (const url of urls) URL.revokeObjectURL(url);
    }
  };
}
