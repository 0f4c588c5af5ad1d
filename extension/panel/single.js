/// <reference path="../types.d.ts" />
// Single files beside tracks: a section that asks for them when it is opened, and not before.
(() => {
  const parts = (globalThis.streamlistParts ??= /** @type {any} */ ({}));
  if (Object.hasOwn(parts, 'singleFiles')) return;
  const { el } = parts;

  parts.singleFiles = (listing, words, actions, ask) => {
    const { msg } = words;
    const rows = listing.single ?? [];
    if (!listing.video?.length || !(listing.unasked || listing.noSingle || rows.length)) return null;
    const fold = parts.disclosure(msg('single'), (inside, byPerson) => {
      if (inside.firstChild) return undefined; // there already, or on its way
      if (listing.unasked) return load(inside, byPerson);
      inside.append(rows.length ? parts.table('single', rows, words, actions, { heads: false, encrypted: false, beside: true, preview: words.preview(listing.problem) }) : note(why()));
      return undefined;
    });
    if (rows.some((row) => row.best)) fold.querySelector('button')?.click();
    return fold;

    function why() {
      const reason = listing.noSingle ?? { code: 'not-given' };
      return reason.code === 'not-given' ? msg('noSingleFiles') : words.problem(reason, listing.site).line;
    }

    /** @param {string} text */
    function note(text) {
      return el('p', { class: 'note' }, text);
    }

    /** When there is an answer, the panel draws the completed listing. @param {HTMLElement} inside @param {boolean} byPerson */
    async function load(inside, byPerson) {
      inside.replaceChildren(el('p', { class: 'note', role: 'status' }, msg('askingSingle')));
      const failure = await ask(byPerson);
      if (!failure) return;
      const again = el('button', { type: 'button', class: 'sec', onclick: () => void load(inside, true) }, msg('retry'));
      const lost = inside.contains(/** @type {ShadowRoot} */ (inside.getRootNode()).activeElement);
      inside.replaceChildren(el('div', { class: 'failed' }, el('div', { role: 'status' }, words.failure(failure, listing.site).line),
        el('div', { class: 'acts' }, again)));
      if (lost) again.focus();
    }
  };
})();
