/// <reference path="../types.d.ts" />
// What is remembered of lessons, on this computer alone: that one was saved or exported, and when; that it is encrypted,
// which only asking tells. Each lesson has a key of its own, so that tabs and the Downloads page don't write over each other.
(() => {
  const parts = (globalThis.streamlistParts ??= /** @type {any} */ ({}));
  if (Object.hasOwn(parts, 'createMarks')) return;

  const PREFIX = 'lesson/';
  /** @param {Streamlist.Site} site @param {string} id */
  const keyOf = (site, id) => `${PREFIX}${site}/${id}`;

  parts.isMark = (key) => key.startsWith(PREFIX);

  parts.createMarks = (storage) => {
    /** What this page knows, by key: of a private window it is all there is. @type {Map<string, Streamlist.Mark>} */
    const known = new Map();
    const kept = () => !globalThis.chrome?.extension?.inIncognitoContext;

    return {
      of: (site, id) => known.get(keyOf(site, id)) ?? {},

      async load(site, ids) {
        try {
          const stored = await storage?.get(ids.map((id) => keyOf(site, id))) ?? {};
          for (const id of ids) {
            const mark = stored[keyOf(site, id)];
            if (mark) known.set(keyOf(site, id), { ...known.get(keyOf(site, id)), ...mark });
            else if (kept()) known.delete(keyOf(site, id)); // forgotten meanwhile
          }
        } catch { /* a script that the extension has left behind knows no more */ }
      },

      watch(changed) {
        storage?.onChanged?.addListener((changes) => {
          const marks = Object.entries(changes).filter(([key]) => parts.isMark(key));
          for (const [key, { newValue }] of marks) {
            if (newValue) known.set(key, newValue);
            else known.delete(key);
          }
          if (marks.length) changed();
        });
      },

      async set(site, ids, what, holds = true) {
        const now = Math.round(Date.now() / 1000);
        /** @type {Record<string, Streamlist.Mark>} */
        const changed = {};
        try {
          const stored = kept() ? await storage?.get(ids.map((id) => keyOf(site, id))) ?? {} : {};
          for (const key of ids.map((id) => keyOf(site, id))) {
            const { [what]: before, ...others } = /** @type {Streamlist.Mark} */ ({ ...known.get(key), ...stored[key] });
            if (!holds && !before) continue;
            changed[key] = holds ? { ...others, [what]: now } : others;
            known.set(key, changed[key]);
          }
          // Of a private window nothing is kept.
          if (kept() && Object.keys(changed).length) await storage?.set(changed);
        } catch { /* not remembered */ }
      },
    };
  };

  parts.allMarks = async (storage) => Object.keys(await storage.get(null)).filter(parts.isMark);
})();
