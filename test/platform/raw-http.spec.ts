import { startHttp, type RunningApplication } from '../support/application.js';
import { ProbeModule } from '../support/probe.module.js';
import { parseRaw, sendRaw } from '../support/raw-http.js';

describe('requests that are hardly HTTP', () => {
  let probe: RunningApplication;

  beforeAll(async () => void (probe = await startHttp(ProbeModule, { timeouts: { headersMs: 300, bodyStallMs: 300, checkEveryMs: 50 } })));
  afterAll(() => probe.stop());
  afterEach(async () => expect((await fetch(`${probe.url}/health/live`)).status).toBe(200));

  it.each([
    ['nonsense', 'hello\r\n\r\n'],
    ['an unknown method', 'FROB / HTTP/1.1\r\nHost: localhost\r\n\r\n'],
    ['a wrong version', 'GET / HTTP/9.9\r\nHost: localhost\r\n\r\n'],
    ['a header without a colon', 'GET / HTTP/1.1\r\nHost: localhost\r\nnonsense\r\n\r\n'],
    ['NUL in a header', 'GET / HTTP/1.1\r\nHost: localhost\r\nX-A: a\0b\r\n\r\n'],
    ['two lengths', 'POST /probe/json HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}'],
    ['a length that is no number', 'POST /probe/json HTTP/1.1\r\nHost: localhost\r\nContent-Length: x\r\n\r\n{}'],
    [
      'length and chunks at once',
      'POST /probe/json HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    ],
    ['a TLS handshake', Buffer.from('16030100f1010000ed0303', 'hex')],
  ])('answers MALFORMED_REQUEST to %s', async (_what, bytes) => {
    const { status, headers, body } = parseRaw(await sendRaw(probe.port, bytes));
    expect(status).toBe(400);
    expect(headers).toContain('application/problem+json');
    expect(body).toMatchObject({ code: 'MALFORMED_REQUEST', status: 400, request_id: /X-Request-Id: (\S+)/.exec(headers)?.[1] });
  });

  it('answers a request whose Expect header it does not know', async () => {
    const answer = parseRaw(
      await sendRaw(probe.port, 'GET /nothing HTTP/1.1\r\nHost: localhost\r\nExpect: 200-maybe\r\nConnection: close\r\n\r\n'),
    );
    expect(answer).toMatchObject({ status: 404, body: { code: 'ROUTE_NOT_FOUND' } });
  });

  it('answers HEADERS_TOO_LARGE to huge headers', async () => {
    const answer = parseRaw(await sendRaw(probe.port, `GET / HTTP/1.1\r\nHost: localhost\r\nX-A: ${'a'.repeat(20_000)}\r\n\r\n`));
    expect(answer).toMatchObject({ status: 431, body: { code: 'HEADERS_TOO_LARGE' } });
  });

  it('answers MALFORMED_REQUEST to a chunk that is none', async () => {
    const head = 'POST /probe/json HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n';
    expect(parseRaw(await sendRaw(probe.port, `${head}zz\r\n{}\r\n`))).toMatchObject({ status: 400, body: { code: 'MALFORMED_REQUEST' } });
  });

  it('answers REQUEST_TIMEOUT to headers that do not end', async () => {
    const answer = parseRaw(await sendRaw(probe.port, 'GET / HTTP/1.1\r\nHost: localhost\r\n', { quietMs: 3_000 }));
    expect(answer).toMatchObject({ status: 408, body: { code: 'REQUEST_TIMEOUT' } });
  });

  it.each(['/probe/json', '/probe/stream'])('answers REQUEST_TIMEOUT to a body that stands still at %s, and closes', async (path) => {
    const head = `POST ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{`;
    const answer = parseRaw(await sendRaw(probe.port, head, { quietMs: 5_000 }));
    expect(answer).toMatchObject({ status: 408, body: { code: 'REQUEST_TIMEOUT' } });
  });

  it.each(['*', 'http://localhost', 'http://localhost?x', '/?', '/%', '//', '/a?b=c?d', '/;', 'http://[/'])(
    'survives the target %s',
    async (target) => {
      const answer = parseRaw(await sendRaw(probe.port, `OPTIONS ${target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`));
      expect(answer.status).toBeGreaterThanOrEqual(400);
      expect(answer.status).toBeLessThan(500);
    },
  );

  it('survives clients that leave at any point', async () => {
    const whole =
      'POST /probe/json HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 12\r\n\r\n{"name":"a"}';
    for (let length = 1; length < whole.length; length += 7) await sendRaw(probe.port, whole.slice(0, length), { end: true, quietMs: 20 });
  });
});

describe('the stop of the server', () => {
  it('answers requests under way, takes no new ones, and does not wait for idle connections', async () => {
    const probe = await startHttp(ProbeModule);
    const idle = sendRaw(probe.port, 'GET /probe/list HTTP/1.1\r\nHost: localhost\r\n\r\n', { quietMs: 20_000 });
    const slow = fetch(`${probe.url}/probe/slow`);
    await new Promise((resolve) => setTimeout(resolve, 100));
    const stopped = probe.stop();
    await expect(fetch(`${probe.url}/probe/list`)).rejects.toThrow();
    expect(await (await slow).json()).toEqual({ done: true });
    expect(await idle).toContain('200 OK');
    await stopped;
  });

  it('cuts requests off that outlast the deadline', async () => {
    const probe = await startHttp(ProbeModule, { timeouts: { drainMs: 50 } });
    const slow = fetch(`${probe.url}/probe/slow`);
    const outcome = expect(slow).rejects.toThrow();
    await new Promise((resolve) => setTimeout(resolve, 100));
    await probe.stop();
    await outcome;
  });
});
