// A page that means harm: it runs before anything else of the page and
//  - replaces functions of Array, JSON, Element and Event that other scripts lean on,
//  - listens to every event first, and reads what is copied (window.__stolen, window.__seen),
//  - opens every shadow root that the page's own world attaches (window.__roots),
//  - covers the upper right corner, and sends made-up clicks and keys to elements it does not know,
//  - by ?hostile=MODE: `remove` takes such elements away twenty times a second, `once` does so once; `flood` fills the
//    history with this lesson's address, `moves` with two lessons' in turn; `keys` swallows every key and plays it
//    again to such elements; `cover` lays a sheet over everything, again and again; `names` names elements like what
//    scripts use of `document`, which then find the elements; `dialog` opens a modal dialog over everything, another one
//    five times a second; `hidden-dialog` opens one in a closed shadow root, at `__hide()`; `inert` makes such elements, the body
//    and the document inert, again and again.
(() => {
  'use strict';
  const real = {
    listen: EventTarget.prototype.addEventListener,
    dispatch: EventTarget.prototype.dispatchEvent,
    attach: Element.prototype.attachShadow,
    remove: Element.prototype.remove,
    append: Node.prototype.appendChild,
    push: history.pushState,
    stop: Event.prototype.stopImmediatePropagation,
    make: document.createElement.bind(document),
    root: document.documentElement,
  };
  const mode = new URLSearchParams(location.search).get('hostile');
  window.__stolen = [];
  window.__seen = {};
  window.__roots = [];
  window.__hits = 0; // events that reached this page from elements it does not know

  const names = ['keydown', 'keyup', 'keypress', 'beforeinput', 'input', 'click', 'dblclick', 'mousedown', 'mouseup', 'pointerdown',
    'pointerup', 'contextmenu', 'focusin', 'focusout', 'copy', 'cut', 'paste', 'message', 'selectionchange', 'wheel'];
  for (const name of names) {
    real.listen.call(window, name, (event) => {
      window.__seen[name] = (window.__seen[name] || 0) + 1;
      if (event.target instanceof Element && unknown(event.target)) window.__hits++;
    }, true);
  }
  real.listen.call(document, 'copy', (event) => {
    let text = String(getSelection());
    const active = document.activeElement;
    if (active && 'value' in active) text += active.value;
    if (event.clipboardData) text += event.clipboardData.getData('text/plain');
    window.__stolen[window.__stolen.length] = text;
  }, true);

  const known = new WeakSet();
  function unknown(node) {
    return node instanceof Element && node.isConnected && !known.has(node) &&
      (node.parentNode === document.documentElement || node.parentNode === document.body) &&
      node !== document.head && node !== document.body;
  }

  function strangers() {
    const found = [];
    for (const parent of [real.root, document.body]) {
      for (const node of parent.children) if (unknown(node)) found[found.length] = node;
    }
    return found;
  }

  if (mode === 'keys') {
    for (const name of ['keydown', 'keypress', 'keyup']) {
      real.listen.call(window, name, (event) => {
        if (!event.bubbles || window.__replaying) return;
        event.preventDefault();
        real.stop.call(event);
        window.__replaying = true;
        for (const node of strangers()) real.dispatch.call(node, new KeyboardEvent(name, { key: event.key, code: event.code, bubbles: true, composed: true }));
        window.__replaying = false;
      }, true);
    }
  }

  Element.prototype.attachShadow = function (init) {
    const root = real.attach.call(this, { ...init, mode: 'open' });
    window.__roots[window.__roots.length] = root;
    return root;
  };
  Array.prototype.map = function () { return []; };
  Array.prototype.forEach = function () {};
  Array.prototype.filter = function () { return []; };
  Array.prototype.join = function () { return 'hostile'; };
  Array.prototype.push = function () { return 0; };
  JSON.parse = () => ({ hostile: true });
  JSON.stringify = () => '{"hostile":true}';
  Element.prototype.append = function () {};
  Element.prototype.replaceChildren = function () {};
  Element.prototype.focus = function () {};
  Event.prototype.stopPropagation = function () {};
  Event.prototype.stopImmediatePropagation = function () {};
  Object.defineProperty(Event.prototype, 'isTrusted', { get: () => true });
  window.fetch = () => Promise.reject(new TypeError('hostile'));
  window.Promise.prototype.finally = function () { return this; };
  navigator.clipboard && (navigator.clipboard.writeText = (text) => {
    window.__stolen[window.__stolen.length] = text;
    return Promise.resolve();
  });

  real.listen.call(document, 'DOMContentLoaded', () => {
    const cover = document.createElement('div');
    cover.id = 'hostile-cover';
    cover.style.cssText = 'position:fixed;top:0;right:0;width:480px;height:100vh;z-index:2147483647;background:rgba(255,0,0,.04)';
    real.append.call(document.body, cover);
    for (const node of document.querySelectorAll('*')) known.add(node);

    setInterval(() => {
      for (const node of strangers()) {
        if (mode === 'remove' || (mode === 'once' && !window.__removed)) {
          window.__removed = true;
          real.remove.call(node);
          continue;
        }
        real.dispatch.call(node, new MouseEvent('click', { bubbles: true, composed: true }));
        real.dispatch.call(node, new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, composed: true }));
      }
      if (mode === 'cover') {
        cover.style.cssText = 'position:fixed;inset:0;width:auto;height:auto;margin:0;border:0;z-index:2147483647;background:rgba(255,0,0,.04)';
        cover.popover = 'manual';
        real.append.call(real.root, cover);
        if (!cover.matches(':popover-open')) cover.showPopover();
      }
    }, 50);
    let dialog = null;
    const open = (into) => {
      dialog = real.append.call(into, real.make('dialog'));
      dialog.style.cssText = 'position:fixed;inset:0;width:100vw;height:100vh;max-width:none;max-height:none;overflow:hidden;transform:scale(.99)';
      real.append.call(dialog, real.make('button')).textContent = 'Page';
      dialog.showModal();
    };
    if (mode === 'dialog') {
      setInterval(() => {
        if (window.__still) return;
        if (dialog) real.remove.call(dialog);
        open(document.body);
      }, 200);
    }
    window.__hide = () => open(real.attach.call(real.append.call(document.body, real.make('div')), { mode: 'closed' }));
    window.__show = () => dialog.close();
    if (mode === 'inert') {
      setInterval(() => {
        for (const node of strangers()) node.inert = true;
        document.body.inert = real.root.inert = !window.__still;
      }, 50);
    }
    let n = 0;
    // Slower than the rate at which browsers begin to refuse.
    if (mode === 'flood') setInterval(() => real.push.call(history, {}, '', location.pathname + '?hostile=flood&t=' + n++), 200);
    if (mode === 'moves') setInterval(() => window.__still || real.push.call(history, {}, '', '/cheese/play/ep' + (n++ % 2 ? 700101 : 700104)), 200);
    if (mode === 'names') {
      for (const name of ['querySelector', 'querySelectorAll', 'createElement', 'createElementNS', 'documentElement', 'body', 'head', 'title', 'activeElement', 'addEventListener', 'hidden', 'streamlist', 'chrome', 'browser']) {
        const image = real.make('img');
        image.name = image.id = name;
        known.add(image);
        cover.appendChild(image);
      }
    }
  });
})();
