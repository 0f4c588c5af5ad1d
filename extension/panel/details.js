/// <reference path="../types.d.ts" />
// What a course has beside its streams, asked for when a person wants to see it: everything here is the site's own, and
// of no certain type.
(() => {
  const parts = (globalThis.streamlistParts ??= /** @type {any} */ ({}));
  if (Object.hasOwn(parts, 'courseDetails')) return;
  const { el } = parts;

  /** @param {unknown} address @param {RegExp} hosts @returns {URL | null} an https address of one of these hosts */
  function trusted(address, hosts) {
    try {
      const url = new URL(String(address));
      return url.protocol === 'https:' && !url.port && !url.username && !url.password && hosts.test(url.hostname) ? url : null;
    } catch {
      return null;
    }
  }

  /** The lines of a text with some HTML in it. @param {unknown} content */
  const lines = (content) => (typeof content === 'string' ? content : '').slice(0, 20_000).replace(/<br\s*\/?>|<\/p>|\\n/gi, '\n').replace(/<[^<>]*>/g, '')
    .replace(/&nbsp;/g, ' ').replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&quot;/g, '"').replace(/&amp;/g, '&').split('\n').slice(0, 60);

  parts.courseDetails = (words, { ask, explain, save }) => {
    const { msg } = words;

    /** @param {unknown} value @param {number} [most] characters */
    const text = (value, most = 200) => (typeof value === 'string' || typeof value === 'number' ? words.foreign(String(value), most) : '');

    /** @param {unknown} title @param {unknown} address text where the address is none of the site's own */
    function link(title, address) {
      const name = text(title);
      const url = trusted(address, /(^|\.)bilibili\.com$/);
      if (!name) return null;
      return url ? el('a', { href: url.href, target: '_blank', rel: 'noopener noreferrer' }, el('bdi', null, name)) : el('bdi', null, name);
    }

    /** The cover, from the site's own image hosts. Where the page's policy forbids it there is none. @param {unknown} address */
    function cover(address) {
      const url = trusted(String(address).replace(/^(http:)?\/\//, 'https://'), /(^|\.)(hdslb|biliimg)\.com$/);
      return url && el('img', {
        class: 'cover', alt: '', referrerpolicy: 'no-referrer', decoding: 'async', src: url.href,
        onerror: (/** @type {Event} */ event) => /** @type {Element} */ (event.target).remove(),
      });
    }

    /** @param {(string | Node | null | undefined | false)[]} some @returns {Node[]} with dots between them, '' and nothing left out */
    const joined = (some) => some.filter(Boolean).flatMap((one, i) => [
      ...(i ? [document.createTextNode(' · ')] : []), typeof one === 'string' ? el('bdi', null, one) : /** @type {Node} */ (one),
    ]);

    /** @param {Streamlist.Details} d */
    function show(d) {
      const { stat = {}, payment = {}, coupon = {}, note = {}, faq = {}, faq1 = {}, terms = {} } = Object.fromEntries(
        Object.entries(d).map(([key, value]) => [key, value ?? undefined]));
      const until = text(coupon.expire_time, 40), last = text(d.progress.lastepindex);
      const price = [text(payment.price_format, 40), text(payment.price_unit, 20)].filter(Boolean).join(' ');
      /** @type {[string, (string | Node | null | false)[]][]} */
      const facts = [
        [msg('detailsPrice'), [price, text(payment.discount_prefix, 40) + text(payment.discount_desc, 80)]],
        [msg('detailsCoupon'), [text(coupon.title) && (until ? msg('detailsUntil', text(coupon.title), until) : text(coupon.title))]],
        [msg('detailsRelease'), [text(d.release)]],
        [msg('detailsExpiry'), [text(d.expiry)]],
        [msg('detailsPlays'), [text(stat.play_desc)]],
        [msg('detailsYours'), [
          d.watched > 0 && msg('detailsWatched', d.partial ? msg('atLeast', words.number(d.watched)) : words.number(d.watched)),
          last && (d.progress.lasttime > 0 ? msg('detailsLastAt', last, words.duration(d.progress.lasttime * 1000)) : msg('detailsLast', last)),
        ]],
        [msg('detailsTeacher'), [link(d.teacher.uname, d.teacher.link), text(d.teacher.brief, 400)]],
      ];
      /** @param {unknown} title @param {(Node | null)[]} content */
      const fold = (title, content) => text(title) && content.length > 0 && parts.disclosure(text(title), (inside) => {
        if (!inside.firstChild) inside.append(el('div', { class: 'prose' }, ...content));
      });
      const paragraphs = (/** @type {unknown} */ content) => lines(content).map((line) => text(line, 1000)).filter(Boolean).map((line) => el('p', null, el('bdi', null, line)));
      const questions = (Array.isArray(faq1.items) ? faq1.items : []).slice(0, 60).flatMap((/** @type {any} */ one) => (text(one?.question) ? [
        el('p', null, el('b', null, el('bdi', null, text(one.question, 400)))), ...paragraphs(one.answer),
      ] : []));
      const links = joined([link(note.title, note.link), link(terms.title, terms.link), questions.length > 0 && link(faq.title, faq.link)]
        .filter((one) => one instanceof HTMLAnchorElement));
      const rows = facts.map(([name, some]) => /** @type {const} */ ([name, joined(some)])).filter(([, some]) => some.length);
      return [
        el('div', { class: 'prose' },
          cover(d.cover), text(d.subtitle) && el('p', null, el('bdi', null, text(d.subtitle, 400))),
          el('dl', null, ...rows.flatMap(([name, some]) => [el('dt', null, name), el('dd', null, ...some)])),
          links.length > 0 && el('p', null, ...links)),
        fold(note.title, paragraphs(note.content)),
        questions.length ? fold(faq1.title || faq.title, questions) : fold(faq.title, paragraphs(faq.content)),
      ];
    }

    /** @param {HTMLElement} inside */
    async function load(inside) {
      const saves = el('div', { class: 'acts' }, ...(/** @type {const} */ (['xml', 'ass'])).map((format) => {
        const button = el('button', { type: 'button', class: 'sec', onclick: () => save(format, button) },
          parts.icon('download'), format === 'xml' ? msg('danmakuXml') : msg('danmakuAss'));
        return button;
      }));
      const body = el('div', null, el('p', { class: 'note', role: 'status' }, msg('detailsLoading')));
      inside.replaceChildren(body, el('div', { class: 'prose' }, saves));
      const answer = await ask();
      if (answer.ok) return body.replaceChildren(...show(answer.body).filter((part) => part instanceof Node));
      const again = el('button', { type: 'button', class: 'sec', onclick: () => void load(inside) }, msg('retry'));
      body.replaceChildren(el('div', { class: 'failed' }, el('div', { role: 'status' }, explain(answer.error)), el('div', { class: 'acts' }, again)));
    }

    return parts.disclosure(msg('details'), (inside) => inside.firstChild ? undefined : load(inside));
  };

  const TYPES = { srt: 'application/x-subrip', vtt: 'text/vtt', ass: 'text/x-ssa', json: 'application/json' };

  /** The media type of a text, by its name's ending. */
  parts.typeOf = (name) => TYPES[/** @type {keyof typeof TYPES} */ (name.split('.').at(-1))] ?? 'text/plain';

  /**
   * Saves text as a file. The link is never in the page, so that none of its listeners hears the click; what a page could
   * make of the blob, it can ask the site for itself.
   */
  parts.saveText = (name, content, type) => {
    const url = URL.createObjectURL(new Blob([content], { type }));
    el('a', { href: url, download: name }).click();
    setTimeout(() => URL.revokeObjectURL(url), 60_000); // longer than a person thinks about where to save it
  };
})();
