import { Injectable } from '@nestjs/common';
import type { Sql } from '../platform/index.js';

/** Whose vectors the rows hold. */
export interface StoredModel {
  embeddingModel: string;
  /** Of one vector. */
  vectorBytes: number;
}

/** A document's rows, in little. */
export interface StoredRange {
  documentId: number;
  /** The lowest vector id; null when there are no rows. */
  first: number | null;
  rows: number;
  /** As many rows as the document says, each with all that the engine had written, none set aside. */
  whole: boolean;
}

/** A chunk's row with its vector, of a document whose rows are whole. */
export interface StoredRow {
  vectorId: number;
  documentId: number;
  chunkIndex: number;
  text: string;
  chunkLength: number;
  pageStart: number;
  pageEnd: number;
  charStart: number;
  charEnd: number;
  /** ISO 8601 in UTC. */
  createdAt: string;
  headingPath: string[];
  /** Little-endian float32. */
  embedding: Buffer;
}

const RANGES = `
  SELECT d.id AS "documentId", r.first, coalesce(r.rows, 0) AS rows,
         d.chunk_count = coalesce(r.rows, 0) AND coalesce(r.sound, true)
           AND NOT EXISTS (SELECT FROM sync_set_aside a WHERE a.document_id = d.id) AS whole
    FROM documents d
    LEFT JOIN (
      SELECT v.document_id, min(v.id) AS first, count(*)::int AS rows,
             min(v.id - v.chunk_index) = min(v.id) AND max(v.id - v.chunk_index) = min(v.id)
               AND bool_and(v.faiss_index = v.id)
               AND bool_and(coalesce(v.embedding_model = $1, false))
               AND bool_and(coalesce(octet_length(e.embedding) = $2::int, false))
               AND bool_and(num_nulls(v.chunk_length, v.created_at, v.page_start, v.page_end, v.char_start, v.char_end) = 0) AS sound
        FROM vector_metadata v LEFT JOIN vector_embeddings e ON e.vector_id = v.id
       WHERE $3::int[] IS NULL OR v.document_id = ANY($3)
       GROUP BY v.document_id
    ) r ON r.document_id = d.id
   WHERE $3::int[] IS NULL OR d.id = ANY($3)
   ORDER BY r.first NULLS LAST, d.id`;

const ROWS = `
  SELECT v.id AS "vectorId", v.document_id AS "documentId", v.chunk_index AS "chunkIndex", v.text, v.chunk_length AS "chunkLength",
         v.page_start AS "pageStart", v.page_end AS "pageEnd", v.char_start AS "charStart", v.char_end AS "charEnd",
         v.created_at AS "createdAt", e.embedding
    FROM vector_metadata v JOIN vector_embeddings e ON e.vector_id = v.id
   WHERE v.id BETWEEN $1::int AND $2::int
   ORDER BY v.id`;

/** Reads the tables back whole, for a store that is made again from them. */
@Injectable()
export class StoredRowsRepository {
  /** What most vectors are of; undefined when there are none. */
  async model(sql: Sql): Promise<StoredModel | undefined> {
    const [row] = await sql.query<StoredModel>(
      `SELECT v.embedding_model AS "embeddingModel", octet_length(e.embedding) AS "vectorBytes"
         FROM vector_metadata v JOIN vector_embeddings e ON e.vector_id = v.id
        WHERE v.embedding_model IS NOT NULL
        GROUP BY 1, 2 ORDER BY count(*) DESC LIMIT 1`,
    );
    return row;
  }

  /** The highest ids that the tables know to have been given; 0 when none was. */
  async highestIds(sql: Sql): Promise<{ document: number; vector: number }> {
    const [row] = await sql.query<{ document: number; vector: string }>(
      `SELECT greatest((SELECT max(id) FROM documents), (SELECT max(document_id) FROM sync_set_aside), 0) AS document,
              greatest((SELECT max(id) FROM vector_metadata), (SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM vector_metadata_id_seq)) AS vector`,
    );
    return { document: row.document, vector: Number(row.vector) };
  }

  /** By lowest vector id; documents without rows last. @param documentIds all documents when absent */
  ranges(sql: Sql, model: StoredModel, documentIds?: readonly number[]): Promise<StoredRange[]> {
    return sql.query<StoredRange>(RANGES, [model.embeddingModel, model.vectorBytes, documentIds ?? null]);
  }

  /** By vector id, of all documents; both bounds inclusive. */
  async rows(sql: Sql, first: number, last: number): Promise<StoredRow[]> {
    const rows = await sql.query<Omit<StoredRow, 'createdAt' | 'headingPath'> & { createdAt: Date | null }>(ROWS, [first, last]);
    return rows.map((row) => ({ ...row, headingPath: [], createdAt: row.createdAt?.toISOString() ?? '' }));
  }

  /** Takes the rows of these documents away, and leaves the documents. */
  async removeOf(sql: Sql, documentIds: readonly number[]): Promise<number> {
    return sql.execute('DELETE FROM vector_metadata WHERE document_id = ANY($1::int[])', [documentIds]);
  }

  /** Empties every table that belongs to one store: the next that comes fills them again. */
  async removeAll(sql: Sql): Promise<void> {
    await sql.execute('TRUNCATE documents, vector_metadata, vector_embeddings, sync_state, sync_set_aside');
  }

  async counts(sql: Sql): Promise<{ documents: number; vectors: number }> {
    const [row] = await sql.query<{ documents: number; vectors: number }>(
      'SELECT (SELECT count(*) FROM documents)::int AS documents, (SELECT count(*) FROM vector_metadata)::int AS vectors',
    );
    return row;
  }
}
