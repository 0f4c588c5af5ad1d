// ffmpeg.wasm (@ffmpeg/core 0.12.10, one thread): reads blobs, and makes its file in memory.
import { fetchAll, serve } from './job.js';

const library = '../vendor/ffmpeg/ffmpeg-core.js';
const PART = 1 << 20; // bytes that are written at a time

serve(async ({ video, audio, sizes, connections }, file) => {
  const { default: createCore } = await import(library);
  const wasmURL = new URL('../vendor/ffmpeg/ffmpeg-core.wasm', import.meta.url).href;
  const core = await createCore({ mainScriptUrlOrBlob: `${new URL(library, import.meta.url)}#${btoa(JSON.stringify({ wasmURL }))}` });
  /** @type {Blob[][]} */
  const parts = [[], []];
  await fetchAll([{ url: video, size: sizes[0] }, { url: audio, size: sizes[1] }], connections, (response) => response.blob(), (part, i) => void parts[i]?.push(part));
  core.FS.mkdir('/in');
  core.FS.mount(core.FS.filesystems.WORKERFS, { blobs: parts.map((list, i) => ({ name: `${i}.m4s`, data: new Blob(list) })) }, '/in');
  const code = core.exec('-i', '/in/0.m4s', '-i', '/in/1.m4s', '-map', '0:v', '-map', '1:a', '-c', 'copy', '-movflags', '+faststart', '/out.mp4');
  if (code !== 0) throw new Error(`ffmpeg: ${code}`);
  const made = core.FS.open('/out.mp4', 'r');
  const buffer = new Uint8Array(PART);
  for (let at = 0, n; (n = core.FS.read(made, buffer, 0, PART)) > 0; at += n) {
    if (file.write(buffer.subarray(0, n), { at }) !== n) throw new Error('short write');
  }
});
