// A small disk of its own, which a test can fill. Only root can make one.
import { execFileSync } from 'node:child_process';
import { closeSync, fsyncSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs';

/**
 * Mounts an empty disk in memory on a folder, until we end at the latest.
 *
 * @param {string} folder
 * @param {number} size in bytes
 * @returns {() => void} unmounts it
 */
export function mount(folder, size) {
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'streamlist-test', folder]);
  let there = true;
  const unmount = () => {
    if (there) execFileSync('umount', ['--lazy', folder]);
    there = false;
  };
  process.once('exit', unmount);
  return unmount;
}

/**
 * Fills a disk.
 *
 * @param {string} folder on it
 * @param {number} left how many bytes to leave
 * @returns {() => void} makes the room again
 */
export function fill(folder, left) {
  const name = `${folder}/filler`;
  const file = openSync(name, 'a');
  const block = Buffer.alloc(1 << 20, 1);
  try {
    for (;;) {
      const { bavail, bsize } = statfsSync(folder);
      const room = Math.min(bavail * bsize - left, block.length);
      if (room <= 0) break;
      writeSync(file, block, 0, room);
    }
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  return () => rmSync(name, { force: true });
}
