/// <reference path="../types.d.ts" />
// The toast: an outcome at the page's bottom left, with the panel open or closed.
(() => {
  const parts = (globalThis.streamlistParts ??= /** @type {any} */ ({}));
  if (Object.hasOwn(parts, 'createToast')) return;
  const { el } = parts;

  const LASTS = 20_000; // milliseconds; longer while the pointer or the focus is on it

  parts.createToast = (words, site, copyAgain, changed) => {
    const text = el('span', { role: 'status' });
    const again = el('button', { type: 'button' }, words.msg('copyForMpv'));
    const element = el('div', { class: 'toast', hidden: true }, text, again);
    let timer = 0;
    let turn = 0; // an answer for an older toast is dropped
    /** @type {Streamlist.Site | undefined} whose video the toast is about */
    let about;

    const rest = () => {
      clearTimeout(timer);
      timer = window.setTimeout(() => toast.hide(), LASTS);
    };
    const wait = () => clearTimeout(timer);
    element.addEventListener('pointerenter', wait);
    element.addEventListener('pointerleave', () => {
      if (!element.matches(':focus-within')) rest();
    });
    element.addEventListener('focusin', wait);
    element.addEventListener('focusout', rest);

    again.addEventListener('click', async () => {
      const asked = ++turn;
      const answer = await copyAgain();
      if (asked === turn) toast.show({ site: about, ...(answer.ok ? { copied: answer.body } : { error: answer.error }) });
    });

    const toast = {
      element,
      shown: false,
      /** @param {Streamlist.ToastBody} body */
      show({ copied, error, site: world }) {
        about = world;
        const current = ++turn;
        toast.shown = true;
        element.hidden = false;
        changed();
        const offers = copied?.what === 'url' || copied?.what === 'urls';
        if (!offers && again.matches(':focus')) again.blur();
        again.hidden = !offers;
        text.textContent = '';
        // Into a region that is already there, else screen readers miss it.
        setTimeout(() => {
          if (current !== turn) return;
          text.textContent = copied ? words.copied(copied) : words.failure(error ?? { code: 'internal' }, world ?? site(), { inToast: true }).line;
        }, 30);
        if (element.matches(':hover, :focus-within')) wait();
        else rest();
      },
      hide() {
        clearTimeout(timer);
        turn++;
        toast.shown = false;
        element.hidden = true;
        text.textContent = '';
        changed();
      },
    };
    return toast;
  };
})();
