import { startTestPostgres, type TestPostgres } from '../support/postgres.js';
import { SyncedStore } from '../support/synced-store.js';
import { until } from '../support/until.js';

describe('the sync of the journal to PostgreSQL', () => {
  let postgres: TestPostgres;
  let stores = 0;
  let synced: SyncedStore;

  beforeAll(async () => {
    postgres = await startTestPostgres();
  });
  afterAll(() => postgres.stop());
  beforeEach(async () => {
    synced = await SyncedStore.open(await postgres.createDatabase(`sync_${++stores}`));
  });
  afterEach(() => synced.dispose());

  it('writes a saved document with its chunks and vectors', async () => {
    const { id } = await synced.save('manual', ['first chunk', 'second chunk']);
    await synced.settle();
    const rows = await synced.rows<Record<string, unknown>>(
      `SELECT v.id, v.faiss_index, v.chunk_index, v.text, v.chunk_length, v.embedding_model, v.char_end, octet_length(e.embedding) AS bytes
         FROM vector_metadata v JOIN vector_embeddings e ON e.vector_id = v.id WHERE document_id = $1 ORDER BY v.id`,
      [id],
    );
    const [first, second] = [...synced.store.vectorIds(id)];
    expect(rows).toEqual([
      {
        id: first,
        faiss_index: first,
        chunk_index: 0,
        text: 'first chunk',
        chunk_length: 11,
        embedding_model: 'model-a',
        char_end: 11,
        bytes: 32,
      },
      {
        id: second,
        faiss_index: second,
        chunk_index: 1,
        text: 'second chunk',
        chunk_length: 12,
        embedding_model: 'model-a',
        char_end: 112,
        bytes: 32,
      },
    ]);
  });

  it('keeps each vector as little-endian floats', async () => {
    const { id } = await synced.save('floats', ['abc']);
    await synced.settle();
    const [{ embedding }] = await synced.rows<{ embedding: Buffer }>('SELECT embedding FROM vector_embeddings WHERE vector_id = $1', [
      synced.store.vectorIds(id)[0],
    ]);
    expect(Array.from({ length: 8 }, (_, place) => embedding.readFloatLE(place * 4))).toEqual([0, 0, 0, 1, 0, 0, 0, 0]);
  });

  it('takes away what was deleted, the document itself or its vectors alone', async () => {
    const gone = await synced.save('gone', ['one', 'two']);
    const bare = await synced.save('bare', ['three']);
    await synced.settle();
    await synced.store.deleteDocument(gone.id);
    await synced.store.deleteVectors(bare.id);
    await synced.settle();
    expect(await synced.rows('SELECT id, status FROM documents')).toEqual([{ id: bare.id, status: 'unindexed' }]);
    expect(await synced.rows('SELECT id FROM vector_metadata')).toEqual([]);
    expect(await synced.rows('SELECT vector_id FROM vector_embeddings')).toEqual([]);
  });

  it('puts a new version in the place of the old chunks', async () => {
    const { id } = await synced.save('manual', ['old']);
    const { generation } = await synced.store.requeueDocument(id);
    await synced.saveChunks(id, generation, ['new', 'newer']);
    await synced.settle();
    expect(await synced.rows('SELECT text FROM vector_metadata ORDER BY chunk_index')).toEqual([{ text: 'new' }, { text: 'newer' }]);
  });

  it('moves the watermark with the rows, to the last record and its chain value', async () => {
    await synced.save('manual', ['text']);
    await synced.settle();
    const [state] = await synced.rows<Record<string, unknown>>('SELECT store_id, applied_seq, chain, last_synced_at FROM sync_state');
    const sequence = synced.store.lastSequence;
    expect(state).toMatchObject({
      store_id: synced.store.storeId,
      applied_seq: String(sequence),
      chain: String(await synced.store.chainAt(sequence)),
    });
    expect(synced.sync.lastSyncedAt).toBe((state.last_synced_at as Date).toISOString());
  });

  it('keeps the sequence of ids ahead of the ids that it writes itself', async () => {
    await synced.save('manual', ['one', 'two', 'three']);
    await synced.settle();
    const [{ id }] = await synced.rows<{ id: number }>(
      `INSERT INTO vector_metadata (chunk_index, text, faiss_index) VALUES (0, 'by hand', 0) RETURNING id`,
    );
    expect(id).toBeGreaterThan(3);
  });

  it('keeps times in UTC', async () => {
    const { id, createdAt } = await synced.save('clock', ['tick']);
    await synced.settle();
    const [{ text, read }] = await synced.rows<{ text: string; read: Date }>(
      `SELECT to_char(created_at, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS text, created_at AS read FROM vector_metadata WHERE document_id = $1`,
      [id],
    );
    const [chunk] = await synced.store.readChunks(id);
    expect(text).toBe(chunk.createdAt);
    expect(read.toISOString()).toBe(chunk.createdAt);
    const [document] = await synced.rows<{ created_at: Date }>('SELECT created_at FROM documents WHERE id = $1', [id]);
    expect(document.created_at.toISOString()).toBe(createdAt);
  });

  it('says when PostgreSQL holds a record, and gives up after the time given', async () => {
    await synced.save('manual', ['text']);
    expect(await synced.sync.waitFor(synced.store.lastSequence, 30_000)).toBe(true);
    expect(synced.sync.lag).toBe(0);
    expect(await synced.sync.waitFor(synced.store.lastSequence + 1, 50)).toBe(false);
  });

  it('catches up by itself after the server was killed under saves', async () => {
    await synced.save('before', ['one']);
    await synced.settle();
    await postgres.kill();
    const during = await synced.save('during', ['two']);
    await until(() => !synced.database.connected);
    expect(synced.sync.lag).toBeGreaterThan(0);
    expect(await synced.sync.waitFor(synced.store.lastSequence, 60_000)).toBe(false);
    expect(synced.health).toMatchObject({ status: 'degraded', checks: { database: { status: 'degraded' }, sync: { status: 'degraded' } } });
    await expect(synced.rows('SELECT 1')).rejects.toMatchObject({
      code: 'DATABASE_UNAVAILABLE',
      status: 503,
      headers: { 'Retry-After': '5' },
    });
    await postgres.restart();
    await synced.settle();
    expect(await synced.rows('SELECT document_id, text FROM vector_metadata ORDER BY id')).toEqual([
      { document_id: expect.any(Number), text: 'one' },
      { document_id: during.id, text: 'two' },
    ]);
    expect(synced.health.status).toBe('ok');
  });

  it('fills an empty database beside a full store, ids included', async () => {
    await synced.save('one', ['a', 'b']);
    await synced.save('two', ['c']);
    await synced.settle();
    const query =
      'SELECT v.id, v.document_id, v.text, d.title FROM vector_metadata v JOIN documents d ON d.id = v.document_id ORDER BY v.id';
    const before = await synced.rows(query);
    await synced.close();
    const again = await SyncedStore.open(await postgres.createDatabase(`sync_${++stores}`), synced.dataDir);
    synced = again;
    await synced.settle();
    expect(await synced.rows(query)).toEqual(before);
  });
});
