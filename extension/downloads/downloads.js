/// <reference path="../types.d.ts" />
// The Downloads page. Of several tabs with it one works, the one that holds the lock; the others show what it tells them and
// pass commands on, and one of them goes on with the work when that one closes. What counts is on disk: see worker.js.
import { createCount } from '../badge.js';
import { readOptions } from '../options/stored.js';
import { msg, translate } from '../options/translate.js';
import { createCards } from './cards.js';
import { findSaved } from './save.js';
import { createTexts, underWay } from './texts.js';
import { showDownloads } from '../orders.js';
import { startWork } from './work.js';

/** @typedef {Streamlist.Downloader.View} View */
/** @typedef {Streamlist.Downloader.Job} Job */
/** @typedef {Job['can'][number]} Command */
/** @typedef {{view: View} | {hello: true} | {job: string, command: Command}} Word  what the tabs say to each other; of all jobs where `job` is '' */

const api = /** @type {typeof chrome} */ (/** @type {any} */ (globalThis).browser ?? globalThis.chrome);
const LOCK = 'streamlist-downloads';
/** Under which the list of what is complete lasts, in storage.local. */
const PAST = 'downloaded';

/** @param {string} id */
const byId = (id) => /** @type {HTMLElement} */ (document.getElementById(id));
const [summary, clear, notice, watching, list, none, status] = /** @type {const} */ (['summary', 'clear', 'notice', 'watching', 'jobs', 'none', 'status']).map(byId);
if (!summary || !clear || !notice || !watching || !list || !none || !status) throw new Error('not the Downloads page');

translate();
document.title = `${msg('downloadsTitle')} – Streamlist`;
const words = streamlistParts.createWords(api.i18n);
const texts = createTexts(words, api.i18n.getUILanguage());
const marks = streamlistParts.createMarks(api.storage.local);
const channel = new BroadcastChannel(LOCK);
/** @param {Word} word */
const tell = (word) => channel.postMessage(word);

/** @type {View} */
let view = { jobs: [], speed: 0 };
/** @type {ReturnType<typeof startWork> | null} */
let work = null;
/** @type {Map<string, Job['state']> | null} null before the first view */
let states = null;
let options = readOptions(undefined);

const LASTS = 10_000; // milliseconds that an outcome stands
/** @type {ReturnType<typeof setTimeout> | undefined} */
let saying;

/** @param {string} job @param {Command} command */
function command(job, command) {
  if (work) work.command(job, command);
  else tell({ job, command });
}

clear.onclick = () => command('', 'clear');

const cards = createCards({ list, words, texts, command: (job, name) => command(job.id, name), show: (job) => void showInFolder(job), lost: heading });

/** Where the focus goes that has lost its place. */
function heading() {
  document.querySelector('h1')?.focus();
}

/** @param {Job} job */
async function showInFolder(job) {
  const item = await findSaved(api, job.downloads?.[0], job.files === 1 ? job.size : undefined);
  if (item?.exists) return void api.downloads.show(item.id);
  say(msg(item ? 'fileGone' : 'fileForgotten'));
  if (!item) api.downloads.showDefaultFolder();
}

/** @param {string} text */
function say(text) {
  clearTimeout(saying);
  status.textContent = '';
  saying = setTimeout(() => { // the same outcome twice is announced twice
    status.textContent = text;
    saying = setTimeout(() => (status.textContent = ''), LASTS); // it lies over the list's end
  }, 30);
}

/** @param {View} latest */
function draw(latest) {
  view = latest;
  document.body.removeAttribute('aria-busy');
  cards.draw(view);
  const text = texts.summary(view);
  if (summary.textContent !== text) summary.textContent = text;
  none.hidden = view.jobs.length > 0 || !notice.hidden;
  const wasFocused = document.activeElement === clear;
  clear.hidden = view.jobs.filter((job) => job.state === 'complete').length < 2;
  if (clear.hidden && wasFocused) heading();
  announce();
}

/** Says what has ended, and what stands still for another reason than a person's. */
function announce() {
  const before = states;
  states = new Map(view.jobs.map((job) => [job.id, job.state]));
  if (!before) return;
  for (const job of view.jobs) {
    const was = before.get(job.id);
    if (was === job.state) continue;
    const stopped = job.state === 'failed' || (job.state === 'paused' && job.reason?.code !== 'person');
    if (job.state !== 'complete' && !stopped) continue;
    const line = msg('titleAndText', texts.name(job), texts.state(job)[0]);
    say(line);
    if (work) void notify(job, line);
  }
}

/** @type {Set<string>} jobs whose end was seen */
const ended = new Set();

/** Remembers which lessons are saved, for the panel's list of them. Of a preview the rest is missing. */
function remember() {
  for (const { id, state, order: { site, page, episode }, notes = [] } of view.jobs) {
    if (state !== 'complete' || ended.has(id)) continue;
    ended.add(id);
    if (episode && /^\w+\/(ep|ss)\//.test(page) && !notes.some(({ code }) => code === 'preview')) void marks.set(site, [episode], 'saved');
  }
}

// --- What the browser is told: only by the tab that works ---------------------------

const mark = createCount(api);
let told = { count: -1, busy: false };

/** The number on the icon, and whether the browser may put this tab to sleep. */
async function tellBrowser() {
  const count = view.jobs.filter(underWay).length;
  const busy = count > 0 || view.jobs.some((job) => job.state === 'waiting');
  const former = told;
  told = { count, busy };
  if (count !== former.count) await mark(count);
  if (busy !== former.busy) {
    const tab = await api.tabs.getCurrent();
    // Firefox has no such switch, and leaves a tab alone that plays or works.
    await api.tabs.update(tab?.id ?? -1, { autoDiscardable: !busy }).catch(() => {});
  }
}

const clicked = () => void showDownloads(api);

/** @param {Job} job @param {string} line */
async function notify(job, line) {
  if (!options.notify || !(await api.permissions.contains({ permissions: ['notifications'] }))) return;
  if (!api.notifications.onClicked.hasListener(clicked)) api.notifications.onClicked.addListener(clicked);
  api.notifications.create(`download/${job.id}`, {
    type: 'basic', iconUrl: api.runtime.getURL('icons/128.png'), title: job.state === 'complete' ? msg('notifyComplete') : msg('notifyFailed'), message: line,
  });
}

addEventListener('beforeunload', (event) => {
  if (work && view.jobs.some(underWay)) event.preventDefault();
});
addEventListener('pagehide', () => {
  if (work) void mark(0); // what is on disk is gone on with when the page is opened again
});

// --- Working and watching -------------------------------------------------------------

/** @param {string} text */
function warn(text) {
  notice.textContent = text;
  notice.hidden = !text;
  none.hidden = true;
}

/** Works, until the page closes. The lock is held for as long. */
async function own() {
  watching.hidden = true;
  const { atOnce, connections, template } = options;
  // Without it Firefox gives no more than 10 GB; a dedicated worker can't ask (mux.md, section 6).
  await navigator.storage.persist().catch(() => false);
  /** @type {Record<string, unknown>} */
  const local = await api.storage.local.get(PAST).catch(() => ({}));
  const past = local[PAST];
  work = startWork(api, {
    options: { atOnce, connections, template },
    past: typeof past === 'string' ? past : '',
    // Where that fails, the disk being full, say, the list is shorter after the page's end, and no file is lost.
    keep: (kept) => void api.storage.local.set({ [PAST]: kept }).catch(() => {}),
    draw(latest) {
      draw(latest);
      tell({ view: latest });
      void tellBrowser();
      remember();
    },
    stopped(why) {
      document.body.removeAttribute('aria-busy');
      warn(why === 'no-storage' ? msg('downloadsNoStorage') : msg('downloadsStopped'));
      void mark(0);
    },
  });
  return new Promise(() => {});
}

/** @param {MessageEvent<Word>} event */
channel.onmessage = ({ data: word }) => {
  if ('hello' in word) return work && tell({ view });
  if ('command' in word) return work?.command(word.job, word.command);
  if (!work) draw(word.view);
};

api.storage.onChanged.addListener((changes, area) => {
  if (area !== 'sync' || !changes.options) return;
  options = readOptions(changes.options.newValue);
  const { atOnce, connections, template } = options;
  work?.setOptions({ atOnce, connections, template });
});

async function main() {
  if (api.extension.inIncognitoContext) {
    document.body.removeAttribute('aria-busy');
    return warn(msg('downloadsPrivate'));
  }
  options = readOptions((await api.storage.sync.get('options')).options);
  await navigator.locks.request(LOCK, { ifAvailable: true }, (lock) => lock && own());
  // Another tab has it.
  watching.hidden = false;
  tell({ hello: true });
  await navigator.locks.request(LOCK, own);
}

main().catch((error) => {
  console.error('streamlist: the Downloads page', error instanceof Error ? error.name : '');
  warn(msg('downloadsStopped'));
});
