import fc from 'fast-check';
import type { FoundRow } from '../../src/sync/index.js';
import type { SyncedStore } from './synced-store.js';

/** What somebody with an SQL prompt may do to the rows; what the constraints refuse does not happen. */
export type Edit = { statement: string };

/** Every column of every table that mirrors the engine, and values that stand in nobody's way. */
const COLUMNS: Record<string, Record<string, readonly string[]>> = {
  documents: {
    id: ['77', '-5', '2147483647'],
    ...columns(
      ['owner_id', 'title', 'filename', 'mime_type', 'sha256', 'status', 'error_code', 'error_detail'],
      ['NULL', `''`, `'other'`, `'Größe'`],
    ),
    title_given: ['true', 'false'],
    ...columns(
      ['size_bytes', 'page_count', 'char_count', 'chunk_count', 'generation', 'text_generation'],
      ['NULL', '0', '1', '2', '9000000'],
    ),
    ...columns(['metadata', 'warnings'], [`'{}'`, `'[]'`, `'{"a": 1}'`, `'{"a": 1.0}'`, `'[{"code": "X"}]'`]),
    ...columns(
      ['created_at', 'updated_at', 'indexed_at'],
      ['NULL', 'now()', `'infinity'`, `updated_at + interval '1 microsecond'`, `'2026-01-01 BC'`],
    ),
  },
  vector_metadata: {
    id: ['77', '-5', '2147483647'],
    document_id: ['NULL', '1', '2', '3', '4'],
    ...columns(
      ['chunk_index', 'faiss_index', 'chunk_length', 'page_start', 'page_end', 'char_start', 'char_end'],
      ['NULL', '0', '1', '2', '3', '99'],
    ),
    ...columns(['text', 'embedding_model'], ['NULL', `''`, `'a1'`, `text || ' '`]),
    created_at: ['NULL', 'now()', `'-infinity'`, `created_at + interval '1 microsecond'`],
    heading_path: [`'{}'`, `'{a,b}'`, `'{NULL}'`],
  },
  vector_embeddings: {
    vector_id: ['1', '2', '9'],
    embedding: [`''`, `embedding || '\\x00'::bytea`, 'set_byte(embedding, 5, get_byte(embedding, 5) # 1)', 'substring(embedding FROM 5)'],
  },
};
const KEYS: Record<string, string> = { documents: 'id', vector_metadata: 'id', vector_embeddings: 'vector_id' };

function columns(names: readonly string[], values: readonly string[]): Record<string, readonly string[]> {
  return Object.fromEntries(names.map((name) => [name, values]));
}

const anyRow = (table: string, place: number): string =>
  `${KEYS[table]} = (SELECT ${KEYS[table]} FROM ${table} ORDER BY 1 OFFSET ${place} % greatest(1, (SELECT count(*) FROM ${table})) LIMIT 1)`;

const place = fc.nat({ max: 50 });
const updates = fc
  .constantFrom(
    ...Object.entries(COLUMNS).flatMap(([table, of]) =>
      Object.entries(of).flatMap(([column, values]) => values.map((value) => ({ table, column, value }))),
    ),
  )
  .chain(({ table, column, value }) =>
    place.map((row) => ({ statement: `UPDATE ${table} SET ${column} = ${value} WHERE ${anyRow(table, row)}` })),
  );
const deletions = fc
  .tuple(fc.constantFrom(...Object.keys(KEYS)), place)
  .map(([table, row]) => ({ statement: `DELETE FROM ${table} WHERE ${anyRow(table, row)}` }));
const additions = fc.oneof(
  fc.tuple(fc.constantFrom('NULL', '1', '4', '88'), fc.nat({ max: 5 })).map(([document, index]) => ({
    statement: `INSERT INTO vector_metadata (document_id, chunk_index, text, faiss_index) VALUES (${document}, ${index}, 'added', ${index})`,
  })),
  fc.constant({
    statement: `INSERT INTO documents SELECT 88, owner_id, 'added', title_given, filename, mime_type, size_bytes, sha256, metadata, status,
      error_code, error_detail, page_count, char_count, chunk_count, warnings, created_at, updated_at, indexed_at, generation, text_generation
      FROM documents WHERE id = 1`,
  }),
  fc.constant({ statement: `INSERT INTO vector_embeddings SELECT id, '\\x00' FROM vector_metadata ON CONFLICT DO NOTHING` }),
);

export const edits: fc.Arbitrary<Edit[]> = fc.array(
  fc.oneof({ weight: 6, arbitrary: updates }, { weight: 2, arbitrary: deletions }, { weight: 2, arbitrary: additions }),
  {
    minLength: 1,
    maxLength: 4,
  },
);

export async function tamper(synced: SyncedStore, several: readonly Edit[]): Promise<void> {
  for (const { statement } of several) await synced.rows(statement).catch(() => undefined);
}

export interface Wrong {
  missing: FoundRow[];
  orphaned: FoundRow[];
  differing: FoundRow[];
}

/** All rows, each as one text. */
export interface Rows {
  documents: { id: number; content: string }[];
  chunks: { id: number; documentId: number | null; chunkIndex: number; faissIndex: number; content: string }[];
}

export async function readRows(synced: SyncedStore): Promise<Rows> {
  return {
    documents: await synced.rows('SELECT id, d::text AS content FROM documents d ORDER BY id'),
    chunks: await synced.rows(
      `SELECT v.id, document_id AS "documentId", chunk_index AS "chunkIndex", faiss_index AS "faissIndex", v::text || e::text AS content
         FROM vector_metadata v LEFT JOIN vector_embeddings e ON e.vector_id = v.id ORDER BY v.id`,
    ),
  };
}

/** What a comparison must name, no more and no less: found out by holding the texts of all rows against each other. */
export function differenceOf(right: Rows, present: Rows): Wrong {
  const wrong: Wrong = { missing: [], orphaned: [], differing: [] };
  const own = (documentId: number): FoundRow => ({ documentId, chunkIndex: null, faissIndex: null });
  compare(
    right.documents,
    present.documents,
    ({ id }) => String(id),
    wrong,
    ({ id }) => own(id),
  );
  compare(
    right.chunks,
    present.chunks,
    ({ documentId, id }) => `${documentId}/${id}`,
    wrong,
    ({ documentId, chunkIndex, faissIndex, id }) => ({ documentId, chunkIndex, faissIndex: documentId === null ? id : faissIndex }),
  );
  return wrong;
}

function compare<Row extends { content: string }>(
  right: readonly Row[],
  present: readonly Row[],
  keyOf: (row: Row) => string,
  wrong: Wrong,
  name: (row: Row) => FoundRow,
): void {
  const byKey = new Map(present.map((row) => [keyOf(row), row]));
  for (const row of right) {
    const found = byKey.get(keyOf(row));
    byKey.delete(keyOf(row));
    if (!found) wrong.missing.push(name(row));
    else if (found.content !== row.content) wrong.differing.push(name(row));
  }
  wrong.orphaned.push(...[...byKey.values()].map(name));
}
