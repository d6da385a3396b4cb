import { WorkerFaissIndex } from '../src/faiss-index/index.js';
import { readConfig } from '../src/platform/index.js';
import { openVectorStore, type VectorStore } from '../src/store/index.js';

/** The store below a data folder, as the server opens it, for the time of `work`; the server must not run on it. */
export async function withStore(dataDir: string, work: (store: VectorStore) => Promise<void>): Promise<void> {
  const { embedding, store: settings } = readConfig({ DATA_DIR: dataDir });
  const faiss = new WorkerFaissIndex();
  try {
    await faiss.onModuleInit();
    const store = await openVectorStore({
      faiss,
      dataDir,
      dimension: embedding.dimension,
      embeddingModel: embedding.model,
      sealVectors: settings.sealVectors,
    });
    try {
      await work(store);
    } finally {
      await store.close();
    }
  } finally {
    await faiss.close();
  }
}
