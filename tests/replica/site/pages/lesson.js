// Moving between lessons of a course: the address changes by the history, nothing is loaded.
function show(id) {
  let found = null;
  for (const item of document.querySelectorAll('[data-episodeid]')) {
    const active = item.dataset.episodeid === id;
    item.classList.toggle('bpx-state-active', active);
    if (active) found = item;
  }
  if (!found) return;
  document.querySelector('.archive-title').textContent = found.textContent;
  document.title = found.textContent + '_哔哩哔哩_bilibili';
}

document.addEventListener('click', (event) => {
  const item = event.target instanceof Element ? event.target.closest('[data-episodeid]') : null;
  if (!item) return;
  history.pushState({}, '', '/cheese/play/ep' + item.dataset.episodeid);
  show(item.dataset.episodeid);
});

window.addEventListener('popstate', () => {
  const match = /\/ep(\d+)/.exec(location.pathname);
  if (match) show(match[1]);
});
