// Takes the README's pictures anew, of the extension in Chromium on the replica: `node tests/stills.js [name…]` after a
// build.
import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

import { card, downloadsPage } from './e2e/lib/downloads.js';
import { Session } from './e2e/lib/launch.js';

const docs = fileURLToPath(new URL('../docs', import.meta.url));

/** @type {{file: string, scenario: string, locale?: string, dark?: boolean, loading?: boolean}[]} */
const stills = [
  { file: 'panel-light', scenario: 'everything' },
  { file: 'panel-dark-zh', scenario: 'purchased', locale: 'zh-CN', dark: true },
  { file: 'panel-tv-th', scenario: 'tv-anonymous', locale: 'th', dark: true },
  { file: 'panel-encrypted', scenario: 'encrypted-trailer' },
  { file: 'panel-preview', scenario: 'preview' },
  { file: 'panel-locked', scenario: 'purchased-by-others' },
  { file: 'panel-loading', scenario: 'purchased', loading: true },
];

await mkdir(docs, { recursive: true });
const wanted = process.argv.slice(2);
for (const { file, scenario, locale = 'en-US', dark = false, loading = false } of stills) {
  if (wanted.length > 0 && !wanted.includes(file)) continue;
  const session = await new Session('chromium', { headless: true, locale, dark }).start();
  try {
    await session.as(scenario);
    const tab = await session.open(scenario);
    await tab.page.setViewport({ width: 900, height: 800 });
    await tab.page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: dark ? 'dark' : 'light' }]);
    if (loading) {
      await session.replica.knobs({ latencyMs: 10_000 });
      await tab.clickToolbar();
      await tab.see('the skeleton', (v) => v.open && v.busy);
    } else {
      await tab.show();
    }
    await tab.page.screenshot({ path: /** @type {const} */ (`${docs}/${file}.png`) });
    console.log(`docs/${file}.png`);
  } finally {
    await session.close();
  }
}

if (wanted.length === 0 || wanted.includes('downloads')) {
  const session = await new Session('chromium', { headless: true }).start();
  try {
    /** @param {string} scenario @param {string[]} rows */
    const order = async (scenario, ...rows) => {
      const tab = await session.open(scenario);
      await tab.show();
      for (const row of rows) {
        await tab.page.bringToFront();
        await tab.click(row);
        await tab.see('that it is ordered', (v) => v.status.startsWith('Downloading '));
      }
    };
    await session.as('purchased');
    await order('purchased', 'Download best');
    const page = await downloadsPage(session);
    await page.setViewport({ width: 900, height: 560 });
    await card(page, 'the download to end', (c) => c.state.startsWith('Complete'));
    // Slow enough to be seen under way.
    await session.replica.knobs({ match: '.m4s', bytesPerSecond: 300_000 });
    await order('long', 'Download 1080P AVC', 'Download 1080P HEVC');
    await card(page, 'half of it', (c) => /1080P AVC/.test(c.name) && c.percent > 40 && c.percent < 100, 120_000);
    await page.waitForSelector('[role=status]:empty');
    await page.bringToFront();
    await page.screenshot({ path: /** @type {const} */ (`${docs}/downloads.png`) });
    console.log('docs/downloads.png');
  } finally {
    await session.close();
  }
}
process.exit(0); // what waited for the skeleton's answers needn't
