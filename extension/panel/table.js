/// <reference path="../types.d.ts" />
// The tables: one for each kind, one row for each rendition, backups under a disclosure.
// messages: columnQuality columnCodec columnRate columnSize columnActions host_*
(() => {
  const parts = (globalThis.streamlistParts ??= /** @type {any} */ ({}));
  if (Object.hasOwn(parts, 'table')) return;
  const { el, icon, iconButton } = parts;

  /** With its scheme, as an address begins. @param {string} address */
  const hostOf = (address) => /^https?:\/\/[^/?#]*./.exec(address)?.[0] ?? '';

  let serial = 0; // makes ids for aria-controls, unique within the shadow root

  parts.table = (kind, rows, words, actions, { heads, encrypted, beside = false, preview = '' }) => {
    const { msg } = words;
    const columns = [['q', 'columnQuality'], ['c', 'columnCodec'], ['b', 'columnRate'], ['s', 'columnSize'], ['a', 'columnActions']];
    const title = { video: msg('video'), audio: msg('audio'), single: msg('single') }[kind];
    return el('table', null,
      el('caption', null, title),
      el('colgroup', null, ...columns.map(([name]) => el('col', { class: name }))),
      el('thead', { class: heads ? null : 'quiet' }, el('tr', null, ...columns.map(([name, text]) =>
        el('th', { scope: 'col', class: name === 'b' || name === 's' ? 'num' : null },
          el('span', { class: heads && name !== 'a' ? null : 'vh' }, msg(text)))))),
      el('tbody', null, ...rows.flatMap((row) => rowOf(row))));

    /** @param {Streamlist.Rendition} row @returns {HTMLElement[]} */
    function rowOf(row) {
      const available = !row.withheld && Boolean(row.segments?.length);
      const facts = [
        row.width && row.height ? `${row.width}×${row.height}` : '',
        row.frameRate ? words.frameRate(row.frameRate) : '',
        row.kind === 'single' && row.codec && row.container ? row.container.toUpperCase() : '',
        (row.segments?.length ?? 0) > 1 ? msg('partCount', row.segments?.length ?? 0) : '', available ? preview : '',
      ].filter(Boolean).join(' · ');
      const head = el('th', { scope: 'row' },
        el('span', { class: 'q' }, el('bdi', null, words.quality(row))),
        row.best && el('span', { class: 'tag' }, msg('best')),
        ...words.marks(row).map((mark) => el('span', { class: 'mark' }, mark)),
        facts && el('div', { class: 'dim' }, facts));
      const codec = words.codec(row);
      const known = row.codec || row.bandwidth || row.size;
      // In an encrypted listing the card above says why, for all rows at once.
      const said = encrypted && (row.withheld?.code ?? 'encrypted') === 'encrypted';
      const classes = [row.best && 'isbest', !available && !said && 'locked', !available && !said && known && 'known'];
      const tr = el('tr', { class: classes.filter(Boolean).join(' ') || null }, head);

      if (available || known) {
        tr.append(
          el('td', { class: 'codec', title: row.codecs }, codec),
          el('td', { class: 'num' }, row.bandwidth ? words.bitRate(row.bandwidth) : ''),
          el('td', { class: 'num' }, words.size(row)));
      }
      if (!available) {
        const why = said ? msg('locked') : words.withheld(row.withheld ?? { code: 'not-given' });
        tr.append(el('td', known ? { class: 'why narrow' } : { class: 'why', colspan: 4 }, el('span', null, icon('lock'), why)));
        return [tr];
      }

      // Beside tracks of the same quality and codec, the container tells a file from them.
      const name = [words.name(row), beside && row.codec && row.container?.toUpperCase()].filter(Boolean).join(' ');
      const detail = el('tr', { class: 'detail', id: `detail-${++serial}`, hidden: true });
      const backups = Math.max(...(row.segments ?? []).map((s) => s.urls.length)) - 1;
      const label = backups > 0 ? words.backups(backups, name)
        : (row.segments?.length ?? 0) > 1 ? msg('partsOf', row.segments?.length ?? 0, name) : msg('addressOf', name);
      const copy = iconButton('copy', msg('copyRow', name), () => actions.copy({ row: row.key, what: 'url' }, copy));
      const download = iconButton('download', msg('downloadRow', name), () => actions.download(row, download));
      const more = iconButton('more', label, (event) => {
        const open = more.getAttribute('aria-expanded') !== 'true';
        if (open && !detail.firstChild) detail.append(el('td', { colspan: 5 }, addresses(row, name), actions.more(row)));
        more.setAttribute('aria-expanded', String(open));
        detail.hidden = !open;
        if (open && event.isTrusted) parts.reveal(detail, tr);
      }, { 'aria-expanded': 'false', 'aria-controls': detail.id });
      tr.append(el('td', { class: 'actions' }, copy, download, more));
      return [tr, detail];
    }

    /** @param {Streamlist.Rendition} row @param {string} name */
    function addresses(row, name) {
      const segments = row.segments ?? [];
      const count = Math.max(...segments.map((s) => s.urls.length));
      const box = el('div', { class: 'addresses' });
      /** @param {Streamlist.MediaURL} address */
      const kind = (address) => [hostOf(address.url).split(/[/?#]/)[2], msg(`host_${address.class}`), words.speed(address.speed)].filter(Boolean).join(' · ');
      for (let i = 0; i < count; i++) {
        const urls = segments.find((s) => s.urls[i])?.urls ?? [];
        const first = urls[i];
        const host = hostOf(first?.url ?? '');
        // Copied by its host: since it was drawn, a test in another tab may have put another in its place. But the parts of a
        // film are ranked each by itself, and need not have a host in common: they go by their place.
        const backup = segments.length > 1 ? i : urls.slice(0, i).filter((u) => hostOf(u.url) === host).length;
        const which = { ...(backup > 0 ? { backup } : {}), ...(segments.length > 1 ? {} : { host }) };
        const shared = segments.every((s) => !s.urls[i] || hostOf(s.urls[i].url) === host);
        const copy = el('button', {
          'type': 'button', 'aria-label': i === 0 ? msg('copyFirst', name) : msg('copyBackup', i, name),
          'onclick': () => actions.copy({ row: row.key, what: 'url', ...which }, copy),
        }, msg('copy'));
        box.append(el('div', { class: 'group' },
          el('b', null, i === 0 ? msg('firstAddress') : msg('backup', i)), el('span', null, first && shared ? kind(first) : ''), copy));
        const needs = first && words.needs(first);
        if (needs) box.append(el('div', { class: 'needs' }, needs));
        segments.forEach((segment, at) => {
          const address = segment.urls[i];
          if (!address) return;
          if (segments.length > 1) {
            box.append(el('div', { class: 'partname' }, [
              msg('part', at + 1, segments.length),
              segment.duration ? words.duration(segment.duration) : '', segment.size ? words.bytes(segment.size) : '', shared ? '' : kind(address),
            ].filter(Boolean).join(' · ')));
          }
          // Focusable, because a long address scrolls.
          box.append(el('code', {
            'class': 'url secret', 'tabindex': 0, 'role': 'group', 'aria-label': i === 0 ? msg('firstAddress') : msg('backup', i), 'data-text': address.url,
          }));
        });
      }
      box.append(parts.hosts(row, words, actions.testHosts));
      return box;
    }
  };
})();
