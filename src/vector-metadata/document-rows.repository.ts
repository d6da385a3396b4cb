import { Injectable } from '@nestjs/common';
import { Database, type Sql } from '../platform/index.js';
import type { DocumentPageRequest, DocumentRow } from './document-row.js';
import { containing } from './like-pattern.js';

/** Columns of `documents` and where they are in a DocumentRow; times are ISO 8601. */
const COLUMNS: readonly [column: string, value: (row: DocumentRow) => unknown][] = [
  ['id', (row) => row.id],
  ['owner_id', (row) => row.ownerId],
  ['title', (row) => row.title],
  ['title_given', (row) => row.titleGiven],
  ['filename', (row) => row.filename],
  ['mime_type', (row) => row.mimeType],
  ['size_bytes', (row) => row.sizeBytes],
  ['sha256', (row) => row.sha256],
  ['metadata', (row) => row.metadata],
  ['status', (row) => row.status],
  ['error_code', (row) => row.error?.code ?? null],
  ['error_detail', (row) => row.error?.detail ?? null],
  ['page_count', (row) => row.pageCount],
  ['char_count', (row) => row.charCount],
  ['chunk_count', (row) => row.chunkCount],
  ['warnings', (row) => row.warnings],
  ['created_at', (row) => row.createdAt],
  ['updated_at', (row) => row.updatedAt],
  ['indexed_at', (row) => row.indexedAt],
  ['generation', (row) => row.generation],
  ['text_generation', (row) => row.textGeneration],
];
const NAMES = COLUMNS.map(([name]) => name);
const ROWS_PER_STATEMENT_MAX = 1_000;

const UPSERT = `
  INSERT INTO documents (${NAMES.join(', ')})
  SELECT ${NAMES.join(', ')} FROM json_populate_recordset(NULL::documents, $1::json)
  ON CONFLICT (id) DO UPDATE SET ${NAMES.slice(1)
    .map((name) => `${name} = excluded.${name}`)
    .join(', ')}`;

interface StoredRow extends Record<string, unknown> {
  created_at: Date;
  updated_at: Date;
  indexed_at: Date | null;
}

/** The mirror of the engine's documents. */
@Injectable()
export class DocumentRowsRepository {
  constructor(private readonly database: Database) {}

  /** Writes each row, new or not. An id may stand in `rows` once. */
  async upsert(sql: Sql, rows: readonly DocumentRow[]): Promise<void> {
    for (let from = 0; from < rows.length; from += ROWS_PER_STATEMENT_MAX) {
      const records = rows.slice(from, from + ROWS_PER_STATEMENT_MAX).map((row) => columnsOf(row));
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

  /** By id, ascending; those that are there. */
  async find(sql: Sql, ids: readonly number[]): Promise<DocumentRow[]> {
    const rows = await sql.query<StoredRow>(`SELECT ${NAMES.join(', ')} FROM documents WHERE id = ANY($1::int[]) ORDER BY id`, [ids]);
    return rows.map(documentOf);
  }

  /** A page of all ids, ascending. */
  async idsAfter(sql: Sql, id: number, limit: number): Promise<number[]> {
    const rows = await sql.query<{ id: number }>('SELECT id FROM documents WHERE id > $1::int ORDER BY id LIMIT $2::int', [id, limit]);
    return rows.map((row) => row.id);
  }
}

function columnsOf(row: DocumentRow): Record<string, unknown> {
  return Object.fromEntries(COLUMNS.map(([name, value]) => [name, value(row)]));
}

function documentOf(row: StoredRow): DocumentRow {
  const errorCode = row.error_code as string | null;
  return {
    id: row.id as number,
    ownerId: row.owner_id as string | null,
    title: row.title as string,
    titleGiven: row.title_given as boolean,
    filename: row.filename as string,
    mimeType: row.mime_type as string,
    sizeBytes: Number(row.size_bytes),
    sha256: row.sha256 as string,
    metadata: row.metadata as object,
    status: row.status as string,
    error: errorCode === null ? null : { code: errorCode, detail: row.error_detail as string },
    pageCount: row.page_count as number | null,
    charCount: row.char_count as number | null,
    chunkCount: row.chunk_count as number,
    warnings: row.warnings as object[],
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
    indexedAt: row.indexed_at?.toISOString() ?? null,
    generation: Number(row.generation),
    textGeneration: row.text_generation === null ? null : Number(row.text_generation),
  };
}
