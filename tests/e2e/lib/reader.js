// Reads the panel the way a screen reader would: by role, name and visible text. These functions run inside the
// browser, in a world of their own, on the panel's closed shadow root; so each must be whole by itself.

/**
 * @typedef {{text: string, best: boolean, locked: boolean, notGiven: boolean, buttons: string[]}} Row
 * @typedef {{
 *   open: boolean,
 *   busy: boolean,
 *   heading: string,
 *   alert: string,
 *   status: string,
 *   toast: string,
 *   tables: Record<string, Row[]>,
 *   buttons: string[],
 *   links: string[],
 *   focus: string,
 *   text: string,
 * }} View
 *   `text` is everything that can be seen; `focus` the role and name of what has it, '' when it is outside;
 *   `status` and `toast` are the live regions in the panel and outside it
 */

/**
 * @param {ShadowRoot} root
 * @returns {View}
 */
export function readPanel(root) {
  const shown = (/** @type {Element} */ e) => e.checkVisibility();
  // Addresses and commands are drawn by the style, out of the page's reach; to a person that is text all the same.
  const drawn = (/** @type {Element} */ e, /** @type {string} */ where) => {
    const { content } = getComputedStyle(e, where);
    const attribute = /^attr\(([\w-]+)\)$/.exec(content)?.[1]; // Firefox names the attribute, Chromium its value
    if (attribute) return e.getAttribute(attribute) ?? '';
    return content.startsWith('"') ? content.slice(1, -1).replace(/\\(.)/g, '$1') : '';
  };
  /** @param {Node} node @returns {string} */
  const words = (node) => {
    if (node instanceof Text) return node.data;
    if (node instanceof HTMLTextAreaElement) return node.value;
    if (node instanceof Element && (!shown(node) || node.tagName === 'STYLE')) return '';
    const inside = [...node.childNodes].map(words);
    return (node instanceof Element ? [drawn(node, '::before'), ...inside, drawn(node, '::after')] : inside).join(' ');
  };
  const text = (/** @type {Node | null | undefined} */ node) => (node ? words(node).replace(/\s+/g, ' ').trim() : '');
  const all = (/** @type {string} */ selector, /** @type {ParentNode} */ within = root) => [...within.querySelectorAll(selector)].filter(shown);
  const name = (/** @type {Element} */ e) => {
    const by = e.getAttribute('aria-labelledby');
    if (by) return by.split(/\s+/).map((id) => text(root.getElementById(id))).join(' ');
    const label = e instanceof HTMLSelectElement && e.labels?.[0];
    if (label) return [...label.childNodes].filter((node) => node !== e).map((node) => node.textContent?.trim()).join(' ');
    return e.getAttribute('aria-label') ?? (e instanceof HTMLTableElement ? text(e.caption) : text(e)) ?? '';
  };
  const region = all('[role=region]').find((e) => name(e) === 'Streamlist');
  const within = region ?? document.createElement('div');
  /** @type {Record<string, Row[]>} */
  const tables = {};
  for (const table of all('table', within)) {
    // Rows of renditions are headed by their quality; others hold column titles and backups.
    tables[name(table)] = all('tr', table).filter((tr) => tr.querySelector('th[scope=row]')).map((tr) => {
      const row = text(tr);
      return { text: row, best: /\bBest\b/.test(row), locked: /\bLocked\b/.test(row), notGiven: /\bNot given\b/.test(row), buttons: all('button', tr).map(name) };
    });
  }
  const active = root.activeElement;
  return {
    open: Boolean(region),
    busy: region?.getAttribute('aria-busy') === 'true',
    heading: text(within.querySelector('h2')),
    alert: all('[role=alert]').map(text).join(' '),
    status: all('[role=status]', within).map(text).join(' ').trim(),
    toast: all('[role=status]').filter((e) => !within.contains(e)).map(text).join(' ').trim(),
    tables,
    buttons: all('button').map(name),
    links: all('a[href]').map(name),
    focus: active ? `${active.getAttribute('role') ?? active.tagName.toLowerCase()} ${name(active)}`.slice(0, 120) : '',
    text: text(root),
  };
}

/**
 * Where to click on a button or a link, after bringing it into view.
 *
 * @param {ShadowRoot} root
 * @param {string} wanted accessible name; a name ending in * matches by its beginning
 * @param {string} [role]
 * @returns {{x: number, y: number, covered: string} | null} in CSS pixels of the viewport
 */
export function locate(root, wanted, role = 'button') {
  for (const element of root.querySelectorAll(role === 'button' ? 'button, a[href], [role=menuitem]' : role)) {
    const name = (element.getAttribute('aria-label') ?? element.textContent ?? '').replace(/\s+/g, ' ').trim();
    const match = wanted.endsWith('*') ? name.startsWith(wanted.slice(0, -1)) : name === wanted;
    if (!match || !element.checkVisibility() || element instanceof HTMLButtonElement && element.disabled) continue;
    element.scrollIntoView({ block: 'nearest' });
    const box = element.getBoundingClientRect();
    const x = box.x + box.width / 2, y = box.y + box.height / 2;
    const hit = root.elementFromPoint(x, y);
    const on = hit !== null && (hit === element || element.contains(hit));
    return { x, y, covered: on ? '' : String(hit?.outerHTML ?? 'nothing').slice(0, 120) };
  }
  return null;
}
