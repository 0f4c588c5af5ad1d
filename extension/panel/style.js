/// <reference path="../types.d.ts" />
// The panel's look. All measures are in px: the page's own font size must not reach in.
(() => {
  const parts = (globalThis.streamlistParts ??= /** @type {any} */ ({}));
  if (Object.hasOwn(parts, 'css')) return;

  parts.css = `
/* !important: a rule of the page for the host would otherwise win over :host. */
:host { all: initial !important; position: fixed !important; top: 0 !important; left: 0 !important; width: 0 !important; height: 0 !important; z-index: 2147483647 !important; }
*, ::before, ::after { box-sizing: border-box; }
.root {
  color-scheme: light; --bg: #fff; --bg2: #f5f6f8; --line: #e4e7ec; --edge: #868f9c; --ink: #15181d; --ink2: #5b6472; --accent: #0b66c3; --on: #fff;
  --good: #08693f; --goodbg: #e5f5ed; --warn: #7d4b00; --warnbg: #fdf1dd; --lock: #646b78; --tint: #edf3fb;
  --shadow: 0 8px 32px rgb(16 24 40/.18), 0 1px 3px rgb(16 24 40/.12);
  font: 13px/1.45 system-ui, "Noto Sans", "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", sans-serif; color: var(--ink); text-align: left;
}
.root:lang(zh-TW) { font-family: system-ui, "Noto Sans", "Noto Sans CJK TC", "PingFang TC", "Microsoft JhengHei", sans-serif; }
@media (prefers-color-scheme: dark) { .root {
  color-scheme: dark; --bg: #16181c; --bg2: #1f2227; --line: #2e333b; --edge: #737c8a; --ink: #eceff4; --ink2: #a3acba; --accent: #6db3ff; --on: #0b1420;
  --good: #5fd39a; --goodbg: #15352a; --warn: #f0bd6b; --warnbg: #3a2c12; --lock: #969fae; --tint: #1b232e; --shadow: 0 8px 32px rgb(0 0 0/.6), 0 0 0 1px #2e333b;
} }
[hidden] { display: none !important; }
.vh { position: absolute; width: 1px; height: 1px; margin: -1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }

.panel { position: fixed; top: 16px; right: 16px; width: min(448px, calc(100vw - 24px)); max-height: calc(100vh - 32px); display: flex; flex-direction: column; background: var(--bg); border-radius: 12px; box-shadow: var(--shadow); overflow: hidden; overscroll-behavior: contain; }
.scroll { position: relative; flex: 1 1 auto; min-height: 0; overflow: auto; overscroll-behavior: contain; scrollbar-width: thin; outline-offset: -2px; }
header { flex: none; padding: 8px 8px 10px 14px; border-bottom: 1px solid var(--line); cursor: grab; touch-action: none; }
header.moving { cursor: grabbing; }
.bar { display: flex; align-items: center; gap: 2px; margin-bottom: 2px; }
.bar b { font-size: 12px; font-weight: 600; letter-spacing: .2px; margin-right: auto; }
.grip { margin-left: -8px; cursor: inherit; }
.grip path, .dots path { stroke-width: 2.2; }
.head { padding-right: 6px; }
h2 { font-size: 15px; line-height: 1.35; margin: 0; font-weight: 600; overflow-wrap: anywhere; display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 3; overflow: hidden; }
.sub { color: var(--ink2); margin-top: 2px; overflow-wrap: anywhere; display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 3; overflow: hidden; }
.chips { display: flex; gap: 6px; margin-top: 8px; flex-wrap: wrap; }
.chip { font-size: 12px; padding: 1px 8px; border-radius: 99px; background: var(--bg2); color: var(--ink2); }
.chip.good { background: var(--goodbg); color: var(--good); }
.chip.warn { background: var(--warnbg); color: var(--warn); }

.tabs { flex: none; display: flex; gap: 16px; padding: 0 14px; border-bottom: 1px solid var(--line); }
.tabs button { padding: 8px 0; border-radius: 0; color: var(--ink2); }
.tabs button:hover { background: none; color: var(--ink); }
.tabs [aria-selected=true] { color: var(--ink); font-weight: 600; box-shadow: inset 0 -2px var(--accent); }

button { font: inherit; color: inherit; background: none; border: 0; margin: 0; border-radius: 6px; padding: 4px 6px; cursor: pointer; }
button:hover { background: var(--bg2); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 1px; }
.panel:focus-visible { outline: 0; }
.ic { display: inline-flex; align-items: center; justify-content: center; min-width: 26px; height: 26px; padding: 0 5px; color: var(--ink2); }
.ic:hover { color: var(--ink); }
tr.isbest .ic:hover { background: var(--bg); }
.svg { width: 16px; height: 16px; flex: none; stroke: currentColor; fill: none; stroke-width: 1.5; stroke-linecap: round; stroke-linejoin: round; vertical-align: -3px; }
.more { transition: transform .15s; }
[aria-expanded=true] > .more { transform: rotate(180deg); }
.pri { background: var(--accent); color: var(--on); padding: 6px 12px; font-weight: 600; }
.pri:hover { background: color-mix(in srgb, var(--accent) 88%, var(--ink)); }
.sec { border: 1px solid var(--edge); padding: 5px 10px; background: var(--bg); }
.acts { display: flex; flex-wrap: wrap; gap: 6px; margin-top: 8px; }
.acts .svg { margin-right: 4px; }
.sound { flex: 0 1 auto; max-width: 100%; margin-right: 14px; display: flex; align-items: center; gap: 8px; margin-top: 8px; font-size: 12px; color: var(--ink2); }
.titles { margin: 4px 0 0; padding: 0; list-style: none; }
.titles .mark { margin-left: 6px; }
.titles .why { margin-right: 0; }
.titles .lock { margin-right: 4px; }
select { font: inherit; color: var(--ink); background: var(--bg); border: 1px solid var(--edge); border-radius: 6px; padding: 2px 4px; min-width: 0; }
.acts .more { margin: 0 -3px 0 3px; }

.best, .problem, .plain { margin: 12px 14px; padding: 10px 12px; border-radius: 10px; background: var(--bg2); }
.best { display: flex; flex-wrap: wrap; align-items: baseline; gap: 0 10px; }
.best strong, .problem strong { font-size: 15px; }
.best .sub { margin: 0 0 0 auto; }
.best .acts { flex-basis: 100%; }
.problem { background: var(--warnbg); }
.problem > div:not(.acts) { margin-top: 2px; overflow-wrap: anywhere; }
.note { margin: 8px 14px; color: var(--ink2); font-size: 12px; }

table { width: 100%; min-width: 396px; border-collapse: collapse; table-layout: fixed; }
col.q { width: 156px; } col.c { width: 48px; } col.b { width: 76px; } col.s { width: 80px; }
caption { text-align: left; padding: 6px 14px 4px; color: var(--ink2); font-size: 12px; }
td, th { padding: 6px 4px; border-top: 1px solid var(--line); vertical-align: middle; text-align: left; font-weight: 400; white-space: nowrap; }
td:first-child, th:first-child { padding-left: 14px; }
td:last-child, th:last-child { padding-right: 8px; text-align: right; }
thead th { font-size: 12px; color: var(--ink2); padding-top: 2px; padding-bottom: 3px; border-top: 0; }
thead.quiet th { padding-top: 0; padding-bottom: 0; line-height: 0; }
.num { text-align: right; font-variant-numeric: tabular-nums; }
.num, .codec { overflow: hidden; text-overflow: ellipsis; }
.q { font-weight: 600; overflow-wrap: anywhere; white-space: normal; }
.dim { color: var(--ink2); font-size: 12px; }
th .dim { overflow-wrap: anywhere; white-space: normal; }
tr.isbest > * { background: var(--tint); }
.tag { font-size: 11px; font-weight: 600; color: var(--accent); margin-left: 6px; }
.mark { font-size: 11px; line-height: 14px; color: var(--ink2); border: 1px solid var(--edge); border-radius: 4px; padding: 0 4px; margin-left: 6px; white-space: nowrap; display: inline-block; }
tr.locked > *, tr.locked .dim, td.why { color: var(--lock); }
tr.locked .q { font-weight: 500; }
td.why { white-space: normal; padding-right: 14px; text-align: left; }
td.why.narrow { font-size: 12px; text-align: right; }
/* Numbers on the first line, the reason on the second, across the columns. */
tr.known { position: relative; height: 50px; }
tr.known > :not(.why) { vertical-align: top; }
tr.known > .why { position: static; padding: 0; }
tr.known > .why span { position: absolute; right: 14px; top: 25px; line-height: 17px; white-space: nowrap; }
tr.known .svg { width: 14px; height: 14px; }
td.why .svg { margin-right: 3px; }
td.actions { padding: 4px 8px 4px 0; }
.done { color: var(--good); }

tr.detail td { padding: 0 14px 10px; border-top: 0; white-space: normal; text-align: left; }
.addresses { background: var(--bg2); border-radius: 8px; padding: 2px 10px 8px; }
.group { display: flex; align-items: center; gap: 8px; min-height: 30px; font-size: 12px; color: var(--ink2); }
.group b { color: var(--ink); font-weight: 600; white-space: nowrap; }
.group span { overflow-wrap: anywhere; margin-right: auto; }
.group button { flex: none; height: 26px; padding: 0 8px; color: var(--ink); white-space: nowrap; }
.group button:hover { background: var(--bg); }
/* Chromium lets the page select and search (window.find) the text of a closed root, and hands what is copied from it to the page's copy listener.
   So nothing here is selectable, and addresses are drawn by the style instead of being text. */
.root { user-select: none; -webkit-user-select: none; }
.secret::before { content: attr(data-text); }
.url { display: block; overflow-x: auto; white-space: nowrap; font: 12px/1.5 ui-monospace, "Noto Sans Mono", monospace; background: var(--bg); border: 1px solid var(--line); border-radius: 6px; padding: 3px 6px; scrollbar-width: thin; }
.hosts { margin-top: 8px; font-size: 12px; color: var(--ink2); }
.hosts p { margin: 0 0 2px; } .hosts b { color: var(--ink); font-weight: 600; }
.test { display: flex; align-items: center; gap: 8px; margin-top: 8px; }
.test button { flex: none; color: var(--ink); }
.test [aria-busy=true] { opacity: .6; cursor: progress; }
.url + .url, .partname { margin-top: 4px; }
.partname, .needs { font-size: 12px; color: var(--ink2); }
.needs { margin: -4px 0 4px; }

.prose { padding: 0 14px 10px; overflow-wrap: anywhere; }
.prose p { margin: 6px 0 0; }
.cover { display: block; width: 160px; max-width: 100%; aspect-ratio: 16 / 10; object-fit: cover; border-radius: 8px; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 4px 12px; margin: 6px 0 0; }
dl:empty { display: none; }
dt { color: var(--ink2); max-width: 120px; } dd { margin: 0; }
a { color: var(--accent); text-underline-offset: 2px; border-radius: 4px; }
a.sec { color: inherit; text-decoration: none; border-radius: 6px; }
a.pri { color: var(--on); text-decoration: none; border-radius: 6px; }
a.sec:hover { background: var(--bg2); }

.courses { list-style: none; margin: 0; padding: 4px 0; }
.courses li + li { border-top: 1px solid var(--line); }
.courses a { display: block; padding: 8px 14px; border-radius: 0; color: inherit; text-decoration: none; outline-offset: -2px; }
.courses a:hover { background: var(--bg2); }
.courses b { font-weight: 600; overflow-wrap: anywhere; }
.courses .tag { color: var(--warn); }
.courses .dim { display: block; overflow-wrap: anywhere; }

.fold { border-top: 1px solid var(--line); }
.fold h3 { margin: 0; font: inherit; }
.fold h3 button { width: 100%; text-align: left; padding: 7px 14px; border-radius: 0; font-size: 12px; color: var(--ink2); outline-offset: -2px; }
.fold h3 .svg { margin-left: 4px; width: 14px; height: 14px; }
.fold caption { padding: 0; font-size: 0; line-height: 0; } /* the heading says it */
.failed { margin: 4px 14px 12px; font-size: 12px; color: var(--ink2); }

.lessons { flex: 0 1 auto; min-height: 0; display: flex; flex-direction: column; }
.tools { flex: none; display: flex; flex-wrap: wrap; align-items: center; gap: 6px; padding: 10px 14px; border-bottom: 1px solid var(--line); }
.tools input { font: inherit; color: inherit; background: var(--bg); border: 1px solid var(--edge); border-radius: 6px; padding: 4px 8px; min-width: 0; margin: 0; user-select: text; -webkit-user-select: text; }
.tools input::placeholder { color: var(--ink2); opacity: 1; }
.search { flex: 1.4 1 0; } .range { flex: 1 1 0; }
.tools::after { content: ""; order: 1; flex-basis: 100%; height: 0; margin-top: -6px; } .tools > :not(input) { order: 2; }
.tools .sec { padding: 3px 10px; }
.count { margin-left: auto; font-size: 12px; color: var(--ink2); font-variant-numeric: tabular-nums; }
.notes { flex: none; } .notes .failed { margin-top: 12px; }
.list { position: relative; flex: 0 1 auto; min-height: 138px; overflow: auto; overscroll-behavior: contain; scrollbar-width: thin; }
.list h3 { position: sticky; top: 0; z-index: 1; height: 28px; margin: 0; padding: 0 14px; font-size: 12px; font-weight: 600; line-height: 28px; color: var(--ink2); background: var(--bg2); white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
.list ul { position: relative; list-style: none; margin: 0; padding: 0; contain: layout; }
.list li { position: absolute; left: 0; right: 0; height: 46px; display: grid; grid-template: 19px 17px / 16px 30px minmax(0, 1fr) 28px; column-gap: 8px; align-content: center; padding: 0 8px 0 14px; border-bottom: 1px solid var(--line); cursor: default; }
.list li:hover { background: var(--bg2); } .list li.now { box-shadow: inset 3px 0 var(--accent); } .list li.selected { background: var(--tint); }
.list li > input { grid-row: 1 / 3; align-self: center; width: 16px; height: 16px; margin: 0; accent-color: var(--accent); }
.no { grid-row: 1 / 3; align-self: center; text-align: right; color: var(--ink2); font-size: 12px; font-variant-numeric: tabular-nums; }
.list li > a { grid-column: 3; justify-self: start; max-width: 100%; color: var(--ink); text-decoration: none; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
.list li > a:hover { text-decoration: underline; } .list li.now > a { font-weight: 600; } .list li.off > a { color: var(--lock); }
.narrow .list li { height: 62px; grid-template-rows: 19px 33px; } .narrow .facts { flex-wrap: wrap; row-gap: 0; align-content: flex-start; }
.facts { grid-column: 3; display: flex; align-items: center; gap: 6px; min-width: 0; font-size: 12px; line-height: 16px; color: var(--ink2); font-variant-numeric: tabular-nums; }
.facts span { white-space: nowrap; } .seen { flex: none; display: flex; color: var(--ink2); } .seen .svg { width: 14px; height: 14px; } .facts > :last-child { overflow: hidden; text-overflow: ellipsis; }
.facts .chip { flex: none; font-size: 11px; line-height: 15px; padding: 0 6px; }
.list li:is(:hover, .selected) .chip:not(.good, .warn) { background: var(--bg); }
.list li > button { grid-area: 1 / 4 / 3 / 5; align-self: center; }
.foot { flex: none; margin: 0; padding: 10px 14px; border-top: 1px solid var(--line); } .foot:empty { display: none; }

footer { flex: none; border-top: 1px solid var(--line); padding: 9px 14px; color: var(--ink2); font-size: 12px; }
footer p { margin: 0; } footer p + p { margin-top: 4px; } footer b { color: var(--ink); font-weight: 600; }
.status { flex: none; overflow-wrap: anywhere; }
.status:not(:empty) { padding: 8px 14px; border-top: 1px solid var(--line); background: var(--bg2); }
.status.ok { color: var(--good); } .status.bad { color: var(--warn); }

[aria-busy=true] .stale { opacity: .55; }
.bone { display: block; height: 12px; border-radius: 6px; background: var(--line); animation: pulse 1.2s ease-in-out infinite alternate; }
.bone.title { height: 16px; width: 62%; margin: 3px 0 7px; } .bone.subtitle { width: 80%; } .bone.chipbone { width: 76px; height: 18px; margin-top: 10px; }
.bone.card { height: 82px; margin: 12px 14px; border-radius: 10px; } .bone.row { margin: 18px 14px; } .bone.short { width: 58%; }
@keyframes pulse { to { opacity: .45; } }

.menu { position: fixed; inset: auto; margin: 0; padding: 4px; border: 1px solid var(--line); border-radius: 8px; background: var(--bg); color: var(--ink); box-shadow: var(--shadow); min-width: 180px; }
.menu :is(button, a) { display: block; width: 100%; text-align: left; padding: 6px 10px; color: inherit; text-decoration: none; border-radius: 6px; }
.menu a:hover { background: var(--bg2); }
.menu :is(button, a):focus { background: var(--tint); outline-offset: -2px; }
.menu .check { float: right; margin-left: 12px; color: var(--accent); }
.shells { display: flex; align-items: center; gap: 2px; margin-top: 4px; padding: 4px 0 0 10px; border-top: 1px solid var(--line); font-size: 12px; }
.shells span { margin-right: auto; padding-right: 10px; color: var(--ink2); }
.menu .shells button { width: auto; padding: 3px 8px; }
.shells [aria-checked=true] { color: var(--accent); font-weight: 600; background: var(--tint); }

.veil { position: absolute; inset: 0; z-index: 2; background: rgb(16 24 40/.4); display: flex; align-items: center; justify-content: center; padding: 14px; }
dialog { position: static; margin: 0; width: 100%; max-height: 100%; overflow: auto; border: 0; border-radius: 10px; padding: 14px; background: var(--bg); color: var(--ink); box-shadow: var(--shadow); }
dialog h2 { margin: 0 0 4px; }
dialog p { margin: 0 0 8px; color: var(--ink2); }
/* In the top layer: see surface.js. */
.root[popover], .lift { position: fixed; inset: 0 auto auto 0; width: 0; height: 0; margin: 0; border: 0; padding: 0; overflow: visible; background: none; box-shadow: none; }
.root::backdrop, .lift::backdrop { background: none; }
table.compare { min-width: 0; margin-top: 4px; }
.compare td, .compare th { white-space: normal; overflow-wrap: anywhere; vertical-align: top; text-align: left; }
.compare td:first-child, .compare th:first-child { width: 96px; padding-left: 0; color: var(--ink2); }
.compare tr > :last-child { padding-right: 0; text-align: left; }
.compare thead td { border: 0; }
.compare thead th { font-size: 13px; font-weight: 600; color: var(--ink); }
.verdict:empty { min-height: 20px; }
.verdict p { margin: 8px 0 0; color: var(--ink); }
[aria-pressed=true] { border-color: var(--accent); background: var(--tint); }
.command { display: block; width: 100%; height: 132px; margin: 0; overflow: auto; scrollbar-width: thin; white-space: pre-wrap; overflow-wrap: anywhere; font: 12px/1.5 ui-monospace, "Noto Sans Mono", monospace; color: var(--ink); background: var(--bg2); border: 1px solid var(--edge); border-radius: 6px; padding: 6px 8px; }
.field { display: grid; grid-template-columns: 96px 1fr; align-items: center; gap: 2px 8px; margin: 0 0 8px; }
.field > :first-child { color: var(--ink2); }
.field select { padding: 4px 6px; }
.tick { display: flex; align-items: center; gap: 8px; margin: 0 0 8px 104px; }
.tick input { width: 16px; height: 16px; margin: 0; accent-color: var(--accent); }
.far { display: flex; justify-content: space-between; gap: 12px; margin: 0 0 4px; font-variant-numeric: tabular-nums; }
progress { display: block; width: 100%; height: 8px; margin: 0 0 8px; accent-color: var(--accent); }
.export p:empty { display: none; }
.countdown { font-size: 20px; font-variant-numeric: tabular-nums; }
dialog .countdown { color: var(--ink); }
.report { max-height: 152px; overflow: auto; overscroll-behavior: contain; scrollbar-width: thin; margin: 10px 0 0; padding: 6px 10px; list-style: none; background: var(--bg2); border-radius: 8px; overflow-wrap: anywhere; }
.report li + li { margin-top: 6px; }
.report b { font-weight: 600; }
dialog .outcome { margin: 8px 0 0; color: var(--ink); }

.toast { position: fixed; left: 24px; bottom: 24px; max-width: min(400px, calc(100vw - 48px)); display: flex; flex-wrap: wrap; gap: 2px 10px; align-items: baseline; background: var(--ink); color: var(--bg); border-radius: 10px; padding: 10px 14px; box-shadow: var(--shadow); overflow-wrap: anywhere; }
.toast button { color: inherit; text-decoration: underline; text-underline-offset: 2px; padding: 2px 4px; margin: -2px -4px; }
.toast button:hover { background: color-mix(in srgb, var(--bg) 18%, transparent); }
.toast button:focus-visible { outline-color: currentColor; }

@media (max-width: 471px) { /* the panel is narrower than its columns: they wrap, so that the buttons stay in view */
  table { min-width: 272px; }
  col.q { width: auto; } col.c { width: 44px; } col.b { width: 48px; } col.s { width: 46px; } col.a { width: 74px; }
  .num, td.why, .mark { white-space: normal; }
  td, th { padding-left: 2px; padding-right: 2px; }
  td:first-child, th:first-child { padding-left: 12px; }
  td.actions { padding-right: 2px; }
  td.actions .ic { min-width: 24px; padding: 0 4px; }
  tr.known > .why { padding-right: 10px; } tr.known > .why span { position: static; white-space: normal; }
}
@media (max-height: 440px) { /* zoomed far in, or a very flat window: the head scrolls away too */
  .panel { display: block; overflow: auto; } .scroll { overflow: visible; } .list { max-height: 276px; }
  .bar { position: sticky; top: 0; }
}
@media (prefers-reduced-motion: reduce) { * { animation: none !important; transition: none !important; } }
@media (forced-colors: active) {
  .panel, .menu, .toast, dialog, .chip, .best, .problem { border: 1px solid CanvasText; }
  .pri, .shells [aria-checked=true] { border: 1px solid ButtonText; }
}
`;

  /**
   * A page's policy can't forbid a constructed sheet (seen in Chromium 156 and Firefox 153,
   * from a content script, in a page that allows nothing). A style element is for browsers
   * that refuse to adopt a sheet from a content script: without it the panel would be bare.
   */
  parts.adoptStyle = (root) => {
    try {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(parts.css);
      root.adoptedStyleSheets = [sheet];
      if (root.adoptedStyleSheets.length === 1) return;
    } catch {
      // below
    }
    root.prepend(parts.el('style', null, parts.css));
  };
})();
