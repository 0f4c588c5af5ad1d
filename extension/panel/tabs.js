/// <reference path="../types.d.ts" />
// The panel's tabs, where there is more than the streams: each shows one of the panes below it.
(() => {
  const parts = (globalThis.streamlistParts ??= /** @type {any} */ ({}));
  if (Object.hasOwn(parts, 'createTabs')) return;
  const { el } = parts;

  parts.createTabs = (label, panes, chosen) => {
    const names = Object.keys(panes);
    const element = el('div', { 'class': 'tabs', 'role': 'tablist', 'aria-label': label, 'hidden': true });
    const buttons = Object.fromEntries(names.map((name) => [name, el('button', {
      'type': 'button', 'role': 'tab', 'id': `tab-${name}`, 'aria-controls': `pane-${name}`, 'hidden': true, 'onclick': () => tabs.select(name, true),
    })]));
    element.append(...Object.values(buttons));
    for (const [name, pane] of Object.entries(panes)) pane.id = `pane-${name}`;
    const offered = () => names.filter((name) => !buttons[name]?.hidden);

    function draw() {
      for (const [name, pane] of Object.entries(panes)) {
        const on = name === tabs.current;
        buttons[name]?.setAttribute('aria-selected', String(on));
        buttons[name]?.setAttribute('tabindex', on ? '0' : '-1');
        pane.hidden = !on;
        // A pane without a tab is no tab's pane.
        for (const [key, value] of [['role', 'tabpanel'], ['aria-labelledby', `tab-${name}`]]) {
          if (element.hidden) pane.removeAttribute(key ?? '');
          else pane.setAttribute(key ?? '', value ?? '');
        }
      }
    }

    /** @type {Streamlist.Tabs} */
    const tabs = {
      element,
      current: names[0] ?? '',
      offer(titles) {
        for (const name of names) {
          const button = buttons[name];
          if (!button) continue;
          button.hidden = !titles[name];
          if (button.textContent !== titles[name]) button.textContent = titles[name] ?? '';
        }
        element.hidden = offered().length < 2;
        if (buttons[tabs.current]?.hidden) tabs.current = names[0] ?? '';
        draw();
      },
      select(name, byPerson = false) {
        if (tabs.current === name) return;
        tabs.current = name;
        draw();
        chosen(name, byPerson);
      },
      onKey(event, active) {
        const all = offered();
        const at = all.findIndex((name) => buttons[name] === active);
        const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: -1 }[event.key];
        const name = at < 0 || to === undefined ? undefined : all.at(to % all.length);
        if (!name) return false;
        tabs.select(name, true);
        buttons[name]?.focus();
        return true;
      },
    };
    draw();
    return tabs;
  };
})();
