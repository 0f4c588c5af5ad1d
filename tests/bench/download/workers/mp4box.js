// mp4box.js 2.4.1: extracts the samples of both files and adds them to a new one, in memory.
import { fetchAll, serve } from './job.js';

const library = '../vendor/mp4box/mp4box.all.mjs';
const SAMPLES = 500; // at a time

serve(async ({ video, audio, sizes, connections }, file) => {
  const { MP4BoxBuffer, createFile } = await import(library);
  const out = createFile();
  const inputs = [video, audio].map(() => {
    const input = createFile();
    /** @type {number} */
    let track;
    input.onReady = (/** @type {any} */ info) => {
      const [{ id, timescale, language, video: picture, audio: sound }] = info.tracks;
      const [entry] = input.getTrackById(id).mdia.minf.stbl.stsd.entries;
      track = out.addTrack({
        type: entry.type, timescale, language, hdlr: picture ? 'vide' : 'soun', description_boxes: entry.boxes,
        ...(picture ? { width: picture.width, height: picture.height } : { channel_count: sound.channel_count, samplerate: sound.sample_rate, samplesize: sound.sample_size }),
      });
      input.setExtractionOptions(id, null, { nbSamples: SAMPLES });
      input.start();
    };
    input.onSamples = (/** @type {number} */ id, /** @type {unknown} */ _, /** @type {any[]} */ samples) => {
      for (const { data, duration, dts, cts, is_sync } of samples) out.addSample(track, data, { duration, dts, cts, is_sync });
      input.releaseUsedSamples(id, samples.at(-1).number + 1);
    };
    return input;
  });
  await fetchAll([{ url: video, size: sizes[0] }, { url: audio, size: sizes[1] }], connections, (response) => response.arrayBuffer(), (part, i, at) => {
    inputs[i].appendBuffer(MP4BoxBuffer.fromArrayBuffer(part, at));
  });
  for (const input of inputs) input.flush();
  const { buffer } = out.getBuffer();
  if (file.write(buffer, { at: 0 }) !== buffer.byteLength) throw new Error('short write');
});
