export class VectorChunkDto {
  /**
   * The vector's own id, and the row's id in `vector_metadata`. Never reused.
   * @example 481
   */
  id: number;
  /** @example 7 */
  chunk_index: number;
  /**
   * The first 100 characters at most.
   * @example 'Hold the power button for ten seconds until the light turns amber.'
   */
  text_preview: string;
  /**
   * Characters of the whole text (UTF-16 code units).
   * @example 912
   */
  text_length: number;
  /**
   * The same number as `id`: the vector's own, not a row position.
   * @example 481
   */
  faiss_index: number;
  /** @example 'all-MiniLM-L6-v2' */
  embedding_model: string;
  /** @example 4 */
  page_start: number;
  /** @example 4 */
  page_end: number;
  /** Offset into the document's text (UTF-16 code units). */
  char_start: number;
  /** Exclusive. */
  char_end: number;
  /** @example '2026-11-24T09:30:00.000Z' */
  created_at: string;
  /** The whole text; only with `full=true`. */
  text?: string;
}

export class DocumentChunksDto {
  /** @example 12 */
  document_id: number;
  /** @example 48 */
  chunk_count: number;
  /** In order; empty when the document has no vectors. */
  chunks: VectorChunkDto[];
}

export class FoundChunkDto extends VectorChunkDto {
  /** @example 12 */
  document_id: number;
}

export class ChunkPageDto {
  items: FoundChunkDto[];
  /** Give it as `cursor` to get the next page; null: there is none. */
  next_cursor: string | null;
}

export class DeletedVectorsDto {
  /** @example 12 */
  document_id: number;
  /** @example 48 */
  deleted_vectors: number;
}
