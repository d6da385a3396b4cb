import { Injectable } from '@nestjs/common';
import { Database, type Sql } from '../platform/index.js';
import { DocumentNotFoundError, VectorStore, type JournalRecord, type StoredChunk, type StoredDocument } from '../store/index.js';
import { chunkDigest, ChunkRowsRepository, DocumentRowsRepository, type ChunkPrint, type DocumentRow } from '../vector-metadata/index.js';
import { canonicalJson } from './canonical-json.js';
import { documentIdOf } from './net-change.js';

const RECORDS_READ = { recordsMax: 1_000, bytesMax: 16 * 1024 * 1024 };
const FLOAT_BYTES = 4;

/** How one document's rows differ from the engine. Empty lists and `rowDiffers` false: they are equal. */
export interface DocumentDifference {
  documentId: number;
  /** As the engine holds it; undefined when it knows no such document. */
  document: StoredDocument | undefined;
  /** The row of `documents` is missing, besides, or other than the engine's. */
  rowDiffers: boolean;
  /** Chunks that only the engine has. */
  missing: StoredChunk[];
  /** Ids of rows that only PostgreSQL has. */
  orphaned: number[];
  /** Chunks that both have, unequal in text, place or vector. */
  differing: StoredChunk[];
  /** Rows that are right. */
  equal: number;
}

/**
 * Compares documents as PostgreSQL has them at its watermark with the engine. A document that was changed after the
 * watermark is left out: that is lag, not difference. The watermark must not move meanwhile (PostgresSync.atWatermark).
 */
@Injectable()
export class DocumentComparison {
  constructor(
    private readonly store: VectorStore,
    private readonly database: Database,
    private readonly documents: DocumentRowsRepository,
    private readonly chunks: ChunkRowsRepository,
  ) {}

  async compare(documentIds: readonly number[], appliedSequence: number, sql: Sql = this.database): Promise<DocumentDifference[]> {
    const rows = new Map((await this.documents.find(sql, documentIds)).map((row) => [row.id, row]));
    const prints = new Map<number, ChunkPrint[]>(documentIds.map((id) => [id, []]));
    for (const print of await this.chunks.prints(sql, documentIds)) prints.get(print.documentId!)?.push(print);
    const differences: DocumentDifference[] = [];
    for (const id of documentIds) {
      const engine = await this.readEngine(id);
      differences.push(this.difference(id, engine, rows.get(id), prints.get(id)!));
    }
    // Read last: it then covers every change that the engine's answers above can have seen.
    const changed = await this.changedAfter(appliedSequence);
    return differences.filter(({ documentId }) => !changed.has(documentId));
  }

  private async readEngine(id: number): Promise<{ document?: StoredDocument; chunks: StoredChunk[] }> {
    const document = this.store.findDocument(id);
    if (!document) return { chunks: [] };
    try {
      return { document, chunks: await this.store.readChunks(id) };
    } catch (error) {
      if (error instanceof DocumentNotFoundError) return { chunks: [] };
      throw error;
    }
  }

  private difference(
    documentId: number,
    engine: { document?: StoredDocument; chunks: StoredChunk[] },
    row: DocumentRow | undefined,
    prints: ChunkPrint[],
  ): DocumentDifference {
    const byId = new Map(prints.map((print) => [print.vectorId, print]));
    const missing: StoredChunk[] = [];
    const differing: StoredChunk[] = [];
    for (const chunk of engine.chunks) {
      const print = byId.get(chunk.vectorId);
      byId.delete(chunk.vectorId);
      if (!print) missing.push(chunk);
      else if (!this.equal(chunk, print)) differing.push(chunk);
    }
    return {
      documentId,
      document: engine.document,
      rowDiffers: canonicalJson(engine.document) !== canonicalJson(row),
      missing,
      orphaned: [...byId.keys()],
      differing,
      equal: engine.chunks.length - missing.length - differing.length,
    };
  }

  private equal(chunk: StoredChunk, print: ChunkPrint): boolean {
    return (
      print.embeddingBytes === this.store.dimension * FLOAT_BYTES &&
      print.digest === chunkDigest({ ...chunk, embeddingModel: this.store.embeddingModel })
    );
  }

  private async changedAfter(sequence: number): Promise<Set<number>> {
    const changed = new Set<number>();
    for (let after = sequence; after < this.store.lastSequence;) {
      const records: JournalRecord[] = await this.store.readRecords(after, RECORDS_READ);
      for (const record of records) changed.add(documentIdOf(record));
      after = records.at(-1)?.sequence ?? this.store.lastSequence;
    }
    return changed;
  }
}
