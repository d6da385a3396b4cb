export class MetadataRowDto {
  /** @example 12 */
  document_id: number;
  /** @example 7 */
  chunk_index: number;
  /** @example 'Hold the power button for ten seconds until the light turns amber.' */
  text: string;
  /**
   * The vector's own id.
   * @example 481
   */
  faiss_index?: number;
  /** @example 'all-MiniLM-L6-v2' */
  embedding_model?: string;
  /**
   * Characters of the text (UTF-16 code units).
   * @example 66
   */
  chunk_length?: number;
}
