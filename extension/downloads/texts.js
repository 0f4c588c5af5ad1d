// What the Downloads page says of a job.
// messages: job_* stop_* remark_*

/** @typedef {Streamlist.Downloader.Job} Job */
/** @typedef {NonNullable<Job['reason']>} Reason */

// Firefox reports an error for each look-up of a message that doesn't exist.
const STOPS = new Set([
  'other', 'not-media', 'broken', 'no-size', 'no-host', 'no-save', 'storage', 'internal', 'encrypted',
]);
const REMARKS = new Set(['changed', 'no-ranges', 'parts', 'preview', 'duration', 'unchecked']);
const UNDER_WAY = new Set(['starting', 'running', 'links', 'retrying', 'checking', 'saving']);

/** @param {string} code */
const key = (code) => code.replaceAll('-', '_');

/** What a rendition's key says of it ("video/116/AVC/1"), until the listing is there. @param {string | undefined} key */
function part(key) {
  const [kind, quality, codec] = (key ?? '').split('/');
  return quality ? { kind: /** @type {Streamlist.Kind} */ (kind), quality: Number(quality), codec: codec === 'unknown' ? '' : codec } : null;
}

/** Whether something is being done for the job: it may be waiting for the network. @param {Job} job */
export const underWay = (job) => UNDER_WAY.has(job.state);

/**
 * @param {Streamlist.Words} words
 * @param {string} language the browser's
 */
export function createTexts(words, language) {
  const { msg } = words;
  const own = new Intl.Locale(language).language === new Intl.Locale(words.locale).language ? language : words.locale;
  const units = Object.fromEntries(['second', 'minute', 'hour'].map((unit) =>
    [unit, new Intl.NumberFormat(own, { style: 'unit', unit, unitDisplay: 'short', maximumFractionDigits: unit === 'hour' ? 1 : 0 })]));

  /** How long something takes. @param {number} seconds */
  const span = (seconds) => {
    if (seconds < 90) return units.second?.format(Math.max(1, seconds)) ?? '';
    return (seconds < 5400 ? units.minute?.format(seconds / 60) : units.hour?.format(seconds / 3600)) ?? '';
  };

  const date = new Intl.DateTimeFormat(own, { dateStyle: 'medium' });
  const day = new Intl.DateTimeFormat(own, { month: 'short', day: 'numeric' });

  /** When something ended: of today the time, of this year the day. @param {number} at milliseconds */
  const when = (at) => {
    const then = new Date(at), now = new Date();
    if (then.toDateString() === now.toDateString()) return words.clock(at / 1000);
    return (then.getFullYear() === now.getFullYear() ? day : date).format(then);
  };

  /** Never whole before it is whole. @param {Job} job */
  const share = (job) => job.size > 0 ? Math.min(job.done / job.size, job.state === 'complete' ? 1 : 0.99) : 0;

  /** @param {Job} job */
  const percent = (job) => words.percent(Math.floor(share(job) * 100) / 100);

  /** @param {Job} job */
  const bytes = (job) => job.size > 0 ? msg('doneOfSize', words.bytes(job.done), words.bytes(job.size)) : job.done > 0 ? words.bytes(job.done) : '';

  /** Room on a disk, for which hundredths are too fine. @param {number} value */
  const room = (value) => value >= 9.95e9 ? msg('size_gb', words.number(value / 1e9)) : words.bytes(value);

  /** Two sentences. @param {string} first @param {string} second */
  const both = (first, second) => second ? `${first} ${second}` : first;

  /** Why a job stands still, or has ended. @param {Reason} reason @param {Job} job */
  function why(reason, job) {
    if (reason.code === 'disk-full') {
      return reason.need ? msg('stop_disk_full', words.bytes(reason.need), words.bytes(reason.free ?? 0)) : msg('stop_disk_full_now');
    }
    if (reason.code === 'no-access' && reason.detail === 'other-jar') return msg('stop_other_jar');
    if (STOPS.has(reason.code)) return msg(`stop_${key(reason.code)}`, words.foreign(reason.detail, 60));
    return words.problem(reason, job.order.site, { inToast: true }).line;
  }

  /** @param {Job} job */
  function retrying(job) {
    const reason = job.reason ?? { code: 'network' };
    const text = reason.code === 'rate-limited' ? msg('stop_rate_limited') : msg('stop_network');
    return reason.at ? msg('goesOnAt', text, words.clock(reason.at)) : text;
  }

  /** What stands on the left under the bar, and how it is meant. @param {Job} job @returns {[string, '' | 'good' | 'bad']} */
  function state(job) {
    const kept = job.done > 0 ? msg('kept', words.bytes(job.done)) : '';
    switch (job.state) {
      case 'running':
        return [[job.size > 0 && percent(job), bytes(job)].filter(Boolean).join(' · '), ''];
      case 'links':
        return [both(msg('job_links'), kept), 'bad'];
      case 'retrying':
        return [both(retrying(job), kept), 'bad'];
      case 'paused':
        return job.reason && job.reason.code !== 'person' ? [both(why(job.reason, job), kept), 'bad'] : [both(msg('job_paused'), kept), ''];
      case 'failed':
        return [both(why(job.reason ?? { code: 'internal' }, job), kept), 'bad'];
      case 'complete':
        return [job.duration ? msg('completeLength', words.duration(job.duration)) : msg('job_complete'), 'good'];
      default:
        return [msg(`job_${job.state}`), ''];
    }
  }

  const series = new Intl.ListFormat(words.locale, { style: 'short', type: 'unit' });

  /** Languages, by the tags of subtitles; or all of them. @param {string[]} tags */
  const languages = (tags) => series.format(tags.map((tag) => tag === 'all' ? msg('subtitlesAll') : words.subtitle({ tag, machine: /-auto(-\d+)?$/.test(tag) })));

  /** Which subtitles there are with a video, and which there are not. @param {Job} job */
  function subtitles(job) {
    const [none, lost] = ['no-subtitles', 'subtitles-lost'].map((code) => job.notes?.find((note) => note.code === code)?.detail?.split(' '));
    const wanted = job.order.subtitles && !none && !lost ? [job.order.subtitles] : [];
    const there = job.subtitles ?? (job.state === 'complete' ? [] : wanted);
    return [
      there.length > 0 && msg('withSubtitles', languages(there)), none && msg('noSubtitlesIn', languages(none)), lost && msg('subtitlesFailed', languages(lost)),
    ];
  }

  return {
    bytes, percent, share, state,

    /** The file's own name, and with its folders. @param {Job} job */
    name: (job) => job.name.split('/').at(-1) || words.foreign(job.head.title, 120) || msg('untitled'),

    /** The line under the name. @param {Job} job */
    about(job) {
      const known = job.parts.length ? job.parts : [job.order.row, job.order.audio].map(part).filter((p) => p !== null);
      const parts = known.map(words.name).join(' + ');
      const took = job.state === 'complete' && job.took ? msg('sizeInTime', words.bytes(job.size || job.done), span(Math.round(job.took / 1000))) : '';
      return [words.foreign(job.head.series, 100), parts, job.files > 1 && msg('separateFiles', words.number(job.files)), ...subtitles(job), took].filter(Boolean).join(' · ');
    },

    /** What stands on the right under the bar. @param {Job} job */
    pace(job) {
      if (job.state === 'running') {
        return [job.speed && words.speed(job.speed), job.left && msg('timeLeft', span(job.left))].filter(Boolean).join(' · ');
      }
      if (job.state === 'complete') return job.ended ? when(job.ended) : '';
      return job.state !== 'waiting' && job.size > 0 && job.done > 0 ? percent(job) : '';
    },

    /** @param {Job} job */
    remarks: (job) => (job.notes ?? []).filter((note) => REMARKS.has(note.code)).map((note) => {
      const files = words.number(job.files);
      if (note.code === 'parts') return note.detail === 'codecs' ? msg('remark_parts_codecs', files) : msg('remark_parts', files);
      return msg(`remark_${key(note.code)}`, words.duration(note.given ?? 0), words.duration(note.whole ?? 0));
    }),

    /** @param {Streamlist.Downloader.View} view */
    summary(view) {
      const running = view.jobs.filter(underWay).length, waiting = view.jobs.filter((job) => job.state === 'waiting').length;
      const counts = [running > 0 && msg('downloadsRunning', words.number(running)), waiting > 0 && msg('downloadsWaiting', words.number(waiting))];
      const list = new Intl.ListFormat(words.locale, { style: 'short', type: 'unit' }).format(counts.filter((part) => typeof part === 'string'));
      return [list, running > 0 && view.speed > 0 && words.speed(view.speed), view.free !== undefined && msg('downloadsFree', room(view.free))]
        .filter(Boolean).join(' · ');
    },
  };
}
