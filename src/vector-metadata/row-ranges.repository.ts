import { Injectable } from '@nestjs/common';
import type { Sql } from '../platform/index.js';
import { DOCUMENT_COLUMN_NAMES, documentOf, type StoredDocumentRow } from './document-columns.js';
import type { DocumentRow } from './document-row.js';

/** Whose vectors the rows hold. */
export interface RowModel {
  embeddingModel: string;
  dimension: number;
}

/** A document's rows, in little. */
export interface RowRange {
  documentId: number;
  rows: number;
  /** As many rows as the document says, each with all that the engine had written, none set aside. */
  whole: boolean;
}

const FLOAT_BYTES = 4;

const RANGES = `
  SELECT d.id AS "documentId", coalesce(r.rows, 0) AS rows,
         d.chunk_count = coalesce(r.rows, 0) AND coalesce(r.sound, true)
           AND NOT EXISTS (SELECT FROM sync_set_aside a WHERE a.document_id = d.id) AS whole
    FROM documents d
    LEFT JOIN (
      SELECT v.document_id, min(v.id) AS first, count(*)::int AS rows,
             min(v.id - v.chunk_index) = min(v.id) AND max(v.id - v.chunk_index) = min(v.id)
               AND bool_and(v.faiss_index = v.id)
               AND bool_and(coalesce(v.embedding_model = $1, false))
               AND bool_and(coalesce(octet_length(e.embedding) = $2::int, false))
               AND bool_and(CASE WHEN octet_length(v.text) = char_length(v.text) THEN v.chunk_length = char_length(v.text)
                                 ELSE v.chunk_length BETWEEN char_length(v.text) AND 2 * char_length(v.text) END)
               AND bool_and(num_nulls(v.chunk_length, v.created_at, v.page_start, v.page_end, v.char_start, v.char_end) = 0) AS sound
        FROM vector_metadata v LEFT JOIN vector_embeddings e ON e.vector_id = v.id
       WHERE $3::int[] IS NULL OR v.document_id = ANY($3)
       GROUP BY v.document_id
    ) r ON r.document_id = d.id
   WHERE $3::int[] IS NULL OR d.id = ANY($3)
   ORDER BY r.first NULLS LAST, d.id`;

/** Which documents the rows hold whole, for a store that is made again from them; and how rows are taken away for good. */
@Injectable()
export class RowRangesRepository {
  /** What most vectors are of; undefined when there are none. */
  async model(sql: Sql): Promise<RowModel | undefined> {
    const [row] = await sql.query<{ embeddingModel: string; bytes: number }>(
      `SELECT v.embedding_model AS "embeddingModel", octet_length(e.embedding) AS bytes
         FROM vector_metadata v JOIN vector_embeddings e ON e.vector_id = v.id
        WHERE v.embedding_model IS NOT NULL
        GROUP BY 1, 2 ORDER BY count(*) DESC LIMIT 1`,
    );
    return row && { embeddingModel: row.embeddingModel, dimension: row.bytes / FLOAT_BYTES };
  }

  /** By lowest vector id; documents without rows last. @param documentIds all documents when absent */
  async ranges(sql: Sql, model: RowModel, documentIds?: readonly number[]): Promise<RowRange[]> {
    return sql.query<RowRange>(RANGES, [model.embeddingModel, model.dimension * FLOAT_BYTES, documentIds ?? null]);
  }

  /** The documents alone, whatever became of their chunks; by id. A time that is none is the beginning of all. */
  async documents(sql: Sql, ids: readonly number[]): Promise<DocumentRow[]> {
    const rows = await sql.query<StoredDocumentRow>(
      `SELECT ${DOCUMENT_COLUMN_NAMES.join(', ')} FROM documents WHERE id = ANY($1::int[]) ORDER BY id`,
      [ids],
    );
    const timeOf = (value: unknown): Date => (value instanceof Date ? value : new Date(0));
    return rows.map((row) =>
      documentOf({
        ...row,
        created_at: timeOf(row.created_at),
        updated_at: timeOf(row.updated_at),
        indexed_at: row.indexed_at && timeOf(row.indexed_at),
      }),
    );
  }

  /** Takes the rows of these documents away, and leaves the documents. */
  async removeOf(sql: Sql, documentIds: readonly number[]): Promise<number> {
    return sql.execute('DELETE FROM vector_metadata WHERE document_id = ANY($1::int[])', [documentIds]);
  }

  /** Empties every table that belongs to one store: the next that comes fills them again. Ids stay given. */
  async removeAll(sql: Sql): Promise<void> {
    await sql.execute('TRUNCATE documents, vector_metadata, vector_embeddings, sync_state, sync_set_aside');
  }
}
