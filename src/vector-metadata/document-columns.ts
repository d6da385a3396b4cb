import type { DocumentRow } from './document-row.js';
import { digestOf, digestSql, rowText, rowTextSql, type DigestColumn } from './row-digest.js';

/** Columns of `documents` and where they are in a DocumentRow. */
export const DOCUMENT_COLUMNS: readonly DigestColumn<DocumentRow>[] = [
  ['id', 'number', (row) => row.id],
  ['owner_id', 'text', (row) => row.ownerId],
  ['title', 'text', (row) => row.title],
  ['title_given', 'flag', (row) => row.titleGiven],
  ['filename', 'text', (row) => row.filename],
  ['mime_type', 'text', (row) => row.mimeType],
  ['size_bytes', 'number', (row) => row.sizeBytes],
  ['sha256', 'text', (row) => row.sha256],
  ['metadata', 'json', (row) => row.metadata],
  ['status', 'text', (row) => row.status],
  ['error_code', 'text', (row) => row.error?.code ?? null],
  ['error_detail', 'text', (row) => row.error?.detail ?? null],
  ['page_count', 'number', (row) => row.pageCount],
  ['char_count', 'number', (row) => row.charCount],
  ['chunk_count', 'number', (row) => row.chunkCount],
  ['warnings', 'json', (row) => row.warnings],
  ['created_at', 'time', (row) => row.createdAt],
  ['updated_at', 'time', (row) => row.updatedAt],
  ['indexed_at', 'time', (row) => row.indexedAt],
  ['generation', 'number', (row) => row.generation],
  ['text_generation', 'number', (row) => row.textGeneration],
];
export const DOCUMENT_COLUMN_NAMES = DOCUMENT_COLUMNS.map(([name]) => name);

/** As they come from the driver. */
export interface StoredDocumentRow extends Record<string, unknown> {
  created_at: Date;
  updated_at: Date;
  indexed_at: Date | null;
}

export function documentColumns(row: DocumentRow): Record<string, unknown> {
  return Object.fromEntries(DOCUMENT_COLUMNS.map(([name, , value]) => [name, value(row)]));
}

export function documentOf(row: StoredDocumentRow): DocumentRow {
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

/** The digest of the row that PostgreSQL should hold. */
export function documentDigest(row: DocumentRow): bigint {
  return digestOf(rowText(row, DOCUMENT_COLUMNS));
}

/** SQL for `documentDigest` over a row d of documents. */
export const DOCUMENT_DIGEST_SQL = digestSql(`convert_to(concat(${rowTextSql('d', DOCUMENT_COLUMNS)}), 'UTF8')`);
