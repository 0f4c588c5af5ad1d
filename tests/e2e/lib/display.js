// A screen of its own for each browser under test: focus, pointer and clipboard are then nobody else's.
import { spawn } from 'node:child_process';
import { once } from 'node:events';

import { out } from './paths.js';
import { firstLine, run, start } from './process.js';
import { until } from './wait.js';

/** @typedef {Awaited<ReturnType<typeof startDisplay>>} Display */

export async function startDisplay() {
  // -displayfd lets the server pick a number that is free.
  const server = start('Xvfb', ['-displayfd', '3', '-screen', '0', '1360x900x24', '-nolisten', 'tcp'], { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] });
  const name = `:${await firstLine(/** @type {import('node:stream').Readable} */ (server.child.stdio[3]), 'Xvfb')}`;
  const env = { ...process.env, DISPLAY: name, WAYLAND_DISPLAY: undefined };
  const manager = start('openbox', ['--startup', 'echo ready'], { env, stdio: ['ignore', 'pipe', 'ignore'] });
  await firstLine(/** @type {import('node:stream').Readable} */ (manager.child.stdout), 'openbox');

  const xdotool = (/** @type {string[]} */ ...args) => run('xdotool', args, { env }).then(({ stdout }) => stdout.trim());

  return {
    name,
    env,
    xdotool,

    /** Presses keys, by xdotool's names, one after the other. @param {string[]} keys */
    async press(...keys) {
      await xdotool('key', '--clearmodifiers', '--delay', '40', ...keys);
    },

    /** @param {number} x @param {number} y @param {1 | 3} button */
    async click(x, y, button = 1) {
      // Without --sync, which waits for a movement, also when the pointer is there already.
      await xdotool('mousemove', String(Math.round(x)), String(Math.round(y)), 'click', String(button));
    },

    /** What lies on the clipboard; '' when nothing does. */
    clipboard: () => run('xclip', ['-selection', 'clipboard', '-o'], { env, timeout: 5000 }).then(({ stdout }) => stdout, () => ''),

    /**
     * Puts text on the clipboard.
     *
     * @param {string} text
     * @returns {Promise<{lost: Promise<unknown>}>} `lost`: somebody else has copied since
     */
    async setClipboard(text) {
      // xclip owns the selection for as long as it runs (-quiet keeps it in the foreground), and ends when the X server takes
      // that away.
      const child = spawn('xclip', ['-quiet', '-selection', 'clipboard', '-i'], { env, stdio: ['pipe', 'ignore', 'ignore'] });
      const lost = once(child, 'exit');
      child.stdin.end(text);
      await until('xclip to own the clipboard', async () => (await this.clipboard()) === text);
      return { lost };
    },

    /** @param {string} name of the file, without its ending @returns {Promise<string>} path */
    async screenshot(name) {
      const path = `${out}/${name}.png`;
      await run('ffmpeg', ['-loglevel', 'error', '-y', '-f', 'x11grab', '-i', env.DISPLAY, '-frames:v', '1', path], { env });
      return path;
    },

    stop() {
      manager.stop();
      server.stop();
    },
  };
}
