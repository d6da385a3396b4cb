import { createHash } from 'node:crypto';
import { readdirSync, rmSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import type { DocumentTextDto } from '../../src/documents/dto/document.dto.js';
import { VectorStore } from '../../src/store/index.js';
import { startApplication, type RunningApplication } from '../support/application.js';
import { DocumentsClient } from '../support/documents-client.js';

const TEXT = '# Resetting the X200\n\nHold the power button for ten seconds. The lamp blinks twice.\n\n# Cleaning\n\nUse a dry cloth.\n';

describe('documents over HTTP', () => {
  let running: RunningApplication;
  let client: DocumentsClient;
  let files: string;
  let count = 0;

  beforeAll(async () => {
    running = await startApplication({ UPLOAD_BYTES_MAX: '2000000' });
    client = new DocumentsClient(running.url);
    files = join(running.config.data.dataDir, 'files');
  });
  afterAll(() => running.stop());

  const unique = (): string => `${TEXT}\nCopy ${++count}.\n`;
  const original = (sha256: string): string => join(files, sha256.slice(0, 2), sha256);

  it('takes a file, indexes it, and says all about it', async () => {
    const text = unique();
    const { status, headers, body } = await client.upload(text, 'Сброс.md', { owner_id: 'support', metadata: '{"product":"X200"}' });
    expect({ status, location: headers.get('location') }).toEqual({ status: 202, location: `/documents/${body.id}` });
    expect(body).toMatchObject({
      owner_id: 'support',
      title: 'Сброс',
      filename: 'Сброс.md',
      error: null,
      chunk_count: 0,
      indexed_at: null,
    });
    expect(['queued', 'processing']).toContain(body.status);
    expect(await client.settled(body.id)).toEqual({
      ...body,
      ...{ status: 'indexed', progress: null, title: 'Resetting the X200', mime_type: 'text/markdown' },
      size_bytes: Buffer.byteLength(text),
      sha256: createHash('sha256').update(text).digest('hex'),
      page_count: 1,
      chunk_count: expect.any(Number),
      char_count: expect.any(Number),
      warnings: [],
      metadata: { product: 'X200' },
      updated_at: expect.stringMatching(/^\d{4}-.*Z$/),
      indexed_at: expect.stringMatching(/^\d{4}-.*Z$/),
    });
  });

  it('answers 201 when it is asked to wait, and the problem when the document fails', async () => {
    expect(await client.upload(unique(), 'a.md', {}, '?wait=true')).toMatchObject({ status: 201, body: { status: 'indexed' } });
    const failed = await client.upload('%PDF-1.7\nthis is no PDF', 'broken.pdf', {}, '?wait=true');
    expect(failed).toMatchObject({ status: 422, body: { code: 'PDF_DAMAGED', document_id: expect.any(Number) } });
    expect(failed.headers.get('content-type')).toMatch('application/problem+json');
    const { document_id: id } = failed.body as unknown as { document_id: number };
    expect(await client.document(id)).toMatchObject({
      status: 'failed',
      chunk_count: 0,
      error: { code: 'PDF_DAMAGED', detail: failed.body.detail },
    });
  });

  it('gives the document that is there for the same bytes of the same owner', async () => {
    const text = unique();
    const first = (await client.upload(text, 'a.md', { owner_id: 'me' }, '?wait=true')).body;
    const again = await client.upload(text, 'another name.md', { owner_id: 'me', title: 'Another' });
    expect(again).toMatchObject({ status: 200, body: { id: first.id, filename: 'a.md', duplicate: true } });
    expect((await client.upload(text, 'a.md', { owner_id: 'me' }, '?wait=true')).status).toBe(200);
    const others = [await client.upload(text, 'a.md', { owner_id: 'you' }), await client.upload(text, 'a.md')];
    expect(new Set([first, ...others.map(({ body }) => body)].map(({ id }) => id)).size).toBe(3);
  });

  it('queues a document again when the bytes of one that had failed come again', async () => {
    const broken = '%PDF-1.7\nstill no PDF';
    await client.upload(broken, 'b.pdf', {}, '?wait=true');
    const again = await client.upload(broken, 'b.pdf');
    expect(again).toMatchObject({ status: 202, body: { duplicate: true } });
    expect(await client.settled(again.body.id)).toMatchObject({ status: 'failed' });
  });

  it('decides by the bytes what a file is', async () => {
    expect(await client.upload('<!doctype html><html><body><p>Hello there</p></body></html>', 'page.pdf')).toMatchObject({
      status: 415,
      body: { code: 'UNSUPPORTED_TYPE' },
    });
    expect(await client.upload(Buffer.from('504b0304140000000000', 'hex'), 'zip.pdf')).toMatchObject({
      status: 415,
      body: { code: 'UNSUPPORTED_TYPE' },
    });
    expect(await client.upload(Buffer.from([0, 1, 2, 3, 0, 255]), 'text.txt')).toMatchObject({
      status: 415,
      body: { code: 'UNSUPPORTED_TYPE' },
    });
    expect(readdirSync(join(running.config.data.dataDir, 'tmp')).filter((name) => name.endsWith('.upload'))).toEqual([]);
  });

  it('refuses what a document may not carry', async () => {
    const refused = async (fields: Record<string, string>): Promise<unknown> => {
      const { status, body } = await client.upload('text of a document', 'a.txt', fields);
      return [status, body.code];
    };
    expect(await refused({ metadata: '[1]' })).toEqual([400, 'UPLOAD_FORM_INVALID']);
    expect(await refused({ metadata: '{"a":"\\u0000"}' })).toEqual([400, 'UPLOAD_FORM_INVALID']);
    expect(await refused({ metadata: '{"__proto__":1}' })).toEqual([400, 'UPLOAD_FORM_INVALID']);
    expect(await refused({ title: '  ' })).toEqual([400, 'VALIDATION_FAILED']);
    expect(await refused({ title: 'x'.repeat(501) })).toEqual([400, 'VALIDATION_FAILED']);
    expect((await client.upload('text', 'a.txt', {}, '?wait=yes')).status).toBe(400);
    expect((await client.call('POST', '/documents', { file: 'x' })).status).toBe(415);
  });

  it('takes text as JSON, with its original and its title', async () => {
    const { status, body } = await client.uploadText(
      'How to: reset / restart',
      unique(),
      { metadata: { a: 1 }, mime_type: 'text/markdown' },
      '?wait=true',
    );
    expect(status).toBe(201);
    expect(body).toMatchObject({ title: 'How to: reset / restart', filename: 'How to: reset - restart.md', metadata: { a: 1 } });
  });

  it('refuses text that is none', async () => {
    const bodies = [
      { title: 'a' },
      { title: 'a', text: '' },
      { title: 'a', text: ' \n\t ' },
      { title: 'a', text: 'a\0b' },
      { title: 'a', text: '\ud800' },
      { title: 'a', text: 7 },
      { title: null, text: 'b' },
      { title: 'a', text: 'b', mime_type: 'application/pdf' },
      { title: 'a', text: 'b', metadata: [] },
      { title: 'a', text: 'b', metadata: null },
      { title: 'a', text: 'b', colour: 'red' },
      { title: 'a', text: 'b', owner_id: '' },
    ];
    for (const body of bodies)
      expect(await client.call('POST', '/documents/text', body)).toMatchObject({ status: 400, body: { code: 'VALIDATION_FAILED' } });
    expect(await client.uploadText('a', 'x'.repeat(2_000_001))).toMatchObject({ status: 413, body: { code: 'UPLOAD_TOO_LARGE' } });
  });

  it('gives the original back as an attachment, byte for byte', async () => {
    const text = unique();
    const { body } = await client.upload(text, 'Отчёт "1".md');
    const response = await fetch(`${running.url}/documents/${body.id}/file`);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'text/markdown',
      'content-length': String(Buffer.byteLength(text)),
      'content-disposition': `attachment; filename="_____ _1_.md"; filename*=UTF-8''%D0%9E%D1%82%D1%87%D1%91%D1%82%20%221%22.md`,
      'x-content-type-options': 'nosniff',
    });
    expect(await response.text()).toBe(text);
  });

  it('says so when the original is lost or cut, and takes it back from the next upload of it', async () => {
    const text = unique();
    const { body } = await client.upload(text, 'a.md', {}, '?wait=true');
    truncateSync(original(body.sha256), 3);
    expect(await client.call('GET', `/documents/${body.id}/file`)).toMatchObject({ status: 410, body: { code: 'ORIGINAL_LOST' } });
    rmSync(original(body.sha256));
    expect(await client.call('GET', `/documents/${body.id}/file`)).toMatchObject({ status: 410, body: { code: 'ORIGINAL_LOST' } });
    expect((await client.upload(text, 'a.md')).status).toBe(200);
    expect((await fetch(`${running.url}/documents/${body.id}/file`)).status).toBe(200);
  });

  it('gives the text that every chunk points into, also when only the chunks are left', async () => {
    const { body } = await client.upload(unique(), 'a.md', {}, '?wait=true');
    const store = running.app.get(VectorStore);
    const chunks = await store.readChunks(body.id);
    expect(chunks.length).toBeGreaterThan(0);
    const kept = await client.call<DocumentTextDto>('GET', `/documents/${body.id}/text`);
    expect(kept.body.text).toHaveLength(body.char_count ?? 0);
    expect(kept.body.pages).toEqual([{ page: 1, char_start: 0, char_end: body.char_count }]);
    rmSync(join(files, 'text', `${body.id}.${store.getDocument(body.id).textGeneration}.json`));
    const pieced = await client.call<DocumentTextDto>('GET', `/documents/${body.id}/text`);
    for (const { text } of [kept.body, pieced.body]) {
      for (const chunk of chunks) expect(text.slice(chunk.charStart, chunk.charEnd)).toBe(chunk.text);
    }
  });

  it('has no text of a document that could not be read', async () => {
    const { body } = await client.upload('%PDF-1.7\nno text in here', 'c.pdf', {}, '?wait=true');
    const { document_id: id } = body as unknown as { document_id: number };
    expect(await client.call('GET', `/documents/${id}/text`)).toMatchObject({ status: 404, body: { code: 'NO_TEXT' } });
  });

  it('changes title, metadata and owner, each without the others', async () => {
    const { body } = await client.upload(unique(), 'a.md', { owner_id: 'me', metadata: '{"a":1}' }, '?wait=true');
    const path = `/documents/${body.id}`;
    expect(await client.call('PATCH', path, { metadata: { b: [2] } })).toMatchObject({
      status: 200,
      body: { metadata: { b: [2] }, owner_id: 'me', status: 'indexed' },
    });
    expect(await client.call('PATCH', path, { owner_id: null })).toMatchObject({
      status: 200,
      body: { owner_id: null, metadata: { b: [2] } },
    });
    const renamed = await client.call('PATCH', path, { title: 'Renamed' });
    expect(renamed).toMatchObject({ status: 200, body: { title: 'Renamed' } });
    expect(['queued', 'processing']).toContain(renamed.body.status);
    expect(await client.settled(body.id)).toMatchObject({ status: 'indexed', title: 'Renamed', owner_id: null, metadata: { b: [2] } });
  });

  it('refuses changes that say nothing, too much, or give an owner the same bytes twice', async () => {
    const text = unique();
    const { body } = await client.upload(text, 'a.md', { owner_id: 'me' });
    const { body: other } = await client.upload(text, 'a.md', { owner_id: 'you' });
    const path = `/documents/${body.id}`;
    expect(await client.call('PATCH', path, {})).toMatchObject({ status: 400, body: { code: 'NOTHING_TO_CHANGE' } });
    expect(await client.call('PATCH', path)).toMatchObject({ status: 400, body: { code: 'NOTHING_TO_CHANGE' } });
    for (const change of [{ title: null }, { title: '' }, { metadata: null }, { owner_id: 7 }, { owner_id: '' }, { status: 'indexed' }]) {
      expect(await client.call('PATCH', path, change)).toMatchObject({ status: 400, body: { code: 'VALIDATION_FAILED' } });
    }
    expect(await client.call('PATCH', path, { owner_id: 'you' })).toMatchObject({
      status: 409,
      body: { code: 'DUPLICATE_DOCUMENT', document_id: other.id },
    });
    expect(await client.document(body.id)).toMatchObject({ owner_id: 'me' });
  });

  it('reads a document again on demand', async () => {
    const { body } = await client.upload(unique(), 'a.md', {}, '?wait=true');
    expect(await client.call('POST', `/documents/${body.id}/reindex`)).toMatchObject({ status: 202, body: { id: body.id } });
    expect(await client.settled(body.id)).toMatchObject({ status: 'indexed', chunk_count: body.chunk_count });
  });

  it('deletes a document with everything that belongs to it', async () => {
    const { body } = await client.upload(unique(), 'a.md', {}, '?wait=true');
    const { textGeneration } = running.app.get(VectorStore).getDocument(body.id);
    expect(await client.call('DELETE', `/documents/${body.id}`)).toEqual(
      expect.objectContaining({ status: 200, body: { document_id: body.id, deleted_vectors: body.chunk_count } }),
    );
    expect(readdirSync(join(files, body.sha256.slice(0, 2)))).not.toContain(body.sha256);
    expect(readdirSync(join(files, 'text'))).not.toContain(`${body.id}.${textGeneration}.json`);
    for (const [method, path] of [
      ['GET', ''],
      ['GET', '/file'],
      ['GET', '/text'],
      ['DELETE', ''],
      ['POST', '/reindex'],
    ]) {
      expect(await client.call(method, `/documents/${body.id}${path}`)).toMatchObject({
        status: 404,
        body: { code: 'DOCUMENT_NOT_FOUND' },
      });
    }
    expect((await client.call('PATCH', `/documents/${body.id}`, { title: 'x' })).status).toBe(404);
  });

  it('refuses ids that are none', async () => {
    for (const id of ['abc', '0', '-1', '1.5', '99999999999999999999', '%00', '2147483648', '01']) {
      expect((await client.call('GET', `/documents/${id}`)).status).toBe(400);
    }
    expect((await client.call('GET', '/documents/2147483647')).status).toBe(404);
  });

  it('shows in its documentation how each call is made and what it may answer', async () => {
    const { paths } = (
      await client.call<{ paths: Record<string, Record<string, { description?: string; responses: object; requestBody?: object }>> }>(
        'GET',
        '/docs-json',
      )
    ).body;
    const operations = Object.entries(paths).filter(([path]) => path.startsWith('/documents'));
    expect(operations.map(([path]) => path).sort()).toEqual(
      [
        '/documents',
        '/documents/text',
        '/documents/{id}',
        '/documents/{id}/file',
        '/documents/{id}/reindex',
        '/documents/{id}/text',
      ].sort(),
    );
    for (const [, methods] of operations) {
      for (const { description, responses } of Object.values(methods)) {
        expect(description).toMatch(/\w/);
        expect(Object.keys(responses).some((status) => status.startsWith('2'))).toBe(true);
        expect(Object.keys(responses).some((status) => status.startsWith('4'))).toBe(true);
      }
    }
    expect(paths['/documents'].post.requestBody).toMatchObject({
      content: { 'multipart/form-data': { schema: { required: ['file'], properties: { file: { type: 'string', format: 'binary' } } } } },
    });
  });
});
