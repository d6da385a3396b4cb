import { Injectable } from '@nestjs/common';
import type { Sql } from '../../platform/index.js';
import { rowWithoutUnitLength, type StoredContents, type StoredDocument } from '../../store/index.js';
import { RowsIncompleteError, StoredRowsRepository, type RowContents, type RowSummary } from '../../vector-metadata/index.js';
import { batchesOf } from '../document-batches.js';

/** Rows that are read together: large enough that a statement costs little, small enough to hold twice in memory. */
const BATCH = { rowsMax: 1_000, documentsMax: 1_000 };

/** Documents with chunks and vectors, read back from PostgreSQL's rows. */
@Injectable()
export class DatabaseContents {
  constructor(private readonly rows: StoredRowsRepository) {}

  /**
   * Those of the documents that are whole, in the order given. While one batch is in work the next is read.
   * @param onDamaged called for each of the others: rows are missing, set aside, or other than the engine wrote them
   */
  async *read(sql: Sql, summaries: readonly RowSummary[], onDamaged: (documentId: number) => void): AsyncGenerator<StoredContents> {
    for (const { documentId, whole } of summaries) if (!whole) onDamaged(documentId);
    const whole = summaries.filter((summary) => summary.whole);
    let next: Promise<StoredContents[]> | undefined;
    for (const batch of batchesOf(whole, ({ rows }) => rows, BATCH)) {
      const ids = batch.map(({ documentId }) => documentId);
      const read = this.readBatch(sql, ids, onDamaged);
      read.catch(() => undefined); // it is awaited after the batch before it, which may fail first
      if (next) yield* await next;
      next = read;
    }
    if (next) yield* await next;
  }

  private async readBatch(sql: Sql, ids: readonly number[], onDamaged: (documentId: number) => void): Promise<StoredContents[]> {
    const found = new Map<number, StoredContents>();
    for (const contents of await this.rowsOf(sql, ids)) {
      const sound = soundContents(contents);
      if (sound) found.set(contents.document.id, sound);
    }
    return ids.flatMap((id) => found.get(id) ?? (onDamaged(id), []));
  }

  /** One document that is not whole after all does not hide the others. */
  private async rowsOf(sql: Sql, ids: readonly number[]): Promise<RowContents[]> {
    try {
      return await this.rows.contentsOf(sql, ids);
    } catch (error) {
      if (!(error instanceof RowsIncompleteError)) throw error;
      if (ids.length === 1) return [];
      const each: RowContents[] = [];
      for (const id of ids) each.push(...(await this.rowsOf(sql, [id])));
      return each;
    }
  }
}

/** Null when a vector is none that the engine writes. */
function soundContents({ document, chunks, vectors }: RowContents): StoredContents | null {
  if (rowWithoutUnitLength(vectors, vectors.length / chunks.length) !== undefined) return null;
  return { document: document as StoredDocument, chunks: chunks.map(({ embeddingModel: _, ...chunk }) => chunk), vectors };
}
