import { Injectable } from '@nestjs/common';
import type { Sql } from '../platform/index.js';
import type { ChunkRow } from './chunk-row.js';
import { DOCUMENT_COLUMN_NAMES, documentOf, type StoredDocumentRow } from './document-columns.js';
import type { DocumentRow } from './document-row.js';
import { RowsIncompleteError } from './vector-metadata.errors.js';

/** A document as PostgreSQL holds it, whole. */
export interface RowContents {
  document: DocumentRow;
  /** In chunk order; empty for a document without chunks. */
  chunks: ChunkRow[];
  /** chunks.length × dimension floats, in the chunks' order. */
  vectors: Float32Array;
}

const FLOAT_BYTES = 4;

/** The document's own columns come with its first chunk alone, or without one. One statement, so all of it is of one moment. */
const CONTENTS = `
  SELECT o.id AS "ofDocument", ${DOCUMENT_COLUMN_NAMES.map((name) => `d.${name}`).join(', ')},
         v.id AS "vectorId", v.chunk_index AS "chunkIndex", v.text, v.faiss_index AS "faissIndex", v.embedding_model AS "embeddingModel",
         v.created_at AS "chunkCreatedAt", v.page_start AS "pageStart", v.page_end AS "pageEnd", v.char_start AS "charStart",
         v.char_end AS "charEnd", v.heading_path AS "headingPath", e.embedding
    FROM documents o
    LEFT JOIN vector_metadata v ON v.document_id = o.id
    LEFT JOIN vector_embeddings e ON e.vector_id = v.id
    LEFT JOIN documents d ON d.id = o.id AND coalesce(v.chunk_index, 0) = 0
   WHERE o.id = ANY($1::int[])
   ORDER BY o.id, v.chunk_index`;

type ContentsRow = StoredDocumentRow & {
  ofDocument: number;
  /** Null: the document has no chunk. */
  vectorId: number | null;
  chunkIndex: number;
  text: string;
  faissIndex: number;
  embeddingModel: string;
  chunkCreatedAt: Date | null;
  pageStart: number;
  pageEnd: number;
  charStart: number;
  charEnd: number;
  headingPath: string[];
  embedding: Buffer | null;
};

/**
 * Reads documents back with their chunks and vectors: what a store is made from again; and empties the tables for another
 * store. Needs nothing but statements to run, so it also serves before the application is up.
 */
@Injectable()
export class StoredRowsRepository {
  async counts(sql: Sql): Promise<{ documents: number; vectors: number }> {
    const [counts] = await sql.query<{ documents: number; vectors: number }>(
      `SELECT (SELECT count(*) FROM documents)::int AS documents,
              (SELECT count(*) FROM vector_metadata WHERE document_id IS NOT NULL)::int AS vectors`,
    );
    return counts;
  }

  /** The documents that are there, in the order of `ids`, each of one moment. Rejects with RowsIncompleteError. */
  async contentsOf(sql: Sql, ids: readonly number[]): Promise<RowContents[]> {
    const rows = await sql.query<ContentsRow>(CONTENTS, [ids]);
    const byDocument = new Map<number, ContentsRow[]>();
    for (const row of rows) {
      const there = byDocument.get(row.ofDocument);
      if (there) there.push(row);
      else byDocument.set(row.ofDocument, [row]);
    }
    return ids.flatMap((id) => contentsFrom(id, byDocument.get(id) ?? []));
  }

  /** The documents alone, whatever became of their chunks; by id. A time that is none is the beginning of all. */
  async documents(sql: Sql, ids: readonly number[]): Promise<DocumentRow[]> {
    const rows = await sql.query<StoredDocumentRow>(
      `SELECT ${DOCUMENT_COLUMN_NAMES.join(', ')} FROM documents WHERE id = ANY($1::int[]) ORDER BY id`,
      [ids],
    );
    const timeOf = (value: unknown): Date => (isTime(value) ? value : new Date(0));
    return rows.map((row) =>
      documentOf({
        ...row,
        created_at: timeOf(row.created_at),
        updated_at: timeOf(row.updated_at),
        indexed_at: row.indexed_at && timeOf(row.indexed_at),
      }),
    );
  }

  /** Empties every table that belongs to one store: the next that comes fills them again. Ids stay given. */
  async removeAll(sql: Sql): Promise<void> {
    await sql.execute('TRUNCATE documents, vector_metadata, vector_embeddings, sync_state, sync_set_aside');
  }
}

function contentsFrom(id: number, rows: readonly ContentsRow[]): RowContents[] {
  if (rows.length === 0) return [];
  if ((rows[0].id as number | null) === null) throw new RowsIncompleteError(id, 'its chunk 0 is missing');
  const { created_at, updated_at, indexed_at } = rows[0];
  if (![created_at, updated_at, indexed_at ?? created_at].every(isTime)) throw new RowsIncompleteError(id, 'one of its times is infinite');
  const document = documentOf(rows[0]);
  const chunks = rows.filter(({ vectorId }) => vectorId !== null).map(chunkOf);
  if (chunks.length !== document.chunkCount) {
    throw new RowsIncompleteError(id, `it has ${chunks.length} chunks, and its own row says ${document.chunkCount}`);
  }
  return [{ document, chunks, vectors: chunks.length > 0 ? vectorsOf(id, rows) : new Float32Array(0) }];
}

function chunkOf(row: ContentsRow, place: number): ChunkRow {
  const { ofDocument: documentId, chunkIndex, text, embeddingModel, pageStart, pageEnd, charStart, charEnd, headingPath } = row;
  const vectorId = row.vectorId!;
  if (chunkIndex !== place) throw new RowsIncompleteError(documentId, `its chunk ${place} is missing or there twice`);
  if (row.faissIndex !== vectorId) throw new RowsIncompleteError(documentId, `the row ${vectorId} has the faiss_index ${row.faissIndex}`);
  const values: unknown[] = [embeddingModel, pageStart, pageEnd, charStart, charEnd];
  if (values.includes(null) || !isTime(row.chunkCreatedAt)) throw new RowsIncompleteError(documentId, `its row ${vectorId} lacks a value`);
  const createdAt = row.chunkCreatedAt.toISOString();
  return { vectorId, documentId, chunkIndex, text, embeddingModel, pageStart, pageEnd, charStart, charEnd, headingPath, createdAt };
}

/** SQL knows infinite times too, which come as numbers. */
function isTime(value: unknown): value is Date {
  return value instanceof Date;
}

function vectorsOf(id: number, rows: readonly ContentsRow[]): Float32Array {
  const bytes = rows[0].embedding?.length ?? 0;
  const vectors = new Float32Array((rows.length * bytes) / FLOAT_BYTES);
  const target = new Uint8Array(vectors.buffer);
  rows.forEach(({ embedding, vectorId }, place) => {
    if (embedding === null || embedding.length === 0) throw new RowsIncompleteError(id, `the vector ${vectorId} is missing`);
    if (embedding.length !== bytes || bytes % FLOAT_BYTES !== 0) {
      throw new RowsIncompleteError(id, `the vector ${vectorId} has ${embedding.length} bytes`);
    }
    target.set(embedding, place * bytes);
  });
  return vectors;
}
