/// <reference path="../types.d.ts" />
// The lessons of the course, or the episodes of the series, that the page belongs to: found, selected, gone to. Only the rows
// in view are in the document, so that a thousand lessons open as fast as ten.
// messages: access_*
(() => {
  const parts = (globalThis.streamlistParts ??= /** @type {any} */ ({}));
  if (Object.hasOwn(parts, 'createLessons')) return;
  const { el } = parts;

  /** @typedef {Streamlist.Lesson} Lesson */
  /** @typedef {{title: string, start: number, lessons: Lesson[], top: number, rows: HTMLElement}} Group  `start` is the first one's place in shown */

  const HEADING = 28; // px, as the style has them
  const ROWS = { wide: 46, narrow: 62 };
  const NARROW = 400;
  const SPARE = 6; // rows beyond each edge of what is in view
  const GOOD = new Set(['free', 'purchased']);

  parts.createLessons = ({ words, menus, marks, ask, readOn, look, explain, say }) => {
    const { msg } = words;

    /** Which course's lessons these are, '' for none. */
    let course = '';
    /** @type {Streamlist.LessonList | null} */
    let list = null;
    /** The lesson that the page plays. */
    let playing = '';
    /** Whether the account may watch what is for Premium members. */
    let premium = true;
    let loading = false;
    /** What becomes of the rest of a long list. @type {'' | 'reading' | 'unread'} */
    let rest = '';
    let turn = 0; // answers to an older question are dropped

    /** @type {Lesson[]} those that the search leaves, in order */
    let shown = [];
    /** @type {Map<string, number>} id → place in shown */
    let places = new Map();
    /** @type {Map<string, string>} id → what is searched */
    let texts = new Map();
    /** @type {Group[]} */
    let groups = [];
    /** @type {Map<string, HTMLElement>} the rows in the document */
    const rows = new Map();
    /** @type {Set<string>} */
    const selected = new Set();
    let anchor = ''; // where a range begins that is selected with Shift
    let stop = ''; // the row that the Tab key comes to
    let height = ROWS.wide; // of a row
    let shifted = false; // how the space bar was pressed last
    /** @type {Lesson | null} whose menu it is */
    let asked = null;

    const search = el('input', {
      'type': 'search', 'class': 'search', 'placeholder': msg('lessonsSearch'), 'aria-label': msg('lessonsSearch'), 'spellcheck': 'false', 'autocomplete': 'off',
      'oninput': () => {
        layOut();
        scroller.scrollTop = 0;
        draw();
      },
    });
    const range = el('input', {
      'type': 'text', 'class': 'range', 'placeholder': '1-5, 8, 12-', 'aria-label': msg('lessonsRange'), 'title': msg('lessonsRange'), 'spellcheck': 'false',
      'autocomplete': 'off', 'dir': 'ltr', 'onchange': () => void pickRange(),
    });
    const playable = el('button', { type: 'button', class: 'sec', onclick: () => pickAll(shown.filter(isPlayable)) }, msg('lessonsPlayable'));
    const none = el('button', {
      'type': 'button', 'class': 'sec', 'hidden': true, 'onclick': () => {
        playable.focus(); // this button goes
        pickAll([]);
      },
    }, msg('lessonsNone'));
    const count = el('span', { 'class': 'count', 'aria-live': 'polite' });
    const notes = el('div', { 'class': 'notes', 'aria-live': 'polite' });
    const scroller = el('div', { class: 'list', onscroll: () => scrolled(), onclick: (/** @type {MouseEvent} */ event) => clicked(event) });
    const foot = el('div', { class: 'acts foot' });
    const menu = parts.createPopup(msg('lessonsMenu'), menuItems);
    const tools = el('div', { class: 'tools', hidden: true }, search, range, playable, none, count);
    const element = el('div', { class: 'lessons stale', hidden: true }, tools, notes, scroller, foot, menu.element);
    new ResizeObserver(() => draw()).observe(scroller);

    /** @param {Lesson} lesson */
    const titleOf = (lesson) => words.foreign(lesson.title, 200) || placeOf(lesson);
    /** @param {Lesson} lesson */
    const placeOf = ({ number }) => (list?.site === 'tv' ? msg('episode', words.number(number)) : msg('lesson', words.number(number)));
    /** How a lesson is called in a sentence. @param {Lesson} lesson */
    const nameOf = (lesson) => {
      const title = words.foreign(lesson.title, 200);
      return title ? msg('titleAndText', placeOf(lesson), title) : placeOf(lesson);
    };
    /** @param {Lesson} lesson */
    const markOf = (lesson) => (list ? marks.of(list.site, lesson.id) : {});
    /** @param {Lesson} lesson */
    const accessOf = (lesson) => (markOf(lesson).encrypted ? 'encrypted' : lesson.access ?? '');
    /** Whether all of it can be had, as far as that is known. @param {Lesson} lesson */
    const isPlayable = (lesson) => ['free', 'purchased', ''].includes(accessOf(lesson)) || (premium && accessOf(lesson) === 'premium');

    /** The page of a lesson, on the host that the tab is on. @param {Lesson} lesson */
    function addressOf(lesson) {
      if (list?.site !== 'tv') return `${location.origin}/cheese/play/ep${lesson.id}`;
      const [, language = '', series = ''] = /^(\/[a-z]{2}(?:-[a-z]{4})?)?\/(?:play|media)\/(\d+)/i.exec(location.pathname) ?? [];
      return `${location.origin}${language}/play/${series}/${lesson.id}`;
    }

    // --- the rows -------------------------------------------------------------------

    function layOut() {
      const wanted = search.value.normalize('NFKC').toLowerCase().trim();
      const all = list?.lessons ?? [];
      if (wanted && !texts.size) texts = new Map(all.map((lesson) => [lesson.id, `${lesson.number} ${lesson.title ?? ''}`.normalize('NFKC').toLowerCase()]));
      shown = wanted ? all.filter(({ id }) => texts.get(id)?.includes(wanted)) : all;
      places = new Map(shown.map(({ id }, i) => [id, i]));
      const headed = new Set(all.map(({ section }) => section ?? '')).size > 1;
      groups = [];
      for (const lesson of shown) {
        const last = groups.at(-1), title = headed ? lesson.section ?? '' : '';
        if (last && last.title === title) last.lessons.push(lesson);
        else groups.push({ title, start: places.get(lesson.id) ?? 0, lessons: [lesson], top: 0, rows: el('ul', { role: 'list' }) });
      }
      rows.clear();
      let top = 0;
      scroller.replaceChildren(...groups.map((group) => {
        group.top = top + (group.title ? HEADING : 0);
        group.rows.style.setProperty('height', `${group.lessons.length * height}px`);
        top = group.top + group.lessons.length * height;
        const heading = group.title && el('h3', null, el('bdi', null, words.foreign(group.title, 120)));
        return el('section', null, heading, group.rows);
      }));
      if (!shown.length && list) scroller.append(el('p', { class: 'note' }, msg('lessonsNoMatch')));
      if (!places.has(stop)) stop = places.has(playing) ? playing : shown[0]?.id ?? '';
    }

    /** Puts the rows that are in view into the document, and takes others out. */
    function draw() {
      if (!groups.length || !scroller.clientHeight) return;
      const fits = scroller.clientWidth < NARROW ? ROWS.narrow : ROWS.wide;
      if (fits !== height) {
        height = fits;
        element.classList.toggle('narrow', height === ROWS.narrow);
        layOut();
      }
      const from = scroller.scrollTop - SPARE * height, to = scroller.scrollTop + scroller.clientHeight + SPARE * height;
      const stays = places.get(stop) ?? -1; // the Tab key finds it also where it isn't in view, and it keeps the focus
      const wanted = new Set();
      for (const { lessons, start, top, rows: parent } of groups) {
        const first = Math.max(0, Math.floor((from - top) / height)), end = Math.min(lessons.length, Math.ceil((to - top) / height));
        /** @type {number[]} */
        const at = [];
        for (let i = first; i < end; i++) at.push(i);
        const extra = stays - start;
        if (extra >= 0 && extra < first) at.unshift(extra);
        if (extra < lessons.length && extra >= Math.max(first, end)) at.push(extra);
        /** @type {Node | null} */
        let next = null; // in their order, which is that of the Tab key and of screen readers
        for (const i of at.reverse()) {
          const lesson = lessons[i];
          if (!lesson) continue;
          wanted.add(lesson.id);
          let row = rows.get(lesson.id);
          if (!row) {
            row = rowOf(lesson);
            row.style.setProperty('top', `${i * height}px`);
            rows.set(lesson.id, row);
            parent.insertBefore(row, next);
          }
          next = row;
        }
      }
      for (const [id, row] of rows) {
        if (wanted.has(id)) continue;
        row.remove();
        rows.delete(id);
      }
    }

    /** @param {Lesson} lesson */
    function rowOf(lesson) {
      const name = nameOf(lesson);
      const row = el('li', { 'data-id': lesson.id, 'aria-posinset': (places.get(lesson.id) ?? 0) + 1, 'aria-setsize': shown.length },
        el('input', { 'type': 'checkbox', 'aria-label': msg('lessonSelect', name) }),
        el('span', { 'class': 'no', 'aria-hidden': 'true' }, words.number(lesson.number)),
        el('a', { 'href': addressOf(lesson), 'aria-label': name, 'title': titleOf(lesson) }, el('bdi', null, titleOf(lesson))),
        el('span', { class: 'facts' }),
        parts.iconButton('dots', msg('lessonMenu', name), () => {}, { 'aria-haspopup': 'menu', 'aria-expanded': 'false' }));
      fill(row, lesson);
      return row;
    }

    /** What may change of a row. @param {HTMLElement} row @param {Lesson} lesson */
    function fill(row, lesson) {
      const { saved, exported } = markOf(lesson);
      const access = accessOf(lesson);
      const now = lesson.id === playing;
      const facts = [
        lesson.duration && words.duration(lesson.duration), lesson.release && msg('lessonFrom', words.clock(lesson.release)),
        saved && msg('saved'), exported && msg('lessonExported'),
      ].filter((fact) => typeof fact === 'string');
      row.classList.toggle('now', now);
      row.classList.toggle('off', !isPlayable(lesson));
      row.querySelector('.facts')?.replaceChildren(...[
        access && el('span', { class: `chip ${GOOD.has(access) ? 'good' : access === 'premium' || access === 'preview' ? '' : 'warn'}` }, msg(`access_${access.replace(/-/g, '_')}`)),
        lesson.watched && el('span', { class: 'seen', title: msg('lessonWatched') }, parts.icon('eye'), el('span', { class: 'vh' }, msg('lessonWatched'))),
        el('span', null, facts.join(' · ')),
      ].filter((part) => part instanceof Node));
      const link = row.querySelector('a');
      if (now) link?.setAttribute('aria-current', 'true');
      else link?.removeAttribute('aria-current');
      choose(row, lesson.id);
    }

    /** @param {HTMLElement} row @param {string} id */
    function choose(row, id) {
      const box = /** @type {HTMLInputElement} */ (row.querySelector('input'));
      box.checked = selected.has(id);
      row.classList.toggle('selected', selected.has(id));
      for (const control of controls(row)) control.tabIndex = id === stop ? 0 : -1;
    }

    /** @param {HTMLElement} row */
    const controls = (row) => /** @type {HTMLElement[]} */ ([...row.querySelectorAll('input, a, button')]);

    function scrolled() {
      if (menu.open) menu.hide();
      draw();
    }

    /** @param {string} id @param {'nearest' | 'center'} [where] */
    function bringIntoView(id, where = 'nearest') {
      const place = places.get(id) ?? -1;
      const group = groups.findLast(({ start }) => start <= place);
      if (!group) return;
      const top = group.top + (place - group.start) * height;
      const head = group.title ? HEADING : 0; // stays above the rows
      if (where === 'center') scroller.scrollTop = top - (scroller.clientHeight - height) / 2;
      else if (top - head < scroller.scrollTop) scroller.scrollTop = top - head;
      else if (top + height > scroller.scrollTop + scroller.clientHeight) scroller.scrollTop = top + height - scroller.clientHeight;
      draw();
    }

    // --- selecting ------------------------------------------------------------------

    function tell() {
      for (const [id, row] of rows) choose(row, id);
      const picked = api.selected();
      const length = picked.reduce((sum, { duration = 0 }) => sum + duration, 0);
      count.textContent = picked.length ? [msg('lessonsSelected', words.number(picked.length)), length && words.duration(length)].filter(Boolean).join(' · ') : '';
      none.hidden = !picked.length;
      api.onselect?.();
    }

    /**
     * @param {string} id
     * @param {boolean} on
     * @param {boolean} [extend] all from where the last one was selected
     */
    function pick(id, on, extend = false) {
      const [from = -1, to = -1] = [places.get(extend ? anchor : id), places.get(id)];
      for (const lesson of shown.slice(Math.min(from < 0 ? to : from, to), Math.max(from, to) + 1)) {
        if (on) selected.add(lesson.id);
        else selected.delete(lesson.id);
      }
      if (!extend || from < 0) anchor = id;
      arrive(id);
      tell();
    }

    /** @param {Lesson[]} lessons */
    function pickAll(lessons) {
      selected.clear();
      for (const { id } of lessons) selected.add(id);
      anchor = lessons[0]?.id ?? '';
      tell();
    }

    async function pickRange() {
      const text = range.value.trim();
      if (!text || !list) return;
      const mine = list;
      const answer = await ask('range', { text, count: mine.lessons.length });
      if (mine !== list || text !== range.value.trim()) return;
      if (!answer.ok) {
        const wrong = { 'beyond-range': msg('rangeBeyond', words.number(mine.lessons.length)), 'no-range': msg('rangeWrong') }[answer.error.code];
        return say(wrong ?? explain(answer.error), false);
      }
      const numbers = new Set(/** @type {number[]} */ (answer.body.numbers));
      const picked = mine.lessons.filter(({ number }) => numbers.has(number));
      pickAll(picked);
      if (picked[0]) bringIntoView(picked[0].id);
    }

    /** The row that the Tab key comes to from now on. @param {string} id */
    function arrive(id) {
      if (id === stop) return;
      const former = stop;
      stop = id;
      for (const one of [former, id]) {
        const row = rows.get(one);
        if (row) choose(row, one);
      }
    }

    /** @param {EventTarget | null} target */
    const rowAt = (target) => /** @type {HTMLElement | null} */ (target instanceof Element ? target.closest('li') : null);

    /** @param {MouseEvent} event */
    function clicked(event) {
      const row = rowAt(event.target), id = row?.dataset.id ?? '';
      const lesson = shown[places.get(id) ?? -1];
      if (!row || !lesson) return;
      const target = /** @type {Element} */ (event.target);
      if (target.closest('button')) return openMenu(lesson, /** @type {HTMLElement} */ (target.closest('button')));
      const box = /** @type {HTMLInputElement} */ (row.querySelector('input'));
      if (target === box) return pick(id, box.checked, event.detail === 0 ? shifted : event.shiftKey);
      if (target.closest('a')) {
        arrive(id);
        if (!event.shiftKey) return; // the browser goes there, or opens it elsewhere
        event.preventDefault();
      }
      pick(id, event.shiftKey || !selected.has(id), event.shiftKey);
    }

    /** @param {Lesson} lesson @param {HTMLElement} button */
    function openMenu(lesson, button) {
      if (menu.open) {
        menu.hide(true);
        if (menu.opener === button) return;
      }
      arrive(lesson.id);
      menus.current?.hide();
      menus.current = menu;
      asked = lesson;
      menu.show(button);
    }

    function menuItems() {
      const lesson = asked;
      return lesson ? [
        el('button', {
          type: 'button', role: 'menuitem', tabindex: -1, onclick: () => {
            menu.hide(true);
            look(lesson);
          },
        }, msg('lessonStreams')),
        el('a', { href: addressOf(lesson), role: 'menuitem', tabindex: -1 }, msg('lessonGo')),
      ] : [];
    }

    /** @param {KeyboardEvent} event @param {Element | null} active */
    function onKey(event, active) {
      if (event.key === 'Enter' && active === range) {
        void pickRange();
        return true;
      }
      if (event.key === 'Escape' && active === search && search.value) {
        search.value = '';
        layOut();
        draw();
        return true;
      }
      const row = rowAt(active), id = row?.dataset.id ?? '';
      if (!row || event.altKey) return false;
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'a') {
        pickAll(shown);
        return true;
      }
      if (event.ctrlKey || event.metaKey) return false;
      const all = controls(row), at = all.findIndex((control) => control === active);
      if (event.key === 'ArrowLeft' || event.key === 'ArrowRight') {
        all[at + (event.key === 'ArrowRight' ? 1 : -1)]?.focus();
        return true;
      }
      if (event.key === ' ') {
        shifted = event.shiftKey;
        if (at !== 1) return false; // the browser clicks the box or the button
        pick(id, shifted || !selected.has(id), shifted);
        return true;
      }
      const place = places.get(id) ?? 0, last = shown.length - 1;
      const to = { ArrowDown: place + 1, ArrowUp: place - 1, PageDown: Math.min(place + 10, last), PageUp: Math.max(place - 10, 0), Home: 0, End: last }[event.key];
      const lesson = to === undefined ? undefined : shown[to];
      if (to === undefined) return false;
      if (!lesson) return true; // at the end
      if (event.shiftKey) {
        if (!selected.has(id)) pick(id, true);
        pick(lesson.id, true, true);
      }
      arrive(lesson.id);
      bringIntoView(lesson.id);
      controls(/** @type {HTMLElement} */ (rows.get(lesson.id)))[at]?.focus({ preventScroll: true });
      return true;
    }

    // --- the list -------------------------------------------------------------------

    function tellNotes() {
      const encrypted = (list?.lessons ?? []).filter((lesson) => markOf(lesson).encrypted).length;
      notes.replaceChildren(...[
        loading && el('p', { class: 'note' }, msg('lessonsLoading')),
        rest === 'reading' && el('p', { class: 'note' }, msg('lessonsReading')),
        rest === 'unread' && el('div', { class: 'failed' }, el('div', null, msg('lessonsUnread')),
          el('div', { class: 'acts' }, el('button', { type: 'button', class: 'sec', onclick: () => readOn() }, msg('retry')))),
        encrypted > 0 && el('p', { class: 'note' }, msg('lessonsEncrypted', words.number(encrypted))),
      ].filter((note) => note instanceof Node));
    }

    function refresh() {
      for (const [id, row] of rows) {
        const lesson = shown[places.get(id) ?? -1];
        if (lesson) fill(row, lesson);
      }
      tellNotes();
    }

    async function load() {
      const mine = ++turn;
      loading = !list;
      tellNotes();
      const answer = await ask('lessons', {});
      if (mine !== turn) return;
      loading = false;
      if (!answer.ok) {
        const again = el('button', { type: 'button', class: 'sec', onclick: () => void load() }, msg('retry'));
        return notes.replaceChildren(el('div', { class: 'failed' }, el('div', { role: 'alert' }, explain(answer.error)), el('div', { class: 'acts' }, again)));
      }
      const read = /** @type {Streamlist.LessonList} */ (answer.body);
      await marks.load(read.site, read.lessons.map(({ id }) => id));
      if (mine !== turn) return;
      const first = !list;
      list = read;
      texts.clear();
      for (const id of selected) if (!read.lessons.some((lesson) => lesson.id === id)) selected.delete(id);
      if (!read.more) rest = '';
      tools.hidden = false;
      layOut();
      if (first && places.has(playing)) bringIntoView(playing, 'center');
      draw();
      tell();
      tellNotes();
      if (read.more && !rest) readOn();
    }

    /** @type {Streamlist.Lessons} */
    const api = {
      element, foot, onselect: null, onKey, placeOf, addressOf,
      selected: () => (list?.lessons ?? []).filter(({ id }) => selected.has(id)),

      of(listing) {
        const name = listing.head.seasonId ? `${listing.site}/${listing.head.seasonId}` : '';
        if (name !== course) {
          course = name;
          list = null;
          turn++;
          loading = false;
          rest = '';
          selected.clear();
          search.value = range.value = anchor = stop = '';
          tools.hidden = true;
          layOut();
        }
        playing = listing.head.episodeId ?? '';
        premium = ![...listing.video ?? [], ...listing.single ?? []].some(({ withheld }) => withheld?.code === 'premium' || withheld?.code === 'not-logged-in');
        if (!element.hidden) api.open();
      },

      open() {
        if (!list) return void (loading || load());
        draw();
        refresh();
      },

      reading() {
        rest = 'reading';
        if (list) tellNotes();
      },

      read(ok) {
        rest = ok ? '' : 'unread';
        if (!list) return;
        if (ok) void load();
        else tellNotes();
      },

      marked() {
        if (list) refresh();
      },
    };
    marks.watch(() => api.marked());
    return api;
  };
})();
