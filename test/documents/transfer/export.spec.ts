import fc from 'fast-check';
import { get } from 'node:http';
import type { ImportRequest, StoredDocument } from '../../../src/store/index.js';
import { addDocument, DIMENSION, upload, vectorOf } from '../../support/store-fixture.js';
import { getExport, ndjson, postImport, startTransfer, type TransferApplication } from '../../support/transfer-application.js';

const HEADER = { format: 'hvs-export/1', embedding_model: 'test-model', dimension: DIMENSION };

/** What the import gives anew. */
const AS_IMPORTED = { id: 0, updatedAt: '', indexedAt: '', generation: 0 };

describe('an export', () => {
  let app: TransferApplication;
  beforeEach(async () => void (app = await startTransfer()));
  afterEach(() => app.stop());

  it('has a header, then a document a line, with its vectors when they are asked for', async () => {
    const { id, sha256, createdAt } = await addDocument(app.store, 'a', ['one', 'two'], 'mine');
    const response = await fetch(`${app.url}/export?vectors=true`);
    expect(response.headers.get('content-type')).toBe('application/x-ndjson');
    expect(response.headers.get('content-disposition')).toMatch(/^attachment; filename="export-\d{4}-\d\d-\d\d\.ndjson"$/);
    await response.text();
    const { lines } = await getExport(app.url, '?vectors=true');
    const chunk = { page_start: 1, page_end: 1, heading_path: [] };
    const bytes = (n: number): string => Buffer.from(vectorOf(id * 100 + n).buffer).toString('base64');
    expect(lines).toEqual([
      { ...HEADER, documents: 1 },
      {
        ...{ title: 'a', filename: 'a.txt', mime_type: 'text/plain', owner_id: 'mine', metadata: {}, sha256, created_at: createdAt },
        ...{ page_count: 1, char_count: 6 },
        chunks: [
          { ...chunk, text: 'one', char_start: 0, char_end: 3, vector: bytes(0) },
          { ...chunk, text: 'two', char_start: 3, char_end: 6, vector: bytes(1) },
        ],
      },
    ]);
    expect((await getExport(app.url)).text).not.toContain('vector"');
  });

  it('holds what has chunks, of an owner or of documents alone', async () => {
    const [a, b] = [await addDocument(app.store, 'a', ['one'], 'mine'), await addDocument(app.store, 'b', ['two'])];
    const { document: queued } = await app.store.acceptDocument(upload('queued'));
    const titles = async (query: string): Promise<unknown[]> => (await getExport(app.url, query)).lines.slice(1).map(({ title }) => title);
    expect(await titles('')).toEqual(['a', 'b']);
    expect(await titles('?owner_id=mine')).toEqual(['a']);
    expect(await titles(`?document_ids=${b.id},${queued.id},${b.id}`)).toEqual(['b']);
    expect(await titles(`?owner_id=mine&document_ids=${a.id}`)).toEqual(['a']);
    expect((await getExport(app.url, '?owner_id=nobody')).lines).toEqual([{ ...HEADER, documents: 0 }]);
  });

  it.each([
    ['?document_ids=1,77', 404, 'DOCUMENT_NOT_FOUND', '77'],
    ['?owner_id=other&document_ids=1', 404, 'DOCUMENT_NOT_FOUND', 'document 1'],
    ['?document_ids=', 400, 'VALIDATION_FAILED', 'document_ids'],
    ['?document_ids=1,x', 400, 'VALIDATION_FAILED', 'document_ids'],
    ['?document_ids=0', 400, 'VALIDATION_FAILED', 'document_ids'],
    ['?owner_id=', 400, 'VALIDATION_FAILED', 'owner_id'],
    ['?vectors=yes', 400, 'VALIDATION_FAILED', 'vectors'],
    ['?limit=3', 400, 'VALIDATION_FAILED', 'limit'],
  ])('refuses %s before its first byte', async (query, status, code, detail) => {
    await addDocument(app.store, 'a', ['one'], 'mine');
    const { status: given, lines } = await getExport(app.url, query);
    expect([given, lines[0].code]).toEqual([status, code]);
    expect(lines[0].detail).toContain(detail);
  });

  it('leaves out what is deleted before its turn, and reads no further when the client leaves', async () => {
    const documents: StoredDocument[] = [];
    for (let n = 0; n < 200; n++) documents.push(await addDocument(app.store, `document ${n}`, [`text ${n} `.repeat(3_000)]));
    const read: number[] = [];
    const readContents = app.store.readContents.bind(app.store);
    app.store.readContents = (id) => {
      read.push(id);
      return readContents(id);
    };
    await new Promise<void>((resolve) => {
      const leaving = get(`${app.url}/export`, (answer) => answer.once('data', () => leaving.destroy(void resolve())));
      leaving.on('error', () => undefined);
    });
    await app.store.deleteDocument(documents[199].id);
    const before = read.length;
    expect(before).toBeLessThan(200);
    app.store.readContents = async (id) => {
      if (id === documents[0].id) await app.store.deleteDocument(documents[198].id);
      return readContents(id);
    };
    const { lines } = await getExport(app.url, `?document_ids=${documents[0].id},${documents[198].id}`);
    expect(lines.map(({ documents: count, title }) => title ?? count)).toEqual([2, 'document 0']);
    expect(read.length).toBe(before);
  });

  it('answers HEAD without reading a document', async () => {
    await addDocument(app.store, 'a', ['one']);
    app.store.readContents = () => Promise.reject(new Error('not asked for'));
    const response = await fetch(`${app.url}/export`, { method: 'HEAD' });
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'application/x-ndjson']);
  });
});

describe('what was exported and imported elsewhere', () => {
  let here: TransferApplication;
  let there: TransferApplication;
  beforeEach(async () => void ([here, there] = [await startTransfer({ sealVectors: 20 }), await startTransfer()]));
  afterEach(async () => void (await Promise.all([here.stop(), there.stop()])));

  const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }).filter((value) => value.trim() !== '');
  const request = fc.record({
    ownerId: fc.option(text, { nil: null }),
    title: text,
    filename: fc.constantFrom('a.pdf', 'ein Name.txt'),
    mimeType: fc.constantFrom('application/pdf', 'text/html'),
    sha256: fc.integer({ min: 0, max: 5 }).map((n) => `${n}`.repeat(64)),
    metadata: fc.dictionary(
      fc.constantFrom('a', 'b'),
      fc.oneof(text, fc.double({ noNaN: true, noDefaultInfinity: true }), fc.constant(null)),
    ),
    createdAt: fc.date({ min: new Date(0), max: new Date('2030-01-01'), noInvalidDate: true }).map((date) => date.toISOString()),
    texts: fc.array(fc.tuple(text, fc.integer({ min: 1, max: 9 }), fc.array(text, { maxLength: 2 })), { minLength: 1, maxLength: 8 }),
    seed: fc.integer({ min: 1, max: 100_000 }),
  });

  function importRequest({ texts, seed, ...attributes }: typeof request extends fc.Arbitrary<infer T> ? T : never): ImportRequest {
    let at = 0;
    const chunks = texts.map(([own, page, headingPath]) => {
      const charStart = (at += 2);
      at += own.length;
      return { text: own, pageStart: page, pageEnd: page + 1, charStart, charEnd: at, headingPath };
    });
    const vectors = new Float32Array(chunks.length * DIMENSION);
    chunks.forEach((_, n) => vectors.set(vectorOf(seed + n), n * DIMENSION));
    return { ...attributes, pageCount: 9, charCount: at, chunks, vectors };
  }

  it('gives the same answers to the same queries, to the bit, without the model', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(request, { maxLength: 6 }), fc.integer({ min: 1, max: 1_000 }), async (requests, query) => {
        for (const each of requests) await here.store.importDocument(importRequest(each));
        const { text: body } = await getExport(here.url, '?vectors=true');
        const { sum } = await postImport(there.url, body);
        expect(sum.failed).toBe(0);
        const answers = await Promise.all([here, there].map(({ store }) => store.search({ vector: vectorOf(query), topK: 100 })));
        const [mine, theirs] = answers.map((hits) =>
          hits
            .map(({ score, document, chunk }) =>
              JSON.stringify([score, { ...document, ...AS_IMPORTED }, { ...chunk, vectorId: 0, documentId: 0, createdAt: '' }]),
            )
            .sort(),
        );
        expect(theirs).toEqual(mine);
        for (const { store } of [here, there]) for (const { id } of [...store.documents()]) await store.deleteDocument(id);
      }),
      { numRuns: Number(process.env.HVS_ROUND_TRIPS ?? 25) },
    );
    expect(there.embedder.asked).toEqual([]);
  });

  it('is the same export again, and nothing new when it is sent twice', async () => {
    for (let n = 0; n < 10; n++) await addDocument(here.store, `document ${n}`, ['one', 'two', 'three'], n % 2 === 0 ? 'mine' : null);
    const { text: first } = await getExport(here.url, '?vectors=true');
    expect((await postImport(there.url, first)).sum).toEqual({ imported: 10, failed: 0, duplicates: 0 });
    expect((await getExport(there.url, '?vectors=true')).text).toBe(first);
    expect((await postImport(there.url, first)).sum).toEqual({ imported: 0, failed: 0, duplicates: 10 });
    const joined = first + ndjson({ title: 'one more', chunks: [{ text: 'four', vector: [...vectorOf(4)] }] }) + first;
    expect((await postImport(there.url, joined)).sum).toEqual({ imported: 1, failed: 0, duplicates: 20 });
  });
});
