// The options as they are stored, in `storage.sync` under the key `options`.

/** @type {Streamlist.Options} */
export const DEFAULTS = {
  codecs: ['AVC', 'HEVC', 'AV1'], hdr: false, openByItself: false, copy: 'url', connections: 5, atOnce: 1,
  template: '{course}/{number} - {lesson} [{quality} {codec}]', notify: false, pause: 1,
};
export const COPIES = /** @type {const} */ (['url', 'urls', 'mpv']);
export const MOST = { connections: 16, atOnce: 3, pause: 10 };

const LONGEST = 200; // characters of a template

/**
 * Whether files can be named by a template: it must tell lessons apart, and name nothing that the systems don't take or
 * that leads out of the downloads folder. (What titles bring into a name the download engine sees to.)
 *
 * @param {string} template
 */
export function isTemplate(template) {
  const plain = template.replace(/\{(course|number|lesson|quality|codec)\}/g, 'x');
  return template.length <= LONGEST && /\{(number|lesson)\}[^/]*$/.test(template) && !/[\\:*?"<>|{}\p{Cc}]/u.test(plain) &&
    plain.split('/').every((part) => part.trim() && !/^\.|\.$/.test(part.trim()));
}

/**
 * What is missing or makes no sense is replaced by the default: another version of the extension, on another computer, may
 * have written it.
 *
 * @param {unknown} stored
 * @returns {Streamlist.Options}
 */
export function readOptions(stored) {
  const from = /** @type {Partial<Record<keyof Streamlist.Options, unknown>>} */ (typeof stored === 'object' && stored ? stored : {});
  const wanted = Array.isArray(from.codecs) ? from.codecs.filter((codec) => DEFAULTS.codecs.includes(codec)) : [];
  /** @param {'connections' | 'atOnce' | 'pause'} name */
  const count = (name) => {
    const value = Number(from[name] ?? NaN);
    return Number.isInteger(value) && value >= 1 && value <= MOST[name] ? value : DEFAULTS[name];
  };
  return {
    codecs: [...new Set([...wanted, ...DEFAULTS.codecs])],
    hdr: from.hdr === true,
    openByItself: from.openByItself === true,
    copy: COPIES.find((copy) => copy === from.copy) ?? DEFAULTS.copy,
    connections: count('connections'),
    atOnce: count('atOnce'),
    template: typeof from.template === 'string' && isTemplate(from.template) ? from.template : DEFAULTS.template,
    notify: from.notify === true,
    pause: count('pause'),
  };
}
