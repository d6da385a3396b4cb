import { Injectable, Logger } from '@nestjs/common';
import { VectorStore } from '../store/index.js';
import { DocumentComparison, type DocumentDifference } from './document-comparison.js';
import { isAboutRecord } from './journal-applier.js';
import { JournalledVectors, type VectorsById } from './journalled-vectors.js';
import { PostgresSync } from './postgres-sync.js';
import { RepairWriter } from './repair-writer.js';

/** Vector rows: written, taken away, and right already. */
export interface RowCounts {
  synced: number;
  deleted: number;
  unchanged: number;
}

const COMPARED_DOCUMENTS_MAX = 200;
const COMPARED_ROWS_MAX = 5_000;
const NO_VECTORS: VectorsById = new Map();

/** Brings the rows of documents to the engine's state, each document in one transaction. */
@Injectable()
export class DocumentRepair {
  private readonly logger = new Logger(DocumentRepair.name);

  constructor(
    private readonly store: VectorStore,
    private readonly sync: PostgresSync,
    private readonly comparison: DocumentComparison,
    private readonly vectors: JournalledVectors,
    private readonly writer: RepairWriter,
  ) {}

  /** @param documentIds that the engine or PostgreSQL knows. With `dryRun` nothing is written, and the counts say what would be. */
  async repair(documentIds: Iterable<number>, dryRun: boolean): Promise<RowCounts> {
    const counts: RowCounts = { synced: 0, deleted: 0, unchanged: 0 };
    const wanting = new Set<number>();
    for (const batch of this.batches(documentIds)) {
      await this.sync.atWatermark(async (appliedSequence) => {
        for (const difference of await this.comparison.compare(batch, appliedSequence)) {
          if (!dryRun && difference.missing.length + difference.differing.length > 0) wanting.add(difference.documentId);
          else await this.settle(difference, dryRun ? null : NO_VECTORS, counts);
        }
      });
    }
    // Vectors come out of the journal: one pass over it serves every document that lacks some.
    const lost = await this.vectors.collect(wanting, this.sync.appliedSequence, (id, vectors) => this.repairOne(id, vectors, counts));
    if (lost.size > 0)
      this.logger.warn(`Documents ${[...lost].slice(0, 10).join(', ')} changed during the repair or are not in the journal`);
    return counts;
  }

  private async repairOne(id: number, vectors: VectorsById, counts: RowCounts): Promise<void> {
    await this.sync.atWatermark(async (appliedSequence) => {
      // Compared again, since the document may have changed; it is then left to the journal.
      const [difference] = await this.comparison.compare([id], appliedSequence);
      if (!difference || ![...difference.missing, ...difference.differing].every(({ vectorId }) => vectors.has(vectorId))) return;
      await this.settle(difference, vectors, counts);
    });
  }

  private async settle(difference: DocumentDifference, vectors: VectorsById | null, counts: RowCounts): Promise<void> {
    try {
      if (vectors) await this.writer.write(difference, vectors, this.store.embeddingModel);
    } catch (error) {
      if (!isAboutRecord(error)) throw error;
      this.logger.error(`PostgreSQL refuses document ${difference.documentId}, whose rows stay as they were: ${String(error)}`);
      return;
    }
    counts.synced += difference.missing.length + difference.differing.length;
    counts.deleted += difference.orphaned.length;
    counts.unchanged += difference.equal;
  }

  /** So many documents at a time that their rows fit in memory. */
  private *batches(documentIds: Iterable<number>): Generator<number[]> {
    let batch: number[] = [];
    let rows = 0;
    for (const id of documentIds) {
      batch.push(id);
      rows += this.store.findDocument(id)?.chunkCount ?? 0;
      if (batch.length < COMPARED_DOCUMENTS_MAX && rows < COMPARED_ROWS_MAX) continue;
      yield batch;
      [batch, rows] = [[], 0];
    }
    if (batch.length > 0) yield batch;
  }
}
