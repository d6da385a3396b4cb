import { Injectable, Logger } from '@nestjs/common';
import type { Database } from '../../platform/index.js';
import type { StoredContents, StoredDocument } from '../../store/index.js';
import {
  ChunkRowsRepository,
  DocumentRowsRepository,
  StoredRowsRepository,
  SyncStateRepository,
  type RowSummary,
} from '../../vector-metadata/index.js';
import { chunksLost } from './rebuild.errors.js';

/** Whether a document's original is in `files/`, whole. */
export abstract class OriginalsAtHand {
  abstract has(sha256: string, sizeBytes: number): Promise<boolean>;
}

/**
 * Documents whose rows are not all there as the engine wrote them: they are never served half. They come back without
 * vectors, queued to be read again from their original; without one they are marked as failed. The database is told the
 * same, so that both stores agree: done twice it comes to the same.
 */
@Injectable()
export class DamagedDocuments {
  private readonly logger = new Logger('StoreRecovery');

  constructor(
    private readonly rows: StoredRowsRepository,
    private readonly documents: DocumentRowsRepository,
    private readonly chunks: ChunkRowsRepository,
    private readonly states: SyncStateRepository,
    private readonly originals: OriginalsAtHand,
  ) {}

  async settle(database: Database, summaries: readonly RowSummary[]): Promise<StoredContents[]> {
    const rowsOf = new Map(summaries.map(({ documentId, rows }) => [documentId, rows]));
    const settled: StoredDocument[] = [];
    for (const row of await this.rows.documents(database, [...rowsOf.keys()]))
      settled.push(await this.settled(row as StoredDocument, rowsOf.get(row.id)!));
    const setAside = (await this.states.setAsides(database)).map(({ documentId }) => documentId);
    const unknown = [...new Set(setAside)].filter((id) => !rowsOf.has(id));
    await database.transaction(async (sql) => {
      // a failed document's rows are the last copy of its text
      const ids = settled.filter(({ error }) => error === null).map(({ id }) => id);
      await this.chunks.deleteOf(sql, ids);
      await this.documents.upsert(sql, settled);
      await this.states.clearSetAside(sql, setAside);
    });
    if (unknown.length > 0)
      this.logger.error(
        `PostgreSQL had refused everything of documents ${unknown.join(', ')}: they are lost. Originals are in files/unclaimed.`,
      );
    return settled.map((document) => ({ document, chunks: [], vectors: new Float32Array() }));
  }

  private async settled(document: StoredDocument, rows: number): Promise<StoredDocument> {
    const empty = { ...document, error: null, chunkCount: 0, warnings: [], indexedAt: null };
    const name = `Document ${document.id} (${document.filename})`;
    if (document.status === 'unindexed') return empty;
    if (await this.originals.has(document.sha256, document.sizeBytes)) {
      this.logger.error(`${name} is not whole in PostgreSQL (${rows} rows of ${document.chunkCount}): it is read again from its original.`);
      return { ...empty, status: 'queued', textGeneration: null };
    }
    const error = document.error?.code === 'CHUNKS_LOST' ? document.error : chunksLost(rows, document.chunkCount);
    this.logger.error(`${name}: ${error.detail}`);
    return { ...empty, status: 'failed', error };
  }
}
