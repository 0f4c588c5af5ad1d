/// <reference path="../types.d.ts" />
// Menus, and the one behind `Copy as…`: the formats, and the shell that commands are for; and what is remembered of such choices.
// messages: shell_*
(() => {
  const parts = (globalThis.streamlistParts ??= /** @type {any} */ ({}));
  if (Object.hasOwn(parts, 'copyMenu')) return;
  const { el, icon } = parts;

  const KEY = 'copyAs', TITLES = 'subtitles';
  /** @type {Streamlist.Shell[]} */
  const SHELLS = ['posix', 'powershell', 'cmd'];

  // Kept on this computer, not synced: the shell is the computer's.
  parts.createChoice = (storage) => {
    /** @type {Streamlist.Choice} */
    const choice = {
      what: 'mpv',
      shell: navigator.userAgent.includes('Windows') ? 'powershell' : 'posix',
      format: 'srt',
      // On bilibili.tv hardly a film is understood without; a course is in the language that its viewers speak.
      subtitles: { tv: 'page', com: '' },
      set(change) {
        Object.assign(choice, change);
        void keep();
      },
    };
    // Without a storage, as in a script that the extension has left behind, all goes on but the remembering.
    async function keep() {
      try {
        // Of a private window nothing is kept.
        if (globalThis.chrome?.extension?.inIncognitoContext) return;
        await storage?.set({ [KEY]: { what: choice.what, shell: choice.shell }, [TITLES]: { format: choice.format, ...choice.subtitles } });
      } catch { /* not remembered */ }
    }
    async function recall() {
      try {
        const { what, shell } = /** @type {Partial<Streamlist.Choice>} */ ((await storage?.get(KEY))?.[KEY] ?? {});
        if (typeof what === 'string') choice.what = what;
        choice.shell = SHELLS.find((known) => known === shell) ?? choice.shell;
        const { format, tv, com } = /** @type {Record<string, unknown>} */ ((await storage?.get(TITLES))?.[TITLES] ?? {});
        if (format === 'vtt' || format === 'ass' || format === '') choice.format = format;
        if (typeof tv === 'string') choice.subtitles.tv = tv;
        if (typeof com === 'string') choice.subtitles.com = com;
      } catch { /* nothing remembered */ }
    }
    void recall();
    return choice;
  };

  parts.createPopup = (label, draw) => {
    // A popover, because the scrolling area would clip it.
    const element = el('div', { 'class': 'menu', 'role': 'menu', 'aria-label': label, 'popover': 'manual', 'hidden': true });
    const items = () => /** @type {HTMLElement[]} */ ([...element.querySelectorAll('button, a')]);
    /** @type {HTMLElement | null} what it was opened with */
    let opener = null;

    element.addEventListener('focusout', (event) => {
      const to = /** @type {FocusEvent} */ (event).relatedTarget;
      if (menu.open && to !== opener && !element.contains(/** @type {Node | null} */ (to))) menu.hide();
    });
    /** @type {Streamlist.Popup} */
    const menu = {
      element,
      open: false,
      get opener() {
        return opener;
      },
      show(button) {
        opener = button;
        menu.open = true;
        element.replaceChildren(...draw());
        button.setAttribute('aria-expanded', 'true');
        element.hidden = false;
        element.showPopover();
        const at = button.getBoundingClientRect(), own = element.getBoundingClientRect();
        const below = at.bottom + 4 + own.height <= innerHeight;
        element.style.setProperty('top', `${below ? at.bottom + 4 : Math.max(4, at.top - 4 - own.height)}px`);
        element.style.setProperty('left', `${Math.max(4, Math.min(at.left, innerWidth - own.width - 4))}px`);
        items()[0]?.focus();
      },
      hide(focus = false) {
        if (!menu.open) return;
        menu.open = false;
        opener?.setAttribute('aria-expanded', 'false');
        if (element.isConnected) element.hidePopover();
        element.hidden = true;
        if (focus) opener?.focus();
      },
      onKey(event) {
        const all = items(), at = all.findIndex((b) => b.matches(':focus'));
        const back = at < 0 ? -1 : at - 1;
        const to = { ArrowDown: at + 1, ArrowRight: at + 1, ArrowUp: back, ArrowLeft: back, Home: 0, End: -1 }[event.key];
        if (to === undefined) return false;
        all.at(to % all.length)?.focus();
        return true;
      },
    };
    return menu;
  };

  parts.copyMenu = (button, items, choice, { msg }, copy) => {
    // The last choice comes first.
    const menu = parts.createPopup(button.textContent ?? '', () => {
      const last = items.find(([what]) => what === choice.what);
      const formats = last ? [last, ...items.filter((item) => item !== last)] : items;
      const shells = SHELLS.map((shell) => el('button', {
        'type': 'button', 'role': 'menuitemradio', 'tabindex': -1, 'aria-checked': String(shell === choice.shell),
        'onclick': () => {
          choice.set({ shell });
          shells.forEach((radio, i) => radio.setAttribute('aria-checked', String(SHELLS[i] === shell)));
        },
      }, msg(`shell_${shell}`)));
      return [
        ...formats.map((item) => el('button', {
          'type': 'button', 'role': 'menuitem', 'tabindex': -1, 'aria-current': item === last && 'true',
          'onclick': () => {
            menu.hide(true);
            choice.set({ what: item[0] });
            copy(item[0]);
          },
        }, item[1], item === last && icon('check'))),
        el('div', { 'class': 'shells', 'role': 'group', 'aria-label': msg('shellLabel') }, el('span', { 'aria-hidden': 'true' }, msg('shellLabel')), ...shells),
      ];
    });
    return menu;
  };
})();
