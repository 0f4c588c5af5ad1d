/// <reference path="../types.d.ts" />
// Two rows side by side: what each is, whether this browser plays it, and the difference in words.
// messages: play_*
(() => {
  const parts = (globalThis.streamlistParts ??= /** @type {any} */ ({}));
  if (Object.hasOwn(parts, 'createCompare')) return;
  const { el } = parts;

  /** @typedef {Streamlist.Rendition} Rendition */
  /** @typedef {'no' | 'rough' | 'smooth' | 'sparing' | 'unknown'} Play */

  /**
   * Asks the browser, which knows its decoders. What it can't say, of a codec without its full name, is 'unknown'.
   *
   * @param {Rendition} row @returns {Promise<Play>}
   */
  async function playOf(row) {
    const { codecs, width = 0, height = 0, frameRate: framerate = 30, bandwidth: bitrate = 1_000_000, container } = row;
    const sound = row.kind === 'audio';
    if (!codecs || (!sound && !(width && height))) return 'unknown';
    const contentType = `${sound ? 'audio' : 'video'}/mp4; codecs="${codecs.replace(/["\\]/g, '')}"`;
    try {
      const { supported, smooth, powerEfficient } = await navigator.mediaCapabilities.decodingInfo({
        type: container === 'm4s' ? 'media-source' : 'file',
        ...(sound ? { audio: { contentType, bitrate } } : { video: { contentType, width, height, bitrate, framerate } }),
      });
      return !supported ? 'no' : !smooth ? 'rough' : powerEfficient ? 'sparing' : 'smooth';
    } catch {
      return 'unknown';
    }
  }

  const pixels = (/** @type {Rendition} */ row) => (row.width ?? 0) * (row.height ?? 0);
  /** By which share the larger exceeds the smaller, in whole percent. */
  const excess = (/** @type {number} */ a, /** @type {number} */ b) => (a && b ? Math.round((Math.max(a, b) / Math.min(a, b) - 1) * 100) / 100 : 0);
  /** By which share the smaller falls short of the larger, likewise. */
  const saving = (/** @type {number} */ a, /** @type {number} */ b) => (a && b ? Math.round((1 - Math.min(a, b) / Math.max(a, b)) * 100) / 100 : 0);

  parts.createCompare = ({ words, dialog, say }) => {
    const { msg } = words;
    /** The row that waits for another, and its button. @type {{row: Rendition, button: HTMLElement} | null} */
    let picked = null;

    function drop() {
      picked?.button.setAttribute('aria-pressed', 'false');
      picked = null;
    }

    /** How two rows are told apart in a sentence: by what they differ in. @param {Rendition} a @param {Rendition} b @returns {[string, string]} */
    function names(a, b) {
      for (const name of [words.codec, words.quality, words.name]) {
        const other = name === words.codec ? words.quality : words.codec;
        if (name(a) && name(b) && name(a) !== name(b) && (name === words.name || other(a) === other(b))) return [name(a), name(b)];
      }
      return [`${words.name(a)} (${msg('compareFirst')})`, `${words.name(b)} (${msg('compareSecond')})`];
    }

    /** @param {Rendition} a @param {Rendition} b @param {[Play, Play]} play @returns {string[]} */
    function difference(a, b, play) {
      const [nameA, nameB] = names(a, b);
      /** @param {number} inA @param {number} inB */
      const more = (inA, inB) => (inA > inB ? nameA : nameB), less = (/** @type {number} */ inA, /** @type {number} */ inB) => (inA > inB ? nameB : nameA);
      const lines = [];
      const [sizeA = 0, sizeB = 0] = [a.size, b.size];
      const same = pixels(a) > 0 && a.width === b.width && a.height === b.height;
      const smaller = saving(sizeA, sizeB);
      if (sizeA && sizeB) {
        if (smaller === 0) lines.push(msg('compareSameSize'));
        else lines.push(msg(same ? 'compareSmallerPicture' : 'compareSmaller', less(sizeA, sizeB), words.percent(smaller)));
      } else if (saving(a.bandwidth ?? 0, b.bandwidth ?? 0) > 0) {
        lines.push(msg('compareRate', less(a.bandwidth ?? 0, b.bandwidth ?? 0), words.percent(saving(a.bandwidth ?? 0, b.bandwidth ?? 0))));
      }
      const larger = excess(pixels(a), pixels(b));
      if (larger > 0) lines.push(msg('comparePixels', more(pixels(a), pixels(b)), words.percent(larger)));
      const [framesA = 0, framesB = 0] = [a.frameRate, b.frameRate];
      // The codecs of one quality differ a little in theirs.
      if (excess(framesA, framesB) > 0.1) lines.push(msg('compareFrames', more(framesA, framesB), words.percent(excess(framesA, framesB))));
      const [can, cannot] = play[0] === 'no' ? [nameB, play[1]] : [nameA, play[0]];
      if (play.includes('no') && cannot !== 'no' && cannot !== 'unknown') lines.push(msg('compareOnly', can));
      return lines;
    }

    /** @param {Rendition} a @param {Rendition} b @param {HTMLElement} opener */
    function show(a, b, opener) {
      const picture = (/** @type {Rendition} */ row) => [
        row.width && row.height ? `${row.width}×${row.height}` : '', row.frameRate ? words.frameRate(row.frameRate) : '', ...words.marks(row),
      ].filter(Boolean).join(' · ');
      const rows = /** @type {[string, (row: Rendition) => string][]} */ ([
        [msg('comparePicture'), picture],
        [msg('columnCodec'), (row) => [words.codec(row), words.foreign(row.codecs, 40)].filter(Boolean).join(' · ')],
        [msg('columnRate'), (row) => (row.bandwidth ? words.bitRate(row.bandwidth) : '')],
        [msg('columnSize'), words.size],
      ]).filter(([, text]) => text(a) || text(b));
      const cells = [el('td', null, '…'), el('td', null, '…')];
      const verdict = el('div', { 'class': 'verdict', 'role': 'status', 'aria-busy': 'true' });
      const done = el('button', { type: 'button', class: 'pri', onclick: () => dialog.hide() }, msg('done'));
      const current = dialog.show(msg('compare'), [
        el('table', { class: 'compare' },
          el('thead', null, el('tr', null, el('td', null), ...[a, b].map((row) => el('th', { scope: 'col' }, el('bdi', null, words.name(row)))))),
          el('tbody', null,
            ...rows.map(([title, text]) => el('tr', null, el('th', { scope: 'row' }, title), ...[a, b].map((row) => el('td', null, text(row) || msg('unknown'))))),
            el('tr', null, el('th', { scope: 'row' }, msg('comparePlay')), ...cells))),
        verdict, el('div', { class: 'acts' }, done),
      ], opener);
      done.focus();
      void Promise.all([playOf(a), playOf(b)]).then((play) => {
        if (!current()) return;
        play.forEach((how, i) => cells[i]?.replaceChildren(msg(`play_${how}`)));
        verdict.removeAttribute('aria-busy');
        verdict.replaceChildren(...difference(a, b, play).map((line) => el('p', null, line)));
      });
    }

    return {
      drop,
      button(row) {
        const button = el('button', {
          'type': 'button', 'class': 'sec', 'aria-pressed': 'false', 'aria-label': msg('compareRow', words.name(row)),
          'onclick': () => {
            const first = picked;
            drop();
            if (first?.row === row) return say(msg('compareDropped', words.name(row)), true);
            // Picture and sound have nothing in common: the later one counts.
            if (first && (first.row.kind === 'audio') === (row.kind === 'audio')) return show(first.row, row, button);
            picked = { row, button };
            button.setAttribute('aria-pressed', 'true');
            say(msg('comparePicked', words.name(row)), true);
          },
        }, msg('compare'));
        return button;
      },
    };
  };
})();
