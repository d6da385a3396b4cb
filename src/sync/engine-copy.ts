import { Injectable } from '@nestjs/common';
import { VectorStore } from '../store/index.js';
import type { SyncState } from '../vector-metadata/index.js';
import { DocumentComparison, type DocumentDifference } from './document-comparison.js';
import { allScopes } from './document-scopes.js';
import { isAboutRecord, JournalApplier } from './journal-applier.js';
import { RepairWriter } from './repair-writer.js';

export interface CopyProgress {
  /** Documents of the engine that were compared. */
  done: number;
  total: number;
}

/**
 * Brings PostgreSQL up to date without the journal, where that no longer reaches back to the watermark: every document is
 * compared and copied as the engine holds it now. The watermark moves last, to the record at which this began. What
 * changed meanwhile is applied from the journal again: every record is whole, so nothing is wrong by being ahead of it.
 * When it is interrupted it begins anew, and finds what was copied equal.
 */
@Injectable()
export class EngineCopy {
  private current: CopyProgress | undefined;

  constructor(
    private readonly store: VectorStore,
    private readonly comparison: DocumentComparison,
    private readonly writer: RepairWriter,
    private readonly applier: JournalApplier,
  ) {}

  /** Undefined while nothing is copied. */
  get progress(): CopyProgress | undefined {
    return this.current;
  }

  /**
   * @param onBatch is told how many rows were written since it was last told
   * @returns the new watermark. Rejects when PostgreSQL is away, and as soon as `signal` says so.
   */
  async run(from: SyncState, signal: AbortSignal, onBatch: (rows: number, progress: CopyProgress) => void): Promise<SyncState> {
    const sequence = this.store.lastSequence;
    const chain = await this.store.chainAt(sequence);
    if (chain === null) throw new Error(`the journal does not know its own last record ${sequence}`);
    const progress = { done: 0, total: [...this.store.documents()].length };
    const refused: number[] = [];
    this.current = progress;
    try {
      for (const scope of allScopes(this.store)) {
        signal.throwIfAborted();
        const nothingIsLag = { appliedSequence: null, suspected: (id: number) => this.applier.isSetAside(id) };
        const { differences } = await this.comparison.compare(scope, nothingIsLag);
        if (differences.length > 0) await this.write(differences, refused);
        progress.done = Math.min(progress.total, progress.done + scope.ids.length);
        onBatch(
          differences.reduce((rows, { missing, differing }) => rows + missing.length + differing.length, 0),
          progress,
        );
      }
      await this.writer.deleteUnowned();
      await this.writer.keepIdsAhead(this.store.idMarks);
      return await this.applier.moveAfterCopy(from, { sequence, chain }, refused);
    } finally {
      this.current = undefined;
    }
  }

  /** Together, or in halves until the one that PostgreSQL refuses is found and set aside. */
  private async write(differences: readonly DocumentDifference[], refused: number[]): Promise<void> {
    try {
      await this.writer.write(differences, this.store.embeddingModel);
    } catch (error) {
      if (!isAboutRecord(error)) throw error;
      if (differences.length === 1) {
        const [{ documentId, contents }] = differences;
        refused.push(documentId);
        return this.applier.setDocumentAside(documentId, contents?.document.generation, error);
      }
      const middle = differences.length >> 1;
      await this.write(differences.slice(0, middle), refused);
      await this.write(differences.slice(middle), refused);
    }
  }
}
