import { Module } from '@nestjs/common';
import { Embedder, EmbeddingModule } from '../../src/embedding/index.js';
import { FaissIndexModule } from '../../src/faiss-index/index.js';
import { SearchModule } from '../../src/search/index.js';
import { StoreModule, VectorStore, type StoredDocument } from '../../src/store/index.js';
import { startHttp, type RunningApplication } from '../support/application.js';
import { requestJson } from '../support/http-json.js';
import { saveDocument } from '../support/saved-document.js';

/** The engine with the real model and real FAISS, and no PostgreSQL at all: searches must not need one. */
@Module({ imports: [FaissIndexModule, StoreModule, EmbeddingModule, SearchModule] })
class EngineModule {}

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
    running = await startHttp(EngineModule);
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

  it.each(['hybrid', 'keyword'])('refuses mode %s and says which there are', async (mode) => {
    for (const answer of [await post({ query: 'x', mode }), await get(`q=x&mode=${mode}`)]) {
      expect(answer.status).toBe(400);
      expect(answer.type).toContain('application/problem+json');
      expect(answer.body).toMatchObject({ code: 'MODE_NOT_AVAILABLE', available_modes: ['vector'] });
    }
  });

  it.each([
    ['nothing to search for', {}, 'QUERY_OR_VECTOR'],
    ['a query and a vector', { query: 'x', vector: [1] }, 'QUERY_OR_VECTOR'],
    ['an empty query', { query: '' }, 'VALIDATION_FAILED'],
    ['a blank query', { query: ' \n\t ' }, 'VALIDATION_FAILED'],
    ['a query with NUL', { query: 'a\u0000b' }, 'VALIDATION_FAILED'],
    ['a query with a lone surrogate', '{"query":"a\\ud800b"}', 'VALIDATION_FAILED'],
    ['a query of 100,001 characters', { query: 'x'.repeat(100_001) }, 'VALIDATION_FAILED'],
    ['a query that is null', { query: null }, 'VALIDATION_FAILED'],
    ['a query that is a number', { query: 5 }, 'VALIDATION_FAILED'],
    ['a top_k of 0', { query: 'x', top_k: 0 }, 'VALIDATION_FAILED'],
    ['a top_k of 0.5', { query: 'x', top_k: 0.5 }, 'VALIDATION_FAILED'],
    ['a top_k of -1', { query: 'x', top_k: -1 }, 'VALIDATION_FAILED'],
    ['a top_k of "5"', { query: 'x', top_k: '5' }, 'VALIDATION_FAILED'],
    ['a top_k of 101', { query: 'x', top_k: 101 }, 'VALIDATION_FAILED'],
    ['a top_k of null', { query: 'x', top_k: null }, 'VALIDATION_FAILED'],
    ['a top_k of 1e400', '{"query":"x","top_k":1e400}', 'MALFORMED_JSON'],
    ['an unknown mode', { query: 'x', mode: 'fuzzy' }, 'VALIDATION_FAILED'],
    ['a min_score that is text', { query: 'x', min_score: '0.5' }, 'VALIDATION_FAILED'],
    ['a min_score of null', { query: 'x', min_score: null }, 'VALIDATION_FAILED'],
    ['an exact that is text', { query: 'x', exact: 'true' }, 'VALIDATION_FAILED'],
    ['an unknown property', { query: 'x', topk: 5 }, 'VALIDATION_FAILED'],
    ['an unknown condition', { query: 'x', filter: { owner: 'support' } }, 'VALIDATION_FAILED'],
    ['a filter that is null', { query: 'x', filter: null }, 'VALIDATION_FAILED'],
    ['a filter that is an array', { query: 'x', filter: [] }, 'VALIDATION_FAILED'],
    ['a filter that is an array of filters', { query: 'x', filter: [{ owner_id: 'support' }] }, 'VALIDATION_FAILED'],
    ['a filter that is text', { query: 'x', filter: 'support' }, 'VALIDATION_FAILED'],
    ['an empty owner', { query: 'x', filter: { owner_id: '' } }, 'VALIDATION_FAILED'],
    ['an owner of null', { query: 'x', filter: { owner_id: null } }, 'VALIDATION_FAILED'],
    ['an owner of 201 characters', { query: 'x', filter: { owner_id: 'x'.repeat(201) } }, 'VALIDATION_FAILED'],
    ['a document id of 0', { query: 'x', filter: { document_ids: [1, 0] } }, 'VALIDATION_FAILED'],
    ['a document id that is text', { query: 'x', filter: { document_ids: ['1'] } }, 'VALIDATION_FAILED'],
    ['a document id beyond 32 bits', { query: 'x', filter: { document_ids: [2 ** 31] } }, 'VALIDATION_FAILED'],
    ['document ids that are a number', { query: 'x', filter: { document_ids: 1 } }, 'VALIDATION_FAILED'],
    [
      '10,001 document ids',
      { query: 'x', filter: { document_ids: Array.from({ length: 10_001 }, (_, at) => at + 1) } },
      'VALIDATION_FAILED',
    ],
    ['a mime type that is a number', { query: 'x', filter: { mime_types: [5] } }, 'VALIDATION_FAILED'],
    ['metadata that is an array', { query: 'x', filter: { metadata: [] } }, 'VALIDATION_FAILED'],
    ['metadata with NUL', { query: 'x', filter: { metadata: { a: '\u0000' } } }, 'VALIDATION_FAILED'],
    ['metadata with an operator that is none', { query: 'x', filter: { metadata: { year: { $above: 3 } } } }, 'VALIDATION_FAILED'],
    ['metadata with an empty $or', { query: 'x', filter: { metadata: { $or: [] } } }, 'VALIDATION_FAILED'],
    ['a title_contains of nothing', { query: 'x', filter: { title_contains: '' } }, 'VALIDATION_FAILED'],
    ['a time that is none', { query: 'x', filter: { created_after: 'yesterday' } }, 'VALIDATION_FAILED'],
    ['a day that is none', { query: 'x', filter: { created_before: '2026-02-30' } }, 'VALIDATION_FAILED'],
    ['a time as a number', { query: 'x', filter: { created_after: 1764000000 } }, 'VALIDATION_FAILED'],
    ['a vector that is text', { vector: '[1]' }, 'VALIDATION_FAILED'],
    ['a vector that is null', { vector: null }, 'VALIDATION_FAILED'],
    ['a vector of another dimension', { vector: [1, 2, 3] }, 'INVALID_VECTOR'],
    ['an empty vector', { vector: [] }, 'INVALID_VECTOR'],
    ['a vector of zeros', { vector: new Array<number>(384).fill(0) }, 'INVALID_VECTOR'],
    ['a vector with null', { vector: [...new Array<number>(383).fill(1), null] }, 'INVALID_VECTOR'],
    ['a vector with text', { vector: ['1', ...new Array<number>(383).fill(1)] }, 'INVALID_VECTOR'],
    ['a body that is an array', [], 'MALFORMED_JSON'],
    ['a body that is cut off', '{"query":"x', 'MALFORMED_JSON'],
    ['a filter nested 50,000 deep', `{"query":"x","filter":{"metadata":${'{"a":'.repeat(50_000)}1${'}'.repeat(50_001)}}`, 'MALFORMED_JSON'],
  ])('refuses %s with a clear problem', async (_, body, code) => {
    const answer = await post(body);
    expect(answer.status).toBe(400);
    expect(answer.type).toContain('application/problem+json');
    expect(answer.body).toMatchObject({ status: 400, code });
    expect(answer.body.detail).toMatch(/Nothing was (changed|searched)/);
  });

  it.each([
    ['no q', 'top_k=5'],
    ['a blank q', 'q=%20'],
    ['q with NUL', 'q=%00'],
    ['a top_k with a fraction', 'q=x&top_k=1.0'],
    ['a top_k in hexadecimal', 'q=x&top_k=0x5'],
    ['an empty top_k', 'q=x&top_k='],
    ['a top_k of 101', 'q=x&top_k=101'],
    ['an unknown mode', 'q=x&mode=fuzzy'],
    ['a document id of abc', 'q=x&document_id=1,abc'],
    ['an empty document id', 'q=x&document_id='],
    ['a min_score of NaN', 'q=x&min_score=NaN'],
    ['an exact of 1', 'q=x&exact=1'],
    ['a q that is given twice', 'q=x&q=y'],
    ['an unknown parameter', 'q=x&limit=5'],
  ])('refuses a GET with %s', async (_, query) => {
    const answer = await get(query);
    expect(answer.status).toBe(400);
    expect(answer.type).toContain('application/problem+json');
  });

  it('refuses a query of one megabyte, and goes on', async () => {
    const answer = await post({ query: 'word '.repeat(250_000) });
    expect([400, 413]).toContain(answer.status);
    expect(String(answer.body.detail).length).toBeLessThan(1000);
    expect((await post({ query: 'x' })).status).toBe(200);
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
