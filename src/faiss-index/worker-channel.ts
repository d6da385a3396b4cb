import { Worker, type TransferListItem } from 'node:worker_threads';
import {
  FaissFailedError,
  FaissIndexClosedError,
  FaissNotLoadedError,
  FaissWorkerEndedError,
  IndexFileError,
  IndexWriteError,
  InvalidVectorRequestError,
} from './faiss-index.errors.js';
import type { OperationName, Operations, Refusal, Reply, RequestOf } from './native/messages.js';

interface Waiting {
  resolve: (result: Operations[OperationName]['reply']) => void;
  reject: (error: Error) => void;
}

/** The main thread's end of the FAISS worker: requests out, replies in, and what happens when the thread ends. */
export class WorkerChannel {
  private readonly worker: Worker;
  private readonly waiting = new Map<number, Waiting>();
  private readonly exited: Promise<void>;
  private lastId = 0;
  /** What every further request is answered with. */
  private ended?: Error;
  private closing = false;

  /**
   * @param onDeath called once when the thread ends without having been asked to
   * @param script the thread's file; another one in tests only
   */
  constructor(
    private readonly onDeath: (error: FaissWorkerEndedError) => void,
    script = new URL('./native/faiss.worker.js', import.meta.url),
  ) {
    this.worker = new Worker(script, { name: 'faiss' });
    this.worker.unref(); // an idle index keeps no process alive; a request under way does
    this.worker.on('message', (reply: Reply) => this.settle(reply));
    this.worker.on('messageerror', (error) => this.died(`a message could not be read: ${error.message}`));
    this.worker.on('error', (error: unknown) => this.died(error instanceof Error ? error.message : String(error)));
    this.exited = new Promise((resolve) => {
      this.worker.on('exit', (code) => {
        if (!this.closing) this.died(`exit code ${code}`);
        this.rejectWaiting(new FaissIndexClosedError());
        resolve();
      });
    });
  }

  /** Posts in the order of the calls. What is in `transfer` must not be used afterwards. */
  request<K extends OperationName>(
    kind: K,
    body: Operations[K]['request'],
    transfer: TransferListItem[] = [],
  ): Promise<Operations[K]['reply']> {
    if (this.ended) return Promise.reject(this.ended);
    return new Promise((resolve, reject) => {
      const message: RequestOf<K> = { id: ++this.lastId, kind, body };
      this.worker.postMessage(message, transfer);
      this.waiting.set(message.id, { resolve: resolve, reject });
      this.worker.ref();
    });
  }

  /** Lets what was asked before be answered, then ends the thread. Idempotent. */
  async close(): Promise<void> {
    if (!this.ended) {
      this.request('close', {}).catch(() => undefined); // the thread's exit is the answer
      this.closing = true;
      this.ended = new FaissIndexClosedError();
    }
    this.worker.ref();
    await this.exited;
  }

  private settle(reply: Reply): void {
    const waiting = this.waiting.get(reply.id);
    this.waiting.delete(reply.id);
    if (this.waiting.size === 0 && !this.closing) this.worker.unref();
    if ('result' in reply) waiting?.resolve(reply.result);
    else waiting?.reject(errorOf(reply.refusal));
  }

  private died(what: string): void {
    if (this.ended instanceof FaissWorkerEndedError) return;
    const error = new FaissWorkerEndedError(what);
    this.ended = error;
    this.rejectWaiting(error);
    this.onDeath(error);
  }

  private rejectWaiting(error: Error): void {
    for (const { reject } of this.waiting.values()) reject(error);
    this.waiting.clear();
  }
}

function errorOf(refusal: Refusal): Error {
  switch (refusal.kind) {
    case 'invalid':
      return new InvalidVectorRequestError(refusal.what);
    case 'file':
      return new IndexFileError(refusal.path, refusal.what);
    case 'write':
      return new IndexWriteError(refusal.path, refusal.what);
    case 'failed':
      return new FaissFailedError(refusal.operation, refusal.what);
    case 'unloadable':
      return new FaissNotLoadedError(refusal.what);
  }
}
