/// <reference path="../types.d.ts" />
// The hosts of a row: what kinds there are, and a test that puts the fastest first.
// messages: host_* hostWhat_*
(() => {
  const parts = (globalThis.streamlistParts ??= /** @type {any} */ ({}));
  if (Object.hasOwn(parts, 'hosts')) return;
  const { el } = parts;

  parts.hosts = (row, words, test) => {
    const { msg } = words;
    const classes = new Set((row.segments ?? []).flatMap((segment) => segment.urls.map((u) => u.class)));
    const button = test && el('button', { type: 'button', class: 'sec', onclick: (/** @type {Event} */ event) => test(row, /** @type {HTMLElement} */ (event.currentTarget)) }, msg('testHosts'));
    return el('div', { class: 'hosts' },
      ...[...classes].map((name) => el('p', null, el('b', null, msg(`host_${name}`)), ' ', msg(`hostWhat_${name}`))),
      button && el('div', { class: 'test' }, button, el('span', null, msg('testHostsWhat'))));
  };

  parts.createHostTest = ({ words, ask, stop, say, report, remedy, show }) => {
    const { msg } = words;
    let turn = 0, busy = false;
    return {
      async run(row, button) {
        if (busy) return;
        busy = true;
        const mine = ++turn;
        button.setAttribute('aria-busy', 'true');
        say(msg('testingHosts'), true);
        const answer = await ask(row, () => mine === turn);
        if (mine !== turn) return;
        busy = false;
        button.removeAttribute('aria-busy');
        if (!answer.ok) {
          report(answer);
          const allow = remedy(answer.error);
          if (allow && !button.nextElementSibling?.matches('.pri')) button.after(allow);
          return;
        }
        /** @type {Streamlist.Listing} */
        const listing = answer.body;
        show(listing);
        const rows = [...listing.video ?? [], ...listing.audio ?? [], ...listing.single ?? []];
        const first = rows.find((r) => r.key === row.key)?.segments?.[0]?.urls[0];
        const good = (first?.speed ?? 0) > 0;
        const said = first && good ? msg('testedHosts', new URL(first.url).host, words.speed(first.speed)) : msg('testedNone');
        say(listing.untested ? msg('testedNotAll', said, words.number(listing.untested)) : said, good);
      },
      end() {
        turn++;
        if (busy) stop();
        busy = false;
      },
    };
  };
})();
