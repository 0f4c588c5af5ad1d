// The benchmark's page: a page of a copy of the extension. It takes one task from the server, does it in a worker, and
// posts how long that took. No driver is attached to it.
import { server } from './address.js';

/**
 * @typedef {{subject: string, video: string, audio: string, sizes: number[], packets: number[], seconds: number, connections: number, rate: number}} Task
 *   `sizes`, `packets`: of the video, of the audio; `rate`: what the server gives each connection
 */

/** @param {string} name */
const address = (name) => `${server}/upgcxcode/00/00/${name}?deadline=${Math.floor(Date.now() / 1000) + 7200}`;

/**
 * The worker that ships, told what the Downloads page tells it.
 *
 * @param {Task} task
 * @returns {Promise<string>} the path of the file in the origin's private file system
 */
function ours({ video, audio, sizes, seconds, connections }) {
  /** @param {string} key @param {'video' | 'audio'} kind @param {number} quality @param {string} codec @param {string} file @param {number} size */
  const row = (key, kind, quality, codec, file, size) =>
    ({ key, kind, quality, codec, container: 'm4s', size, segments: [{ urls: [{ url: address(file), class: 'mirror' }], size }] });
  const worker = new Worker('/downloads/worker.js', { type: 'module' });
  return new Promise((resolve, reject) => {
    worker.onerror = ({ message }) => reject(new Error(message));
    worker.onmessage = ({ data }) => {
      if (data.kind === 'hand') resolve(data.files[0].path);
      if (data.kind === 'stopped') reject(new Error(data.why));
      for (const job of data.view?.jobs ?? []) {
        if (job.state === 'failed' || job.state === 'paused') reject(new Error(JSON.stringify(job.reason)));
      }
    };
    worker.postMessage({ kind: 'start', options: { atOnce: 1, connections, template: '' } });
    worker.postMessage({
      kind: 'add',
      order: { id: 'bench', site: 'com', page: '', url: '', tab: 1, store: '', row: 'v', audio: 'a' },
      listing: {
        site: 'com', head: { title: 'bench', duration: seconds * 1000 }, single: [],
        video: [row('v', 'video', 80, 'AVC', video, sizes[0] ?? 0)], audio: [row('a', 'audio', 30280, 'AAC', audio, sizes[1] ?? 0)],
      },
    });
  });
}

/** The same worker with nothing to do, as the Downloads page has it. */
function rest() {
  const worker = new Worker('/downloads/worker.js', { type: 'module' });
  worker.postMessage({ kind: 'start', options: { atOnce: 1, connections: 6, template: '' } });
  return new Promise((resolve) => setTimeout(resolve, 2000));
}

/** A worker of another subject. @param {Task} task @returns {Promise<string>} */
function other(task) {
  const worker = new Worker(`workers/${task.subject}.js`, { type: 'module' });
  return new Promise((resolve, reject) => {
    worker.onerror = ({ message }) => reject(new Error(message));
    worker.onmessage = ({ data }) => data.path ? resolve(data.path) : reject(new Error(data.error));
    worker.postMessage({ ...task, video: address(task.video), audio: address(task.audio) });
  });
}

/** @param {string} path @returns {Promise<number>} bytes */
async function size(path) {
  let folder = await navigator.storage.getDirectory();
  const names = path.split('/');
  const last = names.pop() ?? '';
  for (const name of names) folder = await folder.getDirectoryHandle(name);
  return (await (await folder.getFileHandle(last)).getFile()).size;
}

const task = /** @type {Task} */ (await (await fetch(`${server}/task`)).json());
const begun = performance.now();
/** @type {object} */
let result;
try {
  if (task.subject === 'rest') {
    await rest();
    result = {};
  } else {
    const path = await (task.subject === 'ours' ? ours : other)(task);
    const ended = performance.now();
    result = { ms: ended - begun, ended: performance.timeOrigin + ended, size: await size(path) };
  }
} catch (error) {
  result = { error: String(error) };
}
await fetch(`${server}/result`, { method: 'POST', body: JSON.stringify(result) });
