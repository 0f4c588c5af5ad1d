import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The repository's root, without a slash at the end. */
export const root = fileURLToPath(new URL('../../..', import.meta.url)).replace(/\/$/, '');

/** Where tests leave what they made; not part of the repository. */
export const out = `${root}/tests/out`;
mkdirSync(out, { recursive: true });

/**
 * The built, unpacked extension. STREAMLIST_DIST names another build than the repository's own.
 *
 * @param {'chrome' | 'firefox'} browser
 */
export const dist = (browser) => `${process.env.STREAMLIST_DIST ?? `${root}/dist`}/${browser}`;
