/// <reference path="../types.d.ts" />
// What stands around the tables: the card for the best, problems, remarks.
(() => {
  const parts = (globalThis.streamlistParts ??= /** @type {any} */ ({}));
  if (Object.hasOwn(parts, 'bestCard')) return;
  const { el, icon } = parts;

  /** @param {Streamlist.Listing} listing */
  const all = (listing) => [...(listing.video ?? []), ...(listing.audio ?? []), ...(listing.single ?? [])];

  parts.bestCard = (listing, words, actions, menus, choice) => {
    const { msg } = words;
    // Without a best, as where all is HDR that the options don't want, the first that can be had.
    const best = all(listing).find((row) => (listing.bestKey ? row.key === listing.bestKey : row.segments?.length));
    if (!best) return null;
    const of = listing.bestKey ? {} : { row: best.key };
    const joined = best.kind === 'video' && Boolean(listing.audio?.some((row) => row.segments?.length));
    const audio = all(listing).find((row) => row.key === listing.bestAudioKey);
    const size = words.size({
      size: best.size && (!audio || audio.size) ? best.size + (audio?.size ?? 0) : 0,
      sizeEstimated: best.sizeEstimated || audio?.sizeEstimated,
    });
    const heard = !listing.bestKey ? size : size && msg(best.kind === 'video' && !audio ? 'withoutSound' : 'withSound', size);
    const sub = [heard, words.preview(listing.problem)].filter(Boolean).join(' · ');

    const download = el('button', { type: 'button', class: 'pri', onclick: () => actions.download(best, download) }, icon('download'), msg('downloadBest'));
    const mpv = el('button', { type: 'button', class: 'sec', onclick: () => actions.copy({ ...of, what: 'mpv' }, mpv) },
      icon('copy'), msg('copyForMpv'));
    const as = el('button', { 'type': 'button', 'class': 'sec', 'aria-haspopup': 'menu', 'aria-expanded': 'false' },
      msg('copyAs'), icon('more'));
    const menu = parts.copyMenu(as, [
      ['mpv', msg('menuMpv')], ['ffmpeg', msg('menuFfmpeg')], ['curl', msg('menuCurl')], ['wget', msg('menuWget')], ['aria2c', msg('menuAria2c')],
      ['ytdlp', msg('menuYtdlp')], ['aria2-list', msg('menuAria2List')], ['mpv-list', msg('menuMpvList')], ['json', msg('menuJson')],
      joined ? ['urls', msg('menuUrls')] : ['url', msg('menuUrl')],
    ], choice, words, (what) => (what === 'aria2-list' || what === 'mpv-list' ? actions.save : actions.copy)({ ...of, what }, as));
    as.addEventListener('click', () => {
      if (menu.open) return menu.hide(true);
      menus.current?.hide();
      menus.current = menu;
      menu.show(as);
    });
    return el('div', { class: 'best' },
      el('strong', null, el('bdi', null, [words.quality(best), words.codec(best)].filter(Boolean).join(' · '))),
      sub && el('div', { class: 'sub' }, sub),
      el('div', { class: 'acts' }, download, mpv, as, menu.element), soundChoice(), parts.subtitleChoice(listing, words, choice));

    /** Of the sounds that can be joined to a downloaded video, where there are several. */
    function soundChoice() {
      const sounds = (listing.video?.some((row) => row.segments?.length) ? listing.audio ?? [] : []).filter((row) => row.segments?.length);
      if (!sounds.some((row) => row.key === actions.sound)) actions.sound = '';
      if (sounds.length < 2) return null;
      const select = el('select', { onchange: () => (actions.sound = select.value) },
        el('option', { value: '' }, msg('soundOwn')), ...sounds.map((row) => el('option', { value: row.key, selected: row.key === actions.sound }, words.name(row))));
      return el('label', { class: 'sound' }, msg('soundOf'), select);
    }
  };

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
    if (all(listing).some((row) => row.segments?.some(({ urls }) => urls.some((address) => address.referer)))) lines.push(el('p', null, msg('refererNote')));
    return lines.length ? el('footer', null, ...lines) : null;
  };
})();
