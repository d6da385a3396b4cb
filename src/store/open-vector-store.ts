import type { FaissIndex, IndexBuilder } from '../faiss-index/index.js';
import { Disk, EventBus } from '../platform/index.js';
import { JournalledVectorStore, type VectorStoreOptions } from './journalled-vector-store.js';
import type { VectorStore } from './vector-store.port.js';

/** Opens, or begins, the store below a data folder; recovery is done when it resolves. Rejects with StopError. */
export function openVectorStore(options: {
  faiss: FaissIndex;
  dataDir: string;
  dimension: number;
  embeddingModel: string;
  builder?: IndexBuilder;
  sealVectors?: number;
  hnswVectors?: number;
  journalBytesMax?: number;
  disk?: Disk;
  events?: EventBus;
  onFatal?: VectorStoreOptions['onFatal'];
}): Promise<VectorStore> {
  return JournalledVectorStore.open({
    disk: new Disk(),
    events: new EventBus(),
    sealVectors: 8192,
    hnswVectors: 20_000,
    journalBytesMax: Infinity,
    onFatal: (error) => {
      throw error;
    },
    ...options,
  });
}
