/// <reference path="../types.d.ts" />
// The export of the selected lessons: what to write, how far the asking for them is, and what became of each.
// messages: format_*
(() => {
  const parts = (globalThis.streamlistParts ??= /** @type {any} */ ({}));
  if (Object.hasOwn(parts, 'createExporter')) return;
  const { el } = parts;

  /** @typedef {Streamlist.QueueView} View */

  const PACE = 1000; // milliseconds between two looks at what is under way
  /** @type {Streamlist.Format[]} */
  const FORMATS = ['aria2-list', 'mpv-list', 'page-list', 'ffmpeg', 'curl', 'wget', 'aria2c', 'ytdlp', 'vlc-list', 'list', 'csv', 'json'];
  /** Those that hold pages, for which nobody has to be asked. @type {Set<string>} */
  const PAGES = new Set(['page-list', 'ytdlp']);
  /** Height in pixels, and the quality whose name says so. */
  const CEILINGS = /** @type {const} */ ([[2160, 120], [1080, 80], [720, 64], [480, 32], [360, 16]]);

  parts.createExporter = ({ words, dialog, choice, lessons, marks, ask, say, explain }) => {
    const { msg } = words;

    /** @type {View} */
    let view = {};
    /** @type {Streamlist.Format} */
    let format = 'aria2-list';
    /** The dialog in view: what it shows, and whether it still is. @type {{phase: string, current: () => boolean, draw: () => void, body: HTMLElement} | null} */
    let shown = null;
    let timer = 0;
    let insisted = false; // links that had ended were asked for again: the text is written now, whatever has ended since
    let turn = 0; // answers to an older question are dropped

    const button = el('button', { type: 'button', class: 'sec', onclick: () => open() });
    lessons.foot.append(button);
    const before = lessons.onselect;
    lessons.onselect = () => {
      before?.();
      draw();
    };

    const state = () => view.progress?.state;
    /** @returns {Streamlist.Site} */
    const site = () => (view.page?.startsWith('tv/') ? 'tv' : 'com');
    /** How far it is, of how many. @param {Streamlist.Progress} p */
    const over = (p) => (p.done ?? 0) + (p.skipped ?? 0) + (p.failed ?? 0) + (p.dropped ?? 0);
    /** @param {Streamlist.Progress} p */
    const place = (p) => msg('doneOfSize', words.number(over(p)), words.number(p.total ?? 0));
    const phase = () => (!view.progress ? 'form' : state() === 'finished' ? 'finished' : 'running');
    const usable = () => lessons.selected().length > 0 || phase() !== 'form';

    function draw() {
      const { progress } = view;
      button.textContent = !progress ? msg('exportMany') : msg('exportState', state() === 'finished' ? msg('done') : place(progress));
      button.setAttribute('aria-disabled', String(!usable()));
      if (!shown?.current()) shown = null;
      if (!shown) return;
      if (shown.phase === phase()) shown.draw();
      else show();
    }

    /** Takes in how far it is, and looks again in a moment while something is under way. @param {View} now */
    function take(now) {
      const was = state();
      view = now;
      clearTimeout(timer);
      if (state() === 'running') timer = window.setTimeout(() => void look(), PACE);
      if (was && was !== 'finished' && state() === 'finished' && !shown?.current()) say(summary(), true);
      draw();
    }

    /** @param {Streamlist.Step} [step] @returns {Promise<Streamlist.Answer>} */
    async function look(step) {
      const mine = ++turn;
      clearTimeout(timer);
      const answer = await ask('queue', step ? { do: step } : {});
      if (mine !== turn) return answer;
      if (answer.ok) take(answer.body);
      else if (!step && state() === 'running' && answer.error.code !== 'orphaned') timer = window.setTimeout(() => void look(), PACE);
      return answer;
    }

    function open() {
      if (!usable()) return say(msg('exportSelect'), false);
      show();
    }

    function show() {
      const now = phase();
      const { nodes: all, draw: update, first } = now === 'form' ? form() : now === 'running' ? running() : finished();
      const nodes = all.filter((node) => node instanceof Node);
      if (shown?.current()) {
        const held = shown.body.contains(/** @type {ShadowRoot} */ (shown.body.getRootNode()).activeElement);
        shown.body.replaceChildren(...nodes);
        Object.assign(shown, { phase: now, draw: update });
        if (held) first().focus();
      } else {
        const body = el('div', { class: 'export' }, ...nodes);
        shown = { phase: now, body, draw: update, current: dialog.show(msg('exportTitle'), [body], button) };
        first().focus();
      }
      update();
    }

    /** @param {string} label */
    const hide = (label) => el('button', { type: 'button', class: 'sec', onclick: () => dialog.hide() }, label);

    /** @param {string} label @param {HTMLElement} control @param {string} [help] */
    const field = (label, control, help) => el('label', { class: 'field' }, el('span', null, label), control, help && el('span', { class: 'dim' }, help));

    /** @param {(f: string) => boolean} which @param {() => void} changed */
    function formats(which, changed) {
      const select = el('select', {
        onchange: () => {
          format = FORMATS.find((known) => known === select.value) ?? format;
          changed();
        },
      }, ...FORMATS.filter(which).map((known) => el('option', { value: known, selected: known === format }, msg(`format_${known.replace('-', '_')}`))));
      format = FORMATS.find((known) => known === select.value) ?? format;
      return select;
    }

    // --- what to write --------------------------------------------------------------

    function form() {
      const outcome = el('p', { class: 'outcome', role: 'alert' });
      const quality = el('select', null, el('option', { value: '0' }, msg('exportBest')),
        ...CEILINGS.map(([height, q]) => el('option', { value: height }, msg('exportUpTo', words.quality({ quality: q })))));
      const sound = el('input', { type: 'checkbox', checked: true });
      const what = el('div', null, field(msg('columnQuality'), quality), el('label', { class: 'tick' }, sound, msg('exportSound')));
      const select = formats(() => true, () => update());
      const count = el('p');
      const how = el('p', { class: 'dim' });
      const start = el('button', { type: 'button', class: 'pri', onclick: () => void begin() }, msg('exportStart'));

      function update() {
        const n = lessons.selected().length;
        what.hidden = PAGES.has(format);
        count.textContent = msg('exportCount', words.number(n));
        how.textContent = PAGES.has(format) ? msg('exportNoAsk') : msg('exportPace');
        start.disabled = !n;
      }
      async function begin() {
        insisted = false;
        start.disabled = true;
        outcome.textContent = '';
        const answer = await ask('collect', {
          lessons: lessons.selected().map(({ id }) => id),
          job: { purpose: 'export', format, ceiling: Number(quality.value), silent: !sound.checked },
        });
        start.disabled = false;
        if (answer.ok) return take(answer.body);
        if (answer.error.code === 'busy') return void look();
        outcome.textContent = explain(answer.error);
      }
      return {
        nodes: [count, field(msg('exportFormat'), select), what, how, el('div', { class: 'acts' }, start, hide(msg('cancel'))), outcome],
        draw: update, first: () => select,
      };
    }

    // --- how far it is --------------------------------------------------------------

    function running() {
      const bar = el('progress', { 'aria-label': msg('exportTitle') });
      const far = el('span'), left = el('span', { class: 'dim' });
      const course = el('p', { class: 'dim' });
      const status = el('p', { role: 'status' });
      const wait = el('p', { class: 'countdown' });
      const outcome = el('p', { class: 'outcome', role: 'alert' });
      /** @param {Streamlist.Step} step */
      const act = async (step) => {
        const answer = await look(step);
        outcome.textContent = answer.ok ? '' : explain(answer.error);
      };
      const go = el('button', { type: 'button', class: 'pri', onclick: () => void act(state() === 'paused' ? 'resume' : 'pause') });
      const cancel = el('button', { type: 'button', class: 'sec', onclick: () => void act('cancel') }, msg('cancel'));
      const text = (/** @type {HTMLElement} */ e, /** @type {string} */ now) => {
        if (e.textContent !== now) e.textContent = now; // what stays isn't announced again
      };
      return {
        nodes: [course, el('div', { class: 'far' }, far, left), bar, status, wait, !globalThis.chrome?.extension?.inIncognitoContext && el('p', { class: 'dim' }, msg('exportGoesOn')), el('div', { class: 'acts' }, go, cancel, hide(msg('exportHide'))), outcome],
        first: () => go,
        draw() {
          const p = /** @type {Streamlist.Progress} */ (view.progress);
          const paused = p.state === 'paused';
          const until = Math.ceil((p.until ?? 0) / 1000);
          text(course, words.foreign(view.title, 100));
          text(far, place(p));
          text(left, paused || !p.left ? '' : msg('timeLeft', words.duration(p.left)));
          bar.max = p.total ?? 1;
          bar.value = over(p);
          text(status, paused ? [msg('job_paused'), p.why && words.problem(p.why, site()).line].filter(Boolean).join(' ')
            : until ? msg('goesOnAt', msg('stop_rate_limited'), words.clock(until)) : '');
          text(wait, until && !paused ? words.duration(Math.max(0, until * 1000 - Date.now())) : '');
          text(go, paused ? msg('resume') : msg('pause'));
        },
      };
    }

    // --- what became of it ----------------------------------------------------------

    const summary = () => {
      const p = /** @type {Streamlist.Progress} */ (view.progress);
      return [
        msg('exportDone', words.number(p.done ?? 0)), p.skipped && msg('exportSkipped', words.number(p.skipped)),
        p.failed && msg('exportFailed', words.number(p.failed)), p.dropped && msg('exportDropped', words.number(p.dropped)),
      ].filter(Boolean).join(' · ');
    };

    function finished() {
      const p = /** @type {Streamlist.Progress} */ (view.progress);
      const world = site();
      const outcome = el('p', { class: 'outcome', role: 'status' });
      const list = el('ul', { class: 'report', tabindex: 0 });
      /** @type {View} */
      let report = {};
      const pages = PAGES.has(view.job?.format ?? '');
      format = FORMATS.find((known) => known === view.job?.format) ?? format;
      const select = formats((f) => PAGES.has(f) || !pages, () => {});
      const textButton = (/** @type {string} */ label, /** @type {string} */ kind) => el('button', { type: 'button', class: kind, disabled: !p.done }, label);
      const save = textButton(msg('exportSave'), 'pri'), copy = textButton(msg('copy'), 'sec');
      save.onclick = () => void write('export');
      copy.onclick = () => void write('copy');
      const copyReport = el('button', {
        type: 'button', class: 'sec', onclick: async () => {
          const answer = await ask('copy', { what: 'told', text: reportText() });
          outcome.textContent = answer.ok ? msg('exportReportCopied') : explain(answer.error);
        },
      }, msg('exportReport'));
      const step = async (/** @type {Streamlist.Step} */ what) => {
        const answer = await look(what);
        if (!answer.ok) outcome.textContent = explain(answer.error);
      };
      const again = Boolean(p.failed || p.dropped) && el('button', { type: 'button', class: 'sec', onclick: () => void step('retry') }, msg('exportAgain'));
      const other = el('button', { type: 'button', class: 'sec', onclick: () => void step('clear') }, msg('exportNew'));

      /** @param {'export' | 'copy'} how */
      async function write(how) {
        outcome.textContent = '';
        const answer = await ask(how, { collected: true, what: format, shell: choice.shell, anyway: insisted });
        if (!answer.ok) {
          if (answer.error.code !== 'unfinished') return void (outcome.textContent = explain(answer.error));
          insisted = true;
          say(msg('exportEnded'), true);
          return void look();
        }
        const { name, mime, body, mark, expiresAt, refused = [] } = /** @type {Streamlist.Exported} */ (answer.body);
        if (how === 'export') parts.saveText(name, (mark ? '\ufeff' : '') + body, mime);
        const count = words.number((p.done ?? 0) - refused.length);
        const done = how === 'export' ? msg('exportSaved', name, count) : msg('exportCopied', count);
        outcome.textContent = [
          done, refused[0] && msg('exportRefused', words.number(refused.length), words.refusal(refused[0].why)), expiresAt && `${msg('linksUntil', words.clock(expiresAt))}.`,
        ].filter(Boolean).join(' ');
        await marks.set(world, doneOnes().map(({ id }) => id), 'exported');
        void lessons.marked();
      }

      /** @param {string} outcome_ */
      const those = (outcome_) => (report.lessons ?? []).filter((_, i) => report.items?.[i]?.is === outcome_);
      const doneOnes = () => those('done');
      /** Those of which there is something to say, by what that is. */
      function remarks() {
        /** @type {Map<string, {problem: Streamlist.Problem, lessons: Streamlist.Lesson[]}>} */
        const groups = new Map();
        (report.lessons ?? []).forEach((lesson, i) => {
          const why = report.items?.[i]?.why;
          if (!why) return;
          const problem = words.problem(why, world);
          const group = groups.get(problem.line) ?? { problem, lessons: [] };
          group.lessons.push(lesson);
          groups.set(problem.line, group);
        });
        return [...groups.values()];
      }
      /** @param {Streamlist.Lesson[]} some */
      const numbers = (some) => ranges(some.map(({ number }) => number));
      const reportText = () => [
        words.foreign(view.title, 200), summary(), doneOnes().length > 0 && msg('exportNumbers', numbers(doneOnes())),
        ...remarks().flatMap(({ problem, lessons: some }) => [problem.line, ...some.map(({ number, title }) => `  ${number} ${words.foreign(title, 100)}`)]),
      ].filter(Boolean).join('\n');

      void (async () => {
        const answer = await ask('queue', { do: 'report' });
        if (!answer.ok) return void (outcome.textContent = explain(answer.error));
        report = answer.body;
        list.replaceChildren(...remarks().map(({ problem, lessons: some }) =>
          el('li', null, el('b', null, msg('titleAndText', problem.title, numbers(some))), el('div', { class: 'dim' }, problem.text))));
        list.hidden = !list.childElementCount;
        const encrypted = (report.lessons ?? []).filter((_, i) => report.items?.[i]?.why?.code === 'encrypted' && !report.items[i]?.why?.detail);
        if (!encrypted.length) return;
        await marks.set(world, encrypted.map(({ id }) => id), 'encrypted');
        void lessons.marked();
      })();

      return {
        nodes: [
          el('p', null, el('b', null, summary())), el('p', { class: 'dim' }, words.foreign(view.title, 100)),
          field(msg('exportFormat'), select), el('div', { class: 'acts' }, save, copy), list,
          el('div', { class: 'acts' }, copyReport, again, other, hide(msg('done'))), outcome,
        ],
        first: () => (p.done ? save : other), draw() {},
      };
    }

    draw();
    return {
      /** The lessons have come into view. */
      look: () => void look(),
      rest: () => clearTimeout(timer),
    };
  };

  /** Ascending numbers in few words: "1-5, 8". @param {number[]} numbers */
  function ranges(numbers) {
    /** @type {[number, number][]} */
    const runs = [];
    for (const n of numbers) {
      const last = runs.at(-1);
      if (last && last[1] === n - 1) last[1] = n;
      else runs.push([n, n]);
    }
    return runs.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`)).join(', ');
  }
})();
