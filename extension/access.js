// The browser lets a person withhold sites that the manifest asks for. A request to one would go out all the same: as a
// stranger's, without the site's Referer, and with the extension's own address as its Origin.

/**
 * @param {typeof chrome} api
 * @returns {(url: string) => Promise<void>} rejects where the address's host may not be asked
 */
export function watchAccess(api) {
  /** @type {Map<string, Promise<boolean>>} */
  const known = new Map();
  for (const event of [api.permissions.onAdded, api.permissions.onRemoved]) event.addListener(() => known.clear());
  return async (url) => {
    const { protocol, hostname } = new URL(url); // Firefox takes no pattern with a port, and one without means any
    const pattern = `${protocol}//${hostname}/*`;
    let granted = known.get(pattern);
    if (!granted) known.set(pattern, granted = api.permissions.contains({ origins: [pattern] }));
    if (!(await granted)) throw new Error('withheld');
  };
}
