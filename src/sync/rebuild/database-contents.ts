import { Injectable } from '@nestjs/common';
import type { Sql } from '../../platform/index.js';
import type { StoredContents, StoredDocument } from '../../store/index.js';
import { RowsIncompleteError, StoredRowsRepository, type RowContents, type RowRange } from '../../vector-metadata/index.js';

/** Rows that are read together: large enough that a statement costs little, small enough to hold twice in memory. */
const ROWS_READ_MAX = 1_000;
const DOCUMENTS_READ_MAX = 1_000;
const LENGTH_TOLERANCE = 1e-3;

/** Documents with chunks and vectors, read back from PostgreSQL's rows. */
@Injectable()
export class DatabaseContents {
  constructor(private readonly rows: StoredRowsRepository) {}

  /**
   * Those of the documents that are whole, in the order given. While one batch is in work the next is read.
   * @param onDamaged called for each of the others: rows are missing, set aside, or other than the engine wrote them
   */
  async *read(sql: Sql, ranges: readonly RowRange[], onDamaged: (documentId: number) => void): AsyncGenerator<StoredContents> {
    for (const { documentId, whole } of ranges) if (!whole) onDamaged(documentId);
    let next: Promise<StoredContents[]> | undefined;
    for (const ids of batchesOf(ranges.filter(({ whole }) => whole))) {
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

function* batchesOf(ranges: readonly RowRange[]): Generator<number[]> {
  let batch: number[] = [];
  let filled = 0;
  for (const { documentId, rows } of ranges) {
    batch.push(documentId);
    filled += rows;
    if (filled < ROWS_READ_MAX && batch.length < DOCUMENTS_READ_MAX) continue;
    yield batch;
    [batch, filled] = [[], 0];
  }
  if (batch.length > 0) yield batch;
}

/** Null when a vector is none that the engine writes. */
function soundContents({ document, chunks, vectors }: RowContents): StoredContents | null {
  const dimension = chunks.length === 0 ? 1 : vectors.length / chunks.length;
  for (let at = 0; at < vectors.length; at += dimension) if (!hasUnitLength(vectors.subarray(at, at + dimension))) return null;
  return { document: document as StoredDocument, chunks: chunks.map(({ embeddingModel: _, ...chunk }) => chunk), vectors };
}

/** NaN has none either. */
function hasUnitLength(vector: Float32Array): boolean {
  let squares = 0;
  for (const value of vector) squares += value * value;
  return Math.abs(Math.sqrt(squares) - 1) <= LENGTH_TOLERANCE;
}
