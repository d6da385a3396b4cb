/**
 * The one thread that FAISS runs in. It carries each request out before it looks at the next, in the order in which they
 * were made. Only a file is read beside them, on a thread of libuv's pool: nobody knows its handle before it is answered.
 */
import { parentPort, type MessagePort, type TransferListItem } from 'node:worker_threads';
import { HeldIndexes } from './held-indexes.js';
import { loadFaiss } from './load-faiss.js';
import { Refused, type Handlers, type OperationName, type Operations, type Reply, type Request, type RequestOf } from './messages.js';

if (!parentPort) throw new Error('faiss.worker runs in a worker thread only');
const port: MessagePort = parentPort;

function loadHandlers(): Handlers {
  const faiss = loadFaiss();
  faiss.setThreads(1); // a second thread helps no single query, and would wait in a loop for the next one
  const indexes = new HeldIndexes(faiss);
  const { create, open, add, search, write, reconstruct, release } = indexes;
  return { create, open, add, search, write, reconstruct, release, load: () => undefined, close };
}

const loaded = ((): { handlers: Handlers } | { failure: string } => {
  try {
    return { handlers: loadHandlers() };
  } catch (error) {
    return { failure: error instanceof Error ? error.message.split('\n')[0] : String(error) };
  }
})();

/** Files on their way in. */
const underWay = new Set<Promise<void>>();

async function close(): Promise<undefined> {
  await Promise.all(underWay);
  port.close();
  return undefined;
}

type Result = Operations[OperationName]['reply'];

function carryOut<K extends OperationName>(request: RequestOf<K>): Result | Promise<Result> {
  if ('failure' in loaded) {
    if (request.kind === 'close') port.close();
    throw new Refused({ kind: 'unloadable', what: loaded.failure });
  }
  return loaded.handlers[request.kind](request.body);
}

/** Buffers that the reply need not copy. */
function transferable(result: Result): TransferListItem[] {
  if (result === undefined || typeof result === 'number') return [];
  const arrays = result instanceof Float32Array ? [result] : [result.parts, result.rows, result.scores];
  return arrays.map((array) => array.buffer as ArrayBuffer);
}

function answer(id: number, result: Result): void {
  port.postMessage({ id, result } satisfies Reply, transferable(result));
}

function refuse(id: number, error: unknown): void {
  if (!(error instanceof Refused)) throw error; // a fault of this thread: it ends, and the main thread is told
  port.postMessage({ id, refusal: error.refusal } satisfies Reply);
}

port.on('message', (request: Request) => {
  try {
    const result = carryOut(request);
    if (!(result instanceof Promise)) return answer(request.id, result);
    const settled = result
      .then((later) => answer(request.id, later))
      .catch((error: unknown) => refuse(request.id, error))
      .finally(() => underWay.delete(settled));
    if (request.kind !== 'close') underWay.add(settled);
  } catch (error) {
    refuse(request.id, error);
  }
});
