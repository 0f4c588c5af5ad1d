// Numbers, and tables of them.

/** @param {number[]} list not empty */
export function median(list) {
  const sorted = list.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? /** @type {number} */ (sorted[middle]) : (/** @type {number} */ (sorted[middle - 1]) + /** @type {number} */ (sorted[middle])) / 2;
}

/** "105 [98–160]" @param {number[]} list @param {number} [digits] behind the point */
export function spread(list, digits = 0) {
  const [middle, least, most] = [median(list), Math.min(...list), Math.max(...list)].map((x) => x.toFixed(digits));
  return `${middle} [${least}–${most}]`;
}

/**
 * @typedef {{what: string, budget: string, measured: string, ratio?: string, held: boolean | string}} Row  a text in
 *   `held` says why nothing was measured
 */

/** A table in Markdown. @param {Row[]} rows */
export function table(rows) {
  const lines = rows.map((r) => [r.what, r.budget, r.measured, r.ratio ?? '', typeof r.held === 'string' ? r.held : r.held ? 'yes' : '**no**']);
  const all = [['What', 'Budget', 'Measured', 'Ratio', 'Held'], ['---', '---', '---', '---', '---'], ...lines];
  return all.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
