import { Injectable } from '@nestjs/common';
import { Database } from '../platform/index.js';
import { ChunkRowsRepository, DocumentRowsRepository, SyncStateRepository } from '../vector-metadata/index.js';
import type { DocumentDifference } from './document-comparison.js';
import { JournalApplier } from './journal-applier.js';
import type { VectorsById } from './journalled-vectors.js';
import { chunksAndVectors } from './net-change.js';

/** Writes one document as the engine has it, in one transaction; it is then no longer set aside. */
@Injectable()
export class RepairWriter {
  constructor(
    private readonly database: Database,
    private readonly documents: DocumentRowsRepository,
    private readonly chunks: ChunkRowsRepository,
    private readonly states: SyncStateRepository,
    private readonly applier: JournalApplier,
  ) {}

  /** @param vectors of every missing and differing chunk */
  async write(difference: DocumentDifference, vectors: VectorsById, embeddingModel: string): Promise<void> {
    const { documentId, document, rowDiffers, missing, differing, orphaned } = difference;
    const aside = this.applier.isSetAside(documentId);
    if (!rowDiffers && missing.length + differing.length + orphaned.length === 0 && !aside) return;
    const rows = [...missing, ...differing].map((chunk) => ({ row: { ...chunk, embeddingModel }, vector: vectors.get(chunk.vectorId)! }));
    const { chunks, vectors: floats } = chunksAndVectors(rows);
    await this.database.transaction(async (sql) => {
      await this.chunks.delete(sql, orphaned);
      if (document) await this.documents.upsert(sql, [document]);
      else await this.documents.delete(sql, [documentId]);
      await this.chunks.insert(sql, chunks, floats);
      await this.states.clearSetAside(sql, [documentId]);
    });
    this.applier.noteWhole([documentId]);
  }
}
