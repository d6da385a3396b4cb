import { Injectable } from '@nestjs/common';
import { VectorStore } from '../store/index.js';
import type { DeletedVectorsDto, DocumentChunksDto } from './dto/vector-chunk.dto.js';
import { toVectorChunk } from './vector-chunk.js';

/** A document's vectors, from the engine and in it. */
@Injectable()
export class VectorsService {
  constructor(private readonly store: VectorStore) {}

  /** Rejects with DOCUMENT_NOT_FOUND. */
  async chunksOf(documentId: number, full: boolean): Promise<DocumentChunksDto> {
    const chunks = await this.store.readChunks(documentId);
    return {
      document_id: documentId,
      chunk_count: chunks.length,
      chunks: chunks.map((chunk) => ({ ...toVectorChunk(chunk, this.store.embeddingModel), ...(full && { text: chunk.text }) })),
    };
  }

  /** Rejects with DOCUMENT_NOT_FOUND, or when the journal cannot be written. */
  async deleteOf(documentId: number): Promise<DeletedVectorsDto> {
    const { deletedVectors } = await this.store.deleteVectors(documentId);
    return { document_id: documentId, deleted_vectors: deletedVectors };
  }
}
