/**
 * The one thread that FAISS runs in. It answers each request before it looks at the next, so that requests are carried out
 * in the order in which they were made.
 */
import { createRequire } from 'node:module';
import { parentPort, type MessagePort, type TransferListItem } from 'node:worker_threads';
import { HeldIndexes } from './held-indexes.js';
import { Refused, type Handlers, type OperationName, type Operations, type Reply, type Request, type RequestOf } from './messages.js';
import type { NativeIndexClass } from './native-index.js';

if (!parentPort) throw new Error('faiss.worker runs in a worker thread only');
const port: MessagePort = parentPort;

function loadHandlers(): Handlers {
  const { IndexFlatIP } = createRequire(import.meta.url)('faiss-node') as { IndexFlatIP: NativeIndexClass };
  if (typeof IndexFlatIP.prototype.reconstructN !== 'function' || typeof IndexFlatIP.prototype.release !== 'function') {
    throw new Error("this is faiss-node's own binary, without the mends of scripts/native/patches");
  }
  const indexes = new HeldIndexes(IndexFlatIP);
  const { create, open, add, search, write, reconstruct, release } = indexes;
  return { create, open, add, search, write, reconstruct, release, load: () => undefined, close: () => port.close() as undefined };
}

const loaded = ((): { handlers: Handlers } | { failure: string } => {
  try {
    return { handlers: loadHandlers() };
  } catch (error) {
    return { failure: error instanceof Error ? error.message.split('\n')[0] : String(error) };
  }
})();

function carryOut<K extends OperationName>(request: RequestOf<K>): Operations[K]['reply'] {
  if ('failure' in loaded) {
    if (request.kind === 'close') port.close();
    throw new Refused({ kind: 'unloadable', what: loaded.failure });
  }
  return loaded.handlers[request.kind](request.body);
}

/** Buffers that the reply need not copy. */
function transferable(result: Operations[OperationName]['reply']): TransferListItem[] {
  if (result === undefined || typeof result === 'number') return [];
  const arrays = result instanceof Float32Array ? [result] : [result.parts, result.rows, result.scores];
  return arrays.map((array) => array.buffer as ArrayBuffer);
}

port.on('message', (request: Request) => {
  let reply: Reply;
  try {
    reply = { id: request.id, result: carryOut(request) };
  } catch (error) {
    if (!(error instanceof Refused)) throw error; // a fault of this thread: it ends, and the main thread is told
    reply = { id: request.id, refusal: error.refusal };
  }
  port.postMessage(reply, 'result' in reply ? transferable(reply.result) : []);
});
