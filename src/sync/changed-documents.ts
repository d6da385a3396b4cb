import { Injectable } from '@nestjs/common';
import { EventBus } from '../platform/index.js';
import { DocumentAccepted, DocumentChanged, VectorsDeleted, VectorsSaved, VectorStore, type JournalRecord } from '../store/index.js';
import { documentIdOf } from './net-change.js';

const RECORDS_READ = { recordsMax: 1_000, bytesMax: 16 * 1024 * 1024 };

/**
 * Which documents were changed after a record. What PostgreSQL lacks of them is lag, and no difference. The store's
 * events say so as it happens, so the journal is only read for what came before this process.
 */
@Injectable()
export class ChangedDocuments {
  /** Sequence number of each document's newest record after `knownFrom`, by and large in their order. */
  private readonly newest = new Map<number, number>();
  private knownFrom: number;

  constructor(
    private readonly store: VectorStore,
    events: EventBus,
  ) {
    this.knownFrom = store.lastSequence;
    for (const event of [DocumentAccepted, DocumentChanged, VectorsSaved, VectorsDeleted]) {
      events.on(event, ChangedDocuments.name, ({ documentId, sequence }) => this.note(documentId, sequence));
    }
  }

  /**
   * Says of a document whether it was changed after the record: at the time of asking, so whoever asks after reading the
   * engine knows of every change that the answer can have seen. All were, when the journal no longer reaches back so far.
   */
  async since(sequence: number): Promise<(documentId: number) => boolean> {
    if (sequence < this.store.oldestSequence - 1) return () => true;
    if (sequence < this.knownFrom) await this.readBack(sequence);
    return (documentId) => (this.newest.get(documentId) ?? 0) > sequence;
  }

  /** Nobody will ask about this record or an earlier one, unless the database goes back: then the journal is read. */
  forget(sequence: number): void {
    this.knownFrom = Math.max(this.knownFrom, sequence);
    for (const [documentId, newest] of this.newest) {
      if (newest > sequence) return;
      this.newest.delete(documentId);
    }
  }

  private note(documentId: number, sequence: number): void {
    this.newest.delete(documentId);
    this.newest.set(documentId, sequence);
  }

  private async readBack(sequence: number): Promise<void> {
    for (let after = sequence; after < this.knownFrom;) {
      const records: JournalRecord[] = await this.store.readRecords(after, RECORDS_READ);
      for (const record of records) {
        const documentId = documentIdOf(record);
        if ((this.newest.get(documentId) ?? 0) < record.sequence) this.newest.set(documentId, record.sequence);
      }
      after = records.at(-1)?.sequence ?? this.knownFrom;
    }
    this.knownFrom = Math.min(this.knownFrom, sequence);
  }
}
