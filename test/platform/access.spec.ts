import { startHttp, type RunningApplication } from '../support/application.js';
import { ProbeModule } from '../support/probe.module.js';
import { parseRaw, sendRaw } from '../support/raw-http.js';

const KEY = 'k3y-of-the-first-client';

describe('access without keys', () => {
  let probe: RunningApplication;

  beforeAll(async () => void (probe = await startHttp(ProbeModule)));
  afterAll(() => probe.stop());

  const ask = async (lines: string): Promise<{ status: number; body: Record<string, unknown> }> =>
    parseRaw(await sendRaw(probe.port, `${lines}\r\nConnection: close\r\n\r\n`));

  it.each(['localhost', 'LOCALHOST:3000', '127.0.0.1', '127.1.2.3:80', '[::1]', '[::1]:3000'])('serves the host %s', async (host) => {
    expect((await ask(`GET /probe/list HTTP/1.1\r\nHost: ${host}`)).status).toBe(200);
  });

  it.each([
    'evil.example',
    'evil.example:3000',
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    '10.0.0.1',
    '[::2]',
    'localhost@evil.example',
    '',
  ])('refuses the host %j, since a page elsewhere could be behind it', async (host) => {
    expect(await ask(`GET /health/live HTTP/1.1\r\nHost: ${host}`)).toMatchObject({ status: 403, body: { code: 'HOST_NOT_ALLOWED' } });
  });

  it('refuses HTTP/1.1 without a host, and serves HTTP/1.0 without one', async () => {
    expect(await ask('GET /probe/list HTTP/1.1')).toMatchObject({ status: 400, body: { code: 'MALFORMED_REQUEST' } });
    expect((await ask('GET /probe/list HTTP/1.0')).status).toBe(200);
  });

  it('refuses a change that a page of another site sends', async () => {
    const post = (origin: string): Promise<Response> =>
      fetch(`${probe.url}/probe/stream`, { method: 'POST', body: 'x', headers: { Origin: origin, 'Content-Type': 'text/plain' } });
    expect((await post('http://evil.example')).status).toBe(403);
    expect((await post('null')).status).toBe(403);
    expect((await post(`http://localhost:${probe.port}`)).status).toBe(200);
    expect((await fetch(`${probe.url}/probe/list`, { headers: { Origin: 'http://evil.example' } })).status).toBe(200);
  });
});

describe('access with keys', () => {
  let probe: RunningApplication;

  beforeAll(
    async () => void (probe = await startHttp(ProbeModule, { environment: { API_KEYS: `first:${KEY},second:another-key-of-20-chars` } })),
  );
  afterAll(() => probe.stop());

  const get = (path: string, authorization?: string): Promise<Response> =>
    fetch(probe.url + path, { headers: authorization === undefined ? {} : { Authorization: authorization } });

  it('serves each of the keys', async () => {
    expect((await get('/probe/list', `Bearer ${KEY}`)).status).toBe(200);
    expect((await get('/probe/list', 'bearer another-key-of-20-chars')).status).toBe(200);
  });

  it.each([undefined, '', 'Bearer', `Bearer ${KEY}x`, `Bearer ${KEY.slice(1)}`, `Basic ${KEY}`, KEY, 'Bearer first', 'Bearer ä'])(
    'answers 401 for %j',
    async (authorization) => {
      const response = await get('/probe/list', authorization === 'Bearer ä' ? 'Bearer \u00e4' : authorization);
      expect(response.status).toBe(401);
      expect(response.headers.get('www-authenticate')).toBe('Bearer');
      expect(await response.json()).toMatchObject({ code: 'UNAUTHORIZED' });
    },
  );

  it('asks no key for health and documentation, and one for all else, known or not', async () => {
    for (const path of ['/health/live', '/health/ready', '/docs', '/docs/', '/docs-json', '/docs/swagger-ui.css'])
      expect((await get(path)).status).toBe(200);
    for (const path of ['/nothing', '/docsx', '/health', '/HEALTH/live', '/docs-json/x', '/docs/../probe/list', '//docs/x', '/%64ocs'])
      expect(parseRaw(await sendRaw(probe.port, `GET ${path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`)).status).not.toBe(200);
    expect((await get('/nothing')).status).toBe(401);
    expect((await fetch(`${probe.url}/health`)).status).toBe(401);
  });

  it('judges the key before type and body', async () => {
    const head = 'POST /probe/json HTTP/1.1\r\nHost: any.example\r\nContent-Type: text/plain\r\nContent-Length: 99999999\r\n\r\n{';
    expect(parseRaw(await sendRaw(probe.port, head, { quietMs: 300 }))).toMatchObject({ status: 401, body: { code: 'UNAUTHORIZED' } });
  });
});
