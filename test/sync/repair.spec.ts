import { startTestPostgres, type TestPostgres } from '../support/postgres.js';
import { SyncedStore } from '../support/synced-store.js';
import { MetadataConflictError, type MetadataEntry } from '../../src/sync/index.js';

const ALL_ROWS = `SELECT v.*, e.embedding FROM vector_metadata v JOIN vector_embeddings e ON e.vector_id = v.id ORDER BY v.id`;

describe('a sync on demand', () => {
  let postgres: TestPostgres;
  let databases = 0;
  let synced: SyncedStore;
  let first: number;
  let second: number;

  beforeAll(async () => {
    postgres = await startTestPostgres();
  });
  afterAll(() => postgres.stop());
  beforeEach(async () => {
    synced = await SyncedStore.open(await postgres.createDatabase(`repair_${++databases}`));
    first = (await synced.save('first', ['a1', 'a2', 'a3'], { ownerId: 'owner' })).id;
    second = (await synced.save('second', ['b1', 'b2'])).id;
    await synced.settle();
  });
  afterEach(() => synced.dispose());

  it('finds everything unchanged when both stores agree', async () => {
    expect(await synced.service.syncNow()).toEqual({ synced: 0, deleted: 0, unchanged: 5, lag: 0 });
  });

  it('brings back rows that are missing, changed or without their vector, from the journal alone', async () => {
    const before = await synced.rows(ALL_ROWS);
    await synced.rows(`DELETE FROM vector_metadata WHERE text = 'a1'`);
    await synced.rows(`UPDATE vector_metadata SET text = 'tampered' WHERE text = 'a2'`);
    await synced.rows(`DELETE FROM vector_embeddings WHERE vector_id = (SELECT id FROM vector_metadata WHERE text = 'b1')`);
    expect(await synced.service.syncNow({ dryRun: true })).toEqual({ synced: 3, deleted: 0, unchanged: 2, lag: 0 });
    expect(await synced.service.syncNow()).toEqual({ synced: 3, deleted: 0, unchanged: 2, lag: 0 });
    expect(await synced.rows(ALL_ROWS)).toEqual(before);
    expect(await synced.service.syncNow()).toEqual({ synced: 0, deleted: 0, unchanged: 5, lag: 0 });
  });

  it('takes away rows that the engine does not know', async () => {
    await synced.rows(
      `INSERT INTO documents SELECT 999, owner_id, 'stray', title_given, filename, mime_type, size_bytes, sha256, metadata, status, NULL, NULL,
      page_count, char_count, chunk_count, warnings, created_at, updated_at, indexed_at, generation, text_generation FROM documents WHERE id = $1`,
      [first],
    );
    await synced.rows(
      `INSERT INTO vector_metadata (document_id, chunk_index, text, faiss_index) VALUES (999, 0, 'stray', 77), ($1, 9, 'besides', 78), (NULL, 0, 'unowned', 79)`,
      [first],
    );
    expect(await synced.service.syncNow()).toEqual({ synced: 0, deleted: 3, unchanged: 5, lag: 0 });
    expect(await synced.rows('SELECT id FROM documents ORDER BY id')).toEqual([{ id: first }, { id: second }]);
  });

  it('mends a document row that was changed or lost', async () => {
    const query = 'SELECT * FROM documents ORDER BY id';
    const before = await synced.rows(query);
    await synced.rows(`UPDATE documents SET title = 'tampered', metadata = '{"a": 1}' WHERE id = $1`, [first]);
    await synced.rows('DELETE FROM documents WHERE id = $1', [second]);
    expect(await synced.service.syncNow()).toEqual({ synced: 2, deleted: 0, unchanged: 3, lag: 0 });
    expect(await synced.rows(query)).toEqual(before);
  });

  it('brings back a table that was emptied whole', async () => {
    const before = await synced.rows(ALL_ROWS);
    await synced.rows('TRUNCATE documents CASCADE');
    expect(await synced.service.syncNow()).toEqual({ synced: 5, deleted: 0, unchanged: 0, lag: 0 });
    expect(await synced.rows(ALL_ROWS)).toEqual(before);
  });

  it('is refused while PostgreSQL is away', async () => {
    await postgres.kill();
    await expect(synced.service.syncNow()).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
    await postgres.restart();
    await synced.settle();
  });

  describe('with the metadata in the call', () => {
    const entriesOf = async (...ids: number[]): Promise<MetadataEntry[]> =>
      (await Promise.all(ids.map((id) => synced.store.readChunks(id)))).flat().map(({ documentId, chunkIndex, text, vectorId }) => ({
        document_id: documentId,
        chunk_index: chunkIndex,
        text,
        faiss_index: vectorId,
        embedding_model: 'model-a',
        chunk_length: text.length,
      }));

    it("finds the engine's own metadata unchanged", async () => {
      expect(await synced.service.compareRows(await entriesOf(first, second), { dryRun: false })).toEqual({
        synced: 0,
        deleted: 0,
        unchanged: 5,
        lag: 0,
      });
    });

    it('mends the rows of the named documents only, in whatever order the entries come', async () => {
      await synced.rows(`DELETE FROM vector_metadata WHERE text IN ('a1', 'b1')`);
      const entries = (await entriesOf(first)).reverse();
      expect(await synced.service.compareRows(entries, { dryRun: true })).toEqual({ synced: 1, deleted: 0, unchanged: 2, lag: 0 });
      expect(await synced.rows('SELECT text FROM vector_metadata ORDER BY text')).toEqual([{ text: 'a2' }, { text: 'a3' }, { text: 'b2' }]);
      expect(await synced.service.compareRows(entries, { dryRun: false })).toEqual({ synced: 1, deleted: 0, unchanged: 2, lag: 0 });
      expect(await synced.rows('SELECT text FROM vector_metadata ORDER BY text')).toEqual([
        { text: 'a1' },
        { text: 'a2' },
        { text: 'a3' },
        { text: 'b2' },
      ]);
    });

    it.each<[string, (entries: MetadataEntry[]) => MetadataEntry[], string]>([
      ['lacks', (entries) => [...entries, { document_id: first, chunk_index: 3, text: 'a4' }], 'the engine has no such chunk'],
      [
        'does not know the document of',
        (entries) => [...entries, { document_id: 4711, chunk_index: 0, text: 'x' }],
        'the engine has no such document',
      ],
      ['has besides', (entries) => entries.slice(1), 'the engine has it, and it was not given'],
      ['has with another text', ([entry, ...rest]) => [{ ...entry, text: 'other' }, ...rest], 'its text is another'],
      ['has under another faiss_index', ([entry, ...rest]) => [{ ...entry, faiss_index: 4711 }, ...rest], 'its faiss_index is 1'],
      ['has from another model', ([entry, ...rest]) => [{ ...entry, embedding_model: 'm' }, ...rest], 'its embedding_model is model-a'],
      ['has with another length', ([entry, ...rest]) => [{ ...entry, chunk_length: 7 }, ...rest], 'its chunk_length is 2'],
      ['is given twice', ([entry, ...rest]) => [entry, entry, ...rest], 'it is given twice'],
    ])('refuses a row that the engine %s, and changes nothing', async (_what, change, reason) => {
      await synced.rows(`DELETE FROM vector_metadata WHERE text = 'a3'`);
      const refused = synced.service.compareRows(change(await entriesOf(first)), { dryRun: false });
      await expect(refused).rejects.toMatchObject({
        code: 'METADATA_CONFLICT',
        status: 409,
        members: { conflict_count: 1, conflicts: [{ reason }] },
      });
      expect(await synced.rows('SELECT count(*)::int AS count FROM vector_metadata')).toEqual([{ count: 4 }]);
    });

    it('names the first hundred of many conflicts and counts all', async () => {
      const entries = Array.from({ length: 250 }, (_, place) => ({ document_id: 4711, chunk_index: place, text: 'x' }));
      const error = await synced.service.compareRows(entries, { dryRun: false }).catch((refused: MetadataConflictError) => refused);
      expect(error).toBeInstanceOf(MetadataConflictError);
      const { members } = error as MetadataConflictError;
      expect([members.conflict_count, (members.conflicts as unknown[]).length]).toEqual([250, 100]);
    });
  });
});
