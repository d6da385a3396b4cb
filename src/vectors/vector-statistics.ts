import { Injectable } from '@nestjs/common';
import { VectorStore } from '../store/index.js';
import { ChunkLengths } from './chunk-lengths.js';
import type { VectorStatisticsDto } from './dto/vector-statistics.dto.js';

/** What the engine holds, document by document and owner by owner; asks no database. */
@Injectable()
export class VectorStatistics {
  constructor(
    private readonly store: VectorStore,
    private readonly lengths: ChunkLengths,
  ) {}

  async count(): Promise<Omit<VectorStatisticsDto, 'sync'>> {
    const measured = await this.lengths.measure();
    const owners = new Map<string | null, { documents: number; vectors: number }>();
    let vectors = 0;
    for (const { document, vectorCount } of measured) {
      const owner = owners.get(document.ownerId) ?? { documents: 0, vectors: 0 };
      owner.documents++;
      owner.vectors += vectorCount;
      owners.set(document.ownerId, owner);
      vectors += vectorCount;
    }
    return {
      total_vectors: vectors,
      total_documents: measured.length,
      per_document: measured.map(({ document, vectorCount, chunkChars }) => ({
        document_id: document.id,
        vector_count: vectorCount,
        total_chars: chunkChars,
      })),
      per_owner: [...owners]
        .sort(([left], [right]) => compareOwners(left, right))
        .map(([ownerId, owner]) => ({ owner_id: ownerId, document_count: owner.documents, vector_count: owner.vectors })),
      embedding_models: vectors === 0 ? [] : [{ embedding_model: this.store.embeddingModel, vector_count: vectors }],
    };
  }
}

function compareOwners(left: string | null, right: string | null): number {
  if (left === null || right === null) return left === right ? 0 : left === null ? 1 : -1;
  return left < right ? -1 : 1;
}
