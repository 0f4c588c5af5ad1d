// Bugs of ours in the download program (wasm/downloader/faults.go): one handler's, and one that ends the program.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { it } from 'node:test';

import { Downloader, listingOf } from './lib/downloader.js';
import { inBrowsers } from './lib/launch.js';
import { out, root } from './lib/paths.js';
import { until } from './lib/wait.js';

execFileSync(`${root}/build.sh`, ['-tags', 'faults', '-out', `${out}/faults`], { stdio: 'ignore' });
process.env.STREAMLIST_DIST = `${out}/faults`;

inBrowsers((b) => {
  it('says that the program has ended, and a new worker goes on with what is on disk', async () => {
    const listing = await listingOf(b, 'free');
    const downloader = await Downloader.open(b);
    try {
      const order = { site: listing.site, page: '', url: '', tab: 1, store: '', row: listing.video?.find((r) => r.codec === 'AVC')?.key ?? '' };
      await downloader.send({ kind: 'add', order: { ...order, id: 'good' }, listing });
      await downloader.hand('good');
      await downloader.send({ kind: 'add', order: { ...order, id: 'panic-1' }, listing });
      await downloader.send({ kind: 'add', order: { ...order, id: 'other', row: listing.audio?.[0]?.key ?? '' }, listing });
      await downloader.hand('other'); // it still listens
      assert.equal((await downloader.seen()).stopped, '');
      await downloader.send({ kind: 'add', order: { ...order, id: 'end-1' }, listing });
      await until('the end', async () => (await downloader.seen()).stopped === 'died');
      await downloader.start();
      const { files } = await downloader.hand('good');
      assert((await downloader.read(files[0]?.path ?? '')).length > 100_000);
      await until('the panic to be reported', async () => (await b.errors()).some((e) => e.includes('panic: string')));
    } finally {
      await downloader.close();
    }
  });
  // The background of this build panics too, in its own ways.
}, { provokes: /^(?!.*a secret on).*(panic: string|a fault of the test|goroutine \d|exit code|message fault)/s });
