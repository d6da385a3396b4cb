/** A row of the FAISS side's metadata: what is known of it, and whatever else it has. */
export interface MetadataRow {
  document_id: number | string;
  chunk_index?: number;
  text: string;
  [field: string]: unknown;
}

/** @param number from 1, for the error */
export function parseRow(bytes: Buffer, number: number): MetadataRow {
  let row: unknown;
  try {
    row = JSON.parse(bytes.toString('utf8'));
  } catch (error) {
    throw new Error(`has a row that is no JSON, row ${number}: ${(error as Error).message}`, { cause: error });
  }
  const { document_id: id, chunk_index: index, text } = row as Record<string, unknown>;
  if (!(typeof id === 'number' && Number.isFinite(id)) && !(typeof id === 'string' && id !== ''))
    throw new Error(`has no document_id in row ${number}`);
  if (index !== undefined && index !== null && !(typeof index === 'number' && Number.isFinite(index)))
    throw new Error(`has a chunk_index in row ${number} that is no number`);
  if (typeof text !== 'string') throw new Error(`has no text in row ${number}`);
  return row as MetadataRow;
}

/** What says nothing of the document but of the row, or of the store that it was in. */
const ROW_FIELDS = new Set(['document_id', 'chunk_index', 'text', 'id', 'faiss_index', 'embedding_model', 'chunk_length']);
const TITLE_FIELDS = ['title', 'filename', 'source'] as const;
const PAGE_FIELDS = new Set(['page', 'page_start', 'page_end']);
const TITLE_CHARACTERS_MAX = 500;
const UNSAFE_NAMES = new Set(['__proto__', 'constructor', 'prototype']);

/** A document as POST /import takes it. @param rows of one document in order, none with a blank text, at least one */
export function documentOf(rows: readonly MetadataRow[], ownerId: string | undefined): Record<string, unknown> {
  const [{ document_id: id, filename }] = rows;
  return {
    title: titleOf(rows) ?? `Document ${id}`,
    ...(typeof filename === 'string' && filename.trim() !== '' ? { filename } : {}),
    ...(ownerId === undefined ? {} : { owner_id: ownerId }),
    metadata: { source_document_id: id, ...sharedScalars(rows) },
    chunks: rows.map((row) => ({ text: row.text, ...pagesOf(row) })),
  };
}

function titleOf(rows: readonly MetadataRow[]): string | undefined {
  const titles = TITLE_FIELDS.flatMap((field) => rows.map((row) => row[field]));
  const title = titles.find((value) => typeof value === 'string' && value.trim() !== '') as string | undefined;
  return title?.replaceAll('\0', '').toWellFormed().trim().slice(0, TITLE_CHARACTERS_MAX).toWellFormed();
}

/** Fields with the same scalar in every row: they are the document's. */
function sharedScalars(rows: readonly MetadataRow[]): Record<string, unknown> {
  const isShared = ([name, value]: [string, unknown]): boolean =>
    !ROW_FIELDS.has(name) &&
    !PAGE_FIELDS.has(name) &&
    !UNSAFE_NAMES.has(name) &&
    (value === null || ['string', 'number', 'boolean'].includes(typeof value)) &&
    rows.every((row) => row[name] === value);
  return Object.fromEntries(Object.entries(rows[0]).filter(isShared));
}

function pagesOf({ page, page_start: start = page, page_end: end = start }: MetadataRow): { page_start?: number; page_end?: number } {
  const isPage = (value: unknown): value is number => typeof value === 'number' && Number.isInteger(value) && value >= 1;
  if (!isPage(start)) return {};
  return isPage(end) && end >= start ? { page_start: start, page_end: end } : { page_start: start };
}
