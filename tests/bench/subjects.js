// The two extensions that are compared, each as a copy with the benchmark's content scripts added.
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { dist, out } from '../e2e/lib/paths.js';

const here = fileURLToPath(new URL('.', import.meta.url));

/**
 * @param {string} name
 * @param {string} from directory of an unpacked extension
 * @returns {string} directory of the copy
 */
function copy(name, from) {
  const to = `${out}/bench/${name}`;
  rmSync(to, { recursive: true, force: true });
  cpSync(from, to, { recursive: true });
  const manifest = JSON.parse(readFileSync(`${to}/manifest.json`, 'utf8'));
  const [script] = manifest.content_scripts;
  script.js = ['bench-before.js', ...script.js, 'bench-asker.js'];
  writeFileSync(`${to}/manifest.json`, JSON.stringify(manifest));
  cpSync(`${here}before.js`, `${to}/bench-before.js`);
  cpSync(`${here}asker.js`, `${to}/bench-asker.js`);
  return to;
}

export const subjects = () => ({ ours: copy('ours', dist('chrome')), plain: copy('plain', `${here}plain`) });
