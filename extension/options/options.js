/// <reference path="../types.d.ts" />
// The options page. Every change is saved at once; whoever uses an option reads it anew.
import { showDownloads } from '../orders.js';
import { COPIES, DEFAULTS, MOST, isTemplate, readOptions } from './stored.js';
import { msg, translate } from './translate.js';

/** @template {HTMLElement} T @param {string} id @param {new () => T} type @returns {T} */
function byId(id, type) {
  const element = document.getElementById(id);
  if (!(element instanceof type)) throw new Error(`no ${id}`);
  return element;
}

const list = byId('codecs', HTMLOListElement);
const hdr = byId('hdr', HTMLInputElement);
const openByItself = byId('open', HTMLInputElement);
const status = byId('status', HTMLParagraphElement);
const template = byId('template', HTMLInputElement);
const example = byId('example', HTMLParagraphElement);
const notify = byId('notify', HTMLInputElement);
const counts = /** @type {const} */ (['connections', 'atOnce', 'pause']).map((name) => {
  const select = byId(name, HTMLSelectElement);
  const number = new Intl.NumberFormat(msg('locale'));
  for (let count = 1; count <= MOST[name]; count++) {
    const text = number.format(count);
    select.add(new Option(name === 'pause' ? msg('seconds', text) : text, String(count)));
  }
  return { name, select };
});
const copies = COPIES.map((copy) => byId(`copy-${copy}`, HTMLInputElement));

let options = DEFAULTS;

function show() {
  hdr.checked = options.hdr;
  openByItself.checked = options.openByItself;
  for (const input of copies) input.checked = input.value === options.copy;
  for (const { name, select } of counts) select.value = String(options[name]);
  template.value = options.template;
  notify.checked = options.notify;
  showExample();
  list.replaceChildren(...options.codecs.map((codec, at) => {
    const item = document.createElement('li');
    item.dataset.codec = codec;
    const name = document.createElement('span');
    name.textContent = codec;
    item.append(name, arrow(codec, at, -1, '↑', msg('moveUp', codec)), arrow(codec, at, 1, '↓', msg('moveDown', codec)));
    return item;
  }));
}

/** @param {string} codec @param {number} at @param {-1 | 1} by @param {string} sign @param {string} label */
function arrow(codec, at, by, sign, label) {
  const button = document.createElement('button');
  button.type = 'button';
  button.textContent = sign;
  button.title = label;
  button.setAttribute('aria-label', label);
  // Not disabled: at the end of the list the button would lose the focus.
  button.setAttribute('aria-disabled', String(options.codecs[at + by] === undefined));
  button.addEventListener('click', () => move(codec, by, by));
  return button;
}

/** @param {string} codec @param {-1 | 1} by @param {-1 | 1} button which of the item's two keeps the focus */
function move(codec, by, button) {
  const from = options.codecs.indexOf(codec);
  if (options.codecs[from + by] === undefined) return;
  const codecs = [...options.codecs];
  codecs.splice(from, 1);
  codecs.splice(from + by, 0, codec);
  options = { ...options, codecs };
  show();
  const item = list.children[from + by];
  const kept = button < 0 ? item?.querySelector('button') : item?.lastElementChild;
  if (kept instanceof HTMLElement) kept.focus();
  void save(msg('savedOrder', codecs.join(', ')));
}

list.addEventListener('keydown', (event) => {
  const by = event.key === 'ArrowUp' ? -1 : event.key === 'ArrowDown' ? 1 : 0;
  const target = /** @type {HTMLElement} */ (event.target);
  const codec = target.closest('li')?.dataset.codec;
  if (!by || !codec) return;
  event.preventDefault();
  move(codec, by, target.matches('button:last-child') ? 1 : -1);
});

/** @param {string} said */
async function save(said) {
  try {
    await chrome.storage.sync.set({ options });
    say(said, true);
  } catch {
    say(msg('notSaved'), false);
  }
}

/** @param {string} text @param {boolean} good */
function say(text, good) {
  status.className = good ? '' : 'bad';
  status.textContent = '';
  setTimeout(() => (status.textContent = text), 30); // the same outcome twice is announced twice
}

/** What the template makes of a lesson, or why it makes nothing. */
function showExample() {
  const wanted = template.value.trim() || DEFAULTS.template;
  const good = isTemplate(wanted);
  /** @type {Record<string, string>} */
  const lesson = { course: msg('exampleCourse'), number: '03', lesson: msg('exampleLesson'), quality: msg('quality_80'), codec: 'AVC' };
  const name = wanted.replace(/\{(\w+)\}/g, (_, part) => lesson[part] ?? '');
  example.textContent = good ? msg('optionExample', `${name}.mp4`) : msg('optionTemplateBad');
  example.classList.toggle('bad', !good);
  template.setAttribute('aria-invalid', String(!good));
  return good ? wanted : '';
}
template.addEventListener('input', showExample);

document.addEventListener('change', (event) => {
  const wanted = showExample();
  if (event.target === template && !wanted) return; // it says why
  if (event.target === notify && notify.checked) return void allowNotifications();
  choose();
});

function choose() {
  options = {
    ...options, hdr: hdr.checked, openByItself: openByItself.checked, notify: notify.checked, template: showExample() || options.template,
    copy: COPIES.find((_, i) => copies[i]?.checked) ?? DEFAULTS.copy,
    ...Object.fromEntries(counts.map(({ name, select }) => [name, Number(select.value)])),
  };
  void save(msg('saved'));
}

/** Asks for the permission, for which the click is needed: nothing may be awaited before. */
async function allowNotifications() {
  notify.checked = await chrome.permissions.request({ permissions: ['notifications'] }).catch(() => false);
  if (notify.checked) choose();
  else say(msg('notifyRefused'), false);
}

byId('downloads', HTMLButtonElement).addEventListener('click', () => void showDownloads(chrome));

// --- What is remembered of lessons ---

const remembered = byId('lessons-count', HTMLParagraphElement);
const forget = byId('forget', HTMLButtonElement);

async function showRemembered() {
  const { length } = await streamlistParts.allMarks(chrome.storage.local);
  remembered.textContent = msg('optionRemembered', new Intl.NumberFormat(msg('locale')).format(length));
  forget.setAttribute('aria-disabled', String(length === 0)); // not disabled: it would lose the focus
}

forget.addEventListener('click', async () => {
  const keys = await streamlistParts.allMarks(chrome.storage.local);
  if (!keys.length) return;
  try {
    await chrome.storage.local.remove(keys);
    await showRemembered();
    say(msg('forgotten'), true);
  } catch {
    say(msg('notSaved'), false);
  }
});

chrome.storage.onChanged.addListener((changes, area) => {
  if (area === 'local' && Object.keys(changes).some(streamlistParts.isMark)) void showRemembered();
});

// --- Access: the browser lets a person withhold the sites that the manifest asks for ---
// No element has the id "access": scrolling to it would take the focus off the button.

const access = byId('access-card', HTMLElement);
const accessState = byId('access-state', HTMLParagraphElement);
const grant = byId('grant', HTMLButtonElement);
const origins = chrome.runtime.getManifest().host_permissions ?? [];

async function showAccess() {
  const given = await chrome.permissions.contains({ origins });
  access.hidden = given && location.hash !== '#access';
  access.classList.toggle('warn', !given);
  accessState.textContent = given ? msg('accessGiven') : msg('accessMissing');
  grant.hidden = given;
  if (!given && location.hash === '#access') grant.focus();
}

grant.addEventListener('click', async () => {
  const given = await chrome.permissions.request({ origins });
  await showAccess();
  if (!given) accessState.textContent = msg('accessRefused');
});

chrome.storage.onChanged.addListener((changes, area) => {
  if (area !== 'sync' || !changes.options) return;
  const changed = readOptions(changes.options.newValue);
  if (JSON.stringify(changed) === JSON.stringify(options)) return;
  options = changed;
  show();
});

translate();
options = readOptions((await chrome.storage.sync.get('options')).options);
show();
await showAccess();
await showRemembered();
