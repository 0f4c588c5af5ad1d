/**
 * The types that the scripts share. Listing and the messages mirror the JSON of
 * wasm/internal/stream and wasm/internal/message, where every field is explained.
 */
declare namespace Streamlist {
  type Site = 'com' | 'tv';
  type Kind = 'video' | 'audio' | 'single';

  interface MediaURL {
    url: string; class: 'mirror' | 'edge' | 'pcdn' | 'other';
    /** Unix seconds. */
    expiresAt?: number;
    /** What it needs: the site's Referer; perhaps the IP address that it was given to. */
    referer?: boolean; oneIp?: boolean;
    /** Bytes per second as measured of the host, -1 where it gave nothing. */
    speed?: number;
  }
  interface Segment { urls: MediaURL[]; size?: number; duration?: number }

  interface Reason {
    code: string; detail?: string; serverCode?: number;
    /** Unix seconds. */
    at?: number;
    /** Milliseconds. */
    given?: number; whole?: number;
  }

  interface Rendition {
    key: string; kind: Kind; quality: number; label?: string;
    width?: number; height?: number; frameRate?: number;
    range?: 'hdr' | 'hdr-vivid' | 'dolby-vision';
    codec?: string; codecs?: string; container?: 'm4s' | 'mp4' | 'flv';
    bandwidth?: number; size?: number; sizeEstimated?: boolean; duration?: number;
    segments?: Segment[] | null; withheld?: Reason | null; best?: boolean;
  }

  interface Head {
    title?: string; series?: string; teacher?: string;
    number?: number; total?: number; partial?: boolean; duration?: number;
    seasonId?: string; episodeId?: string;
  }

  interface Listing {
    site: Site; head: Head;
    /** Names the page that was listed, as `MovedBody.page` does. */
    page?: string;
    state?: 'free' | 'purchased' | 'preview' | 'encrypted' | 'playable' | 'partly' | 'locked';
    problem?: Reason | null; notes?: Reason[] | null;
    video: Rendition[] | null; audio: Rendition[] | null; single: Rendition[] | null;
    /** Whether single files must be asked for by themselves, and, once they were, why there are none. */
    unasked?: boolean; noSingle?: Reason | null;
    /** How many hosts a test had no time for. */
    untested?: number;
    bestKey?: string; bestAudioKey?: string; expiresAt?: number; fetchedAt?: number;
  }

  /** A course of the person's own list. */
  interface Course { id: string; title: string; updateinfo: string; isexpired: boolean; progress: { lastepindex: string } }
  interface Owned { data: Course[] | null; next: boolean }

  /** What a course has beside its streams. Of the objects, which are the site's own, no type is certain. */
  interface Details {
    episode: string; cid: string; cover: string; subtitle: string; release: string; expiry: string; watched: number; partial?: boolean;
    teacher: { uname: string; brief: string; link: string };
    progress: { lastepindex: string; lasttime: number };
    stat: any; payment: any; coupon: any; note: any; faq: any; faq1: any; terms: any;
  }
  /** A lesson of a course or an episode of a series (wasm/internal/course). */
  interface Lesson {
    id: string; number: number; title?: string; section?: string; watched?: boolean;
    /** Milliseconds. */
    duration?: number;
    access?: 'free' | 'purchased' | 'preview' | 'not-purchased' | 'not-released' | 'premium' | 'no-video';
    /** Unix seconds. */
    release?: number;
  }
  interface LessonList { site: Site; page: string; title?: string; lessons: Lesson[]; more?: boolean }

  /** What is remembered of a lesson, in Unix seconds: when it was saved, when exported, when it was found encrypted. */
  interface Mark { saved?: number; exported?: number; encrypted?: number }

  interface Marks {
    /** Reads what is kept of these lessons, for `of`. */
    load(site: Site, ids: string[]): Promise<void>;
    of(site: Site, id: string): Mark;
    /** Calls back whenever what is kept has changed, here or elsewhere. */
    watch(changed: () => void): void;
    /** Remembers something of lessons, or that it no longer holds. Never rejects; nothing is kept of a private window. */
    set(site: Site, ids: string[], what: keyof Mark, holds?: boolean): Promise<void>;
  }

  /** Work on many lessons (wasm/internal/message, QueueView); empty where there is none. */
  interface QueueView {
    progress?: Progress;
    job?: { purpose: 'export' | 'aria2'; format?: Format; ceiling?: number; silent?: boolean };
    /** The course ("com/ss/61") and its title. */
    page?: string; title?: string;
    /** For the step `report` alone. */
    lessons?: Lesson[]; items?: Item[];
  }
  /** How far it is. Times are in milliseconds; `until` is when a rate limit ends. */
  interface Progress {
    state?: 'running' | 'paused' | 'finished'; total?: number; done?: number; skipped?: number; failed?: number; dropped?: number;
    left?: number; until?: number; pause?: number; why?: Reason;
  }
  interface Item { is?: 'done' | 'skipped' | 'failed' | 'dropped'; why?: Reason }
  type Step = 'pause' | 'resume' | 'cancel' | 'retry' | 'clear' | 'report';
  /** Many lessons as one text. `mark`: the file begins with a byte order mark; `refused` are not in it. */
  interface Exported { name: string; mime: string; body: string; mark?: boolean; expiresAt?: number; refused?: { index: number; why: string }[] }

  interface File { name: string; text: string; count: number }

  /** '' is that which the site has. */
  type SubtitleFormat = 'srt' | 'vtt' | 'ass' | '';
  interface Subtitle { tag: string; name?: string; machine?: boolean; withheld?: Reason | null; file?: File | null }
  interface SubtitleList { tracks: Subtitle[] | null }

  interface Hints { load: string; episode?: string; title?: string; agent?: string }

  type Format = 'mpv' | 'ffmpeg' | 'curl' | 'wget' | 'ytdlp' | 'aria2c' | 'aria2-list' | 'mpv-list' | 'vlc-list' | 'page-list' | 'list' | 'csv' | 'json';
  type What = 'url' | 'urls' | Format | 'again' | 'diagnostics' | 'told';
  type Shell = 'posix' | 'powershell' | 'cmd';
  interface CopyBody { hints: Hints; page?: string; row?: string; what: What; backup?: number; host?: string; shell?: Shell }
  interface Copied {
    what: What; kind: Kind; quality: number; label?: string; codec?: string; expiresAt?: number; fetchedAt?: number;
    referer?: boolean; oneIp?: boolean; cookies?: boolean; apart?: boolean;
    /** What to save the text as, where it is one to be saved. */
    name?: string; type?: string;
  }
  interface Text { text: string; copied: Copied }

  /** What a download's request is answered with: what was ordered. */
  interface Ordered {
    page: string; row: string; audio?: string; subtitles?: string; hints: Hints;
    /** The page's address, where it isn't the tab's own page. */
    url?: string;
  }

  /** The error of an answer. Besides message.go's codes: `timeout` and `orphaned`, made by the content script. */
  interface Failure { code: string; message?: string; retryable?: boolean; reason?: Reason | null }
  type Answer = { v: number; id: string; ok: true; body: any } | { v: number; id: string; ok: false; error: Failure };

  /** What a page without streams is, where there is more to say about it. */
  type Place = 'mine' | 'videos';
  interface ToggleBody { elsewhere?: boolean; place?: Place; open?: boolean }
  interface MovedBody { supported: boolean; page?: string; place?: Place }
  interface ToastBody {
    copied?: Copied | null; error?: Failure | null;
    /** Whose video it is about, which for a link need not be the page's. */
    site?: Site;
  }

  /** An endpoint: `path` is what follows the host of the site's API. `limit` is in UTF-16 units. */
  interface FetchBody { id: number; site: Site; path: string; limit: number }
  interface Fetched { status: number; type: string; retryAfter: string; body: string; foreign: boolean; forbidden: boolean; failed: boolean; large: boolean }

  /** What the content script offers, as `globalThis.streamlist`. */
  interface Content {
    /** Asks the background. Never rejects, and ends within so many milliseconds: 15 s, if none are given. */
    request(kind: string, body?: object, within?: number): Promise<Answer>;
    hints(): Hints;
    /** Whether the extension that put us here is still there. */
    alive(): boolean;
    /** Key events whose target is `host` are kept from the page and handed to `onKey`. */
    guard: { host: Element | null; onKey: ((event: KeyboardEvent) => void) | null };
    panel: Panel | null;
  }

  interface Panel {
    isOpen(): boolean;
    toggle(body?: ToggleBody): void;
    close(): void;
    moved(body: MovedBody): void;
    toast(body: ToastBody): void;
    optionsChanged(): void;
  }

  interface I18n {
    getMessage(key: string, substitutions?: string[]): string;
    getUILanguage(): string;
  }

  /** Text for one problem: `line` is title and text in one. */
  interface Problem { code: string; detail?: string; title: string; text: string; line: string }

  interface Words {
    /** The locale that the texts are in, as a BCP 47 tag. */
    locale: string;
    msg(key: string, ...substitutions: (string | number)[]): string;
    /** The site's own text as far as it is safe to show: no control characters, no more than so many. */
    foreign(text: string | undefined, most: number): string;
    number(value: number): string;
    /** Of 0.52: "52%". */
    percent(share: number): string;
    bytes(value: number): string;
    size(rendition: { size?: number; sizeEstimated?: boolean }): string;
    bitRate(bitsPerSecond: number): string;
    /** What was measured of a host, '' for one that was not tested. */
    speed(bytesPerSecond: number | undefined): string;
    frameRate(framesPerSecond: number): string;
    duration(milliseconds: number): string;
    /** The time of a Unix second, with its day when that is not today. */
    clock(seconds: number): string;
    /** `2 backups for <name>`, as the locale's grammar wants. */
    backups(count: number, name: string): string;
    quality(row: { quality: number; label?: string }): string;
    codec(row: Rendition): string;
    /** Quality and codec: how buttons name a row. */
    name(row: { quality: number; label?: string; codec?: string; kind?: Kind; container?: string }): string;
    marks(row: Rendition): string[];
    any(names: string[]): string;
    /** In the toast nothing is said of what only the panel has. */
    problem(reason: Reason, site: Site, where?: { inToast?: boolean }): Problem;
    failure(error: Failure, site: Site, where?: { inToast?: boolean }): Problem;
    /** Why a text can't be written of something. */
    refusal(why: string): string;
    /** Why one row can't be had, in a few words. */
    withheld(reason: Reason): string;
    note(reason: Reason, site: Site): string;
    copied(body: Copied): string;
    /** A language by its key or by a subtitle's tag, '' where that is none. */
    language(tag: string): string;
    /** A subtitle's language, and whether a machine made it. */
    subtitle(track: Subtitle): string;
    /** What is being downloaded: a row, with the sound that is joined to it, and the subtitles beside it. */
    ordered(row: Rendition, audio: Rendition | undefined, problem: Reason | null | undefined, subtitles?: string): string;
    /** How much of the video a preview gives; '' where it is no preview. */
    preview(problem: Reason | null | undefined): string;
    /** Whether links had ended before they came: as a rule this computer's clock is ahead then, and so would be any word on a time. */
    outran(links: { expiresAt?: number; fetchedAt?: number }): boolean;
    /** What one address needs, and until when it works, in a few words. */
    needs(address: MediaURL): string;
  }

  interface RowActions {
    copy(body: { row?: string; what: What; backup?: number; host?: string }, button: HTMLElement): void;
    /** Saves a text as a file. */
    save(body: { row?: string; what: What }, button: HTMLElement): void;
    download(row: Rendition, button: HTMLElement): void;
    /** The sound that is joined to a downloaded video, by its key; '' for the video's own. */
    sound: string;
    /** null where the listing is not the page's own. */
    testHosts: ((row: Rendition, button: HTMLElement) => void) | null;
    /** What else a row offers under its addresses. */
    more(row: Rendition): HTMLElement;
  }

  interface Menu { open: boolean; hide(focus?: boolean): void; onKey(event: KeyboardEvent): boolean }
  interface Popup extends Menu { element: HTMLElement; readonly opener: HTMLElement | null; show(opener: HTMLElement): void }

  interface Tabs {
    element: HTMLElement;
    /** Which pane is in view. */
    current: string;
    /** Gives panes a tab with this title; with fewer than two there are no tabs, and the first pane is in view. */
    offer(titles: Record<string, string>): void;
    select(name: string, byPerson?: boolean): void;
    onKey(event: KeyboardEvent, active: Element | null): boolean;
  }

  /** The pane with the lessons. Those that a person has selected are what buttons in `foot` act on. */
  interface Lessons {
    element: HTMLElement; foot: HTMLElement;
    selected(): Lesson[];
    /** Called when the selection has changed. */
    onselect: (() => void) | null;
    /** Tells it of the page's own listing: which course, which lesson. */
    of(listing: Listing): void;
    /** The pane has come into view. */
    open(): void;
    /** The rest of the list is being read; has been, or could not be. */
    reading(): void; read(ok: boolean): void;
    /** What is remembered of lessons has changed. */
    marked(): void;
    /** "lesson 3" */
    placeOf(lesson: Lesson): string;
    addressOf(lesson: Lesson): string;
    onKey(event: KeyboardEvent, active: Element | null): boolean;
  }

  /** The `Export…` button under the list of lessons, and its dialog. */
  interface Exporter {
    /** The lessons have come into view: finds out what is under way, and follows it. */
    look(): void;
    /** Nobody is looking any more. */
    rest(): void;
  }

  /**
   * What the panel remembers: in `storage.local` under the key `copyAs` what was chosen behind `Copy as…`, under `subtitles`
   * in which format they were saved and which are wanted with a download: a language's key, `page` for the page's own, `all`, ''.
   */
  interface Choice extends Chosen { set(change: Partial<Chosen>): void }
  interface Chosen { what: What; shell: Shell; format: SubtitleFormat; subtitles: Record<Site, string> }
  interface Storage {
    get(key: string | string[] | null): Promise<Record<string, any>>;
    set(items: object): Promise<void>;
    onChanged?: { addListener(listener: (changes: Record<string, { newValue?: any }>) => void): void };
  }

  /** One at a time, over the panel, which can't be reached meanwhile. */
  interface Dialog {
    readonly open: boolean;
    /** What it returns tells whether the dialog is still this one. The caller moves the focus in. */
    show(title: string, content: Node[], opener: HTMLElement): () => boolean;
    hide(): void;
  }

  /** What the panel's scripts hand to each other, in the order in which they load. */
  interface Parts {
    createWords(i18n: I18n): Words;
    css: string;
    adoptStyle(root: ShadowRoot): void;
    el<K extends keyof HTMLElementTagNameMap>(
      tag: K, props?: Record<string, any> | null, ...children: (Node | string | null | undefined | false)[]
    ): HTMLElementTagNameMap[K];
    icon(name: string): SVGElement;
    iconButton(name: string, label: string, onclick: (event: Event) => void, props?: Record<string, any>): HTMLButtonElement;
    /**
     * A section under a heading that opens and closes it; `opened` fills it, at once or by the end of what it returns. What
     * a person opens is scrolled into view; in a panel drawn anew it is opened by the panel, and the person stays.
     */
    disclosure(title: string, opened: (inside: HTMLElement, byPerson: boolean) => Promise<void> | void): HTMLElement;
    /** Scrolls them into view, the last one surely. */
    reveal(...elements: Element[]): void;
    /** `ask` resolves to why it failed, or to null once the completed listing is drawn. */
    singleFiles(listing: Listing, words: Words, actions: RowActions, ask: (byPerson: boolean) => Promise<Failure | null>): HTMLElement | null;
    hosts(row: Rendition, words: Words, test: RowActions['testHosts']): HTMLElement;
    createHostTest(parts: {
      words: Words; ask: (row: Rendition, wanted: () => boolean) => Promise<Answer>; stop: () => void;
      say: (text: string, good: boolean) => void; report: (answer: Answer) => void; show: (listing: Listing) => void;
      /** The button that helps against a failure, if there is one. */
      remedy: (error: Failure) => HTMLElement | null;
    }): { run: (row: Rendition, button: HTMLElement) => void; end(): void };
    table(kind: Kind, rows: Rendition[], words: Words, actions: RowActions, options: { heads: boolean; encrypted: boolean; beside?: boolean; preview?: string }): HTMLElement;
    bestCard(listing: Listing, words: Words, actions: RowActions, menus: { current: Menu | null }, choice: Choice): HTMLElement | null;
    createChoice(storage: Storage | undefined): Choice;
    copyMenu(button: HTMLElement, items: [What, string][], choice: Choice, words: Words, copy: (what: What) => void): Popup;
    /** A menu whose items are made as it opens. */
    createPopup(label: string, draw: () => HTMLElement[]): Popup;
    createTabs(label: string, panes: Record<string, HTMLElement>, chosen: (name: string, byPerson: boolean) => void): Tabs;
    createMarks(storage: Storage | undefined): Marks;
    /** Whether a key of the storage is a mark's; all that there are. */
    isMark(key: string): boolean;
    allMarks(storage: Storage): Promise<string[]>;
    createLessons(parts: {
      words: Words; menus: { current: Menu | null }; marks: Marks; explain: (error: Failure) => string; say: (text: string, good: boolean) => void;
      /** Asks the background: `lessons`, `range`. */
      ask: (kind: string, request: object) => Promise<Answer>;
      /** Reads the rest of the list, and tells by `reading` and `read`. */
      readOn: () => void;
      /** Lists a lesson's streams without going there. */
      look: (lesson: Lesson) => void;
    }): Lessons;
    createExporter(parts: {
      words: Words; dialog: Dialog; choice: Choice; lessons: Lessons; marks: Marks;
      say: (text: string, good: boolean) => void; explain: (error: Failure) => string;
      /** Asks the background: `collect` (to which it adds hints), `queue`, `export`, `copy`. */
      ask: (kind: string, request: object) => Promise<Answer>;
    }): Exporter;
    problemCard(problem: Problem, button?: HTMLElement | null): HTMLElement;
    remarks(listing: Listing, words: Words): HTMLElement | null;
    /** The person's list of courses; what it returns draws it, asking where it has not been read to its end. */
    createOwned(parts: {
      words: Words; ask: (page: number) => Promise<Answer>; skeleton: (text: string) => void;
      show: (head: Node[], body: (Node | null)[], more: boolean) => void; problem: (error: Failure) => HTMLElement;
    }): (refresh: boolean, wanted: () => boolean) => Promise<void>;
    courseDetails(words: Words, how: {
      ask: () => Promise<Answer>; explain: (error: Failure) => string;
      /** Saves the lesson's comments. */
      save: (format: 'xml' | 'ass', button: HTMLElement) => void;
    }): HTMLElement;
    saveText(name: string, content: string, type: string): void;
    typeOf(name: string): string;
    /** `take` saves or copies one. */
    subtitles(words: Words, how: {
      site: Site; choice: Choice; ask: () => Promise<Answer>; explain: (error: Failure) => string;
      take: (track: Subtitle, language: string, format: SubtitleFormat, copy: boolean, button: HTMLElement) => void;
    }): HTMLElement;
    /** Which subtitles are saved with a downloaded video. */
    subtitleChoice(listing: Listing, words: Words, choice: Choice): HTMLElement | null;
    createDialog(parts: { frame: HTMLElement; background: HTMLElement[]; closed: () => void }): Dialog;
    showCommand(row: Rendition, opener: HTMLElement, parts: {
      words: Words; root: ShadowRoot; dialog: Dialog; choice: Choice;
      load: (row: Rendition) => Promise<Answer>; copy: (row: Rendition) => Promise<string>; explain: (error: Failure) => string;
    }): void;
    createCompare(parts: { words: Words; dialog: Dialog; say: (text: string, good: boolean) => void }): {
      /** The button that picks a row, and shows the dialog with the row that was picked before. */
      button(row: Rendition): HTMLButtonElement;
      /** Forgets the row that was picked: the rows are drawn anew. */
      drop(): void;
    };
    movable(panel: HTMLElement, bar: HTMLElement, grip: HTMLElement): { onKey(event: KeyboardEvent): boolean; settle(): void };
    /** Keeps the host where a person can use what it shows. `lost`: the page doesn't let us. */
    createSurface(parts: { host: HTMLElement; root: ShadowRoot; frame: HTMLElement; alive: () => boolean; lost: () => void }):
      {
        /** `lifting`: if need be by what keeps the person from the page. */
        show(lifting: boolean): void;
        hide(): void;
      };
    createToast(words: Words, site: () => Site, copyAgain: () => Promise<Answer>, changed: () => void):
      { element: HTMLElement; shown: boolean; show(body: ToastBody): void; hide(): void };
    createPanel(content: Content, options?: { mode?: ShadowRootMode; i18n?: I18n; storage?: Storage }): Panel;
  }

  /**
   * The Downloads page and its dedicated worker (downloads/worker.js), which runs downloader.wasm. Each message is one of
   * these objects, posted as it is; the JSON is that of wasm/internal/download, where every field is explained.
   *
   * The page sends `start` first, once it alone holds the Web Lock and has asked for `navigator.storage.persist()`, which a
   * worker can't. The answer is a first `jobs`, with what an earlier run left on disk; those that were under way go on by
   * themselves. The page then takes the background's orders and sends an `add` for each. Nothing is lost by ending the
   * worker at any time: what counts is on disk.
   */
  namespace Downloader {
    interface Options {
      /** Jobs at once, 1 to 3, and connections of each, 1 to 16. */
      atOnce: number; connections: number;
      /** Of the file's name, such as `{course}/{number} - {lesson} [{quality} {codec}]`; '' is the usual one. */
      template: string;
    }

    /** What a person asked for, as the background keeps it: no address. It lasts in `order.json` beside the bytes. */
    interface Order {
      /** Made by the background, and the job's own: the same order twice is one job. Letters, digits, `-`; at most 64. */
      id: string;
      site: Site;
      /** `Listing.page`, and the tab it was ordered in, with its cookie store ('' in Chrome). */
      page: string; tab: number; store: string;
      /** `Rendition.key` of the row; `audio` is that of the sound to join to a video. */
      row: string; audio?: string;
      /** Which subtitles are saved beside it: a language's key or `all`. */
      subtitles?: string;
      /** What `list-for` asks with: the page's plain address, the load of its document, id and title of what was ordered. */
      url: string; load?: string; episode?: string; title?: string;
    }

    /** From the page. */
    type Request =
      /** `past` is what the last `past` said, if there was one. */
      | { kind: 'start'; options: Options; past?: string }
      | { kind: 'options'; options: Options }
      /** A new job, last in the queue. Without a listing the worker asks for it. */
      | { kind: 'add'; order: Order; listing?: Listing }
      /**
       * `retry` goes on with a job that failed; `again` saves one that is complete or that could not be saved; `cancel` ends it
       * and removes its bytes, and `clear` takes a complete one off the list, or all of them where `job` is ''. A command that fits
       * no longer does nothing.
       */
      | { kind: 'command'; job: string; do: 'pause' | 'resume' | 'cancel' | 'retry' | 'again' | 'clear' }
      /** The answer to `ask`: one of the two. */
      | { kind: 'listing'; ask: string; listing?: Listing; error?: Failure }
      /** The answer to `subtitles`: one of the two. */
      | { kind: 'subtitles'; ask: string; tracks?: Subtitle[]; error?: Failure }
      /**
       * What became of `hand`. `begun` as soon as `downloads.download` has given its ids, so that they last; then
       * `complete`, with the tags of subtitles that could not be saved as `error`, or `failed`, with the DownloadItem's. Only after
       * `complete` are the bytes removed.
       */
      | { kind: 'handed'; job: string; outcome: 'begun' | 'complete' | 'failed'; downloads: number[]; error?: string };

    /** From the worker. */
    type Report =
      /** At most four a second, and always the latest; also where only a number has changed. */
      | { kind: 'jobs'; view: View }
      /** What is complete has changed: to be kept as it is for the next `start`. It holds no address of a stream. */
      | { kind: 'past'; list: string }
      /**
       * Wants the listing of the order's page, with `refresh` from the endpoints themselves. It is the background's `list-for`,
       * and is answered by `listing` with the same `ask`.
       */
      | { kind: 'ask'; ask: string; order: Order; refresh: boolean }
      /** Wants the subtitles that were ordered, as the background's `subtitles-for` gives them. */
      | { kind: 'subtitles'; ask: string; order: Order }
      /**
       * The job's files are whole and closed: the page saves each. `path` leads from the root of the origin's private file
       * system (`navigator.storage.getDirectory()`) to the file; `name` is for `downloads.download`, with `/` for folders.
       * After a restart it is sent again with the ids that were begun: where those downloads are complete, the page says so
       * instead of saving anew. It must not hold the file after it has said `complete`. A file with a `tag` is of subtitles:
       * that one can't be saved is no failure.
       */
      | { kind: 'hand'; job: string; files: { path: string; name: string; type: string; tag?: string }[]; downloads: number[] }
      /**
       * The worker is of no use any more. `died`: the program ended; a new worker goes on where this one was. `no-storage`: the browser
       * gives no file system here, as Firefox in a private window. (Chrome gives one there that lies in memory: the page
       * knows such a window by `extension.inIncognitoContext`, and starts no worker.) `failed`: the program could not be started.
       */
      | { kind: 'stopped'; why: 'died' | 'no-storage' | 'failed' };

    interface View {
      /** In the order of the queue; behind them those that are complete, the latest first. */
      jobs: Job[];
      /** Of all jobs together, in bytes per second. */
      speed: number;
      /** Bytes that may still be written; absent where the browser doesn't say. */
      free?: number;
    }

    /**
     * waiting: in the queue; starting: asks for heads and plans; links: fresh addresses are asked for; retrying: nothing comes
     * now (network, too many requests), and it goes on by itself, at `reason.at` (Unix seconds) where that is known; checking: the
     * last byte is there, the file is closed and read back; saving: the page saves it; paused and failed say why in `reason`.
     */
    type State = 'waiting' | 'starting' | 'running' | 'links' | 'retrying' | 'paused' | 'checking' | 'saving' | 'complete' | 'failed';

    /** One rendition in a job's file. */
    interface Part { kind: Kind; quality: number; label?: string; codec?: string; width?: number; height?: number }

    interface Job {
      id: string; state: State;
      /** The file's name with its ending and folders, as it will be saved; of several files the first. */
      name: string; files: number;
      /** The tags of the subtitles that are saved with it. */
      subtitles?: string[];
      head: Head; parts: Part[]; order: Order;
      /** Of the file that comes to be, in bytes: whole, and on disk. 0 while unknown. */
      size: number; done: number;
      /** Smoothed bytes per second, and seconds left; absent while unknown. */
      speed?: number; left?: number;
      /** Milliseconds of the whole, known once it is planned. */
      duration?: number;
      /** How long the transfer took, pauses left out, in milliseconds. */
      took?: number;
      /** When it was complete, in Unix milliseconds. */
      ended?: number;
      /**
       * Why it is paused, retrying or failed: a code of a listing's Reason, or `person`, `disk-full` (`need` and `free` in bytes, absent
       * where a write failed), `other` (fresh addresses are those of another file), `not-media`, `broken` (does not pass its own
       * check), `no-size`, `no-host`, `no-save` (the browser did not save it; `detail` says why), `storage`, `internal`.
       */
      reason?: Reason & { need?: number; free?: number };
      /**
       * Remarks on a job that goes on or is complete: `changed` (begun anew, `times`), `no-ranges`, `parts` (saved apart: FLV, or where
       * `detail` is `codecs` MP4 in different codecs), `preview`
       * (`given` of `whole` ms), `duration` (the file lasts `given`, the listing says `whole`), `unused` (`need` bytes belong to no sample), `unchecked`,
       * `no-subtitles` and `subtitles-lost` (`detail`: the language that was asked for, `all`, or tags with blanks between them).
       */
      notes?: (Reason & { times?: number; need?: number })[];
      /** For the picture: runs of the file's bytes [from, to) on disk and under way, ascending, at most 200 together. */
      bar?: { done: [number, number][]; now: [number, number][] };
      hosts?: Host[];
      /** The ids in `chrome.downloads`, once begun. */
      downloads?: number[];
      /** What a person can do now. */
      can: ('pause' | 'resume' | 'cancel' | 'retry' | 'again' | 'clear')[];
    }

    interface Host { host: string; class: MediaURL['class']; connections: number; speed: number; failures: number }
  }

  /** What the options page keeps in `storage.sync` under the key `options`. */
  interface Options {
    /** Most wanted first. */
    codecs: string[];
    /** Whether HDR and Dolby Vision may be best. */
    hdr: boolean;
    openByItself: boolean;
    /** What "best" copies. */
    copy: 'url' | 'urls' | 'mpv';
    /** Of downloads: connections of each, how many at a time, and the template of the file's name. */
    connections: number; atOnce: number; template: string;
    /** Whether the end of a download is said by a notification. */
    notify: boolean;
    /** Seconds between two lessons, where many are asked for. */
    pause: number;
  }
}

declare var streamlist: Streamlist.Content;
declare var streamlistParts: Streamlist.Parts;
