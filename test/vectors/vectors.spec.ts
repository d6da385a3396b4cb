import { startApplication, type RunningApplication } from '../support/application.js';
import { requestJson } from '../support/http-json.js';
import { scatteredVectors } from '../support/scattered-vectors.js';
import { saveVectors } from '../support/saved-document.js';
import { VectorStore, type StoredDocument } from '../../src/store/index.js';

const long = `${'The lamp of unit 7 blinks. '.repeat(3)}${'x'.repeat(18)}🔧 and so on, for a while.`;

describe('The vectors of documents over HTTP', () => {
  let running: RunningApplication;
  let store: VectorStore;
  let manual: StoredDocument;
  let notes: StoredDocument;

  beforeAll(async () => {
    running = await startApplication();
    store = running.app.get(VectorStore, { strict: false });
    manual = await save('Manual', ['Press the button.', long, 'Charge it.'], 'support');
    notes = await save('Notes', ['Call back on Monday.']);
  });

  afterAll(() => running?.stop());

  const save = (title: string, passages: string[], ownerId: string | null = null): Promise<StoredDocument> =>
    saveVectors(store, title, passages, scatteredVectors(passages.length, store.dimension), { ownerId });
  const request = (method: string, path: string): ReturnType<typeof requestJson> => requestJson(running.url, method, path);

  it('shows a document’s chunks in the original form', async () => {
    const { status, body } = await request('GET', `/vectors/document/${manual.id}`);
    const ids = [...store.vectorIds(manual.id)];
    const created = expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/) as unknown;
    const common = { embedding_model: 'all-MiniLM-L6-v2', created_at: created };
    expect(status).toBe(200);
    expect(body).toEqual({
      document_id: manual.id,
      chunk_count: 3,
      chunks: [
        {
          ...common,
          id: ids[0],
          chunk_index: 0,
          text_preview: 'Press the button.',
          text_length: 17,
          faiss_index: ids[0],
          page_start: 1,
          page_end: 1,
          char_start: 0,
          char_end: 17,
        },
        {
          ...common,
          id: ids[1],
          chunk_index: 1,
          text_preview: long.slice(0, 99),
          text_length: long.length,
          faiss_index: ids[1],
          page_start: 2,
          page_end: 2,
          char_start: 17,
          char_end: 17 + long.length,
        },
        {
          ...common,
          id: ids[2],
          chunk_index: 2,
          text_preview: 'Charge it.',
          text_length: 10,
          faiss_index: ids[2],
          page_start: 3,
          page_end: 3,
          char_start: 17 + long.length,
          char_end: 27 + long.length,
        },
      ],
    });
  });

  it('adds whole texts with full=true', async () => {
    const { body } = await request('GET', `/vectors/document/${manual.id}?full=true`);
    expect((body.chunks as { text: string }[]).map(({ text }) => text)).toEqual(['Press the button.', long, 'Charge it.']);
  });

  it('counts vectors by document, owner and model', async () => {
    const { status, body } = await request('GET', '/vectors/stats');
    expect(status).toBe(200);
    expect(body).toEqual({
      total_vectors: 4,
      total_documents: 2,
      per_document: [
        { document_id: manual.id, vector_count: 3, total_chars: 27 + long.length },
        { document_id: notes.id, vector_count: 1, total_chars: 20 },
      ],
      per_owner: [
        { owner_id: 'support', document_count: 1, vector_count: 3 },
        { owner_id: null, document_count: 1, vector_count: 1 },
      ],
      embedding_models: [{ embedding_model: 'all-MiniLM-L6-v2', vector_count: 4 }],
      sync: expect.objectContaining({ lag: expect.any(Number) }),
    });
  });

  it('deletes a document’s vectors, keeps the document, and counts neither at once', async () => {
    const short = await save('Short-lived', ['One.', 'Two.']);
    expect((await request('DELETE', `/vectors/document/${short.id}`)).body).toEqual({ document_id: short.id, deleted_vectors: 2 });
    expect(store.getDocument(short.id)).toMatchObject({ status: 'unindexed', chunkCount: 0 });
    expect((await request('GET', `/vectors/document/${short.id}`)).body).toEqual({ document_id: short.id, chunk_count: 0, chunks: [] });
    expect((await request('GET', '/vectors/stats')).body).toMatchObject({ total_vectors: 4, total_documents: 2 });
    expect((await request('DELETE', `/vectors/document/${short.id}`)).body).toEqual({ document_id: short.id, deleted_vectors: 0 });
    await store.deleteDocument(short.id);
    for (const method of ['GET', 'DELETE']) {
      expect((await request(method, `/vectors/document/${short.id}`)).body).toMatchObject({ status: 404, code: 'DOCUMENT_NOT_FOUND' });
    }
  });

  it('counts what a document’s new vectors hold, not what the old ones did', async () => {
    const edited = await save('Edited', ['One.', 'Two.']);
    const chars = async (): Promise<unknown> =>
      ((await request('GET', '/vectors/stats')).body.per_document as { document_id: number; total_chars: number }[]).find(
        ({ document_id }) => document_id === edited.id,
      )?.total_chars;
    expect(await chars()).toBe(8);
    const { generation } = await store.requeueDocument(edited.id);
    await store.saveDocument({
      documentId: edited.id,
      generation,
      title: 'Edited',
      pageCount: 1,
      charCount: 6,
      warnings: [],
      chunks: ['Three.', 'Four.'].map((text) => ({ text, pageStart: 1, pageEnd: 1, charStart: 0, charEnd: text.length, headingPath: [] })),
      vectors: scatteredVectors(2, store.dimension),
    });
    expect(await chars()).toBe(11);
    await store.deleteDocument(edited.id);
  });

  it.each(['abc', '0', '-1', '1.5', '01', '99999999999999999999', '2147483648', '%00'])('refuses the id %s', async (id) => {
    for (const method of ['GET', 'DELETE']) expect((await request(method, `/vectors/document/${id}`)).status).toBe(400);
  });

  it.each(['full=yes', 'full=1', 'full=', 'fulll=true'])('refuses the parameter %s', async (query) => {
    expect((await request('GET', `/vectors/document/${manual.id}?${query}`)).body).toMatchObject({
      status: 400,
      code: 'VALIDATION_FAILED',
    });
  });

  it('shows how the index is built up', async () => {
    const { status, body } = await request('GET', '/index');
    const index = body as unknown as { segments: { kind: string; vectors_live: number }[]; vectors: { live: number } };
    expect(status).toBe(200);
    expect(body).toMatchObject({
      store_id: store.storeId,
      vectors: { live: 4, dead: expect.any(Number) },
      documents: 2,
      dimension: 384,
      embedding_model: 'all-MiniLM-L6-v2',
      journal: { files: expect.any(Number), bytes: expect.any(Number), last_sequence: store.lastSequence },
      memory: { vector_bytes: expect.any(Number), process_bytes: expect.any(Number) },
      file_bytes: expect.any(Number),
      sync: expect.objectContaining({ lag: expect.any(Number) }),
    });
    expect(index.segments.reduce((sum, segment) => sum + segment.vectors_live, 0)).toBe(index.vectors.live);
  });

  it('documents every operation with a description, an answer and its problems', async () => {
    const { body } = await request('GET', '/docs-json');
    const { paths } = body as unknown as {
      paths: Record<
        string,
        Record<string, { summary?: string; description?: string; responses: Record<string, { description?: string }> }>
      >;
    };
    const operations: [string, string, string[]][] = [
      ['/vectors/stats', 'get', []],
      ['/vectors/document/{id}', 'get', ['400', '404']],
      ['/vectors/document/{id}', 'delete', ['400', '404', '503', '507']],
      ['/vectors/sync', 'post', ['400', '409', '415', '503']],
      ['/vectors/metadata', 'get', []],
      ['/vectors', 'get', ['400', '503']],
      ['/index', 'get', []],
    ];
    for (const [path, method, problems] of operations) {
      const { summary, description, responses } = paths[path][method];
      expect([summary, description]).toEqual([expect.stringMatching(/\w/), expect.stringMatching(/\w/)]);
      expect(Object.keys(responses)).toEqual(expect.arrayContaining(['200', '500', ...problems]));
    }
  });
});
