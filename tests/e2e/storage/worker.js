// A worker with the modules of the download worker in it, and no program: it runs what a test tells it to.
import * as files from '../../../extension/downloads/files.js';
import * as transfer from '../../../extension/downloads/transfer.js';

addEventListener('message', async ({ data: { id, code, args } }) => {
  try {
    const run = new Function('files', 'transfer', 'args', `return (${code})({ ...files, ...transfer }, ...args)`);
    postMessage({ id, value: await run(files, transfer, args) });
  } catch (error) {
    postMessage({ id, error: String(error) });
  }
});
