import { ProcessIndexBuilder, WorkerFaissIndex } from '../../src/faiss-index/index.js';
import type { ChunkFilter, VectorStore } from '../../src/store/index.js';
import { bruteSearch, isAllowed, recall } from '../support/brute-search.js';
import { addDocument, openStore, reading, vectorOf } from '../support/store-fixture.js';
import { temporaryFolder } from '../support/temporary-folder.js';

/** HVS_FILTER_DOCUMENTS=2000 by hand. */
const documentCount = Number(process.env.HVS_FILTER_DOCUMENTS ?? 60);
const DIMENSION = 4;
const owners = ['anna', 'bert', 'cleo'];
const filters: ChunkFilter[] = [{ ownerId: 'anna' }, { ownerId: 'bert', metadata: { even: true } }, { metadata: { even: false } }, {}];

/** All documents with their vectors, as the store itself gives them. */
async function contents(store: VectorStore) {
  return Promise.all(
    Array.from(store.documents(), async ({ id }) => {
      const { document, chunks, vectors } = await store.readContents(id);
      const vectorAt = (n: number): Float32Array => vectors.subarray(n * DIMENSION, (n + 1) * DIMENSION);
      return { document, vectors: chunks.map(({ vectorId }, n) => ({ id: vectorId, vector: vectorAt(n) })) };
    }),
  );
}

it('answers filtered searches from files, graphs and tail while documents are written, given away and deleted', async () => {
  const [faiss, builder] = [new WorkerFaissIndex(), new ProcessIndexBuilder()];
  const store = await openStore(temporaryFolder('beside-merges'), { faiss, builder, sealVectors: 30, hnswVectors: 150 });
  let isWriting = true;
  let answers = 0;
  const searchOn = async (filter: ChunkFilter): Promise<void> => {
    for (let seed = 0; isWriting; seed++) {
      const hits = await store.search({ vector: vectorOf(seed), topK: 20, filter });
      for (const { document, chunk } of hits) {
        expect(store.findDocument(document.id)).toBe(document);
        expect(isAllowed(document, filter)).toBe(true);
        expect(store.vectorIds(document.id)).toContain(chunk.vectorId);
      }
      answers++;
      await new Promise((resolve) => setTimeout(resolve, 5)); // while nothing is allowed yet nobody is waited for
    }
  };
  const searching = Promise.all(filters.map(searchOn));
  for (let n = 0; n < documentCount; n++) {
    const { id } = await addDocument(store, `document ${n}`, ['a', 'b', 'c', 'd'], owners[n % 3]);
    await store.patchDocument(id, { metadata: { even: n % 2 === 0 } });
    if (n % 7 === 3) await store.deleteDocument(id - 2);
    if (n % 5 === 3) await store.patchDocument(id, { ownerId: owners[(n + 1) % 3] });
    if (n % 9 === 3) await store.saveDocument(reading(await store.requeueDocument(id), ['e', 'f'], id * 1000));
  }
  await store.seal();
  isWriting = false;
  await searching;
  expect(answers).toBeGreaterThan(0);
  const all = await contents(store);
  for (const filter of filters)
    for (let seed = 0; seed < 10; seed++) {
      const hits = await store.search({ vector: vectorOf(seed), topK: 50, filter });
      expect(recall(hits, bruteSearch(all, vectorOf(seed), filter), 50)).toBe(1);
    }
  await store.close();
  await Promise.all([faiss.close(), builder.close()]);
});
