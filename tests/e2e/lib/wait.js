/**
 * Asks again until the answer is truthy, and returns it. What can be awaited as an event is; this is for what a person
 * would see by looking.
 *
 * @template T
 * @param {string} what for the error
 * @param {() => Promise<T> | T} ask
 * @param {{limit?: number, every?: number, seen?: () => unknown}} [options] milliseconds; `seen` tells what there was
 *   instead
 * @returns {Promise<NonNullable<T>>}
 */
export async function until(what, ask, { limit = 10_000, every = 60, seen } = {}) {
  const end = Date.now() + limit;
  /** @type {unknown} */
  let problem;
  for (;;) {
    try {
      const answer = await ask();
      if (answer) return /** @type {NonNullable<T>} */ (answer);
      problem = undefined;
    } catch (error) {
      problem = error;
    }
    if (Date.now() > end) {
      const instead = seen ? `\nseen instead: ${JSON.stringify(await seen(), null, 1)}` : '';
      throw new Error(`waited ${limit / 1000} s for ${what}${instead}`, { cause: problem });
    }
    await new Promise((resolve) => setTimeout(resolve, every));
  }
}
