// Finds text that has no room where it stands. Runs in the page, so it uses nothing from outside itself.

/**
 * One line for each text that is cut off, sticks out of what holds it, or lies over another; [] when all is well.
 * Left out is what is cut on purpose: addresses, commands and what is typed scroll, titles end after three lines, in the list after one.
 *
 * @param {Element} top
 * @returns {string[]}
 */
export function spills(top) {
  const MEANT = '.vh, .secret, .command, h2, .head .sub, .list a, .list h3, [hidden], svg, input';
  const SLACK = 1.5; // px: letters reach a little over their own boxes
  /** @type {Set<string>} */
  const found = new Set();
  /** @param {Element} e */
  const scrolls = (e) => /auto|scroll/.test(getComputedStyle(e).overflowY) || /auto|scroll/.test(getComputedStyle(e).overflowX);

  /** @param {Element} e @returns {Element | null} the box that has to hold what stands in e */
  const holder = (e) => {
    const style = getComputedStyle(e);
    if (style.position === 'fixed') return null;
    return style.position === 'absolute' ? /** @type {HTMLElement} */ (e).offsetParent : e.parentElement;
  };

  /** @type {{text: string, rect: DOMRect, cell: Element | null}[]} */
  const texts = [];
  const walker = document.createTreeWalker(top, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const parent = node.parentElement;
    const text = node.textContent?.trim().replace(/\s+/g, ' ') ?? '';
    if (!parent || !text || parent.closest(MEANT) || !parent.checkVisibility({ visibilityProperty: true })) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    for (const rect of range.getClientRects()) texts.push({ text, rect, cell: parent.closest('td, th') });
    const all = range.getBoundingClientRect();
    // Firefox measures a text by its font, and one for Thai can be taller than its line, which only its marks would show.
    const line = range.getClientRects()[0]?.height ?? 0;
    const taller = Math.max(0, line - (parseFloat(getComputedStyle(parent).lineHeight) || line)) / 2;
    // Beyond what scrolls, only sideways: down there it can be scrolled to.
    let scrolled = false;
    for (let box = /** @type {Element | null} */ (parent); box && top.contains(box); box = holder(box)) {
      scrolled ||= scrolls(box);
      if (getComputedStyle(box).display === 'inline') continue;
      const at = box.getBoundingClientRect();
      const wide = all.left < at.left - SLACK || all.right > at.right + SLACK;
      const high = !scrolled && (all.top < at.top - SLACK - taller || all.bottom > at.bottom + SLACK + taller);
      if (wide || high) {
        found.add(`${wide ? 'too wide' : 'too high'} for ${box.tagName.toLowerCase()}.${box.className}: ${text}`);
        break;
      }
    }
  }
  for (const e of top.querySelectorAll('*')) {
    if (e.closest(MEANT) || !e.checkVisibility()) continue;
    if (e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).overflowX !== 'visible') {
      found.add(`hides ${e.scrollWidth - e.clientWidth} px of ${e.tagName.toLowerCase()}.${e.className}: ${e.textContent?.trim().slice(0, 60)}`);
    }
  }
  texts.forEach((one, i) => {
    for (const other of texts.slice(i + 1)) {
      if (one.cell === other.cell || !one.cell || one.cell.closest('table') !== other.cell?.closest('table')) continue;
      const wide = Math.min(one.rect.right, other.rect.right) - Math.max(one.rect.left, other.rect.left);
      const high = Math.min(one.rect.bottom, other.rect.bottom) - Math.max(one.rect.top, other.rect.top);
      if (wide > SLACK && high > 4) found.add(`overlap: ${one.text} | ${other.text}`);
    }
  });
  return [...found];
}
