/// <reference path="../types.d.ts" />
// The dialog over the panel. Not a modal one of the page's: the page and its player stay usable beside the panel.
(() => {
  const parts = (globalThis.streamlistParts ??= /** @type {any} */ ({}));
  if (Object.hasOwn(parts, 'createDialog')) return;
  const { el } = parts;

  parts.createDialog = ({ frame, background, closed }) => {
    /** @type {{veil: HTMLElement, opener: HTMLElement} | null} */
    let shown = null;

    const dialog = {
      get open() {
        return shown !== null;
      },

      /** @type {Streamlist.Dialog['show']} */
      show(title, content, opener) {
        dialog.hide();
        const box = el('dialog', { 'aria-modal': 'true', 'aria-labelledby': 'dialog-title' }, el('h2', { id: 'dialog-title' }, title), ...content);
        const veil = el('div', {
          class: 'veil',
          onclick: (/** @type {Event} */ event) => {
            if (event.target === veil) dialog.hide();
          },
        }, box);
        shown = { veil, opener };
        for (const part of background) part.inert = true;
        frame.append(veil);
        box.show();
        return () => shown?.veil === veil;
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
