// Takes the README's pictures anew, of the extension in Chromium on the replica: `node tests/stills.js` after a build.
import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

import { Session } from './e2e/lib/launch.js';

const docs = fileURLToPath(new URL('../docs', import.meta.url));

const stills = [
  { file: 'panel-light', scenario: 'everything', locale: 'en-US', dark: false },
  { file: 'panel-dark-zh', scenario: 'purchased', locale: 'zh-CN', dark: true },
  { file: 'panel-encrypted', scenario: 'encrypted-trailer', locale: 'en-US', dark: false },
  { file: 'panel-tv', scenario: 'tv-anonymous', locale: 'en-US', dark: true },
];

await mkdir(docs, { recursive: true });
for (const { file, scenario, ...look } of stills) {
  const session = await new Session('chromium', { headless: true, ...look }).start();
  try {
    await session.as(scenario);
    const tab = await session.open(scenario);
    await tab.page.setViewport({ width: 900, height: 800 });
    await tab.page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: look.dark ? 'dark' : 'light' }]);
    await tab.show();
    await tab.page.screenshot({ path: /** @type {const} */ (`${docs}/${file}.png`) });
    console.log(`docs/${file}.png`);
  } finally {
    await session.close();
  }
}
