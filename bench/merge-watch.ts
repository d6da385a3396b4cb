import { setTimeout as pause } from 'node:timers/promises';
import { IndexBuilder, type BuiltIndex, type IndexJob } from '../src/faiss-index/index.js';
import type { VectorStore } from '../src/store/index.js';

const lookMs = 100;
/** What is built is read by FAISS and switched in within so long. */
const switchMsMax = 120_000;
/** Between one merge and the next. */
const restMs = 1_500;

/** An index builder that tells when nothing is built any more. */
export class MergeWatch extends IndexBuilder {
  private building = 0;
  private builtCount = 0;
  private finishedAt = 0;
  private segmentsBefore = '';
  private store: VectorStore | undefined;

  constructor(private readonly builder: IndexBuilder) {
    super();
  }

  /** Indexes that were built. */
  get count(): number {
    return this.builtCount;
  }

  async build(job: IndexJob, signal?: AbortSignal): Promise<BuiltIndex> {
    this.building++;
    this.segmentsBefore = this.store ? segmentNames(this.store) : '';
    try {
      return await this.builder.build(job, signal);
    } finally {
      this.building--;
      this.builtCount++;
      this.finishedAt = Date.now();
    }
  }

  close(): Promise<void> {
    return this.builder.close();
  }

  /** Resolves when no merge goes on and none has begun for a moment. */
  async done(store: VectorStore): Promise<void> {
    this.store = store;
    let names = segmentNames(store);
    let quietSince = Date.now();
    for (;;) {
      await pause(lookMs);
      const now = segmentNames(store);
      const isSwitching = now === this.segmentsBefore && Date.now() - this.finishedAt < switchMsMax;
      if (this.building > 0 || isSwitching || now !== names) quietSince = Date.now();
      names = now;
      if (Date.now() - quietSince >= restMs) return;
    }
  }
}

const segmentNames = (store: VectorStore): string =>
  store
    .statistics()
    .segments.map(({ name }) => name)
    .join();
