/// <reference path="./lib/bench.d.ts" />
// A content script and a background made of answers that the test sets, and a page that
// watches what reaches it.
(() => {
  /** @type {{kind: string, body: any, within?: number}[]} */
  const asked = [];
  /** @type {Record<string, any>} kind, or kind and what to do → answer, or a list of answers of which the last stays */
  const answers = {};
  /** @type {string[]} */
  const seen = [];
  /** @type {Record<string, any>} what storage.local holds */
  const stored = /** @type {any} */ (globalThis).kept ?? {};

  /** Who listens to changes of it. @type {((changes: Record<string, {newValue?: any}>) => void)[]} */
  const heard = [];

  /** @type {Streamlist.Content} */
  const content = {
    async request(kind, body, within) {
      asked.push({ kind, body, ...(within === undefined ? {} : { within }) });
      let answer = answers[`${kind} ${/** @type {{do?: string} | undefined} */ (body)?.do}`] ?? answers[kind];
      if (Array.isArray(answer)) answer = answer.length > 1 ? answer.shift() : answer[0];
      if (answer === undefined) return new Promise(() => {}); // still under way
      return { v: 1, id: String(asked.length), ...structuredClone(answer) };
    },
    hints: () => ({ load: 'a-load', title: document.title }),
    alive: () => true,
    guard: { host: null, onKey: null },
    panel: null,
  };

  for (const type of /** @type {const} */ (['keydown', 'keyup', 'keypress'])) {
    addEventListener(type, (event) => {
      if (event.target !== content.guard.host || !content.guard.host) return;
      event.stopImmediatePropagation();
      content.guard.onKey?.(event);
    }, true);
  }
  for (const type of ['keydown', 'keyup', 'keypress', 'click', 'pointerdown', 'pointerup', 'mousedown', 'wheel', 'input', 'copy', 'contextmenu']) {
    document.addEventListener(type, () => seen.push(type));
  }

  Object.assign(globalThis, {
    bench: {
      asked, answers, seen, stored, content, heard,
      /** @param {Record<string, {message: string}>} messages @param {string} language */
      create(messages, language) {
        const i18n = {
          /** @param {string} key @param {string[]} [substitutions] */
          getMessage: (key, substitutions = []) => {
            if (!Object.hasOwn(messages, key)) throw new Error(`no message ${key}`);
            return messages[key].message.replace(/\$(\d)/g, (_, n) => substitutions[n - 1] ?? '');
          },
          getUILanguage: () => language,
        };
        const storage = {
          onChanged: { addListener: (/** @type {any} */ listener) => heard.push(listener) },
          get: async () => structuredClone(stored),
          /** @param {object} items */
          set(items) {
            if (stored.gone) throw new Error('Extension context invalidated.'); // as Chromium does, before any promise
            Object.assign(stored, items);
            for (const listener of heard) listener(Object.fromEntries(Object.entries(items).map(([key, newValue]) => [key, { newValue }])));
            return Promise.resolve();
          },
        };
        return (content.panel = streamlistParts.createPanel(content, { mode: 'open', i18n, storage }));
      },
      get root() {
        const root = content.guard.host?.shadowRoot;
        if (!root) throw new Error('no panel');
        return root;
      },
    },
  });
})();
