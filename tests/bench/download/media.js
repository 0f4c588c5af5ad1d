// What is downloaded: a video and its audio, fragmented with an index as the site's are, made once.
import { existsSync, mkdirSync, renameSync, statSync } from 'node:fs';

import { out } from '../../e2e/lib/paths.js';
import { run } from '../../e2e/lib/process.js';

export const folder = `${out}/bench/media`;
const FRAGMENT = 5; // seconds
const CLIP = 10; // seconds that are encoded, and then repeated
const FPS = 30;
const flags = ['-movflags', '+empty_moov+default_base_moof+global_sidx+dash+frag_keyframe', '-f', 'mp4'];

/** @param {string} name @param {string[]} args of ffmpeg, without the file's name */
async function make(name, args) {
  const file = `${folder}/${name}`;
  if (existsSync(file)) return;
  await run('ffmpeg', ['-v', 'error', '-y', ...args, `${file}.part`]);
  renameSync(`${file}.part`, file);
}

/** @typedef {{video: string, audio: string, sizes: [number, number], packets: [number, number], seconds: number}} Media  names in `folder`; bytes and packets of each */

/** @param {number} seconds a multiple of a clip's @returns {Promise<Media>} */
export async function media(seconds) {
  mkdirSync(folder, { recursive: true });
  await make('clip.mp4', [
    '-f', 'lavfi', '-i', `testsrc2=size=1920x1080:rate=${FPS},noise=alls=20:allf=t`, '-t', `${CLIP}`, '-pix_fmt', 'yuv420p', '-c:v', 'libx264', '-preset', 'ultrafast',
    '-b:v', '11.65M', '-minrate', '11.65M', '-maxrate', '11.65M', '-bufsize', '11.65M', '-nal-hrd', 'cbr', '-g', `${FRAGMENT * FPS}`, '-keyint_min', `${FRAGMENT * FPS}`, '-sc_threshold', '0', '-bf', '2', '-f', 'mp4',
  ]);
  const [video, audio] = [`video-${seconds}.m4s`, `audio-${seconds}.m4s`];
  await make(video, ['-stream_loop', `${seconds / CLIP - 1}`, '-i', `${folder}/clip.mp4`, '-c', 'copy', ...flags]);
  await make(audio, ['-f', 'lavfi', '-i', `sine=frequency=440:sample_rate=48000:duration=${seconds}`, '-ac', '2', '-c:a', 'aac', '-b:a', '192k', '-frag_duration', `${FRAGMENT}000000`, ...flags.map((f) => f.replace('+frag_keyframe', ''))]);
  return {
    video, audio, seconds,
    sizes: [statSync(`${folder}/${video}`).size, statSync(`${folder}/${audio}`).size],
    packets: [seconds * FPS, Math.ceil((seconds * 48000) / 1024) + 2],
  };
}
