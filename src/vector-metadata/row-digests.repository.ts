import { Injectable } from '@nestjs/common';
import type { Sql } from '../platform/index.js';
import { CHUNK_DIGEST_SQL } from './chunk-digest.js';
import { DOCUMENT_DIGEST_SQL } from './document-columns.js';

/** Documents by their ids: some, or all after one and up to another. */
export type DocumentScope = { ids: readonly number[] } | { after: number; upTo: number };

/** What PostgreSQL holds of a document, in little. */
export interface DocumentDigest {
  documentId: number;
  /** Of its row in `documents`; null when that is missing. */
  row: bigint | null;
  chunkCount: number;
  /** The digests of its chunks, added up: the same in whatever order. */
  chunkSum: bigint;
}

/** A row that belongs to no document, or a vector that belongs to no row. */
export interface UnownedRow {
  id: number;
  /** Null: a vector alone. */
  chunkIndex: number | null;
}

const UNOWNED = `
  SELECT id, chunk_index AS "chunkIndex" FROM vector_metadata WHERE document_id IS NULL
  UNION ALL
  SELECT vector_id, NULL FROM vector_embeddings WHERE NOT EXISTS (SELECT FROM vector_metadata WHERE id = vector_id)`;

/** Digests of rows as they stand at the time of the question: nothing that was kept from before could be out of date. */
@Injectable()
export class RowDigestsRepository {
  /** Of each document that has a row of any kind; one statement, so all of one moment. */
  async ofDocuments(sql: Sql, scope: DocumentScope): Promise<DocumentDigest[]> {
    const { condition, parameters } = conditionOf(scope);
    const rows = await sql.query<{ documentId: number; row: string | null; chunkCount: number; chunkSum: string }>(
      `SELECT coalesce(of_row.id, of_chunks.id) AS "documentId", of_row.digest AS row,
              coalesce(of_chunks.count, 0) AS "chunkCount", coalesce(of_chunks.sum, 0)::text AS "chunkSum"
         FROM (SELECT d.id, ${DOCUMENT_DIGEST_SQL} AS digest FROM documents d WHERE ${condition('d.id')}) AS of_row
         FULL JOIN (SELECT v.document_id AS id, count(*)::int AS count, sum(${CHUNK_DIGEST_SQL}) AS sum
                      FROM vector_metadata v LEFT JOIN vector_embeddings e ON e.vector_id = v.id
                     WHERE ${condition('v.document_id')}
                     GROUP BY v.document_id) AS of_chunks ON of_chunks.id = of_row.id`,
      parameters,
    );
    return rows.map(({ documentId, row, chunkCount, chunkSum }) => ({
      documentId,
      row: row === null ? null : BigInt(row),
      chunkCount,
      chunkSum: BigInt(chunkSum),
    }));
  }

  /** What belongs to no document, which the tables allow and the engine never writes: how much, and the first of it. */
  async unowned(sql: Sql, limit: number): Promise<{ count: number; rows: UnownedRow[] }> {
    const [{ count }] = await sql.query<{ count: number }>(`SELECT count(*)::int AS count FROM (${UNOWNED}) AS unowned`);
    if (count === 0) return { count, rows: [] };
    return { count, rows: await sql.query<UnownedRow>(`${UNOWNED} ORDER BY id LIMIT $1::int`, [limit]) };
  }
}

function conditionOf(scope: DocumentScope): { condition: (column: string) => string; parameters: unknown[] } {
  if ('ids' in scope) return { condition: (column) => `${column} = ANY($1::int[])`, parameters: [scope.ids] };
  return { condition: (column) => `${column} > $1::bigint AND ${column} <= $2::bigint`, parameters: [scope.after, scope.upTo] };
}
