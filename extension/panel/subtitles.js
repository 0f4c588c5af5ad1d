/// <reference path="../types.d.ts" />
// Subtitles: a section that asks for their list when it is opened, and not before; and the choice of those that are saved
// with a downloaded video.
(() => {
  const parts = (globalThis.streamlistParts ??= /** @type {any} */ ({}));
  if (Object.hasOwn(parts, 'subtitles')) return;
  const { el, iconButton } = parts;

  /** @type {[Streamlist.SubtitleFormat, string][]} and that which the site has */
  const FORMATS = [['srt', 'SRT'], ['vtt', 'WebVTT'], ['ass', 'ASS'], ['', '']];
  /** The languages that the sites have been seen to give (bilibili-api.md, section 4.4; API-collect, issue 201). @type {Record<Streamlist.Site, string[]>} */
  const LANGUAGES = { tv: ['en', 'th', 'vi', 'id', 'ms', 'zh-Hans', 'zh-Hant', 'ar'], com: ['zh-Hans', 'zh-Hant', 'en', 'ja'] };

  /** What the subtitles of a page in this language are called. @param {Streamlist.Site} site @param {string} path the page's */
  function languageOf(site, path) {
    const locale = site === 'tv' && /^\/([a-z]{2}(-[a-z]{4})?)\//i.exec(path)?.[1]?.toLowerCase();
    if (!locale) return site === 'tv' ? 'en' : 'zh-Hans';
    return LANGUAGES.tv.find((known) => known.toLowerCase() === (locale === 'zh' ? 'zh-hant' : locale)) ?? locale;
  }

  parts.subtitles = (words, { site, choice, ask, explain, take }) => {
    const { msg } = words;
    return parts.disclosure(msg('subtitles'), (inside) => inside.firstChild ? undefined : load(inside));

    /** @param {HTMLElement} inside */
    async function load(inside) {
      inside.replaceChildren(el('p', { class: 'note', role: 'status' }, msg('subtitlesAsking')));
      const answer = await ask();
      const lost = inside.contains(/** @type {ShadowRoot} */ (inside.getRootNode()).activeElement);
      if (!answer.ok) {
        const again = el('button', { type: 'button', class: 'sec', onclick: () => void load(inside) }, msg('retry'));
        inside.replaceChildren(el('div', { class: 'failed' }, el('div', { role: 'status' }, explain(answer.error)), el('div', { class: 'acts' }, again)));
        if (lost) again.focus();
        return;
      }
      const { tracks } = /** @type {Streamlist.SubtitleList} */ (answer.body);
      if (!tracks?.length) return inside.replaceChildren(el('p', { class: 'note', role: 'status' }, msg('subtitlesNone')));
      const format = el('select', { onchange: () => choice.set({ format: /** @type {Streamlist.SubtitleFormat} */ (format.value) }) },
        ...FORMATS.map(([value, name]) => el('option', { value, selected: value === choice.format }, name || msg('subtitlesOriginal'))));
      inside.replaceChildren(el('div', { class: 'prose' },
        el('label', { class: 'sound' }, msg('subtitlesFormat'), format), el('ul', { class: 'titles' }, ...tracks.map((track) => row(track, format)))));
    }

    /** @param {Streamlist.Subtitle} track @param {HTMLSelectElement} format */
    function row(track, format) {
      const own = words.foreign(track.name, 60), name = words.language(track.tag) || own || track.tag;
      /** @param {'download' | 'copy'} icon @param {string} label @param {boolean} copy */
      const button = (icon, label, copy) => {
        const made = iconButton(icon, label, () => take(track, name, /** @type {Streamlist.SubtitleFormat} */ (format.value), copy, made));
        return made;
      };
      return el('li', { class: 'group' },
        el('b', null, el('bdi', null, name)),
        el('span', null, own !== name && el('bdi', { class: 'dim' }, own), track.machine && el('span', { class: 'mark' }, msg('machineMade'))),
        track.withheld ? el('span', { class: 'why' }, parts.icon('lock'), words.withheld(track.withheld)) : button('download', msg('subtitlesSave', words.subtitle(track)), false),
        !track.withheld && button('copy', msg('subtitlesCopy', words.subtitle(track)), true));
    }
  };

  parts.subtitleChoice = (listing, words, choice) => {
    const { msg } = words;
    const rows = [...(listing.video ?? []), ...(listing.single ?? [])];
    if (!rows.some((row) => row.segments?.length)) return null;
    const page = languageOf(listing.site, location.pathname);
    const wish = choice.subtitles[listing.site];
    const others = LANGUAGES[listing.site].filter((key) => key !== page);
    if (wish && wish !== 'page' && wish !== 'all' && wish !== page && !others.includes(wish)) others.push(wish);
    const options = [['page', msg('subtitlesPage', words.language(page))], ...others.map((key) => [key, words.language(key)]), ['all', msg('subtitlesAll')], ['', msg('subtitlesNoneWanted')]];
    const select = el('select', { onchange: () => choice.set({ subtitles: { ...choice.subtitles, [listing.site]: select.value } }) },
      ...options.map(([value, name]) => el('option', { value, selected: value === (wish === page ? 'page' : wish) }, name)));
    return el('label', { class: 'sound' }, msg('subtitles'), select);
  };
})();
