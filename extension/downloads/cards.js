// One card for each job. Each is made once and then kept up to date in place, four times a second at most, so that
// neither the focus nor a screen reader loses its place.
const { el, icon } = streamlistParts;

/** @typedef {Streamlist.Downloader.Job} Job */
/** @typedef {Streamlist.Downloader.View} View */
/** @typedef {Job['can'][number]} Command */
/** @typedef {ReturnType<typeof import('./texts.js').createTexts>} Texts */

/** @param {Node} node @param {string} text */
function write(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/** @param {Element} element @param {string} name @param {string} value */
function mark(element, name, value) {
  if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}

/**
 * @param {{
 *   list: HTMLElement, words: Streamlist.Words, texts: Texts,
 *   command: (job: Job, command: Command) => void, show: (job: Job) => void, lost: () => void,
 * }} parts `show`: the file in its folder; `lost`: the card that had the focus is gone, and none is left
 */
export function createCards({ list, words, texts, command, show, lost }) {
  const { msg } = words;
  /** @type {Map<string, ReturnType<typeof createCard>>} */
  const cards = new Map();

  /** @type {Record<string, string>} */
  const labels = {
    pause: msg('pause'), resume: msg('resume'), retry: msg('retryDownload'), again: msg('saveAgain'), show: msg('showInFolder'),
    cancel: msg('cancel'), clear: msg('clear'),
  };
  const order = Object.keys(labels);

  /** @param {string} id */
  function createCard(id) {
    /** @type {Job | undefined} */
    let current;
    const heading = el('h2', { id: `name-${id}` });
    const about = el('div', { class: 'dim' });
    const pieces = el('div', { 'class': 'pieces', 'role': 'progressbar', 'aria-labelledby': heading.id, 'aria-valuemin': 0, 'aria-valuemax': 100 });
    const state = el('span'), pace = el('span');
    const inside = el('div', { class: 'details dim', id: `details-${id}`, hidden: true });
    const toggle = el('button', {
      'type': 'button', 'aria-expanded': 'false', 'aria-controls': inside.id, 'aria-describedby': heading.id,
      'onclick': () => {
        inside.hidden = !inside.hidden;
        toggle.setAttribute('aria-expanded', String(!inside.hidden));
        if (current) describe(current);
      },
    }, msg('jobDetails'));
    const separator = document.createTextNode(' · ');
    const acts = el('div', { class: 'acts' });
    const element = el('article', { 'class': 'card', 'aria-labelledby': heading.id },
      el('div', { class: 'pic' }, icon('film')), el('div', { class: 'about' }, heading, about), acts, pieces,
      el('div', { class: 'line dim' }, state, el('span', { class: 'facts' }, pace, separator, toggle)), inside);

    /** @param {Job} job */
    function buttons(job) {
      const wanted = order.filter((name) => name === 'show' ? job.state === 'complete' && job.downloads?.length : job.can.includes(/** @type {Command} */ (name)));
      const present = /** @type {HTMLButtonElement[]} */ ([...acts.children]);
      if (wanted.join() === present.map((button) => button.dataset.do).join()) return;
      const at = present.indexOf(/** @type {HTMLButtonElement} */ (document.activeElement));
      const next = wanted.map((name) => present.find((button) => button.dataset.do === name) ?? el('button', {
        'type': 'button', 'data-do': name, 'aria-describedby': heading.id,
        'onclick': () => current && (name === 'show' ? show(current) : command(current, /** @type {Command} */ (name))),
      }, labels[name] ?? ''));
      acts.replaceChildren(...next);
      // Pause becomes Resume under the finger.
      if (at >= 0) (next.find((button) => button === present[at]) ?? next[Math.min(at, next.length - 1)] ?? toggle).focus({ preventScroll: true });
    }

    /** @param {Job} job */
    function draw(job) {
      const whole = job.state === 'complete';
      pieces.hidden = whole || (job.state === 'waiting' && job.done === 0);
      if (pieces.hidden) return;
      const percent = Math.floor(texts.share(job) * 100);
      mark(pieces, 'aria-valuenow', String(percent));
      mark(pieces, 'aria-valuetext', [texts.percent(job), texts.bytes(job)].filter(Boolean).join(' · '));
      /** @type {[string, number][]} */
      const runs = [];
      let at = 0;
      const all = [...(job.bar?.done ?? []).map((run) => ({ run, name: 'on' })), ...(job.bar?.now ?? []).map((run) => ({ run, name: 'now' }))]
        .sort((a, b) => a.run[0] - b.run[0]);
      for (const { run: [from, to], name } of all) {
        if (from > at) runs.push(['', from - at]);
        runs.push([name, Math.max(0, to - Math.max(from, at))]);
        at = Math.max(at, to);
      }
      if (job.size > at) runs.push(['', job.size - at]);
      while (pieces.children.length > runs.length) pieces.lastElementChild?.remove();
      runs.forEach(([name, length], i) => {
        const piece = /** @type {HTMLElement} */ (pieces.children[i] ?? pieces.appendChild(el('i')));
        if (piece.className !== name) piece.className = name;
        piece.style.flex = `${length / job.size} 1 0`;
      });
    }

    /** @param {Job} job */
    function describe(job) {
      if (inside.hidden) return;
      const lines = [job.name, ...texts.remarks(job)];
      const hosts = job.hosts ?? [];
      const text = (/** @type {string} */ tag, /** @type {string} */ content) => el(tag === 'td' ? 'td' : 'th', tag === 'td' ? null : { scope: tag }, content);
      inside.replaceChildren(...lines.map((line) => el('p', null, line)), hosts.length ? el('table', null,
        el('thead', null, el('tr', null, ...[msg('hostName'), msg('hostConnections'), msg('hostSpeed'), msg('hostFailures')].map((title) => text('col', title)))),
        el('tbody', null, ...hosts.map((host) => el('tr', null, text('row', `${host.host} · ${msg(`host_${host.class}`)}`),
          text('td', words.number(host.connections)), text('td', words.speed(Math.max(0, host.speed)) || '–'), text('td', words.number(host.failures))))),
      ) : el('p', null, underTransfer(job) ? msg('noHosts') : ''));
    }

    return {
      element,
      /** @param {Job} job */
      update(job) {
        current = job;
        write(heading, texts.name(job));
        mark(heading, 'title', job.name);
        write(about, texts.about(job));
        buttons(job);
        draw(job);
        const [said, tone] = texts.state(job);
        write(state, said);
        if (state.className !== tone) state.className = tone;
        write(pace, texts.pace(job));
        write(separator, pace.textContent ? ' · ' : '');
        describe(job);
      },
    };
  }

  return {
    /** @param {View} view */
    draw(view) {
      const focused = [...cards.values()].find((card) => card.element.contains(document.activeElement))?.element;
      const place = focused ? [...list.children].indexOf(focused) : -1;
      const held = /** @type {HTMLElement | null} */ (document.activeElement);
      const ids = new Set(view.jobs.map((job) => job.id));
      for (const [id, card] of cards) {
        if (ids.has(id)) continue;
        card.element.remove();
        cards.delete(id);
      }
      view.jobs.forEach((job, i) => {
        let card = cards.get(job.id);
        if (!card) cards.set(job.id, card = createCard(job.id));
        if (list.children[i] !== card.element) list.insertBefore(card.element, list.children[i] ?? null);
        card.update(job);
      });
      if (place < 0) return;
      if (focused?.isConnected) {
        // A card that is moved in the list loses the focus on its way.
        if (held?.isConnected && document.activeElement !== held && document.activeElement === document.body) held.focus({ preventScroll: true });
        return;
      }
      const next = list.children[Math.min(place, list.children.length - 1)];
      const button = next?.querySelector('button');
      if (button) button.focus();
      else lost();
    },
  };
}

/** @param {Job} job */
const underTransfer = (job) => job.state === 'running' || job.state === 'links' || job.state === 'retrying';
