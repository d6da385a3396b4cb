import type { StoredChunk } from '../store/index.js';
import type { VectorChunkDto } from './dto/vector-chunk.dto.js';
import { textPreview } from './text-preview.js';

export function toVectorChunk(chunk: StoredChunk, embeddingModel: string): VectorChunkDto {
  return {
    id: chunk.vectorId,
    chunk_index: chunk.chunkIndex,
    text_preview: textPreview(chunk.text),
    text_length: chunk.text.length,
    faiss_index: chunk.vectorId,
    embedding_model: embeddingModel,
    page_start: chunk.pageStart,
    page_end: chunk.pageEnd,
    char_start: chunk.charStart,
    char_end: chunk.charEnd,
    created_at: chunk.createdAt,
  };
}
