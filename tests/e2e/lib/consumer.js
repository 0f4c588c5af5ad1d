// The programs that copied commands are for. Where the replica is, and that its certificate is to be trusted, they
// learn from their own settings: the command itself runs as it was copied.
import { execFile, execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';

import { out } from './paths.js';

/** @typedef {{code: number, said: string, files: Record<string, number>}} Outcome `files`: what it left, with sizes */

/**
 * Runs a copied command by sh in an empty folder, and what it left is looked at before it is removed.
 *
 * @param {string} command
 * @param {string} address of the replica, host:port
 * @param {(folder: string, outcome: Outcome) => void} look
 * @param {string[]} [ytdlp] more settings for yt-dlp
 */
export async function consume(command, address, look, ytdlp = []) {
  const home = mkdtempSync(`${out}/home-`), folder = mkdtempSync(`${out}/consumer-`);
  const proxy = `http://${address}`;
  /** @param {string} name @param {string[]} lines */
  const settings = (name, lines) => {
    mkdirSync(`${home}/${name}`.replace(/\/[^/]*$/, ''), { recursive: true });
    writeFileSync(`${home}/${name}`, `${lines.join('\n')}\n`);
  };
  settings('.curlrc', [`proxy = "${proxy}"`, 'insecure', 'silent', 'show-error']);
  settings('.wgetrc', ['check_certificate = off', `https_proxy = ${proxy}`, 'verbose = off', 'tries = 1']);
  settings('.aria2/aria2.conf', [`all-proxy=${proxy}`, 'check-certificate=false', 'max-tries=1', 'summary-interval=0']);
  settings('.config/mpv/mpv.conf', ['vo=null', 'ao=null', 'ytdl=no']);
  settings('.config/yt-dlp/config', [`--proxy ${proxy}`, '--no-check-certificates', '--no-cache-dir', ...ytdlp]);
  const env = { PATH: process.env.PATH, HOME: home, LANG: 'C.UTF-8', http_proxy: proxy }; // http_proxy: ffmpeg's, and so mpv's
  try {
    /** @type {{code: number, said: string}} */
    const ended = await new Promise((resolve) => {
      const child = execFile('sh', ['-c', command], { cwd: folder, env, timeout: 90_000, killSignal: 'SIGKILL' }, (error, stdout, stderr) => {
        resolve({ code: error ? (typeof error.code === 'number' ? error.code : -1) : 0, said: stdout + stderr });
      });
      child.stdin?.end();
    });
    const files = Object.fromEntries(readdirSync(folder).map((name) => [name, statSync(`${folder}/${name}`).size]));
    look(folder, { ...ended, files });
  } finally {
    rmSync(home, { recursive: true });
    rmSync(folder, { recursive: true });
  }
}

/** The kinds and codecs of a media file's streams, such as `video h264`. @param {string} file */
export function streamsOf(file) {
  const said = execFileSync('ffprobe', ['-v', 'error', '-show_entries', 'stream=codec_type,codec_name', '-of', 'json', file], { encoding: 'utf8' });
  return JSON.parse(said).streams.map((/** @type {{codec_type: string, codec_name: string}} */ s) => `${s.codec_type} ${s.codec_name}`);
}

/** Whether yt-dlp knows a site. @param {string} extractor */
export function extracts(extractor) {
  return execFileSync('yt-dlp', ['--ignore-config', '--list-extractors'], { encoding: 'utf8' }).split('\n').includes(extractor);
}
