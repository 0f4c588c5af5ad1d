// Mediabunny 1.61.0: copies packets, with room for the moov kept at the front (as kindly as its documentation lets us:
// the numbers of packets are known to it beforehand).
import { serve } from './job.js';

const library = '../vendor/mediabunny/mediabunny.min.mjs';

serve(async ({ video, audio, packets, connections }, file) => {
  const m = await import(library);
  /** @param {string} url @param {number} parallelism */
  const open = (url, parallelism) => new m.Input({ formats: [m.MP4], source: new m.UrlSource(url, { parallelism, requestInit: { cache: 'no-store' } }) });
  const picture = await open(video, Math.max(connections - 1, 1)).getPrimaryVideoTrack();
  const sound = await open(audio, 1).getPrimaryAudioTrack();
  const target = new m.StreamTarget(new WritableStream({
    write({ data, position }) {
      if (file.write(data, { at: position }) !== data.byteLength) throw new Error('short write');
    },
  }), { chunked: true });
  const output = new m.Output({ format: new m.Mp4OutputFormat({ fastStart: 'reserve' }), target });
  const sources = [new m.EncodedVideoPacketSource(picture.codec), new m.EncodedAudioPacketSource(sound.codec)];
  output.addVideoTrack(sources[0], { maximumPacketCount: packets[0] });
  output.addAudioTrack(sources[1], { maximumPacketCount: packets[1] });
  await output.start();
  await Promise.all([picture, sound].map(async (track, i) => {
    const decoderConfig = await track.getDecoderConfig();
    for await (const packet of new m.EncodedPacketSink(track).packets()) await sources[i].add(packet, { decoderConfig });
    sources[i].close();
  }));
  await output.finalize();
});
