import { WorkerFaissIndex } from '../../src/faiss-index/index.js';
import { openVectorStore } from '../../src/store/index.js';
import { scatteredVectors } from '../support/scattered-vectors.js';
import { upload } from '../support/store-fixture.js';
import { temporaryFolder } from '../support/temporary-folder.js';

/** HVS_MEMORY_DOCUMENTS=1000 by hand prints the figure. */
const documents = Number(process.env.HVS_MEMORY_DOCUMENTS ?? 300);
const DIMENSION = 384;
const CHUNKS = 3;

it(`holds no more memory after ${documents} documents were saved and deleted`, async () => {
  const faiss = new WorkerFaissIndex();
  const store = await openVectorStore({ faiss, dataDir: temporaryFolder('memory'), dimension: DIMENSION, embeddingModel: 'test-model' });
  let serial = 0;
  const saveAndDelete = async (count: number): Promise<void> => {
    for (let n = 0; n < count; n++) {
      const { document } = await store.acceptDocument(upload(`doc ${serial++}`));
      await store.saveDocument({
        documentId: document.id,
        generation: document.generation,
        title: document.title,
        pageCount: 1,
        charCount: 600,
        warnings: [],
        chunks: Array.from({ length: CHUNKS }, (_, at) => ({
          text: 'x'.repeat(200),
          pageStart: 1,
          pageEnd: 1,
          charStart: at * 200,
          charEnd: at * 200 + 200,
          headingPath: [],
        })),
        vectors: scatteredVectors(CHUNKS, DIMENSION),
      });
      await store.deleteDocument(document.id);
    }
  };
  await saveAndDelete(200); // until heaps and pools have their size
  const before = process.memoryUsage.rss();
  await saveAndDelete(documents);
  const grown = (process.memoryUsage.rss() - before) / 2 ** 20;
  if (process.env.HVS_MEMORY_DOCUMENTS) process.stderr.write(`${documents} documents saved and deleted: ${grown.toFixed(1)} MB\n`);
  expect(store.statistics().vectorsLive).toBe(0);
  await store.close();
  await faiss.close();
  expect(grown).toBeLessThan(20);
});
