import { Embedder } from '../../src/embedding/index.js';
import { VectorStore, type StoredDocument } from '../../src/store/index.js';
import type { RunningApplication } from '../support/application.js';
import { requestJson } from '../support/http-json.js';
import { saveDocument } from '../support/saved-document.js';
import { startEngine } from './running-engine.js';

const reset = 'Hold the power button for ten seconds until the status light turns amber; all settings return to their defaults.';
const battery = 'The battery lasts for six hours and is charged with the cable that is in the box.';
const warranty = 'The warranty covers two years from the day of purchase and does not cover water damage.';
const invoice = 'Invoices are sent by mail on the first day of each month, and can be paid by card.';

describe('Search over HTTP', () => {
  let running: RunningApplication;
  let store: VectorStore;
  let embedder: Embedder;
  let manual: StoredDocument;
  let leaflet: StoredDocument;
  let billing: StoredDocument;

  beforeAll(async () => {
    running = await startEngine();
    store = running.app.get(VectorStore);
    embedder = running.app.get(Embedder, { strict: false });
    manual = await saveDocument(store, embedder, 'Aurora manual', [reset, battery], {
      ownerId: 'support',
      mimeType: 'application/pdf',
      metadata: { product: 'Aurora', tags: ['light', 'remote'], spec: { watts: 20 } },
    });
    leaflet = await saveDocument(store, embedder, 'Aurora leaflet', [warranty], { ownerId: 'support', metadata: { product: 'Aurora' } });
    billing = await saveDocument(store, embedder, 'Billing', [invoice], { ownerId: 'finance' });
  });

  afterAll(() => running.stop());

  const post = (body: unknown): ReturnType<typeof requestJson> => requestJson(running.url, 'POST', '/search', body);
  const get = (query: string): ReturnType<typeof requestJson> => requestJson(running.url, 'GET', `/search?${query}`);
  const textsOf = (body: Record<string, unknown>): string[] => (body.hits as { chunk: { text: string } }[]).map(({ chunk }) => chunk.text);
  const find = async (body: Record<string, unknown>): Promise<string[]> => {
    const answer = await post({ query: 'How do I restore the factory state?', ...body });
    expect(answer.status).toBe(200);
    return textsOf(answer.body);
  };

  it.each([true, false])('tells the engine whether an approximation will do: exact %s', async (exact) => {
    const asked: unknown[] = [];
    const search = store.search.bind(store);
    store.search = (request) => (asked.push(request.exact), search(request));
    try {
      await post({ query: 'light', exact });
      await get(`q=light&exact=${exact}`);
    } finally {
      store.search = search;
    }
    expect(asked).toEqual([exact, exact]);
  });

  it('finds a passage by its meaning and shows where it stands', async () => {
    const query = 'How do I restore the factory state?';
    const { status, body } = await post({ query, top_k: 1 });
    const [vector, stored] = [await embedder.embedQuery(query), await embedder.embedText(reset)];
    const cosine = vector.reduce((sum, value, at) => sum + value * stored[at], 0);
    expect(status).toBe(200);
    expect(body).toEqual({
      hits: [
        {
          score: expect.closeTo(cosine, 5),
          scores: { vector: expect.closeTo(cosine, 5), vector_rank: 1, keyword: null, keyword_rank: null },
          document: { id: manual.id, title: 'Aurora manual', filename: 'Aurora manual.txt', metadata: manual.metadata },
          chunk: {
            id: store.vectorIds(manual.id)[0],
            chunk_index: 0,
            text: reset,
            page_start: 1,
            page_end: 1,
            char_start: 0,
            char_end: reset.length,
          },
          citation: { title: 'Aurora manual', page_start: 1, page_end: 1, url: `/documents/${manual.id}/file#page=1` },
          highlights: [],
        },
      ],
      mode: 'vector',
      took_ms: { embedding: expect.any(Number), search: expect.any(Number), fetch: expect.any(Number), total: expect.any(Number) },
    });
  });

  it('answers all that there is, best first, when there is less than asked for', async () => {
    const { body } = await post({ query: battery, top_k: 100 });
    const hits = body.hits as { score: number; scores: { vector_rank: number } }[];
    expect(textsOf(body)).toHaveLength(4);
    expect(textsOf(body)[0]).toBe(battery);
    expect(hits.map(({ score }) => score)).toEqual(hits.map(({ score }) => score).sort((left, right) => right - left));
    expect(hits.map(({ scores }) => scores.vector_rank)).toEqual([1, 2, 3, 4]);
  });

  it('tells times in milliseconds with three decimals at most, whose total covers the parts', async () => {
    const { body } = await post({ query: 'a question that nobody has asked before' });
    const times = body.took_ms as Record<string, number>;
    for (const time of Object.values(times)) expect(time).toBe(Math.round(time * 1000) / 1000);
    expect(times.embedding).toBeGreaterThan(0);
    expect(times.total).toBeGreaterThanOrEqual(times.embedding + times.search - 0.01);
  });

  it('finds the same with a vector of any length as with the text that it comes from', async () => {
    const byText = await post({ query: battery });
    const byVector = await post({ vector: [...(await embedder.embedQuery(battery))].map((value) => value * 250) });
    expect(textsOf(byVector.body)).toEqual(textsOf(byText.body));
    expect((byVector.body.hits as { score: number }[])[0].score).toBeCloseTo(1, 5);
  });

  it('finds nothing outside of a filter, whatever its condition', async () => {
    expect(await find({ filter: { owner_id: 'finance' } })).toEqual([invoice]);
    expect(await find({ filter: { owner_id: 'nobody' } })).toEqual([]);
    expect(await find({ filter: { document_ids: [leaflet.id, billing.id] } })).toHaveLength(2);
    expect(await find({ filter: { document_ids: [] } })).toEqual([]);
    expect(await find({ filter: { mime_types: ['application/pdf'] } })).toEqual([reset, battery]);
    expect(await find({ filter: { metadata: { product: 'Aurora' } } })).toHaveLength(3);
    expect(await find({ filter: { metadata: { tags: ['remote'], spec: { watts: 20 } } } })).toHaveLength(2);
    expect(await find({ filter: { metadata: { spec: { watts: 21 } } } })).toEqual([]);
    expect(await find({ filter: { owner_id: 'support', mime_types: ['text/plain'] } })).toEqual([warranty]);
    expect(await find({ filter: { metadata: { spec: { watts: { $gt: 10 } } } } })).toHaveLength(2);
    expect(await find({ filter: { metadata: { product: { $exists: false } } } })).toEqual([invoice]);
    expect(await find({ filter: { metadata: { $not: { product: 'Aurora' } }, owner_id: 'support' } })).toEqual([]);
    expect(await find({ filter: { title_contains: 'AURORA' } })).toHaveLength(3);
    expect(await find({ filter: { title_contains: 'leaflet', metadata: { product: 'Aurora' } } })).toEqual([warranty]);
    expect(await find({ filter: { title_contains: 'nowhere' } })).toEqual([]);
    expect(await find({ filter: {} })).toHaveLength(4);
  });

  it('takes the time of a filter as it is meant: after is inclusive, before is exclusive, in any zone', async () => {
    const instant = new Date(billing.createdAt);
    const elsewhere = `${new Date(instant.getTime() + 2 * 3_600_000).toISOString().slice(0, -1)}+02:00`;
    const only = { document_ids: [billing.id] };
    expect(await find({ filter: { ...only, created_after: billing.createdAt } })).toEqual([invoice]);
    expect(await find({ filter: { ...only, created_after: elsewhere } })).toEqual([invoice]);
    expect(await find({ filter: { ...only, created_before: billing.createdAt } })).toEqual([]);
    expect(await find({ filter: { ...only, created_before: '2999-01-01' } })).toEqual([invoice]);
  });

  it('leaves out what scores below min_score', async () => {
    const { body } = await post({ query: battery, min_score: 0.9 });
    expect(textsOf(body)).toEqual([battery]);
    expect(await find({ min_score: 1.1 })).toEqual([]);
    expect(await find({ min_score: -1 })).toHaveLength(4);
  });

  it('answers a GET as the same search by POST', async () => {
    const byGet = await get(
      `q=${encodeURIComponent(battery)}&top_k=2&mode=vector&owner_id=support&document_id=${manual.id},${leaflet.id}&min_score=-0.5&exact=true`,
    );
    const byPost = await post({
      query: battery,
      top_k: 2,
      mode: 'vector',
      filter: { owner_id: 'support', document_ids: [manual.id, leaflet.id] },
      min_score: -0.5,
      exact: true,
    });
    expect(byGet.status).toBe(200);
    expect(byGet.body.hits).toEqual(byPost.body.hits);
    expect(byGet.body.hits).toHaveLength(2);
  });

  it('takes a query of 100,000 characters', async () => {
    expect((await post({ query: 'Straße '.repeat(14_285) })).status).toBe(200);
  });

  it('does not find a document any more when its delete has returned', async () => {
    const text = 'The lighthouse keeper waters his tomatoes at dawn.';
    const document = await saveDocument(store, embedder, 'Short-lived', [text]);
    expect(await find({ query: text, top_k: 1 })).toEqual([text]);
    await store.deleteDocument(document.id);
    expect(await find({ query: text, top_k: 100 })).not.toContain(text);
  });

  it('documents both operations with parameters, examples and problems', async () => {
    const { body } = await requestJson(running.url, 'GET', '/docs-json');
    const { paths, components } = body as unknown as {
      paths: Record<
        string,
        Record<string, { responses: Record<string, { content?: Record<string, { examples?: object }> }>; parameters: { name: string }[] }>
      >;
      components: { schemas: Record<string, { properties: Record<string, { example?: unknown; description?: string }> }> };
    };
    const { post: byPost, get: byGet } = paths['/search'];
    expect(Object.keys(byPost.responses)).toEqual(expect.arrayContaining(['200', '400', '413', '415']));
    expect(Object.keys(byPost.responses['400'].content?.['application/problem+json'].examples ?? {})).toEqual(
      expect.arrayContaining(['VALIDATION_FAILED', 'MALFORMED_JSON', 'QUERY_OR_VECTOR', 'INVALID_VECTOR', 'MODE_NOT_AVAILABLE']),
    );
    expect(byGet.parameters.map(({ name }) => name).sort()).toEqual([
      'context_chunks',
      'document_id',
      'exact',
      'group_by_document',
      'min_score',
      'mode',
      'owner_id',
      'q',
      'top_k',
    ]);
    expect(components.schemas.SearchRequestDto.properties.query).toMatchObject({
      example: expect.any(String),
      description: expect.any(String),
    });
    expect(components.schemas.SearchHitDto.properties.score.description).toContain('negative');
  });
});
