// The download worker in both browsers: from the replica's hosts to a file in the origin's private file system, whose
// packets are those of its sources.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { it } from 'node:test';

import { Downloader, listingOf } from './lib/downloader.js';
import { inBrowsers } from './lib/launch.js';
import { out } from './lib/paths.js';
import { until } from './lib/wait.js';

const REFERER = { com: 'https://www.bilibili.com/', tv: 'https://www.bilibili.tv/' };

/** A media file's packets by kind of stream: pts, dts, size and MD5. @param {string} file @param {string} kind */
function packets(file, kind) {
  const said = execFileSync('ffprobe', ['-v', 'error', '-select_streams', kind, '-show_packets', '-show_data_hash', 'md5', '-of', 'json', file], { encoding: 'utf8', maxBuffer: 1 << 28 });
  return JSON.parse(said).packets.map((/** @type {any} */ p) => `${p.pts} ${p.dts} ${p.size} ${p.data_hash}`);
}

/** The order of the boxes at the top of an MP4. @param {Buffer} data */
function boxes(data) {
  const names = [];
  for (let at = 0; at + 8 <= data.length;) {
    const size = data.readUInt32BE(at);
    names.push(data.toString('latin1', at + 4, at + 8));
    at += size === 1 ? Number(data.readBigUInt64BE(at + 8)) : size;
  }
  return names;
}

/** The same job's file in each browser. @type {Map<string, string>} */
const sums = new Map();

/** @param {Streamlist.Listing} listing @param {string} row @param {string} [audio] @param {string} [id] */
const order = (listing, row, audio, id = 'job-1') => ({ id, site: listing.site, page: listing.page ?? '', url: '', tab: 1, store: '', row, ...(audio ? { audio } : {}) });

/** @param {Streamlist.Listing} listing @param {string} key */
function address(listing, key) {
  const row = [...listing.video ?? [], ...listing.audio ?? [], ...listing.single ?? []].find((r) => r.key === key);
  const url = row?.segments?.[0]?.urls[0]?.url;
  assert(url, `no address of ${key}`);
  return url;
}

inBrowsers((b) => {
  for (const [scenario, quality, codec, sound] of /** @type {const} */ ([
    ['free', 112, 'AVC', 'AAC'], ['codecs', 80, 'HEVC', 'AAC'], ['codecs', 80, 'AV1', 'AAC'], ['hires', 80, 'AVC', 'FLAC'], ['dolby', 80, 'AVC', 'E-AC-3'],
    ['tv-codecs', 80, 'AVC', 'AAC'],
  ])) {
    it(`joins ${codec} of ${quality} in ${scenario} with ${sound}`, async () => {
      const listing = await listingOf(b, scenario);
      const video = listing.video?.find((r) => r.quality === quality && r.codec === codec);
      const audio = listing.audio?.find((r) => r.codec === sound);
      assert(video && audio, JSON.stringify([listing.video?.map((r) => r.key), listing.audio?.map((r) => r.key)]));
      const downloader = await Downloader.open(b);
      const folder = mkdtempSync(`${out}/downloader-`);
      try {
        await downloader.send({ kind: 'add', order: order(listing, video.key, audio.key), listing });
        const { files } = await downloader.hand('job-1');
        assert.equal(files.length, 1);
        const [file] = files;
        assert(file);
        assert.equal(file.type, 'video/mp4');
        assert.match(file.name, /\.mp4$/);
        const made = await downloader.read(file.path);
        const sources = await Promise.all([video, audio].map(async (row, i) => {
          const name = `${folder}/source-${i}.m4s`;
          const data = await b.replica.media(address(listing, row.key), REFERER[listing.site]);
          writeFileSync(name, data);
          return { name, size: data.length };
        }));
        writeFileSync(`${folder}/made.mp4`, made);
        for (const [i, kind] of ['v', 'a'].entries()) {
          const want = packets(sources[i]?.name ?? '', kind);
          assert(want.length > 10, `${want.length} packets in the source`);
          assert.deepEqual(packets(`${folder}/made.mp4`, kind), want, `the packets of ${kind}`);
        }
        execFileSync('ffmpeg', ['-v', 'error', '-xerror', '-i', `${folder}/made.mp4`, '-f', 'null', '-']);
        const top = boxes(made);
        assert.deepEqual([top[0], top[1], top.at(-1)], ['ftyp', 'moov', 'mdat'], top.join(' '));
        const whole = sources.reduce((sum, s) => sum + s.size, 0);
        assert(made.length < whole * 1.05, `${made.length} bytes of ${whole}`);
        // Nobody else's requests look like these: no cookie, the site's Referer, a range.
        const asked = (await b.replica.log()).filter((r) => r.path.endsWith('.m4s') && r.userAgent !== 'Player/1');
        assert(asked.length >= 4 && asked.every((r) => r.status === 206 && r.range && r.referer === REFERER[listing.site] && r.cookies.length === 0), JSON.stringify(asked));
        const sum = createHash('sha256').update(made).digest('hex');
        const other = sums.get(`${scenario} ${codec}`);
        if (other) assert.equal(sum, other, 'the other browser made another file');
        sums.set(`${scenario} ${codec}`, sum);

        await downloader.send({ kind: 'handed', job: 'job-1', outcome: 'begun', downloads: [5] });
        await downloader.send({ kind: 'handed', job: 'job-1', outcome: 'complete', downloads: [5] });
        const done = await downloader.see('the job to be complete', (job) => job.state === 'complete');
        assert(Math.abs((done.duration ?? 0) - 3000) < 100, `${done.duration} ms`);
        assert.deepEqual(done.downloads, [5]);
        await until('its bytes to go', async () => !(await downloader.list('downloads/job-1')).includes('media'));
      } finally {
        await downloader.close();
        rmSync(folder, { recursive: true });
      }
    });
  }

  /** A listing that knows but one address of each row, on a host of 400 kB/s. @param {Streamlist.Listing} listing */
  function slow(listing) {
    for (const row of [...listing.video ?? [], ...listing.audio ?? []]) {
      for (const segment of row.segments ?? []) segment.urls = segment.urls.filter((u) => new URL(u.url).host === 'upos-sz-mirrorhw.bilivideo.com');
    }
    return listing;
  }

  it('goes on where an ended worker was', async () => {
    const listing = slow(await listingOf(b, 'hosts'));
    const downloader = await Downloader.open(b);
    try {
      await downloader.answer({ listing });
      const row = listing.video?.find((r) => r.quality === 112), sound = listing.audio?.[0];
      assert(row && sound);
      await downloader.send({ kind: 'add', order: order(listing, row.key, sound.key), listing });
      const half = await downloader.see('most of the file', (job) => job.size && job.done > job.size * 0.6 && job.done < job.size * 0.9);
      await downloader.start(); // ends the worker that runs
      await b.replica.clearLog();
      const { files } = await downloader.hand('job-1');
      const { asks } = await downloader.seen();
      assert.deepEqual(asks.map((a) => a.row), [row.key], 'addresses are not kept on disk');
      const made = await downloader.read(files[0]?.path ?? '');
      const asked = (await b.replica.log()).filter((r) => r.path.endsWith('.m4s'));
      const bytes = asked.reduce((sum, r) => sum + r.bytes, 0);
      // What is not in the journal comes again, a quarter of a second's bytes at most, and the heads.
      assert(bytes < made.length - half.done / 2, `${bytes} of ${made.length} bytes came again, ${half.done} were there`);
      const folder = mkdtempSync(`${out}/downloader-`);
      for (const [i, key] of [row.key, sound.key].entries()) {
        writeFileSync(`${folder}/source.m4s`, await b.replica.media(address(listing, key), REFERER.com));
        writeFileSync(`${folder}/made.mp4`, made);
        const kind = i ? 'a' : 'v';
        assert.deepEqual(packets(`${folder}/made.mp4`, kind), packets(`${folder}/source.m4s`, kind));
      }
      rmSync(folder, { recursive: true });
    } finally {
      await downloader.close();
    }
  });

  it('pauses, and leaves nothing of what was cancelled', async () => {
    const listing = slow(await listingOf(b, 'hosts'));
    const downloader = await Downloader.open(b);
    try {
      const row = listing.video?.find((r) => r.quality === 112);
      assert(row);
      await downloader.send({ kind: 'add', order: order(listing, row.key), listing });
      await downloader.see('some of the file', (job) => job.done > 100_000);
      await downloader.send({ kind: 'command', job: 'job-1', do: 'pause' });
      const paused = await downloader.see('the pause', (job) => job.state === 'paused');
      assert.equal(paused.reason?.code, 'person');
      await until('the request to end', async () => (await b.replica.log()).filter((r) => r.path.endsWith('.m4s')).every((r) => r.done));
      assert.deepEqual(await downloader.list('downloads'), ['job-1']);
      await downloader.send({ kind: 'command', job: 'job-1', do: 'cancel' });
      await until('the folder to go', async () => (await downloader.list('downloads')).length === 0);
      await until('the job to go', async () => (await downloader.seen()).jobs?.length === 0);
    } finally {
      await downloader.close();
    }
  });

  it('says why the background gives no addresses', async () => {
    const listing = await listingOf(b, 'free');
    const downloader = await Downloader.open(b);
    try {
      await downloader.answer({ error: { code: 'unavailable', reason: { code: 'not-purchased' } } });
      await downloader.send({ kind: 'add', order: order(listing, listing.video?.[0]?.key ?? '') });
      const failed = await downloader.see('the failure', (job) => job.state === 'failed');
      assert.equal(failed.reason?.code, 'not-purchased');
      await downloader.answer({ listing });
      await downloader.send({ kind: 'command', job: 'job-1', do: 'retry' });
      await downloader.hand('job-1');
    } finally {
      await downloader.close();
    }
  });
});
