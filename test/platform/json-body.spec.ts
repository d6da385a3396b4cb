import { createReadStream, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { startHttp, type RunningApplication } from '../support/application.js';
import { ProbeModule } from '../support/probe.module.js';
import { parseRaw, sendRaw } from '../support/raw-http.js';

describe('JSON bodies', () => {
  let probe: RunningApplication;

  beforeAll(async () => void (probe = await startHttp(ProbeModule)));
  afterAll(() => probe.stop());

  async function post(
    path: string,
    body: string | Buffer,
    headers: Record<string, string> = {},
  ): Promise<{ status: number; body: Record<string, unknown> }> {
    const response = await fetch(probe.url + path, { method: 'POST', body, headers: { 'Content-Type': 'application/json', ...headers } });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  }

  it('parses what an operation takes as its body', async () => {
    expect(await post('/probe/json', '{"name":"zażółć"}')).toEqual({ status: 200, body: { name: 'zażółć' } });
  });

  it.each(['application/json; charset=UTF-8', 'application/json;charset="utf-8"', 'application/vnd.probe+json'])(
    'takes %s',
    async (type) => {
      expect((await post('/probe/json', '{"name":"a"}', { 'Content-Type': type })).status).toBe(200);
    },
  );

  it.each([
    ['no JSON', '{"name":'],
    ['an array', '[{"name":"a"}]'],
    ['text', '"name"'],
    ['null', 'null'],
    ['blanks', '   '],
    ['a number beyond all', '{"name":"a","count":1e400}'],
    ['a name that reaches the prototype', '{"name":"a","metadata":{"__proto__":{"x":1}}}'],
    ['a name that hides the class', '{"name":"a","constructor":{"name":"Object"}}'],
    ['broken UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])],
  ])('answers MALFORMED_JSON for %s', async (_what, body) => {
    expect(await post('/probe/json', body)).toMatchObject({ status: 400, body: { code: 'MALFORMED_JSON' } });
  });

  it.each(['[', '{"a":'])('answers MALFORMED_JSON for 50,000 times %s, and goes on', async (opening) => {
    const closing = opening === '[' ? ']' : '}';
    const body = `{"name":"a","metadata":${opening.repeat(50_000)}1${closing.repeat(50_000)}}`;
    expect(await post('/probe/json', body)).toMatchObject({ status: 400, body: { code: 'MALFORMED_JSON' } });
    expect((await post('/probe/json', '{"name":"a"}')).status).toBe(200);
  });

  it.each([
    ['text/plain', 'application/json'],
    ['multipart/form-data; boundary=x', 'application/json'],
    ['', 'application/json'],
    ['application/json; charset=utf-16', 'UTF-8'],
    ['application/json; charset=klingon', 'UTF-8'],
  ])('answers UNSUPPORTED_MEDIA_TYPE for the type %j', async (type, allowed) => {
    const answer = await post('/probe/json', '{"name":"a"}', { 'Content-Type': type });
    expect(answer).toMatchObject({ status: 415, body: { code: 'UNSUPPORTED_MEDIA_TYPE' } });
    expect(answer.body.detail).toContain(allowed);
  });

  it('unpacks gzip, up to the limit, and refuses other encodings', async () => {
    const headers = { 'Content-Encoding': 'gzip' };
    expect((await post('/probe/json', gzipSync('{"name":"packed"}'), headers)).body).toEqual({ name: 'packed' });
    expect(await post('/probe/json', gzipSync(Buffer.alloc(50_000_000, ' ')), headers)).toMatchObject({ status: 413 });
    expect(await post('/probe/json', 'no gzip', headers)).toMatchObject({ status: 400 });
    expect(await post('/probe/json', '{}', { 'Content-Encoding': 'br' })).toMatchObject({
      status: 415,
      body: { code: 'UNSUPPORTED_MEDIA_TYPE' },
    });
  });

  it('has a limit, which an operation can raise', async () => {
    const body = JSON.stringify({ name: 'x'.repeat(1_500_000) });
    expect(await post('/probe/json', body)).toMatchObject({ status: 413, body: { code: 'BODY_TOO_LARGE', bytes_max: 1_000_000 } });
    expect(await post('/probe/long', body)).toMatchObject({ status: 400, body: { code: 'VALIDATION_FAILED' } });
    expect(await post('/probe/long', JSON.stringify({ name: 'x'.repeat(6_000_000) }))).toMatchObject({ status: 413 });
  });

  it('answers 413 by the announced length, before the body comes', async () => {
    const head = 'POST /probe/json HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 9000000\r\n\r\n{';
    expect(parseRaw(await sendRaw(probe.port, head, { quietMs: 300 }))).toMatchObject({ status: 413, body: { code: 'BODY_TOO_LARGE' } });
  });

  it('answers 413 to a client that sends without end and reads only later', async () => {
    const path = join(probe.config.data.dataDir, 'large');
    writeFileSync(path, Buffer.alloc(8_000_000, ' '));
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const sent = request(`${probe.url}/probe/json`, { method: 'POST', headers: { 'Content-Type': 'application/json' } }, (response) => {
        response.resume();
        resolve(response.statusCode);
      });
      sent.on('error', reject);
      createReadStream(path).pipe(sent);
    });
    expect(status).toBe(413);
  });

  it('answers BODY_CUT_OFF when the body ends early, and goes on', async () => {
    const head = 'POST /probe/json HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"name":';
    expect(parseRaw(await sendRaw(probe.port, head, { end: true }))).toMatchObject({ status: 400, body: { code: 'BODY_CUT_OFF' } });
    expect((await post('/probe/json', '{"name":"a"}')).status).toBe(200);
  });

  it('says what is missing when there is no body', async () => {
    const response = await fetch(`${probe.url}/probe/json`, { method: 'POST' });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ code: 'VALIDATION_FAILED', errors: [{ path: 'name' }] });
  });

  it('leaves the body of an operation alone that streams it, whatever its type', async () => {
    expect((await post('/probe/stream', '[1, 2')).body).toEqual({ bytes: 5, parsed: false });
    expect((await post('/probe/stream', 'x'.repeat(3_000_000), { 'Content-Type': 'text/csv' })).body).toEqual({
      bytes: 3_000_000,
      parsed: false,
    });
  });

  describe('and multipart', () => {
    async function upload(form: FormData): Promise<{ status: number; body: unknown }> {
      const response = await fetch(`${probe.url}/probe/upload`, { method: 'POST', body: form });
      return { status: response.status, body: await response.json() };
    }

    it('is left to an operation that documents it', async () => {
      const form = new FormData();
      form.set('file', new Blob(['12345']), 'a.txt');
      expect(await upload(form)).toEqual({ status: 200, body: { size: 5 } });
    });

    it('answers 413 for a file that is too large, and 400 for one in another field', async () => {
      const large = new FormData();
      large.set('file', new Blob(['x'.repeat(5000)]), 'a.txt');
      expect(await upload(large)).toMatchObject({ status: 413, body: { code: 'FILE_TOO_LARGE' } });
      const misplaced = new FormData();
      misplaced.set('other', new Blob(['1']), 'a.txt');
      expect(await upload(misplaced)).toMatchObject({ status: 400, body: { code: 'MALFORMED_UPLOAD' } });
    });

    it('answers 415 for JSON, and 400 for a form that is cut off or has no boundary', async () => {
      expect(await post('/probe/upload', '{}')).toMatchObject({ status: 415 });
      const part = '--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nabc';
      expect(await post('/probe/upload', part, { 'Content-Type': 'multipart/form-data; boundary=x' })).toMatchObject({
        status: 400,
        body: { code: 'BODY_CUT_OFF' },
      });
      expect(await post('/probe/upload', part, { 'Content-Type': 'multipart/form-data' })).toMatchObject({
        status: 400,
        body: { code: 'MALFORMED_UPLOAD' },
      });
    });
  });
});
