// The player of both sites' pages: hotkeys on the document, and a right-click menu of its own the first time.
// It leaves traces for tests: window.__keys (every key event that reached the page), the same keys in
// <html data-keys>, and what the player did in data-actions on its container.
// It is written without array methods, because the hostile page replaces those before this file runs.
window.__keys = [];

function note(element, name, word) {
  const before = element.getAttribute(name);
  element.setAttribute(name, before ? before + ' ' + word : word);
}

function recordKeys(type, capture) {
  document.addEventListener(type, (event) => {
    const key = event.key === ' ' ? 'Space' : event.key;
    const target = event.target instanceof Element ? event.target.tagName.toLowerCase() : '';
    window.__keys[window.__keys.length] = { type, key, phase: capture ? 'capture' : 'bubble', trusted: event.isTrusted, target };
    if (type === 'keydown' && capture) note(document.documentElement, 'data-keys', key);
  }, capture);
}
recordKeys('keydown', true);
recordKeys('keydown', false);
recordKeys('keyup', true);
recordKeys('keypress', true);

function typing(target) {
  return target instanceof Element && (target.tagName === 'INPUT' || target.tagName === 'TEXTAREA');
}

document.addEventListener('keydown', (event) => {
  const container = document.getElementById('bilibili-player');
  if (!container || typing(event.target) || event.ctrlKey || event.altKey || event.metaKey) return;
  const video = container.querySelector('video');
  switch (event.key) {
    case ' ':
      event.preventDefault();
      note(container, 'data-actions', 'toggle');
      if (video.paused) video.play().catch(() => {}); else video.pause();
      break;
    case 'f':
      container.classList.toggle('bpx-state-entered');
      note(container, 'data-actions', 'fullscreen');
      break;
    case 'm':
      video.muted = !video.muted;
      note(container, 'data-actions', 'mute');
      break;
    case 'ArrowLeft':
    case 'ArrowRight':
    case 'ArrowUp':
    case 'ArrowDown':
      event.preventDefault();
      note(container, 'data-actions', event.key);
      break;
    default:
      if (event.key >= '0' && event.key <= '9') note(container, 'data-actions', 'digit' + event.key);
  }
});

document.addEventListener('contextmenu', (event) => {
  const container = event.target instanceof Element ? event.target.closest('#bilibili-player') : null;
  const menu = document.querySelector('.bpx-player-contextmenu');
  if (!container || !menu) return;
  if (menu.hidden) {
    event.preventDefault();
    menu.hidden = false;
  } else {
    menu.hidden = true; // and the browser's own menu comes
  }
});

document.addEventListener('click', () => {
  const menu = document.querySelector('.bpx-player-contextmenu');
  if (menu) menu.hidden = true;
});
