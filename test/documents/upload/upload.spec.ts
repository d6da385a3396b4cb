import { Body, ConflictException, Controller, Module, Post, UploadedFile, UseInterceptors } from '@nestjs/common';
import { ApiConsumes } from '@nestjs/swagger';
import { createHash } from 'node:crypto';
import { readdirSync, readlinkSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { UploadFormDto } from '../../../src/documents/dto/upload.dto.js';
import { OriginalFiles } from '../../../src/documents/originals/original-files.js';
import type { ReceivedUpload } from '../../../src/documents/upload/upload-receiver.js';
import { UploadReceiver } from '../../../src/documents/upload/upload-receiver.js';
import { UploadInterceptor } from '../../../src/documents/upload/upload.interceptor.js';
import { Disk } from '../../../src/platform/index.js';
import { startHttp, type RunningApplication } from '../../support/application.js';
import { multipartBody, MULTIPART_TYPE, requestHead, type FormPart } from '../../support/multipart.js';
import { parseRaw, sendRaw } from '../../support/raw-http.js';

const BYTES_MAX = 300_000;

@Controller('take')
class TakingController {
  @Post()
  @UseInterceptors(UploadInterceptor)
  @ApiConsumes('multipart/form-data')
  take(@UploadedFile() { file, filename }: ReceivedUpload, @Body() form: UploadFormDto): object {
    if (form.title === 'refuse') throw new ConflictException('not this one');
    return { filename, sha256: file.sha256, size: file.sizeBytes, head: file.head.length, form };
  }
}

@Module({ controllers: [TakingController], providers: [Disk, OriginalFiles, UploadReceiver, UploadInterceptor] })
class TakingModule {
  constructor(private readonly originals: OriginalFiles) {}

  onModuleInit(): Promise<void> {
    return this.originals.prepare(() => true);
  }
}

describe('an upload', () => {
  let running: RunningApplication;
  let temporary: string;

  beforeAll(async () => {
    const environment = { UPLOAD_BYTES_MAX: String(BYTES_MAX) };
    running = await startHttp(TakingModule, { environment, timeouts: { bodyStallMs: 1_000 } });
    temporary = join(running.config.data.dataDir, 'tmp');
  });
  afterAll(() => running.stop());
  afterEach(async () => {
    await until(() => readdirSync(temporary).length === 0 && openFiles().length === 0);
    expect({ files: readdirSync(temporary), descriptors: openFiles() }).toEqual({ files: [], descriptors: [] });
  });

  const openFiles = (): string[] =>
    readdirSync('/proc/self/fd')
      .map((fd) => {
        try {
          return readlinkSync(`/proc/self/fd/${fd}`);
        } catch {
          return '';
        }
      })
      .filter((path) => path.startsWith(temporary));

  const send = async (parts: FormPart[], type = MULTIPART_TYPE): Promise<{ status: number; body: Record<string, unknown> }> => {
    const response = await fetch(`${running.url}/take`, {
      method: 'POST',
      headers: { 'Content-Type': type },
      body: new Uint8Array(multipartBody(parts)),
    });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
  const file = (content: string | Buffer, filename = 'a.txt', name = 'file'): FormPart => ({ name, filename, content });

  it('comes through whole, with its hash, its head and its fields', async () => {
    const content = Buffer.alloc(BYTES_MAX, 'some bytes, ');
    const { status, body } = await send([
      { name: 'owner_id', content: 'me' },
      file(content, 'Отчёт.txt'),
      { name: 'metadata', content: '{"a":1}' },
    ]);
    expect({ status, ...body }).toEqual({
      status: 201,
      filename: 'Отчёт.txt',
      sha256: createHash('sha256').update(content).digest('hex'),
      size: BYTES_MAX,
      head: 65_536,
      form: { owner_id: 'me', metadata: '{"a":1}' },
    });
  });

  it('names a file by its label alone, however it is written', async () => {
    for (const [sent, kept] of [
      ['../../../etc/passwd', 'passwd'],
      ['a%0D%0ASet-Cookie: x.txt', 'aSet-Cookie: x.txt'],
      [`${'ы'.repeat(300)}.txt`, `${'ы'.repeat(251)}.txt`],
    ]) {
      expect((await send([file('text', sent)])).body).toMatchObject({ filename: kept });
    }
  });

  it('is refused with a NUL in the name, as the form then is none', async () => {
    expect(await send([file('text', 'nul\0.txt')])).toMatchObject({ status: 400, body: { code: 'UPLOAD_FORM_INVALID' } });
  });

  it('is refused when it is no one file with something in it', async () => {
    expect(await send([])).toMatchObject({ status: 400, body: { code: 'FILE_REQUIRED' } });
    expect(await send([{ name: 'file', content: 'a field' }])).toMatchObject({ status: 400 });
    expect(await send([{ name: 'title', content: 'only a title' }])).toMatchObject({ status: 400, body: { code: 'FILE_REQUIRED' } });
    expect(await send([file('')])).toMatchObject({ status: 400, body: { code: 'EMPTY_FILE' } });
    expect(await send([file('one'), file('two')])).toMatchObject({ status: 400, body: { code: 'ONE_FILE_ONLY' } });
    expect(await send([file('one', 'a.txt', 'document')])).toMatchObject({ status: 400, body: { code: 'UPLOAD_FORM_INVALID' } });
  });

  it('is refused with fields that are unknown, repeated, nested, too many or too long', async () => {
    const refused = async (...fields: [string, string][]): Promise<string> => {
      const { status, body } = await send([file('text'), ...fields.map(([name, content]) => ({ name, content }))]);
      expect(status).toBe(400);
      return String(body.code);
    };
    expect(await refused(['colour', 'red'])).toBe('VALIDATION_FAILED');
    expect(await refused(['owner_id', 'a'], ['owner_id', 'b'])).toBe('VALIDATION_FAILED');
    expect(await refused(['metadata[a]', '1'])).toBe('VALIDATION_FAILED');
    expect(await refused(['__proto__', '1'])).toBe('UPLOAD_FORM_INVALID');
    expect(await refused(['constructor', '1'])).toBe('UPLOAD_FORM_INVALID');
    expect(await refused(['owner_id', ''])).toBe('VALIDATION_FAILED');
    expect(await refused(['owner_id', 'x'.repeat(201)])).toBe('VALIDATION_FAILED');
    expect(await refused(['title', 'a\0b'])).toBe('VALIDATION_FAILED');
    expect(await refused(['metadata', 'x'.repeat(300_000)])).toBe('UPLOAD_FORM_INVALID');
    expect(await refused(...Array.from({ length: 9 }, (_, n): [string, string] => [`f${n}`, '']))).toBe('UPLOAD_FORM_INVALID');
    expect(await refused(['x'.repeat(200), ''])).toBe('UPLOAD_FORM_INVALID');
  });

  it('is refused in any other form than multipart', async () => {
    expect(await send([], 'application/json')).toMatchObject({ status: 415 });
    expect(await send([], 'application/octet-stream')).toMatchObject({ status: 415 });
    expect(await send([file('text')], 'multipart/form-data')).toMatchObject({ status: 400, body: { code: 'UPLOAD_FORM_INVALID' } });
    const nothing = await fetch(`${running.url}/take`, { method: 'POST' });
    expect(nothing.status).toBe(400);
    expect(await nothing.json()).toMatchObject({ code: 'FILE_REQUIRED' });
  });

  it('leaves nothing behind when the call fails after it', async () => {
    expect(await send([file('text'), { name: 'title', content: 'refuse' }])).toMatchObject({ status: 409 });
  });

  it('that announces too many bytes is answered before any of them is sent', async () => {
    const head = requestHead('/take', { 'Content-Type': MULTIPART_TYPE, 'Content-Length': String(BYTES_MAX + 2 * 1024 * 1024) });
    const { status, body } = parseRaw(await sendRaw(running.port, head, { quietMs: 500 }));
    expect({ status, code: body.code }).toEqual({ status: 413, code: 'UPLOAD_TOO_LARGE' });
  });

  it('that goes on for ever is answered when it passes the limit, and its connection closed', async () => {
    const socket = connect(running.port, '127.0.0.1');
    let answer = '';
    socket.on('data', (data) => (answer += data.toString('latin1')));
    socket.on('error', () => undefined);
    socket.write(requestHead('/take', { 'Content-Type': MULTIPART_TYPE, 'Transfer-Encoding': 'chunked' }));
    const write = (data: Buffer): Promise<void> =>
      new Promise((resolve) =>
        socket.write(Buffer.concat([Buffer.from(`${data.length.toString(16)}\r\n`), data, Buffer.from('\r\n')]), () => resolve()),
      );
    await write(multipartBody([file('')], { end: false }).subarray(0, -2));
    let sent = 0;
    while (answer === '' && sent < 100 * BYTES_MAX) {
      await write(Buffer.alloc(50_000));
      sent += 50_000;
      await sleep(1);
    }
    expect(parseRaw(answer)).toMatchObject({ status: 413, body: { code: 'UPLOAD_TOO_LARGE' } });
    expect(sent).toBeLessThan(20 * BYTES_MAX);
    const closed = closing(socket);
    while (!socket.closed && sent < 1000 * BYTES_MAX) {
      await Promise.race([write(Buffer.alloc(1_000_000)), closed]);
      sent += 1_000_000;
    }
    expect(socket.closed).toBe(true);
  });

  it('with a file of the very limit is taken, with one byte more it is not', async () => {
    expect(await send([file(Buffer.alloc(BYTES_MAX, 'x'))])).toMatchObject({ status: 201 });
    expect(await send([file(Buffer.alloc(BYTES_MAX + 1, 'x'))])).toMatchObject({ status: 413, body: { code: 'UPLOAD_TOO_LARGE' } });
  });

  it('whose form ends before its last boundary is refused', async () => {
    const body = multipartBody([file(Buffer.alloc(100_000, 'x'))], { end: false }).subarray(0, 90_000);
    const head = requestHead('/take', { 'Content-Type': MULTIPART_TYPE, 'Content-Length': String(body.length) });
    const answer = parseRaw(await sendRaw(running.port, Buffer.concat([Buffer.from(head), body]), { quietMs: 500 }));
    expect(answer).toMatchObject({ status: 400, body: { code: 'UPLOAD_CUT_OFF' } });
  });

  it('that stands still is given up, and nothing of it is left', async () => {
    const body = multipartBody([file(Buffer.alloc(100_000, 'x'))]);
    const head = requestHead('/take', { 'Content-Type': MULTIPART_TYPE, 'Content-Length': String(body.length) });
    const answer = parseRaw(await sendRaw(running.port, Buffer.concat([Buffer.from(head), body.subarray(0, 50_000)]), { quietMs: 5_000 }));
    expect(answer).toMatchObject({ status: 408, body: { code: 'REQUEST_TIMEOUT' } });
  });

  it('that is aborted, or closed half-way, leaves no file and no descriptor', async () => {
    const body = multipartBody([file(Buffer.alloc(250_000, 'x'))]);
    const head = requestHead('/take', { 'Content-Type': MULTIPART_TYPE, 'Content-Length': String(body.length) });
    for (const end of ['destroy', 'end'] as const) {
      const socket = connect(running.port, '127.0.0.1');
      socket.on('error', () => undefined);
      socket.write(Buffer.concat([Buffer.from(head), body.subarray(0, 200_000)]));
      await until(() => readdirSync(temporary).length === 1);
      expect(readdirSync(temporary)).toHaveLength(1);
      if (end === 'destroy') socket.resetAndDestroy();
      else socket.end();
      socket.resume();
      await closing(socket);
    }
  });
});

/** Waits for what happens soon; whether it did is for the test to say. */
async function until(condition: () => boolean): Promise<void> {
  for (let tries = 0; tries < 500 && !condition(); tries++) await sleep(10);
}

/** Unlike `once`, no matter whether with an error. */
function closing(socket: Socket): Promise<void> {
  return new Promise((resolve) => socket.once('close', () => resolve()));
}
