import { Readable } from 'node:stream';
import { Database } from '../../src/platform/index.js';
import { VectorStore, type StoredDocument } from '../../src/store/index.js';
import { startApplication, type RunningApplication } from '../support/application.js';
import { requestJson } from '../support/http-json.js';
import { saveVectors } from '../support/saved-document.js';
import { scatteredVectors } from '../support/scattered-vectors.js';

interface Row {
  document_id: number;
  chunk_index: number;
  text: string;
  faiss_index?: number;
}

describe('Bringing PostgreSQL to the state of the engine', () => {
  let running: RunningApplication;
  let store: VectorStore;
  let database: Database;
  let manual: StoredDocument;
  let notes: StoredDocument;

  beforeAll(async () => {
    running = await startApplication();
    store = running.app.get(VectorStore, { strict: false });
    database = running.app.get(Database, { strict: false });
    const save = (title: string, passages: string[]): Promise<StoredDocument> =>
      saveVectors(store, title, passages, scatteredVectors(passages.length, store.dimension));
    manual = await save('Manual', ['Press "the" button.\n', 'Größe 🔧', 'Charge it.']);
    notes = await save('Notes', ['Call back on Monday.']);
    await sync();
  });

  afterAll(() => running?.stop());

  const sync = (body?: unknown, query = ''): ReturnType<typeof requestJson> =>
    requestJson(running.url, 'POST', `/vectors/sync${query}`, body);
  const metadata = async (): Promise<Row[]> => (await requestJson(running.url, 'GET', '/vectors/metadata')).body as unknown as Row[];
  const rowCount = async (): Promise<number> =>
    (await database.query<{ n: number }>('SELECT count(*)::int AS n FROM vector_metadata'))[0].n;

  it('finds nothing to do where nothing is amiss', async () => {
    const { status, body } = await sync();
    expect(status).toBe(200);
    expect(body).toEqual({ synced: 0, deleted: 0, unchanged: 4, lag: 0 });
    const { sync: state } = (await requestJson(running.url, 'GET', '/vectors/stats')).body as unknown as { sync: Record<string, unknown> };
    expect(state).toEqual({ lag: 0, last_synced_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/) });
  });

  it('streams the engine’s metadata in the form that it takes', async () => {
    const response = await fetch(`${running.url}/vectors/metadata`);
    expect(response.headers.get('content-type')).toContain('application/json');
    const ids = [...store.vectorIds(manual.id), ...store.vectorIds(notes.id)];
    expect(await response.json()).toEqual(
      ['Press "the" button.\n', 'Größe 🔧', 'Charge it.', 'Call back on Monday.'].map((text, at) => ({
        document_id: at < 3 ? manual.id : notes.id,
        chunk_index: at < 3 ? at : 0,
        text,
        faiss_index: ids[at],
        embedding_model: 'all-MiniLM-L6-v2',
        chunk_length: text.length,
      })),
    );
  });

  it('takes its own metadata back and changes nothing', async () => {
    const rows = await metadata();
    expect((await sync(rows)).body).toMatchObject({ synced: 0, deleted: 0, unchanged: 4, lag: 0 });
    expect((await sync({ metadata: rows })).body).toMatchObject({ synced: 0, deleted: 0, unchanged: 4, lag: 0 });
  });

  it('takes a body that is piped from one call to the other', async () => {
    const { body } = await fetch(`${running.url}/vectors/metadata`);
    const response = await fetch(`${running.url}/vectors/sync`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body,
      duplex: 'half',
    });
    expect(await response.json()).toMatchObject({ synced: 0, unchanged: 4 });
  });

  it('puts back what PostgreSQL lost and takes away what it has besides, and with dry_run only says so', async () => {
    const [lost] = store.vectorIds(manual.id);
    await database.execute('DELETE FROM vector_metadata WHERE id = $1', [lost]);
    await database.execute(
      `INSERT INTO vector_metadata (id, document_id, chunk_index, text, faiss_index) VALUES (100001, $1, 9, 'Nobody said this.', 100001)`,
      [manual.id],
    );
    const dry = await sync(undefined, '?dry_run=true');
    expect(dry.body).toMatchObject({ synced: 1, deleted: 1, unchanged: 3 });
    expect(await database.query('SELECT id FROM vector_metadata WHERE id = $1', [lost])).toEqual([]);
    expect((await sync()).body).toMatchObject({ synced: 1, deleted: 1, unchanged: 3, lag: 0 });
    expect((await sync()).body).toMatchObject({ synced: 0, deleted: 0, unchanged: 4 });
    const [{ text }] = await database.query<{ text: string }>('SELECT text FROM vector_metadata WHERE id = $1', [lost]);
    expect(text).toBe('Press "the" button.\n');
  });

  it('brings the documents that a body names, and no others, to the engine’s state', async () => {
    await database.execute('DELETE FROM vector_metadata');
    const named = (await metadata()).filter(({ document_id }) => document_id === manual.id);
    expect((await sync(named, '?dry_run=true')).body).toMatchObject({ synced: 3 });
    expect(await rowCount()).toBe(0);
    expect((await sync(named)).body).toMatchObject({ synced: 3, deleted: 0 });
    expect(await rowCount()).toBe(3);
    await sync();
    expect(await rowCount()).toBe(4);
  });

  it.each([
    ['another text', (rows: Row[]) => [{ ...rows[0], text: 'Something else.' }, ...rows.slice(1)]],
    ['a document that the engine lacks', (rows: Row[]) => [...rows, { document_id: 999, chunk_index: 0, text: 'x' }]],
    ['a chunk that the engine lacks', (rows: Row[]) => [...rows, { ...rows[0], chunk_index: 99, faiss_index: undefined }]],
    ['a chunk too few', (rows: Row[]) => rows.slice(1)],
    ['another vector id', (rows: Row[]) => [{ ...rows[0], faiss_index: 4242 }, ...rows.slice(1)]],
  ])('refuses %s, and changes nothing', async (_, change) => {
    const before = await database.query('SELECT * FROM vector_metadata ORDER BY id');
    const { status, body } = await sync(change(await metadata()));
    expect(status).toBe(409);
    expect(body).toMatchObject({ code: 'METADATA_CONFLICT' });
    expect(await database.query('SELECT * FROM vector_metadata ORDER BY id')).toEqual(before);
  });

  it('names the row that cannot be read, and changes nothing', async () => {
    const rows: unknown[] = [...(await metadata()), { document_id: 'one', chunk_index: 0, text: 'x' }];
    const { status, body } = await sync(rows);
    expect(status).toBe(400);
    expect(body).toMatchObject({ code: 'INVALID_METADATA', row: 5 });
    expect((await sync(JSON.stringify(rows).slice(0, -30))).body).toMatchObject({ code: 'INVALID_METADATA' });
    expect(await rowCount()).toBe(4);
  });

  it('answers a long body before its end when a row is wrong, and goes on', async () => {
    function* rows(): Generator<string> {
      yield '[';
      for (let row = 0; row < 20_000; row++)
        yield `${row > 0 ? ',' : ''}{"document_id":${row === 9_999 ? '0' : '1'},"chunk_index":${row},"text":"${'x'.repeat(500)}"}`;
      yield ']';
    }
    const response = await fetch(`${running.url}/vectors/sync`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: Readable.toWeb(Readable.from(rows())),
      duplex: 'half',
    });
    expect(await response.json()).toMatchObject({ status: 400, code: 'INVALID_METADATA', row: 10_000 });
    expect((await sync()).status).toBe(200);
  });

  it.each([
    [{ 'Content-Type': 'text/csv' }, 415],
    [{ 'Content-Type': 'application/json; charset=utf-16' }, 415],
    [{ 'Content-Type': 'application/json', 'Content-Encoding': 'gzip' }, 415],
  ])('refuses a body sent as %j', async (headers, status) => {
    const response = await fetch(`${running.url}/vectors/sync`, { method: 'POST', headers, body: '[]' });
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ code: 'UNSUPPORTED_MEDIA_TYPE' });
  });

  it.each(['?dry_run=yes', '?dry_run=', '?dryrun=true'])('refuses the parameter %s', async (query) => {
    expect((await sync(undefined, query)).body).toMatchObject({ status: 400, code: 'VALIDATION_FAILED' });
  });

  it('survives a reader of the metadata that leaves in the middle', async () => {
    const passages = Array.from({ length: 500 }, (_, at) => `${at} ${'x'.repeat(2000)}`);
    const big = await saveVectors(store, 'Big', passages, scatteredVectors(passages.length, store.dimension));
    const leaving = new AbortController();
    const response = await fetch(`${running.url}/vectors/metadata`, { signal: leaving.signal });
    await response.body?.getReader().read();
    leaving.abort();
    expect((await metadata()).length).toBe(504);
    await store.deleteDocument(big.id);
  });
});
