import { startHttp, type RunningApplication } from '../support/application.js';
import { ProbeModule } from '../support/probe.module.js';

describe('problems', () => {
  let probe: RunningApplication;

  beforeAll(async () => void (probe = await startHttp(ProbeModule)));
  afterAll(() => probe.stop());

  const get = (path: string, init: RequestInit = {}): Promise<Response> => fetch(probe.url + path, init);
  const problemOf = async (response: Response): Promise<Record<string, unknown>> => {
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    const body = (await response.json()) as Record<string, unknown>;
    expect(body).toMatchObject({ status: response.status, request_id: response.headers.get('x-request-id') });
    for (const member of ['type', 'title', 'detail', 'code']) expect(typeof body[member]).toBe('string');
    return body;
  };

  it('answers a problem as it was thrown, with its headers and members, which cannot replace the standard ones', async () => {
    const response = await get('/probe/problem');
    expect(response.status).toBe(503);
    expect(response.headers.get('retry-after')).toBe('7');
    expect(await problemOf(response)).toMatchObject({
      code: 'PROBE_AWAY',
      title: 'Away',
      detail: 'Away for a while.',
      probe_id: 3,
      status: 503,
    });
  });

  it('answers ROUTE_NOT_FOUND for a path that no route has', async () => {
    const response = await get('/nothing/here?x=1');
    expect(response.status).toBe(404);
    expect(await problemOf(response)).toMatchObject({ code: 'ROUTE_NOT_FOUND' });
  });

  it.each([
    ['DELETE', '/probe/json', 'POST'],
    ['PATCH', '/probe/item/5', 'GET, HEAD'],
    ['OPTIONS', '/health/live', 'GET, HEAD'],
    ['POST', '/docs-json', 'GET, HEAD'],
  ])('answers METHOD_NOT_ALLOWED and the methods that are for %s %s', async (method, path, allowed) => {
    const response = await get(path, { method });
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe(allowed);
    expect(await problemOf(response)).toMatchObject({ code: 'METHOD_NOT_ALLOWED' });
  });

  it("keeps a handler's own 404 apart from the router's", async () => {
    expect(await problemOf(await get('/probe/missing'))).toMatchObject({ status: 404, code: 'NOT_FOUND' });
  });

  it("turns Nest's exceptions into problems by their status", async () => {
    expect(await problemOf(await get('/probe/bad'))).toMatchObject({
      status: 400,
      code: 'BAD_REQUEST',
      detail: 'Not like this. Nothing was changed.',
    });
  });

  it('does not show what an unexpected error says', async () => {
    const response = await get('/probe/crash');
    expect(response.status).toBe(500);
    const problem = await problemOf(response);
    expect(problem).toMatchObject({ code: 'INTERNAL_ERROR' });
    expect(JSON.stringify(problem)).not.toContain('secret');
  });

  it('cuts an answer off that fails half-way, so that it is not taken for a whole one', async () => {
    const response = await get('/probe/half');
    expect(response.status).toBe(200);
    await expect(response.text()).rejects.toThrow();
  });

  it('answers HEAD with the status alone', async () => {
    const response = await get('/probe/problem', { method: 'HEAD' });
    expect(response.status).toBe(503);
    expect(await response.text()).toBe('');
  });

  it.each(['/probe/item/%00', '/probe/item/%zz', '/probe/item/%ff', '/probe/list?limit=%zz', '/probe/list?%ff=1'])(
    'answers MALFORMED_URL for %s',
    async (path) => {
      const response = await get(path);
      expect(response.status).toBe(400);
      expect(await problemOf(response)).toMatchObject({ code: 'MALFORMED_URL' });
    },
  );
});

describe('request ids', () => {
  let probe: RunningApplication;

  beforeAll(async () => void (probe = await startHttp(ProbeModule)));
  afterAll(() => probe.stop());

  const idFor = async (id?: string): Promise<string | null> =>
    (await fetch(`${probe.url}/probe/problem`, { headers: id === undefined ? {} : { 'X-Request-Id': id } })).headers.get('x-request-id');

  it('takes over the id of the client', async () => {
    expect(await idFor('order-66:a/b+c=')).toBe('order-66:a/b+c=');
  });

  it.each([undefined, 'with blank', '<script>', 'x'.repeat(129)])('gives an id of its own for %s', async (id) => {
    expect(await idFor(id)).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });
});
