import { chunkLength, headingsOf, type ChunkRow } from './chunk-row.js';
import { digestOf, digestSql, rowText, rowTextSql, type DigestColumn } from './row-digest.js';

const COLUMNS: readonly DigestColumn<ChunkRow>[] = [
  ['id', 'number', (row) => row.vectorId],
  ['document_id', 'number', (row) => row.documentId],
  ['chunk_index', 'number', (row) => row.chunkIndex],
  ['faiss_index', 'number', (row) => row.vectorId],
  ['chunk_length', 'number', (row) => chunkLength(row.text)],
  ['page_start', 'number', (row) => row.pageStart],
  ['page_end', 'number', (row) => row.pageEnd],
  ['char_start', 'number', (row) => row.charStart],
  ['char_end', 'number', (row) => row.charEnd],
  ['created_at', 'time', (row) => row.createdAt],
  ['embedding_model', 'text', (row) => row.embeddingModel],
  ['heading_path', 'texts', headingsOf],
];

/** Everything that PostgreSQL should hold of a chunk, its vector included. */
export function chunkDigest(chunk: ChunkRow, vector: Float32Array): bigint {
  const bytes = new Uint8Array(vector.buffer, vector.byteOffset, vector.byteLength);
  return digestOf(`${rowText(chunk, COLUMNS)},${bytes.length},${chunk.text}`, bytes);
}

/** SQL for `chunkDigest` over rows v of vector_metadata and e of vector_embeddings, which may be missing. */
export const CHUNK_DIGEST_SQL = digestSql(
  // The vector's size stands in front, so that text and vector cannot run into each other.
  `convert_to(concat(${rowTextSql('v', COLUMNS)}, ',', octet_length(e.embedding), ',', v.text), 'UTF8') || coalesce(e.embedding, '')`,
);
