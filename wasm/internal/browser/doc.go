// Package browser is the only door to JavaScript: the one importer of syscall/js,
// safejs and vert. It knows nothing of the sites or of the product; the programs join
// it to the ports of the packages that do.
//
// Bulk data crosses as one JSON string. vert makes the small flat option bags (of
// built-in kinds and `js` tags only: it panics on named types and mangles the rest);
// safejs makes every call. Three rules follow from what the two libraries do not guard:
//
//   - A callback never blocks. It starts a goroutine and returns a promise.
//   - Every callback and every goroutine recovers: a panic that leaves a callback ends
//     the program, and the JavaScript caller only sees undefined.
//   - Rejections are described by JavaScript-free code: a rejection with null, a string
//     or a Proxy must not panic inside a log line.
package browser
