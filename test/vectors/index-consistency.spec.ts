import { Database } from '../../src/platform/index.js';
import { PostgresSync } from '../../src/sync/index.js';
import { VectorStore, type StoredDocument } from '../../src/store/index.js';
import { startApplication, type RunningApplication } from '../support/application.js';
import { requestJson } from '../support/http-json.js';
import { saveVectors } from '../support/saved-document.js';
import { scatteredVectors } from '../support/scattered-vectors.js';

describe('GET /index/consistency and POST /index/repair', () => {
  let running: RunningApplication;
  let database: Database;
  let manual: StoredDocument;
  let ids: number[];

  beforeAll(async () => {
    running = await startApplication();
    const store = running.app.get(VectorStore, { strict: false });
    database = running.app.get(Database, { strict: false });
    const save = (title: string, passages: string[]): Promise<StoredDocument> =>
      saveVectors(store, title, passages, scatteredVectors(passages.length, store.dimension));
    manual = await save('Manual', ['Press the button.', 'Größe 🔧', 'Charge it.']);
    await save('Notes', ['Call back on Monday.']);
    await running.app.get(PostgresSync, { strict: false }).catchUp();
    ids = [...store.vectorIds(manual.id)];
  });

  afterAll(() => running?.stop());

  const consistency = async () => (await requestJson(running.url, 'GET', '/index/consistency')).body;
  const repair = async (query = '') => (await requestJson(running.url, 'POST', `/index/repair${query}`)).body;
  const nothing = { missing: [], missing_count: 0, orphaned: [], orphaned_count: 0, differing: [], differing_count: 0 };

  it('find nothing amiss where nothing is', async () => {
    expect(await consistency()).toEqual({ consistent: true, lag: 0, checked_documents: 2, checked_vectors: 4, ...nothing });
    expect(await repair()).toMatchObject({ consistent: true, repaired: 0 });
  });

  it('name what was edited in SQL, vectors and documents too, and bring it right', async () => {
    await database.execute('DELETE FROM vector_metadata WHERE id = $1', [ids[0]]);
    await database.execute(`UPDATE vector_embeddings SET embedding = set_byte(embedding, 9, 1) WHERE vector_id = $1`, [ids[1]]);
    await database.execute(`UPDATE documents SET title = 'Other' WHERE id = $1`, [manual.id]);
    await database.execute(
      `INSERT INTO vector_metadata (id, document_id, chunk_index, text, faiss_index) VALUES (100001, $1, 9, 'Nobody said this.', 100001)`,
      [manual.id],
    );
    const found = {
      ...{ consistent: false, lag: 0, checked_documents: 2, checked_vectors: 4 },
      missing: [{ document_id: manual.id, chunk_index: 0, faiss_index: ids[0] }],
      missing_count: 1,
      orphaned: [{ document_id: manual.id, chunk_index: 9, faiss_index: 100001 }],
      orphaned_count: 1,
      differing: [
        { document_id: manual.id, chunk_index: null, faiss_index: null },
        { document_id: manual.id, chunk_index: 1, faiss_index: ids[1] },
      ],
      differing_count: 2,
    };
    expect(await consistency()).toEqual(found);
    expect(await repair('?dry_run=true')).toEqual({ ...found, repaired: 0 });
    const { body: sick } = await requestJson(running.url, 'GET', '/health/ready');
    expect(sick).toMatchObject({ status: 'degraded', checks: { consistency: { status: 'degraded', wrong_rows: 4, consistent: false } } });
    expect(await repair()).toEqual({ ...found, repaired: 4 });
    expect(await consistency()).toEqual({ consistent: true, lag: 0, checked_documents: 2, checked_vectors: 4, ...nothing });
    const { body: well } = await requestJson(running.url, 'GET', '/health/ready');
    expect(well).toMatchObject({ status: 'ok', checks: { consistency: { status: 'ok', consistent: true, checked_documents: 2 } } });
  });

  it('count documents that only PostgreSQL has, and so does a dry run of the sync', async () => {
    await database.execute(
      `INSERT INTO documents SELECT 999, owner_id, 'Stray', title_given, filename, mime_type, size_bytes, sha256, metadata, status, error_code,
       error_detail, page_count, char_count, chunk_count, warnings, created_at, updated_at, indexed_at, generation, text_generation
       FROM documents WHERE id = $1`,
      [manual.id],
    );
    await database.execute(
      `INSERT INTO vector_metadata (document_id, chunk_index, text, faiss_index) VALUES (999, 0, 'stray', 7), (NULL, 1, 'x', 8)`,
    );
    const { body } = await requestJson(running.url, 'POST', '/vectors/sync?dry_run=true');
    expect(body).toMatchObject({ synced: 0, deleted: 2, unchanged: 4 });
    expect(await consistency()).toMatchObject({ checked_documents: 3, orphaned_count: 3 });
    expect(await repair()).toMatchObject({ orphaned_count: 3, repaired: 3 });
    expect(await database.query('SELECT count(*)::int AS n FROM documents')).toEqual([{ n: 2 }]);
  });

  it('refuse a query that they do not know', async () => {
    expect((await requestJson(running.url, 'POST', '/index/repair?dry=true')).body).toMatchObject({
      status: 400,
      code: 'VALIDATION_FAILED',
    });
    expect((await requestJson(running.url, 'POST', '/index/repair?dry_run=yes')).body).toMatchObject({ status: 400 });
  });
});
