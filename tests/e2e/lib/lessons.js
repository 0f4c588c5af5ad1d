// The list of lessons in the panel, as a person sees it. readLessons runs inside the browser, so it is whole by itself.

/** @typedef {{number: string, title: string, chip: string, watched: boolean, facts: string, ticked: boolean, current: boolean}} Lesson  a row in the document */
/** @typedef {{shown: boolean, lessons: Lesson[], headings: string[], notes: string, count: string, total: number}} Lessons */

/** @param {ShadowRoot} root @returns {Lessons} */
export function readLessons(root) {
  const pane = root.querySelector('.lessons');
  const text = (/** @type {Element | null | undefined} */ e) => (e?.checkVisibility() ? e.textContent?.replace(/\s+/g, ' ').trim() ?? '' : '');
  const rows = [...pane?.querySelectorAll('li') ?? []].filter((e) => e.checkVisibility());
  return {
    shown: Boolean(pane?.checkVisibility()),
    lessons: rows.map((row) => ({
      number: text(row.querySelector('.no')), title: text(row.querySelector('a')), chip: text(row.querySelector('.chip')), facts: text(row.querySelector('.facts > :last-child:not(.chip)')),
      watched: row.querySelector('.seen') !== null, ticked: row.querySelector('input')?.checked === true, current: row.querySelector('[aria-current]') !== null,
    })),
    headings: [...pane?.querySelectorAll('h3') ?? []].map(text), notes: text(pane?.querySelector('.notes')), count: text(pane?.querySelector('.count')),
    total: Number(rows[0]?.getAttribute('aria-setsize') ?? 0),
  };
}
