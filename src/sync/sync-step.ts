import { Injectable } from '@nestjs/common';
import { VectorStore } from '../store/index.js';
import type { SyncState } from '../vector-metadata/index.js';
import { EngineCopy } from './engine-copy.js';
import { JournalApplier } from './journal-applier.js';

/** A transaction's worth: large enough that its commit costs little, small enough to hold in memory. */
const BATCH = { recordsMax: 1_000, bytesMax: 4 * 1024 * 1024 };

export interface SyncProgress {
  /** Records that were applied together; of a comparison with the engine, documents. */
  records: number;
  /** Vector rows that they wrote. */
  rows: number;
  /** Records or documents still to come. */
  lag: number;
}

/** The two ways in which PostgreSQL gets on: records of the journal, or a comparison with the engine. */
@Injectable()
export class SyncStep {
  constructor(
    private readonly store: VectorStore,
    private readonly applier: JournalApplier,
    private readonly copy: EngineCopy,
  ) {}

  async applyRecords(from: SyncState): Promise<{ state: SyncState; progress: SyncProgress }> {
    const records = await this.store.readRecords(from.appliedSequence, BATCH);
    if (records.length === 0) throw new Error(`the journal gave no record after ${from.appliedSequence}`);
    const rowsBefore = this.applier.rows.written;
    const state = await this.applier.apply(records, from);
    const rows = this.applier.rows.written - rowsBefore;
    return { state, progress: { records: records.length, rows, lag: this.store.lastSequence - state.appliedSequence } };
  }

  copyFromEngine(from: SyncState, signal: AbortSignal, onProgress: (progress: SyncProgress) => void): Promise<SyncState> {
    let before = 0;
    return this.copy.run(from, signal, (rows, { done, total }) => {
      if (done > before) onProgress({ records: done - before, rows, lag: total - done });
      before = done;
    });
  }
}
