import { Injectable } from '@nestjs/common';
import { Database, type Sql } from '../platform/index.js';
import { CHUNK_DIGEST_SQL } from './chunk-digest.js';
import { chunkLength, headingsOf, type ChunkPrint, type ChunkRow, type ChunkSearch, type FoundChunk } from './chunk-row.js';
import { containing } from './like-pattern.js';

const ROWS_PER_STATEMENT_MAX = 1_000;
const FLOAT_BYTES = 4;

// A row that is there already is written over: what the engine holds is right.
const INSERT_CHUNKS = `
  INSERT INTO vector_metadata (id, document_id, chunk_index, text, faiss_index, embedding_model, chunk_length, created_at,
                               page_start, page_end, char_start, char_end, heading_path)
  SELECT id, document_id, chunk_index, text, id, embedding_model, chunk_length, created_at, page_start, page_end, char_start, char_end,
         heading_path::text[]
    FROM unnest($1::int[], $2::int[], $3::int[], $4::text[], $5::text[], $6::int[], $7::timestamp[], $8::int[], $9::int[], $10::int[],
                $11::int[], $12::text[])
      AS chunk (id, document_id, chunk_index, text, embedding_model, chunk_length, created_at, page_start, page_end, char_start, char_end,
                heading_path)
  ON CONFLICT (id) DO UPDATE SET
    document_id = excluded.document_id, chunk_index = excluded.chunk_index, text = excluded.text, faiss_index = excluded.faiss_index,
    embedding_model = excluded.embedding_model, chunk_length = excluded.chunk_length, created_at = excluded.created_at,
    page_start = excluded.page_start, page_end = excluded.page_end, char_start = excluded.char_start, char_end = excluded.char_end,
    heading_path = excluded.heading_path`;

// One binary value for all vectors, cut on the server: an array of them would be sent as text of twice the size.
const INSERT_EMBEDDINGS = `
  INSERT INTO vector_embeddings (vector_id, embedding)
  SELECT vector_id, substring($2::bytea FROM (place::int - 1) * $3::int + 1 FOR $3::int)
    FROM unnest($1::int[]) WITH ORDINALITY AS vector (vector_id, place)
  ON CONFLICT (vector_id) DO UPDATE SET embedding = excluded.embedding`;

/** The chunks with their vectors: `vector_metadata` and `vector_embeddings`. */
@Injectable()
export class ChunkRowsRepository {
  constructor(private readonly database: Database) {}

  /** @param vectors chunks.length × dimension floats, in the chunks' order. The documents' rows must be there. */
  async insert(sql: Sql, chunks: readonly ChunkRow[], vectors: Float32Array): Promise<void> {
    if (chunks.length === 0) return;
    const dimension = vectors.length / chunks.length;
    for (let from = 0; from < chunks.length; from += ROWS_PER_STATEMENT_MAX) {
      const slice = chunks.slice(from, from + ROWS_PER_STATEMENT_MAX);
      const floats = vectors.subarray(from * dimension, (from + slice.length) * dimension);
      const ids = slice.map(({ vectorId }) => vectorId);
      await sql.execute(INSERT_CHUNKS, chunkColumns(ids, slice));
      const bytes = Buffer.from(floats.buffer, floats.byteOffset, floats.byteLength);
      await sql.execute(INSERT_EMBEDDINGS, [ids, bytes, dimension * FLOAT_BYTES]);
    }
  }

  /** Embeddings go with them. Returns how many were there. */
  async delete(sql: Sql, vectorIds: readonly number[]): Promise<number> {
    return vectorIds.length === 0 ? 0 : sql.execute('DELETE FROM vector_metadata WHERE id = ANY($1::int[])', [vectorIds]);
  }

  /** Of these rows, those that are not in place: a row that was brought back to another document meanwhile stays. */
  async deleteFrom(sql: Sql, documentId: number, vectorIds: readonly number[]): Promise<void> {
    if (vectorIds.length === 0) return;
    await sql.execute('DELETE FROM vector_metadata WHERE document_id = $1 AND id = ANY($2::int[])', [documentId, vectorIds]);
  }

  /** All of these documents; the documents stay. */
  async deleteOf(sql: Sql, documentIds: readonly number[]): Promise<void> {
    await sql.execute('DELETE FROM vector_metadata WHERE document_id = ANY($1::int[])', [documentIds]);
  }

  /** By id, ascending. Rejects with DatabaseUnavailableError. */
  async search(request: ChunkSearch): Promise<FoundChunk[]> {
    const { contains, documentId, ownerId, afterId, limit } = request;
    const rows = await this.database.query<Omit<FoundChunk, 'createdAt'> & { createdAt: Date | null }>(
      `SELECT v.id, v.document_id AS "documentId", v.chunk_index AS "chunkIndex", v.text, v.faiss_index AS "faissIndex",
              v.embedding_model AS "embeddingModel", v.chunk_length AS "chunkLength", v.created_at AS "createdAt",
              v.page_start AS "pageStart", v.page_end AS "pageEnd", v.char_start AS "charStart", v.char_end AS "charEnd"
         FROM vector_metadata v JOIN documents d ON d.id = v.document_id
        WHERE ($1::text IS NULL OR v.text ILIKE $1)
          AND ($2::int IS NULL OR v.document_id = $2)
          AND ($3::text IS NULL OR d.owner_id = $3)
          AND v.id > $4::int
        ORDER BY v.id
        LIMIT $5::int`,
      [contains === undefined ? null : containing(contains), documentId ?? null, ownerId ?? null, afterId ?? 0, limit],
    );
    return rows.map((row) => ({ ...row, createdAt: row.createdAt?.toISOString() ?? null }));
  }

  /** What the rows of these documents hold, by document and id. */
  async prints(sql: Sql, documentIds: readonly number[]): Promise<ChunkPrint[]> {
    const rows = await sql.query<Omit<ChunkPrint, 'digest'> & { digest: string }>(
      `SELECT v.id AS "vectorId", v.document_id AS "documentId", v.chunk_index AS "chunkIndex", v.faiss_index AS "faissIndex",
              ${CHUNK_DIGEST_SQL} AS digest
         FROM vector_metadata v LEFT JOIN vector_embeddings e ON e.vector_id = v.id
        WHERE v.document_id = ANY($1::int[])
        ORDER BY v.document_id, v.id`,
      [documentIds],
    );
    return rows.map((row) => ({ ...row, digest: BigInt(row.digest) }));
  }

  /** What belongs to no document, a vector without its row too: the engine never writes it. */
  async deleteUnowned(sql: Sql): Promise<void> {
    await sql.execute('DELETE FROM vector_metadata WHERE document_id IS NULL');
    await sql.execute('DELETE FROM vector_embeddings WHERE NOT EXISTS (SELECT FROM vector_metadata WHERE id = vector_id)');
  }
}

function chunkColumns(ids: number[], chunks: readonly ChunkRow[]): unknown[] {
  return [
    ids,
    chunks.map(({ documentId }) => documentId),
    chunks.map(({ chunkIndex }) => chunkIndex),
    chunks.map(({ text }) => text),
    chunks.map(({ embeddingModel }) => embeddingModel),
    chunks.map(({ text }) => chunkLength(text)),
    chunks.map(({ createdAt }) => createdAt),
    chunks.map(({ pageStart }) => pageStart),
    chunks.map(({ pageEnd }) => pageEnd),
    chunks.map(({ charStart }) => charStart),
    chunks.map(({ charEnd }) => charEnd),
    chunks.map((chunk) => arrayLiteral(headingsOf(chunk))),
  ];
}

/** As SQL writes an array: unnest would flatten one that holds arrays. */
function arrayLiteral(texts: readonly string[]): string {
  return `{${texts.map((text) => `"${text.replace(/["\\]/g, '\\$&')}"`).join(',')}}`;
}
