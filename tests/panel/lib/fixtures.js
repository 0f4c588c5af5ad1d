/// <reference path="../../../extension/types.d.ts" />
// Listings in every state that the panel knows, to the shape of wasm/internal/stream.

/** @typedef {Streamlist.Listing} Listing */
/** @typedef {Streamlist.Rendition} Rendition */

/** In seconds: two hours from now, as the sites give. */
export const UNTIL = Math.round(Date.now() / 1000) + 7200;
const LENGTH = 2636_000; // 43:56

const SECRET = 'deadline=1763600000&upsig=0123456789abcdef0123456789abcdef&uparams=e,deadline,gen&mid=0&platform=pc';

/** @param {string} host @param {string} file */
const address = (host, file) => `https://${host}/upgcxcode/21/43/1000000021/${file}?${SECRET}`;

/** @param {string} file @returns {Streamlist.MediaURL[]} */
const addresses = (file) => [
  { url: address('upos-sz-mirrorali.bilivideo.com', file), class: 'mirror' },
  { url: address('cn-gdgz-fx-01-09.bilivideo.com', file), class: 'edge' },
  { url: address('xy1x2x3x4xy.mcdn.bilivideo.cn:4483', file), class: 'pcdn' },
];

/** @param {Partial<Rendition> & {quality: number}} facts @returns {Rendition} */
const row = (facts) => {
  const kind = facts.kind ?? 'video';
  const file = `${facts.quality}-${facts.codec ?? 'none'}.m4s`;
  return {
    key: `${kind}/${facts.quality}/${facts.codec ?? ''}/1`, kind, container: 'm4s', duration: LENGTH,
    ...(facts.withheld ? {} : { segments: [{ urls: addresses(file), size: facts.size }] }),
    ...facts,
  };
};

const video = () => [
  row({ quality: 116, codec: 'AVC', codecs: 'avc1.640032', width: 1920, height: 1080, frameRate: 59.94, bandwidth: 4_400_000, size: 1_450_000_000, best: true }),
  row({ quality: 116, codec: 'HEVC', codecs: 'hev1.1.6.L150.90', width: 1920, height: 1080, frameRate: 58.82, bandwidth: 2_100_000, size: 692_000_000 }),
  row({ quality: 80, codec: 'AVC', codecs: 'avc1.640028', width: 1920, height: 1080, frameRate: 30, bandwidth: 2_000_000, size: 659_000_000, sizeEstimated: true }),
  row({ quality: 32, codec: 'AVC', codecs: 'avc1.64001F', width: 852, height: 480, frameRate: 30, bandwidth: 400_000, size: 132_000_000 }),
  row({ quality: 120, width: 3840, height: 2160, withheld: { code: 'not-given' } }),
];

const audio = () => [
  row({ kind: 'audio', quality: 30280, codec: 'AAC', codecs: 'mp4a.40.2', bandwidth: 192_000, size: 63_000_000 }),
  row({ kind: 'audio', quality: 30251, codec: 'FLAC', codecs: 'fLaC', bandwidth: 1_600_000, size: 527_000_000 }),
];

/** @returns {Listing} */
export const full = () => ({
  site: 'com', state: 'purchased',
  head: { title: '五十音图：か行、さ行、た行', series: '零基础日语入门', teacher: '示例老师', number: 3, total: 66, duration: LENGTH, seasonId: '81', episodeId: '2603' },
  video: video(), audio: audio(), single: null,
  bestKey: 'video/116/AVC/1', bestAudioKey: 'audio/30280/AAC/1', expiresAt: UNTIL, fetchedAt: UNTIL - 7200,
});

/** @param {Listing} listing @param {Streamlist.Reason} why @returns {Listing} */
const withheld = (listing, why) => {
  for (const r of [...(listing.video ?? []), ...(listing.audio ?? [])]) {
    r.withheld ??= why;
    delete r.segments;
    delete r.best;
  }
  const { bestKey, bestAudioKey, expiresAt, ...rest } = listing;
  return { ...rest, problem: why };
};

export const encrypted = () => ({ ...withheld(full(), { code: 'encrypted' }), state: /** @type {const} */ ('encrypted') });
export const notPurchased = () => ({ ...withheld(full(), { code: 'not-purchased' }), state: /** @type {const} */ ('locked') });

/** @returns {Listing} */
export const preview = () => ({
  ...full(), state: 'preview', problem: { code: 'preview-only', given: 300_000, whole: 900_000 },
  video: [], audio: [], bestAudioKey: '', bestKey: 'single/32//1',
  single: [
    row({ kind: 'single', quality: 32, container: 'mp4', width: 852, height: 480, duration: 300_000, size: 21_400_000, best: true, segments: [{ urls: addresses('preview.mp4').slice(0, 1), size: 21_400_000 }] }),
    row({ kind: 'single', quality: 64, container: 'mp4', withheld: { code: 'preview-only' } }),
  ],
});

/** @returns {Listing} */
export const segments = () => ({
  ...full(), state: 'free', video: null, audio: null, bestAudioKey: '', bestKey: 'single/32/AVC/1',
  single: [row({
    kind: 'single', quality: 32, codec: 'AVC', container: 'flv', width: 852, height: 480, size: 132_000_000, best: true,
    segments: [1, 2, 3].map((n) => ({ urls: addresses(`${n}.flv`), size: 44_000_000, duration: LENGTH / 3 })),
  })],
});

/** Single files that have been asked for, beside tracks. @returns {Listing} */
export const withFiles = () => ({
  ...full(),
  single: [
    row({ kind: 'single', quality: 64, codec: 'AVC', container: 'mp4', duration: LENGTH, size: 320_000_000, bandwidth: 971_000 }),
    row({ kind: 'single', quality: 112, withheld: { code: 'not-given', detail: 'lower' } }),
  ],
});

/** @returns {Listing} */
export const everyMark = () => ({
  ...full(),
  video: [
    row({ quality: 127, codec: 'AV1', codecs: 'av01.0.17M.10', width: 7680, height: 4320, frameRate: 119.88, bandwidth: 48_400_000, size: 15_950_000_000, sizeEstimated: true }),
    row({ quality: 126, codec: 'HEVC', range: 'dolby-vision', codecs: 'dvh1.08.09', width: 3840, height: 2160, frameRate: 60, bandwidth: 16_400_000, size: 5_400_000_000 }),
    row({ quality: 129, codec: 'HEVC', range: 'hdr-vivid', width: 3840, height: 2160, frameRate: 60, bandwidth: 15_400_000, size: 5_100_000_000 }),
    row({ quality: 125, codec: 'HEVC', range: 'hdr', width: 3840, height: 2160, frameRate: 60, bandwidth: 14_400_000, size: 4_700_000_000 }),
    row({ quality: 120, codec: 'HEVC', range: 'dolby-vision', width: 3840, height: 2160, frameRate: 60, bandwidth: 13_400_000, size: 4_400_000_000 }),
    ...video(),
    row({ quality: 999, label: '超新清晰度', codec: '', codecs: 'zzzz.1', width: 640, height: 360 }),
    row({ quality: 998, label: '' }),
  ],
  audio: [
    ...audio(),
    row({ kind: 'audio', quality: 30250, codec: 'E-AC-3', codecs: 'ec-3', bandwidth: 768_000, size: 253_000_000 }),
    row({ kind: 'audio', quality: 30216, codec: 'E-AC-3', bandwidth: 64_000, size: 21_000_000 }),
  ],
});

/** @returns {Listing} The page of a list of 603 lessons of which 50 have been read. */
export const long = () => ({ ...full(), head: { ...full().head, title: '第一百二十课', number: 120, total: 200, partial: true } });

/** @returns {Listing} */
export const tvAnonymous = () => ({
  site: 'tv', state: 'partly', expiresAt: UNTIL,
  head: { title: 'E3 - The Third Day', series: 'An Example of a Series', number: 3, total: 12, duration: 1_425_000 },
  video: [
    row({ quality: 32, codec: 'AVC', width: 854, height: 480, frameRate: 16000 / 672, bandwidth: 512_300, size: 91_200_000, best: true }),
    row({ quality: 32, codec: 'HEVC', width: 854, height: 480, frameRate: 16000 / 672, bandwidth: 301_200, size: 53_600_000 }),
    row({ quality: 112, codec: 'AVC', width: 1920, height: 1080, frameRate: 16000 / 672, bandwidth: 2_840_000, size: 505_000_000, withheld: { code: 'premium' } }),
    row({ quality: 80, codec: 'AVC', width: 1920, height: 1080, frameRate: 16000 / 672, bandwidth: 2_040_000, size: 363_000_000, withheld: { code: 'not-logged-in' } }),
    row({ quality: 64, withheld: { code: 'not-logged-in' } }),
  ],
  audio: [row({ kind: 'audio', quality: 30232, codec: 'AAC', bandwidth: 132_000, size: 23_500_000, segments: [{ urls: addresses('a.m4s').slice(0, 2) }] })],
  single: [], bestKey: 'video/32/AVC/1', bestAudioKey: 'audio/30232/AAC/1',
});

/** @returns {Listing} An upload without a sound track. */
export const silent = () => ({
  ...tvAnonymous(), state: 'playable', head: { title: 'A clip', duration: 61_000 }, audio: null, bestAudioKey: '',
  video: (tvAnonymous().video ?? []).slice(0, 1),
});

/** @returns {Listing} */
export const onlyHDR = () => ({
  ...full(), bestKey: '', bestAudioKey: '',
  video: [row({ quality: 125, codec: 'HEVC', range: 'hdr', width: 3840, height: 2160, frameRate: 60, bandwidth: 14_400_000, size: 4_700_000_000 })],
});

const HOSTILE = '<img src=x onerror=alert(1)>\u202Egnp.exe\u0000 & "quotes" </script> ';

/** @returns {Listing} */
export const hostile = () => ({
  ...full(),
  head: { title: HOSTILE + 'x'.repeat(400), series: `${HOSTILE}系列`, teacher: 'ﷺ عربي '.repeat(20), number: 999999999, total: 5, duration: 3.6e12 },
  video: [row({ quality: 4242, label: `${HOSTILE}${'very-long-label'.repeat(8)}`, codec: 'AVC', width: 99999, height: 99999, frameRate: 999.999, bandwidth: 9e15, size: 9e15, best: true })],
  bestKey: 'video/4242/AVC/1',
});

/** @returns {Listing} */
export const notes = () => ({
  ...full(), head: {}, notes: [{ code: 'network', detail: 'season-unread' }, { code: 'rate-limited', detail: 'list-unread' }],
});

/** Links that had ended before they came, by a clock that is ahead. @returns {Listing} */
export const outran = () => ({ ...full(), expiresAt: UNTIL - 20_000, fetchedAt: UNTIL - 7200 });

/** @returns {Listing} */
export const empty = () => ({ site: 'tv', head: {}, video: null, audio: null, single: null });

/** What a course has beside its streams. */
export const details = () => ({
  episode: '2603', cid: '7', cover: 'https://i0.hdslb.com/bfs/cover.jpg', subtitle: 'From nothing to N4\n', release: '已完结 | 共66课时', expiry: '长期有效', watched: 3,
  teacher: { uname: '示例老师', brief: 'teaches', link: 'https://space.bilibili.com/1/pugv' },
  progress: { lastepindex: 'か行', lasttime: 754 },
  stat: { play_desc: '672.5万播放' }, payment: { price_format: '180', price_unit: 'B币', discount_prefix: '券后', discount_desc: '90 B币' },
  coupon: { title: 'Half', expire_time: '2030-12-31 23:59:59' },
  note: { title: '购买须知', content: '1.&nbsp;One<br/>2. <a href="javascript:alert(1)">Two</a> &lt;3', link: 'https://www.bilibili.com/blackboard/a.html' },
  faq: { title: '常见问题', content: 'whole', link: 'http://m.bilibili.com' }, faq1: { title: '常见问题', items: [{ question: 'When?', answer: 'Now.' }, null, 7] },
  terms: { title: '协议', link: 'https://www.bilibili.com/blackboard/b.html' },
});

/**
 * The lessons of full()'s course: one of each kind under two headings, and plain ones up to so many.
 *
 * @param {number} [count]
 * @returns {Streamlist.LessonList}
 */
export const lessons = (count = 66) => {
  const kinds = /** @type {const} */ (['free', 'purchased', 'purchased', 'preview', 'not-purchased', 'not-released', 'no-video']);
  return {
    site: 'com', page: 'com/ss/81', title: '零基础日语入门', lessons: Array.from({ length: count }, (_, i) => ({
      id: String(2601 + i), number: i + 1, title: i === 3 ? HOSTILE + 'x'.repeat(400) : `第${i + 1}课：从第${i + 1}个例子说起`, section: i < 5 ? '入门篇' : '进阶篇',
      duration: 600_000 + i * 1000, access: kinds[i] ?? 'purchased', ...(i < 2 ? { watched: true } : {}), ...(kinds[i] === 'not-released' ? { release: UNTIL + 200_000 } : {}),
    })),
  };
};

/** The episodes of tvAnonymous()'s series, of which no length is known. @returns {Streamlist.LessonList} */
export const episodes = () => ({
  site: 'tv', page: 'tv/ss/37738', title: 'An Example of a Series', lessons: Array.from({ length: 12 }, (_, i) => ({
    id: String(301 + i), number: i + 1, title: `E${i + 1} - The Day ${i + 1}`, section: i < 10 ? 'Episodes' : 'Extras', ...(i > 8 ? { access: /** @type {const} */ ('premium') } : {}),
  })),
});

/** Every reason that the background may give, with the prefix that its text begins with. @type {[Streamlist.Reason, string][]} */
export const reasons = [
  [{ code: 'not-logged-in' }, 'Not logged in'],
  [{ code: 'not-logged-in', serverCode: -101 }, 'Not logged in'],
  [{ code: 'not-logged-in', detail: 'sign-in-again' }, 'Not logged in'],
  [{ code: 'not-purchased' }, 'Not purchased'],
  [{ code: 'not-purchased', detail: 'purchase-expired' }, 'Not purchased'],
  [{ code: 'not-purchased', detail: 'login-unknown' }, 'Not purchased'],
  [{ code: 'not-purchased', detail: 'purchase-unread' }, 'Not purchased: bilibili.tv refused this lesson, and whether this account bought the course could not be read.'],
  [{ code: 'preview-only' }, 'Preview only'],
  [{ code: 'preview-only', given: 300_000, whole: 900_000 }, 'Preview only: 5 min of 15 min'],
  [{ code: 'preview-only', given: 300_000 }, 'Preview only: The first 5 min'],
  [{ code: 'encrypted' }, 'Encrypted'],
  [{ code: 'encrypted', detail: 'unconfirmed' }, 'Encrypted'],
  [{ code: 'not-released' }, 'Not released yet'],
  [{ code: 'not-released', at: 1_900_000_000 }, 'Not released yet'],
  [{ code: 'not-found', serverCode: -404 }, 'Not found'],
  [{ code: 'region', serverCode: 10015001 }, 'Region'],
  [{ code: 'premium' }, 'Premium'],
  [{ code: 'rate-limited', serverCode: -412 }, 'Rate limited'],
  [{ code: 'rate-limited', at: UNTIL }, 'Rate limited'],
  [{ code: 'rate-limited', detail: 'captcha' }, 'Rate limited'],
  [{ code: 'rate-limited', detail: 'captcha', at: UNTIL }, 'Rate limited'],
  [{ code: 'network' }, 'Network'],
  [{ code: 'network', detail: 'timeout' }, 'Network'],
  [{ code: 'expired' }, 'Expired'],
  [{ code: 'unexpected' }, 'Unexpected answer'],
  [{ code: 'unexpected', serverCode: -12345 }, 'Unexpected answer'],
  [{ code: 'unexpected', detail: 'html', serverCode: 403 }, 'Unexpected answer'],
  [{ code: 'unexpected', detail: 'truncated' }, 'Unexpected answer'],
  [{ code: 'unexpected', detail: 'empty' }, 'Unexpected answer'],
  [{ code: 'unexpected', detail: 'no-media' }, 'Unexpected answer'],
  [{ code: 'unexpected', detail: 'internal' }, 'Unexpected answer'],
  [{ code: 'never-heard-of' }, 'Unexpected answer'],
  [{ code: 'no-access' }, 'No access'],
  [{ code: 'no-access', detail: 'other-jar' }, 'No access: This tab has an account of its own'],
  [{ code: 'no-access', detail: 'old-host' }, 'No access: Pages of the old address biliintl.com'],
  [{ code: 'no-access', detail: 'page-policy' }, "No access: This page's own policy"],
  [{ code: 'reload' }, 'Reload the page'],
];

/** Errors of the request itself. @type {[string, string][]} */
export const failures = [
  ['timeout', 'Network'],
  ['orphaned', 'Reload the page'],
  ['old-version', 'Reload the page'],
  ['internal', 'Unexpected answer'],
  ['malformed', 'Unexpected answer'],
  ['refused', 'Unexpected answer'],
  ['runtime-died', 'Unexpected answer'],
  ['cancelled', 'Unexpected answer'],
];
