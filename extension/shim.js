// The shim between the browser's events and the Go program. Listeners that are registered even a moment late lose
// events in both browsers, and a WebAssembly program can't register any in the first turn. So the shim registers all
// of them synchronously, and each one awaits the program.

/**
 * @typedef {(event: string, payload: string) => Promise<string>} Dispatch  JSON in, JSON out; never rejects
 * @typedef {{dispatch: Dispatch, died: Promise<void>}} Program
 */

/** @param {chrome.tabs.Tab | undefined} tab */
function describeTab(tab) {
  if (!tab || tab.id === undefined) return undefined;
  const store = /** @type {{cookieStoreId?: string}} */ (tab).cookieStoreId;
  return { id: tab.id, url: tab.url ?? '', store: store ?? '', private: tab.incognito };
}

/**
 * Connects the browser's events to a program.
 *
 * @param {typeof chrome} api
 * @param {() => Promise<Program>} start boots the program; called at the first event and again after its death
 * @param {(tab: ReturnType<typeof describeTab>, message: unknown) => Promise<() => void>} ahead does what can be done for
 *   a message that must wait for the program, and returns how to undo what has come to nothing
 * @param {(tab: ReturnType<typeof describeTab>, message: unknown, answer: unknown) => Promise<void>} fulfil does what the
 *   program's answer to a message asks for, before that is passed on
 * @returns {{wake: () => void}} `wake` boots the program before any event needs it
 */
export function connect(api, start, ahead, fulfil) {
  /** @type {Promise<Program> | null} */
  let running = null;
  let up = false;

  function program() {
    if (!running) {
      const current = start();
      running = current;
      const forget = () => {
        if (running === current) [running, up] = [null, false];
      };
      current.then((p) => {
        up = true;
        p.died.then(forget);
      }, forget);
    }
    return running;
  }

  /**
   * Hands an event to the program. It resolves to undefined when the program could not be started or died: a Go
   * program that ends leaves its promises pending forever, so everything in flight is answered here. What nobody waits
   * for, such as a click on the icon, is handed to the next one, twice at most; who sent a message asks again.
   *
   * @param {string} event
   * @param {unknown} payload
   * @param {() => Promise<() => void>} [prepare] called where the event must wait for the program; the event waits for it
   * @returns {Promise<unknown>}
   */
  async function forward(event, payload, prepare) {
    for (let left = event === 'message' ? 1 : 3; left > 0; left--) {
      const booting = program();
      const prepared = up ? undefined : prepare?.().catch(() => {});
      try {
        const [{ dispatch, died }] = await Promise.all([booting, prepared]);
        const answer = await Promise.race([dispatch(event, JSON.stringify(payload)), died]);
        if (answer !== undefined) return answer ? JSON.parse(answer) : undefined; // most events have no answer
      } catch (error) {
        if (running === booting) [running, up] = [null, false]; // one that can't be called has ended
        console.error('streamlist: the background program is not there', error instanceof Error ? error.name : '');
      } finally {
        (await prepared)?.();
      }
    }
    return undefined;
  }

  api.runtime.onMessage.addListener((message, sender, respond) => {
    // Messages between our own pages, such as the background's to its clipboard document, are not for us.
    if (message?.target) return false;
    const from = {
      extension: sender.id ?? '',
      self: api.runtime.id,
      url: sender.url ?? '',
      base: api.runtime.getURL(''),
      tab: describeTab(sender.tab),
      frame: sender.frameId ?? 0,
    };
    const failed = (/** @type {string} */ code, /** @type {string} */ text) => ({
      v: 1, id: typeof message?.id === 'string' ? message.id : '', ok: false, error: { code, message: text, retryable: true },
    });
    forward('message', { from, message }, () => ahead(from.tab, message)).then(async (answer) => {
      if (!answer) return respond(failed('runtime-died', 'the background program ended'));
      try {
        await fulfil(from.tab, message, answer);
      } catch (error) {
        console.error('streamlist: not done', error instanceof Error ? error.name : '');
        return respond(failed('internal', 'not done'));
      }
      respond(answer);
    });
    return true;
  });
  api.action.onClicked.addListener((tab) => void forward('action', { tab: describeTab(tab) }));
  api.commands.onCommand.addListener((name, tab) => void forward('command', { name, tab: describeTab(tab) }));
  api.contextMenus.onClicked.addListener((info, tab) =>
    void forward('menu', { item: String(info.menuItemId), link: info.linkUrl ?? '', tab: describeTab(tab) }),
  );
  api.tabs.onUpdated.addListener((_id, change, tab) => {
    if (change.url) void forward('moved', { tab: describeTab(tab) });
  });
  // Most tabs that close are none of ours, and booting the program for each would cost more than it does. Without it,
  // all that is left of a tab is what the service keeps under these keys.
  api.tabs.onRemoved.addListener((id) => {
    if (running) void forward('closed', { tab: { id, url: '' } });
    else api.storage.session.remove(['tab', 'last', 'ahead', 'lessons', 'beside'].map((what) => `${what}/${id}`)).catch(() => {});
  });
  // What alarms are for lies in storage that Chrome's private windows share, whose background is another with other cookies.
  api.alarms.onAlarm.addListener(({ name }) => {
    if (!api.extension.inIncognitoContext) void forward('alarm', { name });
  });
  api.runtime.onInstalled.addListener(() => void forward('installed', {}));
  api.runtime.onStartup.addListener(() => void forward('installed', {}));

  return { wake: () => void program().catch(() => {}) }; // a failed boot is said at the event that needs it
}

/**
 * Boots the Go program from the package.
 *
 * @param {typeof chrome} api
 * @param {object} services what the program calls from its side (wasm/internal/browser)
 * @returns {Promise<Program>}
 */
export async function bootWasm(api, services) {
  const go = new Go();
  /** @type {Promise<Dispatch>} */
  const ready = new Promise((resolve) => {
    Object.assign(globalThis, { streamlistShim: { ready: resolve, ...services } });
  });
  const { instance } = await WebAssembly.instantiateStreaming(fetch(api.runtime.getURL('streamlist.wasm')), go.importObject);
  // go.run *resolves* when the program ends, for whatever reason.
  const died = go.run(instance);
  const dispatch = await Promise.race([ready, died]);
  if (!dispatch) throw new Error('the program ended while it started');
  return { dispatch, died };
}
