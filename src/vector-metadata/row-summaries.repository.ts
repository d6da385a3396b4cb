import { Injectable } from '@nestjs/common';
import type { Sql } from '../platform/index.js';

/** Whose vectors the rows hold. */
export interface RowModel {
  embeddingModel: string;
  dimension: number;
}

/** A document's rows, in little. */
export interface RowSummary {
  documentId: number;
  rows: number;
  /** As many rows as the document says, each with all that the engine had written, none set aside. */
  whole: boolean;
}

const FLOAT_BYTES = 4;

const SUMMARIES = `
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

/** Which documents the rows hold whole, for a store that is made again from them. */
@Injectable()
export class RowSummariesRepository {
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
  async ofDocuments(sql: Sql, model: RowModel, documentIds?: readonly number[]): Promise<RowSummary[]> {
    return sql.query<RowSummary>(SUMMARIES, [model.embeddingModel, model.dimension * FLOAT_BYTES, documentIds ?? null]);
  }
}
