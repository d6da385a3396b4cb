import { performance } from 'node:perf_hooks';
import { ProcessIndexBuilder, WorkerFaissIndex } from '../src/faiss-index/index.js';
import { readConfig, type Config } from '../src/platform/index.js';
import { openVectorStore, type VectorStore } from '../src/store/index.js';
import { mergesDone } from './merges.js';

export interface StoreOptions {
  /** Segments are merged in the background, as the server does it; otherwise they stay as they are. */
  merging?: boolean;
  /** Instead of SEGMENT_VECTORS. */
  sealVectors?: number;
}

export interface OpenedStore {
  /** Milliseconds that opening took: checksums, FAISS's reading, the journal's replay. */
  loadMs: number;
  /** Waits until nothing is left to be sealed and merged; without `merging` that never comes. */
  merged: () => Promise<void>;
}

/** The server's settings for a store below that folder, those of the environment counting as they do there. */
export function storeConfig(dataDir: string): Pick<Config, 'embedding' | 'store'> {
  const { SEGMENT_VECTORS, HNSW_VECTORS, JOURNAL_BYTES_MAX } = process.env;
  return readConfig({ DATA_DIR: dataDir, SEGMENT_VECTORS, HNSW_VECTORS, JOURNAL_BYTES_MAX });
}

/** The store below a data folder, as the server opens it, for the time of `work`; the server must not run on it. */
export async function withStore<T>(
  dataDir: string,
  work: (store: VectorStore, opened: OpenedStore) => Promise<T>,
  { merging = false, sealVectors }: StoreOptions = {},
): Promise<T> {
  const { embedding, store: settings } = storeConfig(dataDir);
  const builder = merging ? new ProcessIndexBuilder() : undefined;
  const faiss = new WorkerFaissIndex();
  try {
    await faiss.onModuleInit();
    const start = performance.now();
    const store = await openVectorStore({
      ...{ faiss, dataDir, dimension: embedding.dimension, embeddingModel: embedding.model },
      ...{ ...settings, ...(sealVectors !== undefined && { sealVectors }) },
      ...(builder && { builder }),
    });
    try {
      return await work(store, { loadMs: performance.now() - start, merged: () => mergesDone(store, sealVectors ?? settings.sealVectors) });
    } finally {
      await store.close();
    }
  } finally {
    await builder?.close();
    await faiss.close();
  }
}
