// Runs just before content.js in the benchmark's copy; asker.js, just after it, reads the difference.
/** @type {any} */ (globalThis).benchBefore = performance.now();
