/// <reference path="../types.d.ts" />
// The person's own courses, on the site's page of them: page after page until there is no other.
(() => {
  const parts = (globalThis.streamlistParts ??= /** @type {any} */ ({}));
  if (Object.hasOwn(parts, 'createOwned')) return;
  const { el } = parts;

  parts.createOwned = ({ words, ask, skeleton, show, problem }) => {
    const { msg } = words;
    /** @type {Map<string, Streamlist.Course>} */
    const known = new Map();
    let whole = false; // read to its end: within one load of the page it is not asked for again

    /** @param {Streamlist.Course} course */
    function entry(course) {
      const last = words.foreign(course.progress.lastepindex, 80);
      const facts = [words.foreign(course.updateinfo, 80), last && msg('ownedLast', last)].filter(Boolean);
      const lines = facts.map((fact) => el('span', { class: 'dim' }, el('bdi', null, fact)));
      // A link, because the browser opens it in the tab's own container; one that an extension opens goes to the default one.
      return el('li', null, el('a', { href: `https://www.bilibili.com/cheese/play/ss${course.id}`, target: '_blank', rel: 'noopener noreferrer' },
        el('b', null, el('bdi', null, words.foreign(course.title, 120) || msg('untitled'))),
        course.isexpired && el('span', { class: 'tag' }, msg('ownedExpired')), ...lines));
    }

    return async (refresh, wanted) => {
      if (refresh || !whole) {
        whole = false;
        known.clear();
        skeleton(msg('ownedLoading'));
      }
      const list = el('ul', { class: 'courses' }, ...[...known.values()].map(entry));
      const count = el('div', { class: 'sub' });
      const head = [el('h2', null, msg('ownedTitle')), count];
      const draw = (/** @type {HTMLElement | null} */ failed = null) => {
        count.textContent = known.size ? msg('ownedCount', words.number(known.size)) : '';
        show(head, [failed, known.size || failed ? list : el('div', { class: 'plain' }, msg('ownedNone'))], !whole && !failed);
      };
      for (let page = 1; !whole; page++) {
        const answer = await ask(page);
        if (!wanted()) return;
        if (!answer.ok) return draw(problem(answer.error));
        const { data, next } = /** @type {Streamlist.Owned} */ (answer.body);
        const fresh = (data ?? []).filter(({ id }) => /^\d{1,19}$/.test(id) && !known.has(id));
        for (const course of fresh) {
          known.set(course.id, course);
          list.append(entry(course));
        }
        whole = !next || fresh.length === 0; // a list whose pages repeat themselves has ended too
        draw();
      }
      draw();
    };
  };
})();
