import type { OpenedStore } from './recovery/recover-store.js';
import type { StoreStatistics } from './vector-store.port.js';

export function statisticsOf(
  { state, journal }: OpenedStore,
  { dimension, embeddingModel }: { dimension: number; embeddingModel: string },
): Omit<StoreStatistics, 'putOff'> {
  const groups = [...state.groups, ...(state.tail.rows > 0 ? [state.tail] : [])];
  const rows = groups.reduce((sum, group) => sum + group.rows, 0);
  const vectorsLive = groups.reduce((sum, group) => sum + group.liveRows, 0);
  return {
    vectorsLive,
    vectorsDead: rows - vectorsLive,
    documents: state.documents.size,
    dimension,
    embeddingModel,
    segments: groups.map((group) => ({
      name: group.name,
      kind: group.kind,
      vectorsLive: group.liveRows,
      vectorsDead: group.deadRows,
      bytes: group.source.bytes,
    })),
    journal: { files: journal.fileCount, bytes: journal.bytes, lastSequence: journal.lastSequence },
    marks: { nextDocumentId: state.nextDocumentId, nextVectorId: state.nextVectorId },
    memoryBytes: rows * dimension * Float32Array.BYTES_PER_ELEMENT,
  };
}
