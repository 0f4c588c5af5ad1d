/// <reference path="../types.d.ts" />
// Moves the panel: by its header with a pointer, by its grip with the arrow keys.
(() => {
  const parts = (globalThis.streamlistParts ??= /** @type {any} */ ({}));
  if (Object.hasOwn(parts, 'movable')) return;

  const MARGIN = 8;
  const STEP = 24;
  /** @type {Record<string, [number, number]>} */
  const ARROWS = { ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], ArrowUp: [0, -STEP], ArrowDown: [0, STEP] };

  parts.movable = (panel, bar, grip) => {
    /** Distance from the window's right and top edges; null until the person moves it. @type {{right: number, top: number} | null} */
    let place = null;

    /** @param {number} right @param {number} top */
    const put = (right, top) => {
      const { width, height } = panel.getBoundingClientRect();
      const within = (/** @type {number} */ value, /** @type {number} */ room) => Math.max(MARGIN, Math.min(value, room - MARGIN));
      // The height is not the limit downwards: the panel grows as its content comes. It
      // stays a header's height away from the edge, and its own height is limited below.
      place = { right: within(right, innerWidth - width), top: within(top, Math.max(innerHeight - Math.min(height, 160), 0)) };
      panel.style.setProperty('right', `${place.right}px`);
      panel.style.setProperty('top', `${place.top}px`);
      panel.style.setProperty('max-height', `${Math.max(120, innerHeight - place.top - MARGIN)}px`);
    };

    const here = () => {
      const box = panel.getBoundingClientRect();
      return { right: innerWidth - box.right, top: box.top };
    };

    /** @type {{pointer: number, x: number, y: number, right: number, top: number} | null} */
    let drag = null;
    bar.addEventListener('pointerdown', (event) => {
      const on = /** @type {Element} */ (event.target).closest('button');
      if (event.button !== 0 || (on && on !== grip)) return;
      drag = { pointer: event.pointerId, x: event.clientX, y: event.clientY, ...here() };
      bar.setPointerCapture(event.pointerId);
      bar.classList.add('moving');
    });
    bar.addEventListener('pointermove', (event) => {
      if (drag?.pointer === event.pointerId) put(drag.right - (event.clientX - drag.x), drag.top + (event.clientY - drag.y));
    });
    const end = () => {
      drag = null;
      bar.classList.remove('moving');
    };
    for (const type of ['pointerup', 'pointercancel', 'lostpointercapture']) bar.addEventListener(type, end);

    /** Brings a panel that was moved back inside, after the window changed. */
    const settle = () => {
      if (place && panel.isConnected) put(place.right, place.top);
    };
    addEventListener('resize', settle);

    return {
      settle,
      onKey(event) {
        const arrow = ARROWS[event.key];
        if (!arrow || event.ctrlKey || event.metaKey || event.altKey) return false;
        const at = here();
        put(at.right - arrow[0], at.top + arrow[1]);
        return true;
      },
    };
  };
})();
