// The dedicated worker of the Downloads page: it runs the Go program that fetches and joins (wasm/downloader), and stands
// between it and the page. What the two say to each other is Streamlist.Downloader in types.d.ts.
import '../wasm_exec.js';
import * as files from './files.js';
import { get, release } from './transfer.js';

/** @param {Streamlist.Downloader.Report} report */
const post = (report) => postMessage(report);

/** What came before the program was there to receive it. @type {string[] | null} */
let early = [];
/** @type {(message: string) => void} */
let receive = (message) => void early?.push(message);
addEventListener('message', ({ data }) => receive(JSON.stringify(data)));
addEventListener('online', () => receive('{"kind":"online"}'));

/** @param {'died' | 'no-storage' | 'failed'} why */
function stop(why) {
  receive = () => {};
  post({ kind: 'stopped', why });
  close(); // and with it every open file, and whatever is under way
}

async function run() {
  try {
    await navigator.storage.getDirectory();
  } catch {
    return stop('no-storage');
  }
  try {
    const go = new Go();
    // Not by instantiateStreaming, which leaves Chromium's process 8 MB larger for a program of 4 MB. Its bytes are copied as
    // it is compiled, and then of no use.
    const program = await (await fetch(new URL('../downloader.wasm', import.meta.url))).arrayBuffer();
    const { instance } = await WebAssembly.instantiate(program, go.importObject);
    program.transfer(0);
    let ready = false;
    Object.assign(globalThis, {
      streamlistShim: {
        ...files, get, release,
        ready(/** @type {(message: string) => void} */ program) {
          ready = true;
          receive = program;
          for (const message of early ?? []) program(message);
          early = null;
        },
        post: (/** @type {string} */ report) => post(JSON.parse(report)),
      },
    });
    await go.run(instance); // which *resolves* when the program ends, for whatever reason
    stop(ready ? 'died' : 'failed');
  } catch (error) {
    console.error('streamlist: the download program is not there', error instanceof Error ? error.name : '');
    stop('failed');
  }
}
run();
