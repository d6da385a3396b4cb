import { Injectable } from '@nestjs/common';
import type { Sql } from '../../platform/index.js';
import type { StoredChunk, StoredContents, StoredDocument } from '../../store/index.js';
import { DocumentRowsRepository, StoredRowsRepository, type StoredRange, type StoredRow } from '../../vector-metadata/index.js';

/** Rows that are read together: large enough that a statement costs little, small enough to hold twice in memory. */
const ROWS_READ_MAX = 2_000;
const LENGTH_TOLERANCE = 1e-3;

/** Documents with chunks and vectors, read back from PostgreSQL's rows. */
@Injectable()
export class DatabaseContents {
  constructor(
    private readonly rows: StoredRowsRepository,
    private readonly documents: DocumentRowsRepository,
  ) {}

  /**
   * Those of the documents that are whole, in the order given. While one batch is in work the next is read.
   * @param ranges by lowest vector id
   * @param onDamaged called for each of the others: rows are missing, set aside, or other than the engine wrote them
   */
  async *read(sql: Sql, ranges: readonly StoredRange[], onDamaged: (documentId: number) => void): AsyncGenerator<StoredContents> {
    for (const { documentId, whole } of ranges) if (!whole) onDamaged(documentId);
    let next: Promise<Batch> | undefined;
    for (const batch of batchesOf(ranges.filter(({ whole }) => whole))) {
      const read = this.readBatch(sql, batch);
      read.catch(() => undefined); // it is awaited after the batch before it, which may fail first
      if (next) yield* this.contentsOf(await next, onDamaged);
      next = read;
    }
    if (next) yield* this.contentsOf(await next, onDamaged);
  }

  private async readBatch(sql: Sql, ranges: readonly StoredRange[]): Promise<Batch> {
    const documents = await this.documents.find(
      sql,
      ranges.map(({ documentId }) => documentId),
    );
    const rows = new Map<number, StoredRow[]>(ranges.map(({ documentId }) => [documentId, []]));
    const filled = ranges.filter(({ first }) => first !== null);
    const [start, end] = [filled[0]?.first ?? 0, Math.max(-1, ...filled.map(({ first, rows }) => first! + rows - 1))];
    for (let first = start; first <= end; first += ROWS_READ_MAX) {
      for (const row of await this.rows.rows(sql, first, Math.min(end, first + ROWS_READ_MAX - 1))) rows.get(row.documentId)?.push(row);
    }
    return { ranges, documents: new Map(documents.map((document) => [document.id, document as StoredDocument])), rows };
  }

  private *contentsOf({ ranges, documents, rows }: Batch, onDamaged: (documentId: number) => void): Generator<StoredContents> {
    for (const { documentId } of ranges) {
      const contents = contentsFrom(documents.get(documentId), rows.get(documentId)!);
      if (contents) yield contents;
      else onDamaged(documentId);
    }
  }
}

interface Batch {
  ranges: readonly StoredRange[];
  documents: ReadonlyMap<number, StoredDocument>;
  rows: ReadonlyMap<number, StoredRow[]>;
}

function* batchesOf(ranges: readonly StoredRange[]): Generator<StoredRange[]> {
  let batch: StoredRange[] = [];
  let rows = 0;
  for (const range of ranges) {
    batch.push(range);
    rows += Math.max(1, range.rows);
    if (rows < ROWS_READ_MAX) continue;
    yield batch;
    [batch, rows] = [[], 0];
  }
  if (batch.length > 0) yield batch;
}

/** Null when the rows changed since they were counted, or hold what the engine never wrote. */
function contentsFrom(document: StoredDocument | undefined, rows: readonly StoredRow[]): StoredContents | null {
  if (!document || rows.length !== document.chunkCount) return null;
  const dimension = (rows[0]?.embedding.length ?? 0) / Float32Array.BYTES_PER_ELEMENT;
  const vectors = new Float32Array(rows.length * dimension);
  const chunks: StoredChunk[] = [];
  for (const [place, row] of rows.entries()) {
    const { embedding, chunkLength, ...chunk } = row;
    if (embedding.length !== dimension * Float32Array.BYTES_PER_ELEMENT || chunk.text.length !== chunkLength) return null;
    const vector = vectors.subarray(place * dimension, (place + 1) * dimension);
    Buffer.from(vectors.buffer, vector.byteOffset, vector.byteLength).set(embedding);
    if (!hasUnitLength(vector)) return null;
    chunks.push(chunk);
  }
  return { document, chunks, vectors };
}

/** NaN has none either. */
function hasUnitLength(vector: Float32Array): boolean {
  let squares = 0;
  for (const value of vector) squares += value * value;
  return Math.abs(Math.sqrt(squares) - 1) <= LENGTH_TOLERANCE;
}
