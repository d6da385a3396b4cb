import { createHash } from 'node:crypto';

/** A row of `vector_metadata` as the engine holds it, to be written. */
export interface ChunkRow {
  /** The row's `id` and its `faiss_index`. */
  readonly vectorId: number;
  readonly documentId: number;
  readonly chunkIndex: number;
  readonly text: string;
  readonly embeddingModel: string;
  readonly pageStart: number;
  readonly pageEnd: number;
  readonly charStart: number;
  readonly charEnd: number;
  /** ISO 8601 in UTC. */
  readonly createdAt: string;
}

/** A row as it stands in the database, whoever wrote it. */
export interface FoundChunk {
  id: number;
  documentId: number;
  chunkIndex: number;
  text: string;
  faissIndex: number;
  embeddingModel: string | null;
  chunkLength: number | null;
  createdAt: string | null;
  pageStart: number | null;
  pageEnd: number | null;
  charStart: number | null;
  charEnd: number | null;
}

export interface ChunkSearch {
  /** Part of the chunk's text, in any case. Absent: every chunk. */
  contains?: string;
  documentId?: number;
  ownerId?: string;
  /** The last id of the page before. */
  afterId?: number;
  limit: number;
}

/** What a row holds, in little: enough to tell whether it equals the engine's chunk. */
export interface ChunkPrint {
  vectorId: number;
  /** Null: a row that belongs to no document. */
  documentId: number | null;
  chunkIndex: number;
  faissIndex: number;
  /** As `chunkDigest` makes it. */
  digest: string;
  /** Bytes of the vector; null when it is missing. */
  embeddingBytes: number | null;
}

/** Characters as JavaScript counts them (UTF-16 code units), as the spans do. */
export function chunkLength(text: string): number {
  return text.length;
}

/** The same value that SQL computes from a row with the same content. */
export function chunkDigest(chunk: ChunkRow): string {
  const { vectorId, chunkIndex, embeddingModel, pageStart, pageEnd, charStart, charEnd, text } = chunk;
  const fields = [chunkIndex, vectorId, embeddingModel, chunkLength(text), pageStart, pageEnd, charStart, charEnd, text];
  return createHash('sha256').update(fields.join('\n')).digest('hex');
}

/** SQL for `chunkDigest` over a row of vector_metadata named v. */
export const CHUNK_DIGEST_SQL = `encode(sha256(convert_to(concat_ws(E'\\n',
  v.chunk_index, v.faiss_index, v.embedding_model, v.chunk_length, v.page_start, v.page_end, v.char_start, v.char_end, v.text
), 'UTF8')), 'hex')`;
