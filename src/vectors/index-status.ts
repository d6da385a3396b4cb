import type { VectorStore } from '../store/index.js';
import type { IndexStatusDto } from './dto/index-status.dto.js';

/** How the engine is built up at this moment; from memory. */
export function indexStatus(store: VectorStore): Omit<IndexStatusDto, 'sync'> {
  const { segments, journal, ...statistics } = store.statistics();
  const segmentBytes = segments.filter(({ kind }) => kind !== 'tail').reduce((sum, { bytes }) => sum + bytes, 0);
  return {
    store_id: store.storeId,
    vectors: { live: statistics.vectorsLive, dead: statistics.vectorsDead },
    documents: statistics.documents,
    dimension: statistics.dimension,
    embedding_model: statistics.embeddingModel,
    segments: segments.map(({ name, kind, vectorsLive, vectorsDead, bytes }) => ({
      name,
      kind,
      vectors_live: vectorsLive,
      vectors_dead: vectorsDead,
      bytes,
    })),
    journal: { files: journal.files, bytes: journal.bytes, last_sequence: journal.lastSequence },
    memory: { vector_bytes: statistics.memoryBytes, process_bytes: process.memoryUsage.rss() },
    file_bytes: segmentBytes + journal.bytes,
  };
}
