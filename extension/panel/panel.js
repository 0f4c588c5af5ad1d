/// <reference path="../types.d.ts" />
// The panel: opens, asks the background for the listing, and shows the answer.
(() => {
  const parts = (globalThis.streamlistParts ??= /** @type {any} */ ({}));
  if (!Object.hasOwn(parts, 'createPanel')) define();
  if (globalThis.streamlist && !globalThis.streamlist.panel) {
    globalThis.streamlist.panel = parts.createPanel(globalThis.streamlist);
  }

  function define() {
    const { el, iconButton } = parts;

    // What happens in the panel is none of the page's business: a player that pauses on
    // clicks or turns the volume with the wheel must not see it. Keys are the guard's.
    const KEPT = [
      'click', 'dblclick', 'auxclick', 'contextmenu', 'wheel', 'pointerdown', 'pointerup', 'pointermove', 'pointerover', 'pointerout',
      'mousedown', 'mouseup', 'mousemove', 'mouseover', 'mouseout', 'touchstart', 'touchmove', 'touchend', 'touchcancel',
      'focusin', 'focusout', 'input', 'beforeinput', 'change', 'copy', 'cut', 'paste', 'selectstart', 'dragstart', 'dragover', 'drop',
    ];

    const PAUSE = 1000; // milliseconds between two moves that are followed
    const DEADLINE = 15_000; // milliseconds for a question and its second try together

    // Problems of what can be watched all the same, on the page.
    const WATCHABLE = new Set(['preview-only', 'encrypted']);
    // Reasons that say nothing about the rows in view: a failed refresh must not take them away.
    const PASSING = new Set(['rate-limited', 'network', 'unexpected']);

    parts.createPanel = (content, { mode = 'closed', i18n = chrome.i18n, storage = chrome.storage?.local } = {}) => {
      const words = parts.createWords(i18n);
      const { msg } = words;
      const choice = parts.createChoice(storage);
      const marks = parts.createMarks(storage);
      /** @returns {Streamlist.Site} */
      const site = () => listing?.site ?? (/(^|\.)bilibili\.com$/.test(location.hostname) ? 'com' : 'tv');

      /** Of which listing a row is copied: a tab that has moved on unheard has another, perhaps with a row of the same key. */
      const about = () => ({ hints, page: listing?.page, shell: choice.shell });

      let open = false;
      let generation = 0; // of the listing asked for; answers to an older one are dropped
      let outcomes = 0; // of what was copied, likewise
      let followed = -Infinity; // when the last move was
      let expiry = 0; // timer
      let copiedFrom = 0; // in Unix seconds: when the listing came from which was copied last
      let held = ''; // the key that is down
      /** @type {Streamlist.Place | undefined} what the page is, where it has no streams but more to say */
      let instead;
      /** @type {Streamlist.Listing | null} */
      let listing = null;
      // Those that the listing was asked with: the page may play another lesson by now, whose rows are not in view.
      let hints = content.hints();
      /** @type {{lesson: Streamlist.Lesson, own: Streamlist.Listing} | null} the lesson in view that is not the page's, and the page's own listing */
      let beside = null;
      /** @type {HTMLElement | null} the section of the single files */
      let files = null;
      /** @type {HTMLElement | null} */
      let focusedBefore = null;
      /** @type {{current: Streamlist.Menu | null}} */
      const menus = { current: null };

      // An update of the extension leaves its former panel behind, without a background.
      for (const former of document.querySelectorAll('[data-streamlist]')) former.remove();
      const host = el('div', { 'data-streamlist': true });
      const root = host.attachShadow({ mode });
      parts.adoptStyle(root);
      for (const type of KEPT) host.addEventListener(type, (event) => event.stopPropagation());

      const head = el('div', { class: 'head' });
      const grip = iconButton('grip', msg('move'), () => {}, { class: 'ic grip' });
      const diagnose = iconButton('pulse', msg('copyDiagnostics'), () => actions.copy({ what: 'diagnostics' }, diagnose));
      const header = el('header', null,
        el('div', { class: 'bar' }, grip, el('b', null, 'Streamlist'), diagnose,
          iconButton('refresh', msg('refresh'), () => void load({ refresh: true, keep: true })),
          iconButton('download', msg('openDownloads'), () => void content.request('open-downloads').then(report)),
          iconButton('options', msg('options'), () => void content.request('open-options').then(report)),
          iconButton('close', msg('close'), () => close())),
        head);
      const body = el('div', { class: 'scroll stale' });
      const status = el('div', { class: 'status', role: 'status' });
      const lessons = parts.createLessons({
        words, menus, marks, say, look: (lesson) => void look(lesson), readOn: () => void readOn(), explain: (error) => words.failure(error, site()).line,
        ask: (kind, request) => ask(kind, kind === 'range' ? request : { hints: content.hints(), ...request }),
      });
      const tabs = parts.createTabs(msg('tabs'), { streams: body, lessons: lessons.element }, (name) => {
        menus.current?.hide();
        if (name !== 'lessons') return;
        lessons.open();
        exporter.look();
      });
      const panel = el('section', { 'class': 'panel', 'role': 'region', 'aria-label': 'Streamlist', 'tabindex': -1 }, header, tabs.element, body, lessons.element, status);
      const toast = parts.createToast(words, site, () => content.request('copy', { hints: content.hints(), what: 'again', shell: choice.shell }), attach);
      const frame = el('div', { class: 'root', lang: words.locale }, toast.element);
      root.append(frame);
      const moving = parts.movable(panel, header, grip);
      const dialog = parts.createDialog({ frame: panel, background: [header, tabs.element, body, lessons.element, status], closed: () => renew() });
      const commands = {
        words, root, dialog, choice,
        load: (/** @type {Streamlist.Rendition} */ row) => content.request('export', { ...about(), row: row.key, what: 'curl' }),
        copy: (/** @type {Streamlist.Rendition} */ row) => copyText({ row: row.key, what: 'curl' }),
        explain: (/** @type {Streamlist.Failure} */ error) => words.failure(error, site()).line,
      };
      const exporter = parts.createExporter({
        words, dialog, choice, lessons, marks, say, explain: commands.explain,
        ask: (kind, request) => ask(kind, kind === 'collect' ? { hints: content.hints(), ...request } : request),
      });
      const compare = parts.createCompare({ words, dialog, say });
      const owned = parts.createOwned({
        words, skeleton: showSkeleton,
        ask: (page) => ask('owned', { page }),
        show(inHead, inBody, more) {
          // Rows that are added while the person is among them leave the focus alone.
          if (inHead.some((node) => node.parentNode !== head) || inBody.some((node) => node && node.parentNode !== body)) show(inHead, inBody);
          if (more) panel.setAttribute('aria-busy', 'true');
          else panel.removeAttribute('aria-busy');
        },
        problem(error) {
          const failed = words.failure(error, site());
          return parts.problemCard(failed, buttonFor(failed));
        },
      });

      const surface = parts.createSurface({
        host, root, frame, alive: content.alive,
        lost() {
          toast.hide();
          close();
        },
      });

      /** Keeps the host in the page exactly while it shows something. */
      function attach() {
        if (open || toast.shown) surface.show(open);
        else surface.hide();
      }

      /**
       * Asks, and asks once more when the background was stopped, or dropped the question as the tab moved: it knows
       * more now.
       *
       * @param {string} kind @param {object} request
       * @param {() => boolean} [wanted] whether the answer still matters
       */
      async function ask(kind, request, wanted = () => true) {
        const started = performance.now();
        const answer = await content.request(kind, request);
        const again = !answer.ok && (answer.error.code === 'runtime-died' || answer.error.code === 'cancelled') && wanted();
        return again ? content.request(kind, request, Math.max(0, DEADLINE - (performance.now() - started))) : answer;
      }

      // --- copying -------------------------------------------------------------------

      /** @param {{row?: string, what: Streamlist.What, backup?: number}} request */
      async function copyText(request) {
        const answer = await ask('copy', { ...about(), ...request });
        if (answer.ok) {
          copiedFrom = answer.body.fetchedAt ?? 0;
          return words.copied(answer.body);
        }
        stale(answer.error);
        return words.failure(answer.error, site()).line;
      }

      const hostTest = parts.createHostTest({
        words, say, report, remedy: (error) => buttonFor(words.failure(error, site())), show: (tested) => showListing(tested),
        ask: (row, wanted) => ask('test-hosts', { hints, row: row.key }, wanted),
        stop: () => void content.request('stop-test', {}),
      });

      /** @type {Streamlist.RowActions} */
      const actions = {
        async copy(request, button) {
          const turn = ++outcomes;
          const answer = await ask('copy', { ...about(), ...request }, () => turn === outcomes);
          if (turn !== outcomes) return;
          if (answer.ok) {
            confirm(button);
            copiedFrom = answer.body.fetchedAt ?? 0;
            renew();
            return say(words.copied(answer.body), true);
          }
          stale(answer.error);
          say(words.failure(answer.error, site()).line, false);
        },
        async save(request, button) {
          const turn = ++outcomes;
          const answer = await ask('export', { ...about(), ...request }, () => turn === outcomes);
          if (turn !== outcomes) return;
          if (!answer.ok) {
            stale(answer.error);
            return say(words.failure(answer.error, site()).line, false);
          }
          const { text, copied } = /** @type {Streamlist.Text} */ (answer.body);
          parts.saveText(copied.name ?? 'streamlist.txt', text, copied.type ?? 'text/plain');
          confirm(button);
          copiedFrom = copied.fetchedAt ?? 0;
          renew();
          say(words.copied(copied), true);
        },
        testHosts: null,
        sound: '',
        async download(row, button) {
          const turn = ++outcomes;
          const audio = row.kind === 'video' && actions.sound ? { audio: actions.sound } : {};
          const wish = row.kind === 'audio' ? '' : choice.subtitles[site()];
          const answer = await ask('download', { ...about(), row: row.key, ...audio, ...(wish ? { subtitles: wish } : {}) }, () => turn === outcomes);
          if (turn !== outcomes) return;
          if (!answer.ok) return report(answer);
          confirm(button);
          const { audio: key, subtitles } = /** @type {Streamlist.Ordered} */ (answer.body);
          say(words.ordered(row, listing?.audio?.find((sound) => sound.key === key), listing?.problem, subtitles), true);
        },
        more(row) {
          const name = words.name(row);
          const command = el('button', {
            'type': 'button', 'class': 'sec', 'aria-label': msg('commandRow', name), 'onclick': () => parts.showCommand(row, command, commands),
          }, msg('downloadCommand'));
          return el('div', { class: 'acts' }, compare.button(row), command);
        },
      };

      /** @param {'xml' | 'ass'} format */
      async function saveDanmaku(format) {
        const turn = ++outcomes;
        const answer = await ask('danmaku', { hints, format }, () => turn === outcomes);
        if (turn !== outcomes) return;
        if (!answer.ok) return report(answer);
        const file = /** @type {Streamlist.File} */ (answer.body);
        if (!file.count) return say(msg('danmakuNone'), false);
        parts.saveText(file.name, file.text, format === 'xml' ? 'text/xml' : 'text/x-ssa');
        say(msg('danmakuSaved', file.name, words.number(file.count)), true);
      }

      /** @type {Parameters<Streamlist.Parts['subtitles']>[1]['take']} */
      async function takeSubtitle(track, language, format, copy, button) {
        const turn = ++outcomes;
        const answer = await ask('subtitles', { hints, language: track.tag, format, ...(copy ? { copy } : {}) }, () => turn === outcomes);
        if (turn !== outcomes) return;
        if (!answer.ok) return report(answer);
        const [found] = /** @type {Streamlist.SubtitleList} */ (answer.body).tracks ?? [];
        const { file } = found ?? {};
        if (!file) return say(words.problem(found?.withheld ?? { code: 'not-found' }, site()).line, false);
        if (!file.count) return say(msg('subtitlesEmpty'), false);
        confirm(button);
        if (copy) return say(msg('subtitlesCopied', language), true);
        parts.saveText(file.name, file.text, parts.typeOf(file.name));
        say(msg('subtitlesSaved', file.name), true);
      }

      /** A copy whose addresses were about to end has fetched fresh ones, and the background has their listing. */
      function renew() {
        const outdated = Boolean(copiedFrom) && copiedFrom !== listing?.fetchedAt;
        // Under the dialog it waits for the end of that. A listing that is under way already is as new.
        if (open && outdated && listing && !dialog.open && !panel.hasAttribute('aria-busy')) void load({ keep: true, quiet: true });
      }

      /** @param {string} text @param {boolean} good */
      function say(text, good) {
        const turn = ++outcomes;
        status.textContent = '';
        status.className = `status ${good ? 'ok' : 'bad'}`;
        // Emptied first, else the same outcome twice is announced once.
        setTimeout(() => {
          if (turn === outcomes) status.textContent = text;
        }, 30);
      }

      /** Shows a tick on the button for a moment. @param {HTMLElement} button */
      function confirm(button) {
        const drawn = button.querySelector('.svg.copy, .svg.pulse, .svg.download');
        if (!drawn) return;
        const tick = parts.icon('check');
        tick.classList.add('done');
        if (button.classList.contains('pri')) tick.classList.remove('done');
        drawn.replaceWith(tick);
        setTimeout(() => tick.replaceWith(drawn), 1500);
      }

      /** @param {Streamlist.Answer} answer */
      function report(answer) {
        if (answer.ok) return;
        stale(answer.error);
        say(words.failure(answer.error, site()).line, false);
      }

      /** A page older than the extension can do nothing but be reloaded. @param {Streamlist.Failure} error */
      function stale(error) {
        if (error.code === 'orphaned' || error.code === 'old-version') showFailure(error);
      }

      // --- what the panel shows --------------------------------------------------------

      /** @param {(Node | null | undefined | false)[]} inHead @param {(Node | null | undefined | false)[]} inBody */
      function show(inHead, inBody) {
        const lost = body.contains(root.activeElement) || dialog.open;
        menus.current?.hide();
        menus.current = null;
        compare.drop();
        dialog.hide();
        panel.removeAttribute('aria-busy');
        head.replaceChildren(...inHead.filter((n) => n instanceof Node));
        body.replaceChildren(...inBody.filter((n) => n instanceof Node));
        // What scrolls must be reachable by keyboard.
        if (body.querySelector('button')) body.removeAttribute('tabindex');
        else body.setAttribute('tabindex', '0');
        if (lost) panel.focus({ preventScroll: true });
      }

      function showSkeleton(text = msg('loading')) {
        listing = null;
        clearTimeout(expiry);
        ++outcomes;
        status.textContent = '';
        const bone = (/** @type {string} */ name) => el('span', { class: `bone ${name}` });
        beside = null;
        if (tabs.current === 'streams') tabs.offer({}); // whoever is among the lessons stays there
        show([el('span', { class: 'vh' }, text), bone('title'), bone('subtitle'), bone('chipbone')],
          [bone('card'), ...['row', 'row short', 'row', 'row short', 'row'].map(bone)]);
        panel.setAttribute('aria-busy', 'true');
      }

      function showElsewhere() {
        listing = null;
        tabs.offer({});
        const link = (/** @type {string} */ href, /** @type {string} */ text) => el('a', { class: 'sec', href, target: '_blank', rel: 'noopener noreferrer' }, text);
        show([], [el('div', { class: 'plain' }, el('div', null, instead === 'videos' ? msg('elsewhereVideos') : msg('elsewhere')),
          el('div', { class: 'acts' }, link('https://www.bilibili.com/cheese/', msg('openCourses')), link('https://www.bilibili.tv/', msg('openTV'))))]);
      }

      /** @param {Streamlist.Failure} error */
      function showFailure(error) {
        const problem = words.failure(error, site());
        if (!listing) tabs.offer({});
        show(listing ? headOf(listing) : [], [parts.problemCard(problem, buttonFor(problem))]);
      }

      /** @param {Streamlist.Problem} problem */
      function buttonFor(problem) {
        if (problem.code === 'reload') return el('button', { type: 'button', class: 'pri', onclick: () => location.reload() }, msg('reloadPage'));
        if (problem.code === 'no-access' && problem.detail === 'old-host') {
          return el('a', { class: 'pri', href: `https://www.bilibili.tv${location.pathname}${location.search}`, target: '_blank', rel: 'noopener noreferrer' }, msg('openOnTV'));
        }
        if (problem.code !== 'no-access' || problem.detail) return null; // a detail is none that a permission helps
        return el('button', {
          type: 'button', class: 'pri',
          onclick: async () => {
            const answer = await content.request('grant', {});
            if (!answer.ok) return report(answer);
            // The browser asks in a tab of its own; when the person is back, it has an answer.
            document.addEventListener('visibilitychange', function back() {
              if (document.hidden) return;
              document.removeEventListener('visibilitychange', back);
              if (open) void load({ refresh: true });
            });
          },
        }, msg('allowAccess'));
      }

      /** @param {Streamlist.Listing} of */
      function headOf({ head: { number, total, partial, duration, ...texts }, state, site: world, expiresAt, fetchedAt }) {
        const title = words.foreign(texts.title, 200), series = words.foreign(texts.series, 100), teacher = words.foreign(texts.teacher, 40);
        const count = total && total >= (number ?? 0) ? words.number(total) : '';
        const most = partial && count ? msg('atLeast', count) : count;
        const place = !number ? '' : world === 'com'
          ? (most ? msg('lessonOf', words.number(number), most) : msg('lesson', words.number(number)))
          : (most ? msg('episodeOf', words.number(number), most) : msg('episode', words.number(number)));
        const facts = [
          title && series, place, world === 'tv' && title && !series && !number && msg('upload'), teacher, duration && words.duration(duration),
        ].filter((fact) => typeof fact === 'string' && fact !== '');
        const good = state === 'free' || state === 'purchased' || state === 'playable';
        const ended = Boolean(expiresAt) && (expiresAt ?? 0) * 1000 <= Date.now();
        const name = title || series || msg('untitled');
        const sub = el('div', { class: 'sub' });
        // Each of the site's texts apart, so that one with another writing direction
        // can't turn the rest around.
        facts.forEach((fact, i) => sub.append(i ? ' · ' : '', el('bdi', null, String(fact))));
        return [
          el('h2', { title: name.length > 80 ? name : null }, el('bdi', null, name)), facts.length > 0 && sub,
          Boolean(state || expiresAt) && el('div', { class: 'chips' },
            state && el('span', { class: `chip ${good ? 'good' : state === 'partly' ? '' : 'warn'}` }, msg(`state_${state}`)),
            Boolean(expiresAt) && el('span', { class: `chip ${ended ? 'warn' : ''}` },
              words.outran({ expiresAt, fetchedAt }) ? msg('linksClock') : ended ? msg('linksEnded') : msg('linksUntil', words.clock(expiresAt ?? 0)))),
        ];
      }

      /** @param {Streamlist.Listing} of */
      function updateHead(of) {
        head.replaceChildren(...headOf(of).filter((n) => n instanceof Node));
        offerLessons(of);
        clearTimeout(expiry);
        const left = (of.expiresAt ?? 0) * 1000 - Date.now();
        if (left > 0 && left < 2 ** 31) expiry = window.setTimeout(() => listing === of && updateHead(of), left);
      }

      /** The tab of the lessons, where there are several. @param {Streamlist.Listing} of */
      function offerLessons({ site: world, head: { total = 0, partial } }) {
        const most = partial ? msg('atLeast', words.number(total)) : words.number(total);
        const title = world === 'tv' ? msg('tabEpisodes', most) : msg('tabLessons', most);
        tabs.offer(total > 1 || partial ? { streams: msg('tabStreams'), lessons: title } : {});
      }

      /** Remembers whether a lesson is encrypted, which only its listing tells. @param {Streamlist.Listing} of */
      async function learn({ site: world, head: { episodeId: id, seasonId }, problem, bestKey }) {
        if (!id || !seasonId || (problem?.code !== 'encrypted' && !bestKey) || problem?.detail === 'unconfirmed') return;
        await marks.set(world, [id], 'encrypted', problem?.code === 'encrypted');
        lessons.marked();
      }

      /**
       * @param {Streamlist.Listing} of
       * @param {Streamlist.Problem | null} [failed] why a newer listing could not be had; this one may still serve
       */
      function showListing(of, failed) {
        const back = listing ? place() : null;
        listing = of;
        copiedFrom = 0;
        /** @type {[Streamlist.Kind, Streamlist.Rendition[]][]} */
        const kinds = [['video', of.video ?? []], ['audio', of.audio ?? []], ['single', of.single ?? []]];
        const some = kinds.filter(([, rows]) => rows.length > 0);
        const available = kinds.flatMap(([, rows]) => rows).some((row) => row.segments?.length);
        const reason = of.problem ?? (some.length ? null : { code: 'unexpected', detail: 'no-media' });
        const problem = failed ?? (reason && words.problem(reason, of.site));
        const notes = (of.notes ?? []).map((note) => words.note(note, of.site));
        if (words.outran(of)) notes.push(msg('clockNote'));
        if (available && !of.bestKey && !problem) notes.unshift(words.problem({ code: 'not-given', detail: 'only-hdr' }, of.site).text);
        const silent = available && Boolean(of.video?.length) && !of.audio?.length;
        actions.testHosts = beside ? null : (row, button) => void hostTest.run(row, button);
        files = parts.singleFiles(of, words, actions, askSingle);
        show(headOf(of), [
          beside && besideNote(beside),
          problem && parts.problemCard(problem, buttonFor(problem)),
          parts.bestCard(of, words, actions, menus, choice),
          ...[...new Set(notes)].map((note) => el('p', { class: 'note' }, note)),
          ...some.filter(([kind]) => kind !== 'single' || !of.video?.length)
            .map(([kind, rows], i) => parts.table(kind, rows, words, actions, { heads: i === 0, encrypted: reason?.code === 'encrypted', preview: words.preview(of.problem) })),
          files,
          silent && el('p', { class: 'note' }, msg('noSound')),
          !beside && (!of.problem || WATCHABLE.has(of.problem.code)) && parts.subtitles(words, { site: of.site, choice, ask: () => ask('subtitles', { hints }), explain: (error) => words.failure(error, of.site).line, take: takeSubtitle }),
          of.site === 'com' && !beside && parts.courseDetails(words, {
            ask: () => ask('details', { hints }), explain: (error) => words.failure(error, 'com').line, save: (format) => void saveDanmaku(format),
          }),
          parts.remarks(of, words),
        ]);
        if (!beside) lessons.of(of);
        updateHead(of);
        back?.();
        void learn(of);
      }

      /** Remembers where the person is among the rows. @returns {() => void} goes back there, once the rows are drawn anew */
      function place() {
        const name = (/** @type {Element} */ e) => e.getAttribute('aria-label') ?? e.textContent;
        const { scrollTop } = body;
        const expanded = new Set([...body.querySelectorAll(':is(tr, .fold) [aria-expanded=true]')].map(name));
        const active = root.activeElement;
        const focus = active && body.contains(active) ? name(active) : null;
        const named = () => [...body.querySelectorAll('button')].filter((button) => name(button) === focus && button.checkVisibility());
        const nth = Math.max(0, named().findIndex((button) => button === active)); // some are in several rows
        return () => {
          const buttons = [...body.querySelectorAll('button')];
          for (const button of buttons) if (button.getAttribute('aria-expanded') === 'false' && expanded.has(name(button))) button.click();
          body.scrollTop = scrollTop;
          if (focus !== null) named().slice(0, nth + 1).at(-1)?.focus({ preventScroll: true });
        };
      }

      // --- asking ----------------------------------------------------------------------

      /**
       * @param {{refresh?: boolean, keep?: boolean, quiet?: boolean}} [how] keep: leave the old rows in view meanwhile;
       *   quiet: and for good, if there are no better ones
       */
      async function load({ refresh = false, keep = false, quiet = false } = {}) {
        if (beside && keep) return look(beside.lesson, { keep, refresh });
        const turn = ++generation;
        hostTest.end();
        if (instead === 'mine') return owned(refresh, () => turn === generation);
        if (quiet) copiedFrom = 0; // tried once
        else if (keep && listing) panel.setAttribute('aria-busy', 'true');
        else showSkeleton();
        const now = content.hints();
        const answer = await ask('list', { hints: now, ...(refresh ? { refresh } : {}) }, () => turn === generation);
        if (turn !== generation || (quiet && !(answer.ok && answer.body.bestKey))) return;
        const kept = keep && listing?.bestKey ? listing : null;
        if (!answer.ok) {
          if (answer.error.code === 'unsupported') return showElsewhere();
          const failed = words.failure(answer.error, site());
          return kept && PASSING.has(failed.code) ? showListing(kept, failed) : showFailure(answer.error);
        }
        const asked = /** @type {Streamlist.Listing} */ (answer.body);
        if (kept && asked.problem && PASSING.has(asked.problem.code)) return showListing(kept, words.problem(asked.problem, asked.site));
        hints = now;
        showListing(asked);
        if (asked.head.partial && !asked.problem) await readOn();
      }

      /** Reads the rest of a long course's list. */
      async function readOn() {
        const turn = generation;
        lessons.reading();
        const rest = await content.request('course', { hints });
        if (turn !== generation) return;
        lessons.read(rest.ok);
        const own = beside?.own ?? listing; // by now with the single files, perhaps
        if (!rest.ok || !own) return;
        own.head = rest.body;
        if (beside) offerLessons(own);
        else updateHead(own);
      }

      // --- another lesson's streams ----------------------------------------------------

      /** Lists a lesson of the course without going there. @param {Streamlist.Lesson} lesson @param {{keep?: boolean, refresh?: boolean}} [how] */
      async function look(lesson, { keep = false, refresh = false } = {}) {
        const own = beside?.own ?? listing;
        if (!own) return;
        const turn = ++generation;
        hostTest.end();
        if (keep) {
          panel.setAttribute('aria-busy', 'true');
        } else {
          tabs.select('streams');
          panel.focus({ preventScroll: true });
          showSkeleton();
        }
        const answer = await ask('list-lesson', { hints, lesson: lesson.id, ...(refresh ? { refresh } : {}) }, () => turn === generation);
        if (turn !== generation) return;
        if (!answer.ok) {
          panel.removeAttribute('aria-busy');
          if (!keep) showListing(own);
          return report(answer);
        }
        beside = { lesson, own };
        showListing(answer.body);
      }

      /** Says that the streams in view are not the page's. @param {{own: Streamlist.Listing, lesson: Streamlist.Lesson}} of */
      function besideNote({ own, lesson }) {
        const back = el('button', {
          type: 'button', class: 'sec', onclick: () => {
            beside = null;
            showListing(own);
            panel.focus({ preventScroll: true });
          },
        }, msg('besideBack'));
        return el('div', { class: 'plain beside', role: 'note' }, el('div', null, msg('besideNote', lessons.placeOf(lesson))),
          el('div', { class: 'acts' }, back, el('a', { class: 'sec', href: lessons.addressOf(lesson) }, msg('lessonGo'))));
      }

      /**
       * Asks for the single files, and draws the listing that has them.
       *
       * @param {boolean} inView whether the person is waiting for them
       * @returns {Promise<Streamlist.Failure | null>} why not
       */
      async function askSingle(inView) {
        const turn = generation;
        const answer = await ask('single', { hints }, () => turn === generation);
        if (turn !== generation) return null; // another listing is in view, or none
        if (!answer.ok) {
          stale(answer.error);
          return answer.error;
        }
        showListing(answer.body);
        if (inView && files?.querySelector('[aria-expanded=true]')) parts.reveal(files);
        return null;
      }

      /** Asks for what the page has moved on to: at once, but of a page that flits no more than the last in a second. */
      function follow() {
        const turn = generation;
        const wait = followed + PAUSE - performance.now();
        if (wait > 0) {
          showSkeleton();
          setTimeout(() => open && turn === generation && follow(), wait);
        } else {
          followed = performance.now();
          void load();
        }
      }

      // --- opening, closing, keys ------------------------------------------------------

      /** @param {Streamlist.ToggleBody} how */
      function appear({ elsewhere = false, place: where, open: byItself = false }) {
        open = true;
        instead = where;
        const before = document.activeElement;
        focusedBefore = before instanceof HTMLElement && before !== document.body && before !== host ? before : null;
        frame.prepend(panel);
        attach();
        if (elsewhere && instead !== 'mine') showElsewhere();
        else void load();
        if (tabs.current === 'lessons') exporter.look();
        // Opened by the option, nobody asked for it: focus stays where it is.
        if (!byItself) panel.focus({ preventScroll: true });
      }

      function close() {
        if (!open) return;
        const inside = panel.contains(root.activeElement);
        open = false;
        generation++;
        hostTest.end();
        exporter.rest();
        outcomes++;
        clearTimeout(expiry);
        menus.current?.hide();
        dialog.hide();
        panel.remove();
        attach();
        keepHeldKey();
        if (inside && focusedBefore?.isConnected) focusedBefore.focus({ preventScroll: true });
        focusedBefore = null;
      }

      /** The key that closed the panel is still down while the focus is back in the page: its rest is kept too. */
      function keepHeldKey() {
        const key = held;
        if (!key) return;
        held = '';
        const life = new AbortController();
        for (const type of /** @type {const} */ (['keydown', 'keypress', 'keyup'])) {
          addEventListener(type, (event) => {
            if (event.key === key) event.stopImmediatePropagation();
            if (event.key !== key || type === 'keyup') life.abort();
          }, { capture: true, signal: life.signal });
        }
      }

      /** @param {KeyboardEvent} event @returns {boolean} whether it did something */
      function key(event) {
        const active = root.activeElement;
        if (event.key === 'Escape' && !event.isComposing) {
          if (menus.current?.open) menus.current.hide(true);
          else if (lessons.onKey(event, active)) return true;
          else if (dialog.open) dialog.hide();
          else if (toast.element.contains(active)) {
            toast.hide();
            if (open) panel.focus({ preventScroll: true });
            else keepHeldKey();
          } else close();
          return true;
        }
        if (menus.current?.open && menus.current.onKey(event)) return true;
        if (tabs.onKey(event, active) || lessons.onKey(event, active)) return true;
        return active === grip && moving.onKey(event);
      }

      content.guard.host = host;
      content.guard.onKey = (event) => {
        held = event.type === 'keyup' ? '' : event.key;
        if (event.type === 'keydown' && key(event)) event.preventDefault();
      };

      return {
        isOpen: () => open && host.isConnected,
        toggle(how = {}) {
          if (open && !host.isConnected) close(); // the page threw it out
          if (!open) appear(how);
          else if (!how.open) close();
        },
        close,
        moved({ supported, page, place: where }) {
          if (!open || (page && page === (beside?.own ?? listing)?.page)) return; // only the query or the fragment
          generation++;
          hostTest.end();
          instead = supported ? undefined : where;
          if (!supported && instead !== 'mine') return showElsewhere();
          follow();
        },
        toast: (outcome) => toast.show(outcome),
        optionsChanged() {
          if (open && (listing || panel.hasAttribute('aria-busy'))) void load({ keep: true });
        },
      };
    };
  }
})();
