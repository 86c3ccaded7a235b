// A model behind HTTP that fills the checklist of the scoring prompt, in a thread of its own, so that its work does not count as the app's.
import { parentPort } from 'node:worker_threads';
import { startFaultServer } from '../testing/fault-server/fault-server.ts';
import { lenientReader, readsPoints } from '../testing/reads-points.ts';

const server = await startFaultServer({ say: readsPoints(lenientReader) });
// What was asked is of no use here.
setInterval(() => { server.requests.length = 0; }, 1_000);
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread's port has no origin
parentPort?.postMessage(server.openaiUrl);
