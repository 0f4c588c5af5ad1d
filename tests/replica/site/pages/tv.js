// bilibili.tv's application: every link inside the site changes the address by the history and draws anew.
function element(name, properties, children = []) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

function meta(property, content) {
  let tag = document.querySelector('meta[property="' + property + '"]');
  if (!content) {
    if (tag) tag.remove();
    return;
  }
  if (!tag) {
    tag = document.createElement('meta');
    tag.setAttribute('property', property);
    document.head.append(tag);
  }
  tag.setAttribute('content', content);
}

function draw(route) {
  document.title = route.title;
  meta('og:title', route.upload ? route.heading : '');
  meta('og:url', route.upload ? route.url : '');
  const app = document.getElementById('app');
  const parts = [];
  if (route.kind === 'play' || route.kind === 'video' || route.kind === 'media') {
    const video = element('video', { src: '/__media/lesson.mp4', muted: true, autoplay: true, loop: true, playsInline: true });
    const menu = element('div', { className: 'bpx-player-contextmenu', hidden: true, textContent: "The player's own menu" });
    const player = element('div', { id: 'bilibili-player', className: 'bpx-player-container', tabIndex: -1 }, [video, menu]);
    parts.push(element('section', { className: 'left-container' }, [element('h1', { className: 'archive-title', textContent: route.heading }), player]));
  } else {
    parts.push(element('h1', { textContent: route.kind }));
  }
  for (const section of route.sections ?? []) {
    const links = section.episodes.map((episode) => element('a', {
      className: 'ep-item' + (episode.id === route.current ? ' ep-item--active' : ''),
      href: episode.href, textContent: episode.title,
    }));
    parts.push(element('aside', {}, [element('h2', { textContent: section.title }), ...links]));
  }
  const list = element('ul', {});
  for (const link of route.links ?? []) {
    list.append(element('li', {}, [element('a', { href: link.href, textContent: link.text })]));
  }
  parts.push(element('nav', {}, [list]));
  app.replaceChildren(...parts);
  document.documentElement.dataset.route = location.pathname;
}

async function go() {
  const path = location.pathname;
  const answer = await fetch('/__state?path=' + encodeURIComponent(path));
  const route = await answer.json();
  if (path === location.pathname) draw(route); // else somebody moved on meanwhile
}

document.addEventListener('click', (event) => {
  const link = event.target instanceof Element ? event.target.closest('a[href^="/"]') : null;
  if (!link || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  history.pushState({}, '', link.getAttribute('href'));
  go();
});
window.addEventListener('popstate', go);

draw(JSON.parse(document.getElementById('route').textContent));
