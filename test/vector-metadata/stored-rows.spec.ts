import {
  ChunkRowsRepository,
  DocumentRowsRepository,
  IdMarksRepository,
  RowsIncompleteError,
  StoredRowsRepository,
  type RowContents,
} from '../../src/vector-metadata/index.js';
import { startTestPostgres, type TestPostgres } from '../support/postgres.js';
import { SyncedStore } from '../support/synced-store.js';
import { saveTurnedDocuments } from '../support/turned-documents.js';

describe('documents that are read back from PostgreSQL', () => {
  let postgres: TestPostgres;
  let databases = 0;
  let synced: SyncedStore;
  let rows: StoredRowsRepository;

  beforeAll(async () => {
    postgres = await startTestPostgres();
  });
  afterAll(() => postgres.stop());
  beforeEach(async () => {
    synced = await SyncedStore.open(await postgres.createDatabase(`stored_${++databases}`));
    rows = synced.get(StoredRowsRepository);
  });
  afterEach(() => synced.dispose());

  const engineContents = async (id: number): Promise<RowContents> => {
    const { document, chunks, vectors } = await synced.store.readContents(id);
    return { document, chunks: chunks.map((chunk) => ({ ...chunk, embeddingModel: 'model-a' })), vectors };
  };

  it('are what the engine holds, in the order that was asked for', async () => {
    const { waiting, first, second } = await saveTurnedDocuments(synced);
    const ids = [second.id, first.id, waiting.id];
    expect(await rows.contentsOf(synced.database, [second.id, 4711, first.id, waiting.id])).toEqual(
      await Promise.all(ids.map(engineContents)),
    );
    expect(await rows.counts(synced.database)).toEqual({ documents: 3, vectors: 3 });
  });

  it('are refused, and named, when they are not whole', async () => {
    await synced.save('manual', ['a', 'b', 'c']);
    await synced.settle();
    const faults: [string, RegExp][] = [
      [`DELETE FROM vector_metadata WHERE text = 'b'`, /chunk 1 is missing/],
      [`DELETE FROM vector_metadata WHERE text = 'a'`, /chunk 0 is missing/],
      [`DELETE FROM vector_metadata WHERE text = 'c'`, /has 2 chunks, and its own row says 3/],
      ['DELETE FROM vector_metadata', /has 0 chunks, and its own row says 3/],
      ['DELETE FROM vector_embeddings WHERE vector_id = 2', /vector 2 is missing/],
      [`UPDATE vector_embeddings SET embedding = substring(embedding FROM 5) WHERE vector_id = 2`, /vector 2 has 28 bytes/],
      [`UPDATE vector_metadata SET faiss_index = 9 WHERE id = 2`, /row 2 has the faiss_index 9/],
      [`UPDATE vector_metadata SET page_end = NULL WHERE id = 2`, /row 2 lacks a value/],
      [`UPDATE vector_metadata SET created_at = 'infinity' WHERE id = 2`, /row 2 lacks a value/],
      [`UPDATE documents SET updated_at = 'infinity'`, /one of its times is infinite/],
    ];
    for (const [statement, fault] of faults) {
      const undone = new Error('undone');
      await synced.database
        .transaction(async (sql) => {
          await sql.execute(statement);
          const refused = await rows.contentsOf(sql, [1]).catch((error: unknown) => error);
          expect([statement, refused]).toEqual([statement, expect.any(RowsIncompleteError)]);
          expect(refused).toMatchObject({ code: 'ROWS_INCOMPLETE', message: expect.stringMatching(fault), members: { document_id: 1 } });
          throw undone;
        })
        .catch((error: unknown) => expect(error).toBe(undone));
    }
  });

  it('leave a mark of the highest ids that were ever given, deleted ones too', async () => {
    const marks = () => synced.get(IdMarksRepository).read(synced.database);
    expect(await marks()).toEqual({ documentId: 0, vectorId: 0 });
    await synced.save('one', ['a', 'b']);
    const gone = await synced.save('two', ['c', 'd']);
    await synced.store.deleteDocument(gone.id);
    await synced.settle();
    expect(await marks()).toEqual({ documentId: 2, vectorId: 4 });
    await synced.rows('TRUNCATE documents CASCADE');
    expect(await marks()).toEqual({ documentId: 2, vectorId: 4 });
    await synced.get(DocumentRowsRepository).delete(synced.database, [1]);
    await synced.get(ChunkRowsRepository).delete(synced.database, [1]);
    expect(await marks()).toEqual({ documentId: 2, vectorId: 4 });
  });
});
