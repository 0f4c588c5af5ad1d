/// <reference path="../types.d.ts" />
// Where in the page the host element stands, and that it is of use there: what a page throws out because it doesn't know it
// comes back, and what a page makes inert, where nothing can be clicked or focused, moves to where it can.
(() => {
  const parts = (globalThis.streamlistParts ??= /** @type {any} */ ({}));
  if (Object.hasOwn(parts, 'createSurface')) return;
  const { el } = parts;

  const RETURNS = 40; // in a second: two scripts that answer each other would never let the tab rest

  parts.createSurface = ({ host, root, frame, alive, lost }) => {
    const lift = el('dialog', { class: 'lift' });
    let lifts = false;
    let returns = 0;
    let since = 0;

    const removals = new MutationObserver(() => host.isConnected || answer());
    const states = new MutationObserver((records) => {
      const [dialog] = modals();
      const anew = records.some(({ target }) => target === dialog); // which puts it above us
      const over = frame.popover ? host.parentNode : undefined;
      const moves = frame.parentNode === lift ? !document.documentElement.inert : host.inert || dialog !== over;
      if (anew || moves || !usable()) answer();
    });

    function answer() {
      if (!alive()) return; // a successor has cleared us away
      const now = performance.now();
      if (now - since > 1000) [since, returns] = [now, 0];
      if (++returns > RETURNS) lost();
      else surface.show(lifts);
    }

    /** The page's modal dialogs, the document's last one first. @returns {Element[]} */
    const modals = () => [...document.querySelectorAll('dialog:modal')].reverse();

    /** Whether what is shown can be hit, if only under something else: what is inert can't. */
    const usable = () => [...frame.children].some((part) => {
      const { left, top, width } = part.getBoundingClientRect();
      return width > 0 && root.elementsFromPoint(left + width / 2, top + 12).some((hit) => part.contains(hit));
    });

    function release() {
      frame.popover = null;
      if (frame.parentNode !== lift) return;
      lift.close();
      root.append(frame);
      lift.remove();
    }

    function place() {
      release();
      host.inert = false;
      for (const dialog of modals()) {
        // Inside of it both the dialog and the panel are of use; outside, all is inert. In the top layer it neither clips nor
        // covers us.
        if (host.parentNode !== dialog) dialog.append(host);
        frame.popover = 'manual';
        frame.showPopover();
        if (usable()) return;
        frame.popover = null; // another one lies above it
      }
      if (host.parentNode !== document.documentElement) document.documentElement.append(host);
      if (!lifts || document.hidden || usable()) return;
      // The whole document is inert, or a dialog is where no script finds it. A modal dialog of our own is the exception from
      // both, and the page's own can't be used meanwhile: not for a toast.
      root.append(lift);
      lift.append(frame);
      lift.showModal();
    }

    function rest() {
      removals.disconnect();
      states.disconnect();
    }

    const surface = {
      /** @param {boolean} lifting */
      show(lifting) {
        lifts = lifting;
        rest();
        const active = /** @type {HTMLElement | null} */ (root.activeElement);
        const scrolled = /** @type {[Element, number][]} */ ([...frame.querySelectorAll('.scroll')].map((part) => [part, part.scrollTop]));
        place();
        for (const [part, top] of scrolled) part.scrollTop = top;
        if (root.activeElement !== active) active?.focus({ preventScroll: true });
        for (let parent = host.parentNode; parent; parent = parent.parentNode) removals.observe(parent, { childList: true });
        states.observe(document, { subtree: true, attributeFilter: ['open', 'inert'] });
      },
      hide() {
        rest();
        release();
        host.remove();
      },
    };
    return surface;
  };
})();
