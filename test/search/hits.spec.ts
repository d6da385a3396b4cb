import { Embedder } from '../../src/embedding/index.js';
import { VectorStore, type ChunkToSave, type StoredDocument } from '../../src/store/index.js';
import type { RunningApplication } from '../support/application.js';
import { requestJson } from '../support/http-json.js';
import { saveDocument } from '../support/saved-document.js';
import { startEngine } from './running-engine.js';

interface Hit {
  score: number;
  document: { id: number };
  chunk: { id: number; chunk_index: number; text: string; vector?: number[] };
  citation: Record<string, unknown>;
  context?: Record<string, unknown>;
  other_passages?: number;
}

/** Sentences of one text that overlap by a word, on two pages, with a blank between the third and the fourth. */
const pieces: [text: string, charStart: number, page: number][] = [
  ['The pump runs.', 0, 1],
  ['runs. It stops at night.', 9, 1],
  ['night. Then it cools.', 27, 2],
  ['In the morning it starts.', 50, 2],
];

describe('What a hit shows', () => {
  let running: RunningApplication;
  let store: VectorStore;
  let embedder: Embedder;
  let pump: StoredDocument;
  let billing: StoredDocument;

  beforeAll(async () => {
    running = await startEngine();
    store = running.app.get(VectorStore);
    embedder = running.app.get(Embedder, { strict: false });
    billing = await saveDocument(store, embedder, 'Billing', ['Invoices are sent by mail.', 'Cards are taken.']);
    pump = await importPump('pump');
  });
  afterAll(() => running.stop());

  const importPump = async (name: string): Promise<StoredDocument> => {
    const chunks: ChunkToSave[] = pieces.map(([text, charStart, page]) => ({
      ...{ text, charStart, charEnd: charStart + text.length, pageStart: page, pageEnd: page, headingPath: [] },
    }));
    const vectors = await Promise.all(chunks.map(({ text }) => embedder.embedText(text)));
    const { document } = await store.importDocument({
      ...{ ownerId: null, title: 'The pump', filename: `${name}.txt`, mimeType: 'text/plain', metadata: {}, chunks },
      ...{ sha256: Buffer.from(name).toString('hex').padEnd(64, '0'), pageCount: 2, charCount: 75 },
      vectors: Float32Array.from(vectors.flatMap((vector) => [...vector])),
    });
    return document;
  };
  const search = async (body: Record<string, unknown>): Promise<Hit[]> => {
    const answer = await requestJson(running.url, 'POST', '/search', { query: 'When does the pump stop?', ...body });
    expect(answer.status).toBe(200);
    return answer.body.hits;
  };
  const piece = (hits: Hit[], at: number): Hit => hits.find(({ chunk }) => chunk.text === pieces[at][0])!;

  it('names its source with the page, and a link to it where there is an original', async () => {
    const hits = await search({ top_k: 10 });
    expect(piece(hits, 2).citation).toEqual({ title: 'The pump', page_start: 2, page_end: 2, url: null });
    const invoice = hits.find(({ document }) => document.id === billing.id)!;
    expect(invoice.citation).toMatchObject({ title: 'Billing', url: `/documents/${billing.id}/file#page=1` });
  });

  it('shows what stands around it, without what the chunks share', async () => {
    const hits = await search({ context_chunks: 1, filter: { document_ids: [pump.id] } });
    expect(piece(hits, 1).context).toEqual({
      text: 'The pump runs. It stops at night. Then it cools.',
      ...{ chunk_index_start: 0, chunk_index_end: 2, char_start: 0, char_end: 48, page_start: 1, page_end: 2 },
    });
    expect(piece(hits, 3).context).toMatchObject({
      text: 'night. Then it cools.\nIn the morning it starts.',
      ...{ chunk_index_start: 2, chunk_index_end: 3, char_start: 27, char_end: 75 },
    });
  });

  it('shows a short document whole when more is asked for than it has, and nothing around it when none is', async () => {
    for (const { context } of await search({ context_chunks: 10, filter: { document_ids: [pump.id] } }))
      expect(context).toMatchObject({ chunk_index_start: 0, chunk_index_end: 3, char_start: 0, char_end: 75 });
    expect((await search({})).every((hit) => !('context' in hit))).toBe(true);
  });

  it('shows no context of a document that is deleted while it is found', async () => {
    const fleeting = await importPump('fleeting');
    const read = store.readChunks.bind(store);
    store.readChunks = async (id, places) => {
      if (id === fleeting.id) await store.deleteDocument(id).catch(() => undefined);
      return read(id, places);
    };
    try {
      const hits = await search({ context_chunks: 1, filter: { document_ids: [pump.id, fleeting.id] } });
      expect(hits.filter(({ document }) => document.id === fleeting.id).map(({ context }) => context)).toEqual(Array(4).fill(undefined));
      expect(hits.filter(({ document, context }) => document.id === pump.id && context)).toHaveLength(4);
    } finally {
      store.readChunks = read;
    }
  });

  it('stands for its document when hits are grouped, and counts the rest that was found', async () => {
    const all = await search({ top_k: 100 });
    const grouped = await search({ top_k: 100, group_by_document: true });
    expect(grouped.map(({ document, other_passages }) => [document.id, other_passages])).toEqual([
      [pump.id, 3],
      [billing.id, 1],
    ]);
    for (const hit of grouped) expect(hit.chunk).toEqual(all.find(({ document }) => document.id === hit.document.id)!.chunk);
  });

  it('comes from as many documents as were asked for, however many passages stand before them', async () => {
    const long = await saveDocument(
      store,
      embedder,
      'Log',
      Array.from({ length: 30 }, (_, n) => `The pump stops at ${n} o'clock.`),
    );
    const hits = await search({ top_k: 3, group_by_document: true });
    expect(hits.map(({ document }) => document.id)).toEqual([long.id, pump.id, billing.id]);
    await store.deleteDocument(long.id);
  });

  it('has its vector when it is asked for', async () => {
    const [hit] = await search({ top_k: 1, include_vectors: true });
    expect(hit.chunk.vector).toEqual([...(await embedder.embedText(hit.chunk.text))].map((value) => expect.closeTo(value, 5) as number));
    expect((await search({ top_k: 1 }))[0].chunk).not.toHaveProperty('vector');
  });

  it.each([
    ['context_chunks', -1],
    ['context_chunks', 11],
    ['context_chunks', 1.5],
    ['group_by_document', 'yes'],
    ['include_vectors', 1],
  ])('is refused with %s %s', async (name, value) => {
    const { status, body } = await requestJson(running.url, 'POST', '/search', { query: 'x', [name]: value });
    expect(status).toBe(400);
    expect(body).toMatchObject({ code: 'VALIDATION_FAILED', detail: expect.stringContaining(name) });
  });

  describe('of a batch', () => {
    const batch = (searches: unknown) => requestJson(running.url, 'POST', '/search/batch', { searches });

    it('is what each search alone gives, in their order', async () => {
      const searches = [
        { query: 'invoices', top_k: 1 },
        { query: 'When does the pump stop?', group_by_document: true },
        { query: 'cards' },
      ];
      const { status, body } = await batch(searches);
      expect(status).toBe(200);
      const alone = await Promise.all(searches.map((each) => requestJson(running.url, 'POST', '/search', each)));
      const hitsOf = (answer: unknown) => (answer as { hits: Hit[] }).hits;
      expect((body.results as unknown[]).map(hitsOf)).toEqual(alone.map((answer) => hitsOf(answer.body)));
    });

    it('is refused with all others when one search is wrong, which is named', async () => {
      const form = await batch([{ query: 'x' }, { query: 'x', top_k: 0 }]);
      expect([form.status, form.body.code]).toEqual([400, 'VALIDATION_FAILED']);
      expect(form.body.detail).toContain('searches.1.top_k');
      const vector = await batch([{ query: 'x' }, { query: 'y' }, { vector: [1, 2] }]);
      expect([vector.status, vector.body.code, vector.body.search]).toEqual([400, 'INVALID_VECTOR', 2]);
      expect(vector.body.detail).toMatch(/^searches\[2\]: /);
    });

    it.each([['none'], [[]], [[1]], [[null]], [Array(65).fill({ query: 'x' })], [undefined]])('is refused for %j', async (searches) => {
      const { status, body } = await batch(searches);
      expect([status, body.code]).toEqual([400, 'VALIDATION_FAILED']);
    });
  });
});
