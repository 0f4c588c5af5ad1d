// Handing finished files over to the browser's downloads: the film, and the subtitles beside it.
import assert from 'node:assert/strict';
import test from 'node:test';

import { createSaver } from '../../extension/downloads/save.js';

/** @typedef {{id: number, state: string, filename: string, fileSize: number, byExtensionId: string, exists?: boolean, error?: string}} Item */

const OURS = { byExtensionId: 'streamlist', fileSize: 1 };

/** A browser that saves at once. @param {(name: string, id: number) => Partial<Item> | Error} [how] what becomes of a file @param {Item[]} [items] */
function browser(how = () => ({}), items = []) {
  /** @type {string[]} */
  const saved = [];
  const downloads = {
    onChanged: { addListener() {} }, onErased: { addListener() {} },
    /** @param {{id: number}} query */
    search: async ({ id }) => items.filter((item) => item.id === id),
    /** @param {{filename: string}} options */
    async download({ filename }) {
      const id = 10 + items.length;
      const fate = how(filename, id);
      if (fate instanceof Error) throw fate;
      saved.push(filename);
      items.push({ id, state: 'complete', filename: `/home/me/Downloads/${filename}`, exists: true, ...OURS, ...fate });
      return id;
    },
  };
  /** @type {any[]} */
  const reports = [];
  const save = createSaver(/** @type {any} */ ({ downloads, runtime: { id: 'streamlist' } }), (handed) => reports.push(handed), async () => new File(['x'], 'x'));
  return { save, saved, reports };
}

const FILM = { path: 'downloads/1/media', name: 'A/01 - b [480P AVC].mp4', type: 'video/mp4' };
/** @param {string} tag */
const title = (tag) => ({ path: `downloads/1/subtitle-${tag}`, name: `A/01 - b [480P AVC].${tag}.srt`, type: 'application/x-subrip', tag });
const hand = { kind: /** @type {const} */ ('hand'), job: '1', files: [FILM, title('en'), title('zh-Hant')], downloads: /** @type {number[]} */ ([]) };

test('subtitles are saved beside the film, under its name', async () => {
  const { save, saved, reports } = browser();
  await save(hand);
  assert.deepEqual(saved, ['A/01 - b [480P AVC].mp4', 'A/01 - b [480P AVC].en.srt', 'A/01 - b [480P AVC].zh-Hant.srt']);
  assert.deepEqual(reports.at(-1), { job: '1', outcome: 'complete', downloads: [10, 11, 12] });
  assert.deepEqual(reports.slice(0, -1).map((r) => [r.outcome, r.downloads]), [['begun', [10]], ['begun', [10, 11]], ['begun', [10, 11, 12]]]);
});

test("they follow the film where the browser gave it another name", async () => {
  for (const folder of ['/home/me/Downloads/A/', 'C:\\Users\\me\\Downloads\\A\\']) {
    const { save, saved } = browser((name) => name.endsWith('.mp4') ? { filename: `${folder}01 - b [480P AVC] (1).mp4` } : {});
    await save(hand);
    assert.deepEqual(saved.slice(1), ['A/01 - b [480P AVC] (1).en.srt', 'A/01 - b [480P AVC] (1).zh-Hant.srt']);
  }
});

test('subtitles that can not be saved fail no film, and are told of', async () => {
  for (const fate of [new Error('Invalid filename'), { state: 'interrupted', error: 'USER_CANCELED' }]) {
    const { save, reports } = browser((name) => name.endsWith('.en.srt') ? fate : {});
    await save(hand);
    const last = reports.at(-1);
    assert.deepEqual([last.outcome, last.error, last.downloads.length], ['complete', 'en', 3]);
  }
});

test('a film that can not be saved is no success, and takes its subtitles along', async () => {
  const { save, saved, reports } = browser((name) => name.endsWith('.mp4') ? { state: 'interrupted', error: 'FILE_NO_SPACE' } : {});
  await save(hand);
  assert.deepEqual(reports.at(-1), { job: '1', outcome: 'failed', downloads: [10], error: 'FILE_NO_SPACE' });
  assert.equal(saved.length, 1);
});

test('after a restart only what is not there yet is saved', async () => {
  const there = (/** @type {number} */ id, /** @type {string} */ name) => ({ id, state: 'complete', filename: `/home/me/Downloads/A/${name}`, exists: true, ...OURS });
  const { save, saved, reports } = browser(undefined, [there(5, '01 - b [480P AVC].mp4'), there(6, '01 - b [480P AVC].en.srt')]);
  await save({ ...hand, downloads: [5, 6] });
  assert.deepEqual(saved, ['A/01 - b [480P AVC].zh-Hant.srt']);
  assert.deepEqual(reports.at(-1), { job: '1', outcome: 'complete', downloads: [5, 6, 12] });
});

test("another's download that has the number of ours by now is not taken for ours", async () => {
  for (const other of [{ byExtensionId: 'another' }, { fileSize: 2 }]) {
    const { save, saved } = browser(undefined, [{ ...OURS, id: 5, state: 'complete', filename: '/home/me/Downloads/else.mp4', exists: true, ...other }]);
    await save({ ...hand, files: [FILM], downloads: [5] });
    assert.deepEqual(saved, [FILM.name]);
  }
});
