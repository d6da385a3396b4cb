import { DatabaseContents } from '../../src/sync/rebuild/database-contents.js';
import type { StoredContents } from '../../src/store/index.js';
import { RowSummariesRepository, StoredRowsRepository } from '../../src/vector-metadata/index.js';
import { startTestPostgres, type TestPostgres } from '../support/postgres.js';
import { DIMENSION, SyncedStore } from '../support/synced-store.js';
import { saveTurnedDocuments } from '../support/turned-documents.js';

describe('the documents that a store is made from again', () => {
  let postgres: TestPostgres;
  let databases = 0;
  let synced: SyncedStore;

  beforeAll(async () => void (postgres = await startTestPostgres()));
  afterAll(() => postgres.stop());
  beforeEach(async () => void (synced = await SyncedStore.open(await postgres.createDatabase(`contents_${++databases}`))));
  afterEach(() => synced.dispose());

  const read = async (): Promise<{ contents: StoredContents[]; damaged: number[] }> => {
    const { database } = synced;
    const summaries = await synced.get(RowSummariesRepository).ofDocuments(database, { embeddingModel: 'model-a', dimension: DIMENSION });
    const contents: StoredContents[] = [];
    const damaged: number[] = [];
    const source = new DatabaseContents(synced.get(StoredRowsRepository));
    for await (const one of source.read(database, summaries, (id) => damaged.push(id))) contents.push(one);
    return { contents, damaged };
  };
  const fromEngine = (ids: readonly number[]): Promise<StoredContents[]> => Promise.all(ids.map((id) => synced.store.readContents(id)));

  it('are what the engine holds, by their first vector, those without chunks last', async () => {
    const { waiting, first, second } = await saveTurnedDocuments(synced);
    expect(await read()).toEqual({ contents: await fromEngine([second.id, first.id, waiting.id]), damaged: [] });
  });

  it('come a batch at a time, whole, however many chunks each has; one that is damaged keeps none of the others back', async () => {
    const sizes = [1, 400, 1_500, 3, 700, 700, 2];
    for (const [n, size] of sizes.entries())
      await synced.save(
        `manual ${n}`,
        Array.from({ length: size }, (_, place) => `text ${place}`),
      );
    await synced.settle();
    expect(await read()).toEqual({ contents: await fromEngine([1, 2, 3, 4, 5, 6, 7]), damaged: [] });
    await synced.rows('DELETE FROM vector_metadata WHERE document_id = 4 AND chunk_index = 1');
    // no unit length: the rows are all there, and only whoever reads them sees it
    await synced.rows(`UPDATE vector_embeddings SET embedding = decode(repeat('00', ${4 * DIMENSION}), 'hex') WHERE vector_id = 1905`);
    expect(await read()).toEqual({ contents: await fromEngine([1, 2, 3, 6, 7]), damaged: [4, 5] });
  });
});
