/// <reference path="../types.d.ts" />
// What stands around the tables: the card for the best, problems, remarks.
(() => {
  const parts = (globalThis.streamlistParts ??= /** @type {any} */ ({}));
  if (Object.hasOwn(parts, 'bestCard')) return;
  const { el, icon } = parts;

  /** @param {Streamlist.Listing} listing */
  const all = (listing) => [...(listing.video ?? []), ...(listing.audio ?? []), ...(listing.single ?? [])];

  parts.bestCard = (listing, words, actions, menus) => {
    const { msg } = words;
    const best = listing.bestKey && all(listing).find((row) => row.key === listing.bestKey);
    if (!best) return null;
    const audio = all(listing).find((row) => row.key === listing.bestAudioKey);
    const size = words.size({
      size: best.size && (!audio || audio.size) ? best.size + (audio?.size ?? 0) : 0,
      sizeEstimated: best.sizeEstimated || audio?.sizeEstimated,
    });
    const silent = best.kind === 'video' && !audio;

    const mpv = el('button', { type: 'button', class: 'pri', onclick: () => actions.copy({ what: 'mpv' }, mpv) },
      icon('copy'), msg('copyForMpv'));
    const as = el('button', { 'type': 'button', 'class': 'sec', 'aria-haspopup': 'menu', 'aria-expanded': 'false' },
      msg('copyAs'), icon('more'));
    /** @type {[Streamlist.What, string][]} */
    const items = [['mpv', msg('menuMpv')], ['curl', msg('menuCurl')], audio ? ['urls', msg('menuUrls')] : ['url', msg('menuUrl')]];
    const menu = createMenu(as, items.map(([what, text]) => [text, () => actions.copy({ what }, as)]));
    as.addEventListener('click', () => {
      if (menu.open) return menu.hide(true);
      menus.current?.hide();
      menus.current = menu;
      menu.show();
    });
    return el('div', { class: 'best' },
      el('strong', null, el('bdi', null, [words.quality(best), words.codec(best)].filter(Boolean).join(' · '))),
      size && el('div', { class: 'sub' }, silent ? msg('withoutSound', size) : msg('withSound', size)),
      el('div', { class: 'acts' }, mpv, as, menu.element));
  };

  /**
   * @param {HTMLElement} button
   * @param {[string, () => void][]} items
   * @returns {Streamlist.Menu & {element: HTMLElement}}
   */
  function createMenu(button, items) {
    const buttons = items.map(([text, run]) => el('button', {
      type: 'button', role: 'menuitem', tabindex: -1,
      onclick: () => {
        menu.hide(true);
        run();
      },
    }, text));
    // A popover, because the scrolling area would clip it.
    const element = el('div', { 'class': 'menu', 'role': 'menu', 'aria-label': button.textContent, 'popover': 'manual', 'hidden': true }, ...buttons);
    element.addEventListener('focusout', (event) => {
      const to = /** @type {FocusEvent} */ (event).relatedTarget;
      if (menu.open && to !== button && !element.contains(/** @type {Node | null} */ (to))) menu.hide();
    });
    const menu = {
      element,
      open: false,
      show() {
        menu.open = true;
        button.setAttribute('aria-expanded', 'true');
        element.hidden = false;
        element.showPopover();
        const at = button.getBoundingClientRect(), own = element.getBoundingClientRect();
        const below = at.bottom + 4 + own.height <= innerHeight;
        element.style.setProperty('top', `${below ? at.bottom + 4 : Math.max(4, at.top - 4 - own.height)}px`);
        element.style.setProperty('left', `${Math.max(4, Math.min(at.left, innerWidth - own.width - 4))}px`);
        buttons[0]?.focus();
      },
      hide(focus = false) {
        if (!menu.open) return;
        menu.open = false;
        button.setAttribute('aria-expanded', 'false');
        if (element.isConnected) element.hidePopover();
        element.hidden = true;
        if (focus) button.focus();
      },
      /** @param {KeyboardEvent} event */
      onKey(event) {
        const at = buttons.findIndex((b) => b.matches(':focus'));
        const to = { ArrowDown: at + 1, ArrowUp: at < 0 ? -1 : at - 1, Home: 0, End: -1 }[event.key];
        if (to === undefined) return false;
        buttons.at(to % buttons.length)?.focus();
        return true;
      },
    };
    return menu;
  }

  parts.problemCard = (problem, button) => el('div', {
    class: problem.code === 'not-given' ? 'plain' : 'problem', role: problem.code === 'not-given' ? null : 'alert',
  },
  el('strong', null, problem.title), el('span', { class: 'vh' }, ': '), el('div', null, problem.text),
  button && el('div', { class: 'acts' }, button));

  const RANK = [5, 6, 16, 32, 64, 74, 80, 112, 116, 120, 125, 129, 126, 127]; // qualities, lowest first

  /** The highest quality that the site named, '' where more may exist or the order is not known. @param {Streamlist.Listing} listing @param {Streamlist.Words} words */
  function highest(listing, words) {
    const ranks = all(listing).filter((row) => row.kind !== 'audio').map((row) => RANK.indexOf(row.quality));
    const quality = RANK[Math.max(...ranks)];
    const told = quality !== undefined && !ranks.includes(-1) && quality !== RANK.at(-1) && listing.problem?.code !== 'preview-only';
    return told ? words.quality({ quality }) : '';
  }

  /** Why qualities are missing, each reason once, and what a copied link needs. */
  parts.remarks = (listing, words) => {
    const { msg } = words;
    const given = new Set(all(listing).filter((row) => row.segments?.length).map(words.quality));
    /** @type {Map<string, Set<string>>} text → names of rows */
    const reasons = new Map();
    for (const row of all(listing)) {
      if (!row.withheld || row.withheld.code === listing.problem?.code) continue;
      // Given in another codec, it is this codec that is missing; given as tracks, a single file of it is no loss.
      const name = given.has(words.quality(row)) ? words.name(row) : words.quality(row);
      if (given.has(name)) continue;
      const { text } = words.problem(row.withheld, listing.site);
      const names = reasons.get(text) ?? new Set();
      reasons.set(text, names.add(name));
    }
    const lines = [...reasons].map(([text, names]) =>
      el('p', null, el('b', null, msg('whyNo', words.any([...names]))), ' ', text));
    const top = highest(listing, words);
    if (top) lines.push(el('p', null, msg('nothingAbove', top)));
    if (all(listing).some((row) => row.segments?.length)) lines.push(el('p', null, msg('refererNote')));
    return lines.length ? el('footer', null, ...lines) : null;
  };
})();
