/// <reference path="../types.d.ts" />
// Words and numbers: everything the panel says, from the locale's messages.
// messages: quality_* state_* reason_* why_* short_* note_* copied_* refused_*
(() => {
  const parts = (globalThis.streamlistParts ??= /** @type {any} */ ({}));
  if (Object.hasOwn(parts, 'createWords')) return;

  // Which messages exist is listed here, because Firefox reports an error for each
  // look-up of a message that doesn't.
  const QUALITIES = new Set([
    5, 6, 16, 32, 64, 74, 80, 112, 116, 120, 125, 126, 127, 129, 30216, 30232, 30250, 30251, 30255, 30280,
  ]);
  const REASONS = new Set([
    'not-logged-in', 'not-purchased', 'preview-only', 'encrypted', 'not-released', 'not-found', 'region', 'premium',
    'rate-limited', 'network', 'expired', 'unexpected', 'no-access', 'reload', 'not-given',
  ]);
  // Cause and next step: code, then detail, then what else the reason states.
  const WHY = new Set([
    ...REASONS, 'not-logged-in sign-in-again', 'not-purchased purchase-expired', 'not-purchased login-unknown', 'not-purchased purchase-unread',
    'preview-only part', 'preview-only given', 'encrypted unconfirmed', 'not-released at', 'rate-limited at', 'rate-limited captcha',
    'rate-limited captcha at', 'network timeout', 'unexpected code', 'unexpected html', 'unexpected truncated',
    'unexpected empty', 'unexpected no-media', 'unexpected internal', 'unexpected moved', 'not-given only-hdr', 'not-given lower',
    'no-access other-jar', 'no-access old-host', 'no-access page-policy', 'network tab-gone', 'unexpected no-room', 'not-given no-video',
  ]);
  const SHORT = new Set([...REASONS, 'not-logged-in sign-in-again', 'not-purchased purchase-expired']);
  const REFUSED = new Set(['unquotable', 'too-long', 'in-parts', 'no-address', 'no-sound']);
  const NOTES = new Set(['season-unread', 'list-unread']);

  /** @param {string} words */
  const key = (words) => words.replace(/[- ]/g, '_');

  /**
   * Failures of the request itself, as the reason that helps a person on.
   * @type {Record<string, Streamlist.Reason>}
   */
  const FAILURES = {
    'timeout': { code: 'network', detail: 'timeout' },
    'orphaned': { code: 'reload' },
    'old-version': { code: 'reload' },
    'unsupported': { code: 'not-found' },
    'cancelled': { code: 'unexpected', detail: 'moved' },
  };

  /**
   * @param {Streamlist.I18n} i18n
   * @returns {Streamlist.Words}
   */
  parts.createWords = (i18n) => {
    // An orphaned content script has lost chrome.i18n, just when the panel has to say so.
    /** @type {Map<string, string>} */
    const remembered = new Map();
    /** @param {string} name @param {(string | number)[]} substitutions */
    const msg = (name, ...substitutions) => {
      try {
        const text = i18n.getMessage(name, substitutions.map(String));
        remembered.set(name, text);
        return text;
      } catch {
        return remembered.get(name) ?? '';
      }
    };
    for (const name of ['reason_reload', 'why_reload', 'reloadPage']) msg(name);
    const joined = msg('titleAndText', '\u0001', '\u0002');

    const locale = msg('locale');
    // The browser's own language knows its region (en-GB); where there are no texts in it, numbers and months go with the texts.
    const language = (() => {
      try {
        const own = new Intl.Locale(i18n.getUILanguage());
        return own.language === new Intl.Locale(locale).language ? String(own) : locale;
      } catch {
        return locale; // not every browser language is a valid tag
      }
    })();

    /** @param {number} fewest @param {number} most decimals */
    const decimals = (fewest, most) => {
      const format = new Intl.NumberFormat(language, { minimumFractionDigits: fewest, maximumFractionDigits: most });
      return (/** @type {number} */ value) => format.format(value);
    };
    const whole = decimals(0, 0), oneDecimal = decimals(1, 1), upToOne = decimals(0, 1), upToTwo = decimals(0, 2), twoDecimals = decimals(2, 2);
    const percent = new Intl.NumberFormat(language, { style: 'percent' });
    const plurals = new Intl.PluralRules(locale);
    const either = new Intl.ListFormat(locale, { type: 'disjunction' });
    const time = new Intl.DateTimeFormat(language, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
    const dayAndTime = new Intl.DateTimeFormat(language, {
      month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit', hourCycle: 'h23',
    });

    /** @param {number} value in bytes; decimal units, as the sites and browsers' download lists count */
    const bytes = (value) => {
      if (value >= 999.5e6) return msg('size_gb', twoDecimals(value / 1e9));
      if (value >= 9.95e6) return msg('size_mb', whole(value / 1e6));
      if (value >= 999.5e3) return msg('size_mb', oneDecimal(value / 1e6));
      if (value >= 1000) return msg('size_kb', whole(value / 1e3));
      return msg('size_b', whole(value));
    };

    /** @param {number} milliseconds */
    const duration = (milliseconds) => {
      const s = Math.round(milliseconds / 1000);
      const two = (/** @type {number} */ n) => String(n).padStart(2, '0');
      const minutes = Math.floor(s / 60);
      if (minutes < 60) return `${minutes}:${two(s % 60)}`;
      return `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(s % 60)}`;
    };

    /** @param {number} milliseconds */
    const length = (milliseconds) => milliseconds < 60e3
      ? msg('seconds', whole(milliseconds / 1000)) : msg('minutes', upToOne(milliseconds / 60e3));

    /** @param {number} seconds */
    const clock = (seconds) => {
      const date = new Date(seconds * 1000);
      return (date.toDateString() === new Date().toDateString() ? time : dayAndTime).format(date);
    };

    // Control characters and those that turn the writing direction are no part of a title.
    /** @param {string | undefined} text @param {number} most characters */
    const foreign = (text, most) => {
      const plain = (text ?? '').replace(/[\p{Cc}\p{Zl}\p{Zp}\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]+/gu, ' ').trim();
      const characters = [...plain.slice(0, 4 * most)];
      return characters.length > most ? `${characters.slice(0, most).join('').trim()}…` : plain;
    };

    /** @param {{quality: number, label?: string}} row */
    const quality = (row) => QUALITIES.has(row.quality) ? msg(`quality_${row.quality}`)
      : foreign(row.label, 40) || (row.quality >= 30_000 ? msg('soundUnknown', String(row.quality)) : msg('qualityUnknown', String(row.quality)));

    /** @param {{codec?: string, kind?: Streamlist.Kind, container?: string}} row */
    const codec = (row) => row.codec || (row.kind === 'single' ? (row.container ?? '').toUpperCase() : '');

    /** @type {Streamlist.Words['name']} */
    const name = (row) => [quality(row), codec(row)].filter(Boolean).join(' ');

    /** @type {Streamlist.Words['problem']} */
    const problem = (reason, site, { inToast = false } = {}) => {
      const code = REASONS.has(reason.code) ? reason.code : 'unexpected';
      const base = [code, reason.detail].filter(Boolean).join(' ');
      const facts = [reason.at && ' at', reason.given && (reason.whole ? ' part' : ' given'), reason.serverCode && ' code'].filter(Boolean);
      const found = [base, code].flatMap((b) => [...facts, ''].map((fact) => b + fact)).find((k) => WHY.has(k)) ?? code;
      const title = msg(`reason_${key(code)}`);
      const text = msg(`why_${key(found)}`, site === 'tv' ? msg('siteTV') : msg('siteCom'),
        reason.at ? clock(reason.at) : '', length(reason.given ?? 0), length(reason.whole ?? 0), String(reason.serverCode ?? ''),
        inToast ? msg('againToast') : msg('againPanel'), inToast ? msg('againToastFirst') : msg('againPanelFirst'));
      return { code, detail: reason.detail, title, text, line: joined.replace('\u0001', () => title).replace('\u0002', () => text) };
    };

    /** @type {Streamlist.Words['preview']} */
    const preview = (why) => {
      if (why?.code !== 'preview-only' || !why.given) return '';
      return why.whole ? msg('previewOf', duration(why.given), duration(why.whole)) : msg('previewGiven', duration(why.given));
    };

    /** @type {Streamlist.Words['outran']} */
    const outran = ({ expiresAt, fetchedAt }) => Boolean(expiresAt) && (expiresAt ?? 0) <= (fetchedAt ?? 0);

    /** @type {Intl.DisplayNames | undefined} */
    let languages;

    /** @type {Streamlist.Words} */
    const words = {
      locale, msg, foreign, preview, outran, bytes, duration, clock, quality, name, problem,
      number: whole,
      percent: (value) => percent.format(value),
      codec,
      size: (row) => row.size ? (row.sizeEstimated ? msg('about', bytes(row.size)) : bytes(row.size)) : '',
      bitRate: (value) => value >= 999500 ? msg('rate_mbit', oneDecimal(value / 1e6)) : msg('rate_kbit', whole(value / 1e3)),
      speed: (value) => !value ? '' : value < 0 ? msg('hostSilent') : msg('rate_mbyte', value >= 9.95e6 ? whole(value / 1e6) : upToTwo(value / 1e6)),
      frameRate: (value) => msg('rate_fps', upToTwo(value)),
      backups: (count, of) => plurals.select(count) === 'one' ? msg('backups_one', whole(count), of) : msg('backups_other', whole(count), of),
      marks: (row) => {
        const own = quality(row);
        const marks = [];
        if (row.range) marks.push({ 'hdr': msg('quality_125'), 'hdr-vivid': msg('quality_129'), 'dolby-vision': msg('quality_126') }[row.range]);
        if (row.kind !== 'video' && (row.codec === 'E-AC-3' || row.codec === 'AC-3')) marks.push(msg('quality_30250'));
        return marks.filter((mark) => mark !== own); // "Hi-Res" and "Dolby" rows carry their mark as name
      },
      any: (names) => either.format(names),
      failure: (error, site, where) => {
        if (error.code === 'unavailable' && error.reason) return problem(error.reason, site, where);
        if (error.code === 'no-clipboard' || REFUSED.has(error.code)) {
          const title = msg('notCopied');
          const text = error.code === 'no-clipboard' ? msg('noClipboard') : msg(`refused_${key(error.code)}`);
          return { code: error.code, title, text, line: joined.replace('\u0001', title).replace('\u0002', text) };
        }
        if (error.code === 'private') {
          const title = msg('notDownloaded'), text = msg('notInPrivate');
          return { code: error.code, title, text, line: joined.replace('\u0001', title).replace('\u0002', text) };
        }
        const found = problem(FAILURES[error.code] ?? { code: 'unexpected', detail: 'internal' }, site, where);
        return error.code === 'cancelled' ? { ...found, line: found.text } : found;
      },
      refusal: (why) => REFUSED.has(why) ? msg(`refused_${key(why)}`) : '',
      withheld: (reason) => {
        if (reason.code === 'not-given') return msg('notGivenNoReason');
        const base = `${reason.code} ${reason.detail}`;
        const found = SHORT.has(base) ? base : SHORT.has(reason.code) ? reason.code : 'unexpected';
        return msg('lockedBecause', msg(`short_${key(found)}`));
      },
      note: (reason, site) => NOTES.has(reason.detail ?? '') ? msg(`note_${key(reason.detail ?? '')}`) : problem(reason, site).line,
      copied: (body) => {
        if (body.what === 'diagnostics') return msg('copied_diagnostics');
        const what = body.what === 'again' ? 'mpv' : body.what === 'url' ? body.kind : key(body.what);
        const ended = outran(body);
        const done = body.expiresAt && !ended ? msg(`copied_${what}_until`, name(body), clock(body.expiresAt)) : msg(`copied_${what}`, name(body));
        const needs = [body.what === 'mpv-list' && msg('needsCommand'), ended && msg('needsClock'), body.referer && msg('needsReferer'), body.oneIp && msg('needsOneIp'), body.cookies && msg(body.apart ? 'needsOtherLogin' : 'needsCookies')];
        return needs.reduce((/** @type {string} */ text, need) => need ? msg('copiedAndNeeds', text, need) : text, done);
      },
      subtitle: (track) => {
        const name = words.language(track.tag) || foreign(track.name, 60) || track.tag;
        return track.machine ? msg('subtitleMachine', name) : name;
      },
      language: (tag) => {
        try {
          return (languages ??= new Intl.DisplayNames(language, { type: 'language', fallback: 'none' })).of(tag.replace(/(-auto)?(-\d+)?$/, '')) ?? '';
        } catch {
          return ''; // no tag of a language
        }
      },
      ordered: (row, audio, why, subtitles) => {
        const parts = row.segments?.length ?? 0;
        const text = row.kind === 'audio' ? msg('orderedAudio', name(row))
          : row.kind === 'video' ? (audio ? msg('orderedJoined', name(row), name(audio)) : msg('orderedSilent', name(row)))
            : parts > 1 && row.container === 'flv' ? msg('orderedParts', name(row), whole(parts)) : msg('orderedSingle', name(row));
        const given = preview(why);
        const all = given ? msg('orderedPreview', text, given) : text;
        return subtitles ? msg('orderedSubtitles', all, subtitles === 'all' ? msg('subtitlesAll') : words.language(subtitles) || subtitles) : all;
      },
      needs: (address) => [
        address.expiresAt && msg('addressUntil', clock(address.expiresAt)), address.referer && msg('addressReferer'), address.oneIp && msg('addressOneIp'),
      ].filter(Boolean).join(' · '),
    };
    return words;
  };
})();
