import type { StoredDocument } from '../../store/index.js';

export type IngestionStage = 'extracting' | 'chunking' | 'embedding' | 'saving';

/** How far a document in work is: pages while extracting, chunks while embedding. */
export interface IngestionProgress {
  stage: IngestionStage;
  done: number;
  total: number;
}

/** Why a job was called off; not an error of the document's. */
export class CalledOff extends Error {
  override name = 'CalledOff';
}

/** One reading of one document: a newer generation of it is another job. */
export class IngestionJob {
  progress: IngestionProgress = { stage: 'extracting', done: 0, total: 0 };
  private readonly controller = new AbortController();

  constructor(readonly document: StoredDocument) {}

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  report(stage: IngestionStage, done: number, total: number): void {
    this.progress = { stage, done, total };
  }

  callOff(reason: string): void {
    if (!this.signal.aborted) this.controller.abort(new CalledOff(`Document ${this.document.id}: ${reason}`));
  }

  /** What `work` comes to, or CalledOff as soon as the job is; then nobody waits for `work` any more. */
  async unlessCalledOff<T>(work: Promise<T>): Promise<T> {
    this.signal.throwIfAborted();
    let stopWaiting = (): void => undefined;
    const calledOff = new Promise<never>((_resolve, reject) => {
      const onAbort = (): void => reject(this.signal.reason as CalledOff);
      this.signal.addEventListener('abort', onAbort, { once: true });
      stopWaiting = () => this.signal.removeEventListener('abort', onAbort);
    });
    // Whichever comes second is heard by nobody.
    work.catch(() => undefined);
    try {
      return await Promise.race([work, calledOff]);
    } finally {
      stopWaiting();
    }
  }
}
