/// <reference path="../types.d.ts" />
// How the panel makes elements: text as text nodes only, icons as drawn paths.
(() => {
  const parts = (globalThis.streamlistParts ??= /** @type {any} */ ({}));
  if (Object.hasOwn(parts, 'el')) return;

  /** @type {Record<string, string>} on a grid of 16, stroked */
  const ICONS = {
    copy: 'M7 5.5h5A1.5 1.5 0 0 1 13.5 7v5a1.5 1.5 0 0 1-1.5 1.5H7A1.5 1.5 0 0 1 5.5 12V7A1.5 1.5 0 0 1 7 5.5zM10.5 5.5V4A1.5 1.5 0 0 0 9 2.5H4A1.5 1.5 0 0 0 2.5 4v5A1.5 1.5 0 0 0 4 10.5h1.5',
    download: 'M8 2.5v7.5M4.8 7 8 10.2 11.2 7M2.5 13.5h11',
    more: 'm4 6 4 4 4-4',
    lock: 'M4.5 7h7A1.5 1.5 0 0 1 13 8.5v4a1.5 1.5 0 0 1-1.5 1.5h-7A1.5 1.5 0 0 1 3 12.5v-4A1.5 1.5 0 0 1 4.5 7zM5 7V5a3 3 0 0 1 6 0v2',
    refresh: 'M13.3 9.2A5.5 5.5 0 1 1 12 4.2L13.5 5.6M13.5 2v3.6H9.9',
    options: 'M2 4.5h6.5M12.5 4.5H14M2 11.5h1.5M7.5 11.5H14M12.5 4.5a2 2 0 1 1-4 0 2 2 0 0 1 4 0zM7.5 11.5a2 2 0 1 1-4 0 2 2 0 0 1 4 0z',
    close: 'm4 4 8 8M12 4l-8 8',
    eye: 'M1.5 8S4 3.8 8 3.8 14.5 8 14.5 8 12 12.2 8 12.2 1.5 8 1.5 8zM10 8a2 2 0 1 1-4 0 2 2 0 0 1 4 0z',
    dots: 'M3 8h.01M8 8h.01M13 8h.01',
    film: 'M3 3.5h10A1.5 1.5 0 0 1 14.5 5v6a1.5 1.5 0 0 1-1.5 1.5H3A1.5 1.5 0 0 1 1.5 11V5A1.5 1.5 0 0 1 3 3.5zM6.8 6v4L10 8z',
    pulse: 'M1.5 8.5h2.8L6.4 3.5l3.2 9 2-4h2.9',
    check: 'm3 8.5 3.3 3.3L13 5',
    grip: 'M6 3.5h.01M10 3.5h.01M6 8h.01M10 8h.01M6 12.5h.01M10 12.5h.01',
  };

  parts.el = (tag, props, ...children) => {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(props ?? {})) {
      if (value === null || value === undefined || value === false) continue;
      if (typeof value === 'function') element.addEventListener(name.slice(2), value);
      else element.setAttribute(name, value === true ? '' : String(value));
    }
    for (const child of children) if (child) element.append(child);
    return element;
  };

  parts.icon = (name) => {
    const namespace = 'http://www.w3.org/2000/svg';
    const svg = document.createElementNS(namespace, 'svg');
    svg.setAttribute('viewBox', '0 0 16 16');
    svg.setAttribute('class', `svg ${name}`);
    svg.setAttribute('aria-hidden', 'true');
    const path = document.createElementNS(namespace, 'path');
    path.setAttribute('d', ICONS[name] ?? '');
    svg.append(path);
    return svg;
  };

  parts.iconButton = (name, label, onclick, props = {}) =>
    parts.el('button', { 'type': 'button', 'class': 'ic', 'aria-label': label, 'title': label, onclick, ...props }, parts.icon(name));

  let serial = 0; // makes ids for aria-controls, unique within the shadow root

  parts.disclosure = (title, opened) => {
    const inside = parts.el('div', { id: `inside-${++serial}`, hidden: true });
    const button = parts.el('button', {
      'type': 'button', 'aria-expanded': 'false', 'aria-controls': inside.id,
      'onclick': async (/** @type {Event} */ event) => {
        inside.hidden = !inside.hidden;
        button.setAttribute('aria-expanded', String(!inside.hidden));
        if (inside.hidden) return;
        const filled = opened(inside, event.isTrusted);
        if (!event.isTrusted) return;
        parts.reveal(section);
        const scrolled = section.closest('.scroll')?.scrollTop;
        await filled;
        if (!inside.hidden && section.closest('.scroll')?.scrollTop === scrolled) parts.reveal(section);
      },
    }, title, parts.icon('more'));
    const section = parts.el('section', { class: 'fold' }, parts.el('h3', null, button), inside);
    return section;
  };

  // What opens at the panel's lower edge would be out of sight.
  parts.reveal = (...elements) => elements.forEach((element) => element.scrollIntoView({ block: 'nearest' }));
})();
