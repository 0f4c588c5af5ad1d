// The small script on matching pages, in the top frame: wakes the background, reads hints from the page, keeps keys
// pressed in the panel away from it, and passes messages between panel and background. The panel itself is injected
// when it is first opened.
(() => {
  const api = /** @type {typeof chrome} */ (/** @type {any} */ (globalThis).browser ?? globalThis.chrome);
  /** @typedef {Streamlist.Content & {dispose(): void}} Content */
  const world = /** @type {{streamlist?: Content}} */ (/** @type {any} */ (globalThis));
  if (world.streamlist?.alive()) return; // injected a second time, into a page that has us
  world.streamlist?.dispose(); // left behind by an extension that was reloaded or updated

  // Firefox ends a former script with its world, which leaves its panel in the page: dead, and in the way of a new one.
  for (const former of document.querySelectorAll('[data-streamlist]')) former.remove();

  const VERSION = 1;
  const DEADLINE = 15000; // ms; no wait is longer
  const AFTER = 200; // ms, for what the browser says of a request after it has failed
  const life = new AbortController();
  const load = Array.from(crypto.getRandomValues(new Uint8Array(8)), (b) => b.toString(16).padStart(2, '0')).join('');
  let sent = 0;

  const alive = () => Boolean(api.runtime?.id);

  /**
   * @param {string} code
   * @returns {Streamlist.Answer}
   */
  const failed = (code) => ({ v: VERSION, id: '', ok: false, error: { code, message: '', retryable: code !== 'orphaned' } });

  /**
   * @param {string} kind
   * @param {unknown} [body]
   * @param {number} [within] milliseconds, for a second try: what the first has left
   * @returns {Promise<Streamlist.Answer>}
   */
  async function request(kind, body, within = DEADLINE) {
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    let timer;
    const late = new Promise((resolve) => {
      timer = setTimeout(() => resolve(failed('timeout')), within);
    });
    const answer = await Promise.race([ask(kind, body), /** @type {Promise<Streamlist.Answer>} */ (late)]);
    clearTimeout(timer);
    return answer;
  }

  /**
   * Asks, and asks once more when the background died while it worked: a new one has started by then.
   *
   * @param {string} kind
   * @param {unknown} body
   * @returns {Promise<Streamlist.Answer>}
   */
  async function ask(kind, body) {
    for (let attempt = 0; ; attempt++) {
      if (!alive()) return failed('orphaned');
      let answer;
      try {
        answer = await api.runtime.sendMessage({ v: VERSION, id: `${load}-${++sent}`, kind, body });
      } catch {
        answer = undefined; // the channel closed under us, or the extension is gone
      }
      if (answer && answer.error?.code !== 'runtime-died') return answer;
      if (attempt > 0) return alive() ? answer ?? failed('runtime-died') : failed('orphaned');
    }
  }

  /** @param {string | null | undefined} text */
  const digits = (text) => (text && /^\d{1,19}$/.test(text) ? text : '');

  /** The id of the lesson or episode that the page shows as the active one. */
  function activeEpisode() {
    const lesson = document.querySelector('.bpx-state-active[data-episodeid]');
    if (lesson) return digits(lesson.getAttribute('data-episodeid'));
    const item = document.querySelector('.ep-item--active');
    const link = item?.closest('a[href]') ?? item?.querySelector('a[href]');
    return digits(/\/play\/\d+\/(\d+)/.exec(link?.getAttribute('href') ?? '')?.[1]);
  }

  // Whose title document.title is. A page that moves on without a load says so before it has drawn the new one.
  let titled = location.pathname;
  /** @type {MutationObserver | null} */
  let untitled = null;

  /** An upload's title, '' while the page still shows another's. No endpoint gives it, and og:title may stay behind. */
  function uploadTitle() {
    const aid = /\/video\/(\d+)/.exec(location.pathname)?.[1];
    if (!aid) return '';
    const meta = (/** @type {string} */ name) => document.querySelector(`meta[property="${name}"]`)?.getAttribute('content') ?? '';
    const current = meta('og:url').includes(aid) ? meta('og:title') : titled === location.pathname ? document.title : '';
    return current.replace(/\s*[-|–]\s*(BiliBili|Bilibili|bilibili\.tv).*$/i, '').trim().slice(0, 300);
  }

  /** After a move: waits for the new title, and has the panel ask for its (known) listing again, with it. */
  function awaitTitle() {
    untitled?.disconnect();
    const [former, path] = [document.title, location.pathname];
    if (path === titled) return;
    untitled = new MutationObserver(() => {
      if (document.title !== former) titled = path;
      if (location.pathname === path && !uploadTitle()) return;
      untitled?.disconnect();
      if (location.pathname === path) streamlist.panel?.optionsChanged();
    });
    untitled.observe(document.head, { subtree: true, childList: true, characterData: true, attributes: true });
  }

  const hints = () => ({ load, episode: activeEpisode(), title: uploadTitle() });

  /** What the background's greeting is answered with: the shell is what the panel's menu keeps. */
  async function greet() {
    let shell;
    try {
      shell = /** @type {Partial<Streamlist.Choice> | undefined} */ ((await api.storage.local.get('copyAs')).copyAs)?.shell;
    } catch { /* then it is the system's own */ }
    return { ...hints(), panel: streamlist.panel !== null, shell };
  }

  // In a Firefox container or private window only a request of the tab's own carries the tab's cookies. The background
  // says which endpoint of which site; the hosts are ours, and a page of one site asks nothing of the other. Nor does the
  // old host biliintl.com: there api.bilibili.tv is another site, whose cookies Firefox keeps apart.
  /** @type {Record<Streamlist.Site, {api: string, pages: RegExp}>} */
  const SITES = {
    com: { api: 'https://api.bilibili.com/', pages: /(^|\.)bilibili\.com$/ },
    tv: { api: 'https://api.bilibili.tv/', pages: /(^|\.)bilibili\.tv$/ },
  };
  /** @type {Map<number, AbortController>} */
  const transfers = new Map();

  /**
   * @param {Streamlist.FetchBody} body
   * @returns {Promise<Partial<Streamlist.Fetched>>} never rejects
   */
  async function fetchForTab({ id, site, path, limit }) {
    const { api: base, pages } = SITES[site];
    if (!pages.test(location.hostname)) return { foreign: true };
    if (!/^\/(pugv|intl|x)\//.test(path) || /\/\.\.?(\/|$)/.test(path.split('?')[0] ?? '')) return { failed: true }; // no endpoint that we ask
    const controller = new AbortController();
    transfers.get(id)?.abort(); // of a background that has ended: the next counts from one again
    transfers.set(id, controller);
    // A request of the tab's own goes by the page's policy, and what that forbids fails as it would without a network. An
    // event says so, a moment after the failure.
    const forbidden = new Promise((resolve) => {
      addEventListener(
        'securitypolicyviolation',
        ({ isTrusted, disposition, blockedURI }) => {
          if (isTrusted && disposition === 'enforce' && blockedURI.startsWith(base)) resolve(true);
        },
        { capture: true, signal: controller.signal },
      );
    });
    try {
      // The slash that ends the base is the path's first.
      const answer = await fetch(base + path.slice(1), { credentials: 'include', cache: 'no-store', redirect: 'manual', signal: controller.signal });
      if (answer.type === 'opaqueredirect') return { status: 302 };
      const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
      let body = '';
      for (let step = await reader?.read(); step && !step.done; step = await reader?.read()) {
        body += step.value;
        if (body.length > limit) return { large: true };
      }
      return { status: answer.status, type: answer.headers.get('content-type') ?? '', retryAfter: answer.headers.get('retry-after') ?? '', body };
    } catch {
      const late = new Promise((resolve) => setTimeout(resolve, AFTER));
      return !controller.signal.aborted && (await Promise.race([forbidden, late])) ? { forbidden: true } : { failed: true };
    } finally {
      controller.abort(); // ends what is left of a body that was too large
      if (transfers.get(id) === controller) transfers.delete(id);
    }
  }

  /** @type {Content} */
  const streamlist = {
    request,
    hints,
    alive,
    guard: { host: null, onKey: null },
    panel: null,
    dispose() {
      life.abort();
      untitled?.disconnect();
      streamlist.panel?.close();
      streamlist.panel = null;
    },
  };
  world.streamlist = streamlist;

  // A key event from a closed shadow root reaches the page with the host as its target, and the player would act on it.
  // Registered at document_start, this listener comes before the page's own.
  for (const type of /** @type {const} */ (['keydown', 'keyup', 'keypress'])) {
    addEventListener(
      type,
      (event) => {
        const { host, onKey } = streamlist.guard;
        if (!host || event.target !== host) return;
        event.stopImmediatePropagation();
        if (event.isTrusted) onKey?.(event);
      },
      { capture: true, signal: life.signal },
    );
  }

  // A video in a link is both to the browser's right-click menu, which would show two items of ours.
  let over = '';
  /** @param {EventTarget | null} target */
  function pointerOver(target) {
    const around = target instanceof HTMLVideoElement ? target.closest('a') : null;
    const link = around instanceof HTMLAnchorElement ? around.href : ''; // SVG has links too, whose href is no text
    if (link === over) return;
    over = link;
    if (alive()) void request('over', { link: link.slice(0, 2000) });
  }
  addEventListener('pointerover', (event) => event.isTrusted && pointerOver(event.target), { capture: true, passive: true, signal: life.signal });
  // The menu is every tab's: where the pointer leaves the page without coming over anything else of it, it is set back.
  const leave = () => pointerOver(null);
  addEventListener('pointerout', (event) => event.isTrusted && !event.relatedTarget && leave(), { capture: true, passive: true, signal: life.signal });
  addEventListener('pagehide', leave, { capture: true, signal: life.signal });
  addEventListener('visibilitychange', leave, { capture: true, signal: life.signal });

  api.runtime.onMessage.addListener((message, sender, respond) => {
    if (sender.id !== api.runtime.id || message?.v !== VERSION || life.signal.aborted) return false;
    switch (message.kind) {
      case 'hello':
        void greet().then(respond);
        return true;
      case 'toggle':
        streamlist.panel?.toggle(message.body ?? {});
        break;
      case 'moved':
        if (location.pathname.includes('/video/')) awaitTitle();
        streamlist.panel?.moved(message.body);
        openFor(message.body ?? {});
        break;
      case 'fetch':
        void fetchForTab(message.body).then(respond);
        return true;
      case 'stop-fetch':
        transfers.get(message.body?.id)?.abort();
        break;
      case 'toast':
        streamlist.panel?.toast(message.body);
        break;
      default:
        return false;
    }
    respond({});
    return false;
  });

  // The page that the panel has opened by itself for: closed there, it stays closed.
  let opened = '';

  /** @param {Partial<Streamlist.MovedBody>} move */
  function openFor({ supported, page = '' }) {
    const same = page !== '' && page === opened;
    opened = page;
    if (supported && !same) void openByItself();
  }

  async function openByItself() {
    const { options } = await api.storage.sync.get('options');
    if (/** @type {Partial<Streamlist.Options> | undefined} */ (options)?.openByItself !== true) return;
    let answer = await request('open');
    if (!answer.ok) answer = await request('open'); // a page that is busy loading can be too slow to take the panel in
    if (answer.ok && answer.body?.page) opened = answer.body.page;
  }

  api.storage.onChanged.addListener((changes, area) => {
    if (area === 'sync' && changes.options && !life.signal.aborted) streamlist.panel?.optionsChanged();
  });

  /** Has the worker awake by the time that somebody clicks. */
  async function wake() {
    const woken = await request('wake');
    openByItself().catch(() => {});
    // Of an item that this page may play the background knows the best, for the icon. The page draws its list when it likes.
    for (let wait = 250; woken.ok && woken.body?.again && wait < DEADLINE && !life.signal.aborted; wait *= 2) {
      await new Promise((resolve) => setTimeout(resolve, wait));
      if (activeEpisode()) return void request('wake', { hints: hints() });
    }
  }
  void wake();
})();
