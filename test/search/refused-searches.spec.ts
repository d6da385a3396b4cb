import type { RunningApplication } from '../support/application.js';
import { requestJson } from '../support/http-json.js';
import { startEngine } from './running-engine.js';

describe('Search over HTTP', () => {
  let running: RunningApplication;

  beforeAll(async () => {
    running = await startEngine();
  });
  afterAll(() => running.stop());

  const post = (body: unknown): ReturnType<typeof requestJson> => requestJson(running.url, 'POST', '/search', body);
  const get = (query: string): ReturnType<typeof requestJson> => requestJson(running.url, 'GET', `/search?${query}`);

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
});
