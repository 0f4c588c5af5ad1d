/// <reference path="../types.d.ts" />
// The dialog behind a row's Download button: the curl command that saves the file.
(() => {
  const parts = (globalThis.streamlistParts ??= /** @type {any} */ ({}));
  if (Object.hasOwn(parts, 'createDownloadDialog')) return;
  const { el } = parts;

  parts.createDownloadDialog = ({ words, frame, background, root, load, copy, explain, closed }) => {
    const { msg } = words;
    /** @type {{veil: HTMLElement, opener: HTMLElement} | null} */
    let shown = null;

    const dialog = {
      get open() {
        return shown !== null;
      },

      /** @param {Streamlist.Rendition} row @param {HTMLElement} opener */
      show(row, opener) {
        dialog.hide();
        const outcome = el('p', { class: 'outcome', role: 'status' });
        // Focusable, because a long command scrolls.
        const text = el('pre', {
          'class': 'command secret', 'tabindex': 0, 'role': 'group', 'aria-label': msg('downloadCommand'), 'aria-busy': 'true', 'data-text': msg('writingCommand'),
        });
        const copyButton = el('button', {
          type: 'button', class: 'pri', disabled: true,
          onclick: async () => {
            outcome.textContent = await copy(row);
          },
        }, msg('copyCommand'));
        const how = navigator.userAgent.includes('Windows') ? msg('downloadHowWindows') : msg('downloadHow');
        const parted = { video: msg('downloadPicture'), audio: msg('downloadSound'), single: '' }[row.kind];
        const box = el('dialog', { 'aria-modal': 'true', 'aria-labelledby': 'download-title' },
          el('h2', { id: 'download-title' }, msg('downloadTitle', words.name(row))),
          el('p', null, [how, parted].filter(Boolean).join(' ')),
          text,
          el('div', { class: 'acts' }, copyButton, el('button', { type: 'button', class: 'sec', onclick: () => dialog.hide() }, msg('done'))),
          outcome);
        const veil = el('div', {
          class: 'veil',
          onclick: (/** @type {Event} */ event) => {
            if (event.target === veil) dialog.hide();
          },
        }, box);
        shown = { veil, opener };
        // Not a modal dialog of the page's: the page and its player stay usable beside the panel.
        for (const part of background) part.inert = true;
        frame.append(veil);
        box.show();
        text.focus();
        void load(row).then((answer) => {
          if (shown?.veil !== veil) return;
          text.dataset.text = answer.ok ? answer.body.text : '';
          text.removeAttribute('aria-busy');
          if (!answer.ok) outcome.textContent = explain(answer.error);
          copyButton.disabled = !answer.ok;
          if (answer.ok && root.activeElement === text) copyButton.focus();
        });
      },

      hide() {
        if (!shown) return;
        const { veil, opener } = shown;
        shown = null;
        veil.remove();
        for (const part of background) part.inert = false;
        opener.focus();
        closed();
      },
    };
    return dialog;
  };
})();
