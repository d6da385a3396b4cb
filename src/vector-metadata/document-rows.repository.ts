import { Injectable } from '@nestjs/common';
import { Database, type Sql } from '../platform/index.js';
import type { DocumentPageRequest, DocumentRow } from './document-row.js';
import { DOCUMENT_COLUMN_NAMES, documentColumns } from './document-columns.js';
import { containing } from './like-pattern.js';

const ROWS_PER_STATEMENT_MAX = 1_000;

const UPSERT = `
  INSERT INTO documents (${DOCUMENT_COLUMN_NAMES.join(', ')})
  SELECT ${DOCUMENT_COLUMN_NAMES.join(', ')} FROM json_populate_recordset(NULL::documents, $1::json)
  ON CONFLICT (id) DO UPDATE SET ${DOCUMENT_COLUMN_NAMES.slice(1)
    .map((name) => `${name} = excluded.${name}`)
    .join(', ')}`;

/** The mirror of the engine's documents. */
@Injectable()
export class DocumentRowsRepository {
  constructor(private readonly database: Database) {}

  /** Writes each row, new or not. An id may stand in `rows` once. */
  async upsert(sql: Sql, rows: readonly DocumentRow[]): Promise<void> {
    for (let from = 0; from < rows.length; from += ROWS_PER_STATEMENT_MAX) {
      const records = rows.slice(from, from + ROWS_PER_STATEMENT_MAX).map((row) => documentColumns(row));
      await sql.execute(UPSERT, [JSON.stringify(records)]);
    }
  }

  /** Their chunks and embeddings go with them. */
  async delete(sql: Sql, ids: readonly number[]): Promise<number> {
    return ids.length === 0 ? 0 : sql.execute('DELETE FROM documents WHERE id = ANY($1::int[])', [ids]);
  }

  /** Ids of one page, newest first. Rejects with DatabaseUnavailableError. */
  async pageOfIds(request: DocumentPageRequest): Promise<number[]> {
    const { ownerId, statuses, exceptIds, ids, text, after, limit } = request;
    const rows = await this.database.query<{ id: number }>(
      `SELECT id FROM documents
        WHERE ($1::text IS NULL OR owner_id = $1)
          AND ($2::text[] IS NULL AND $4::int[] IS NULL
               OR status = ANY($2) AND NOT (id = ANY($3::int[]))
               OR id = ANY($4))
          AND ($5::text IS NULL OR title ILIKE $5 OR filename ILIKE $5)
          AND ($6::timestamptz IS NULL OR (created_at, id) < ($6, $7::int))
        ORDER BY created_at DESC, id DESC
        LIMIT $8::int`,
      [
        ownerId ?? null,
        statuses ?? null,
        exceptIds ?? [],
        ids ?? null,
        text === undefined ? null : containing(text),
        after?.createdAt ?? null,
        after?.id ?? null,
        limit,
      ],
    );
    return rows.map(({ id }) => id);
  }
}
