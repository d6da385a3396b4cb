import { gzipSync } from 'node:zlib';
import { vectorOf } from '../../support/store-fixture.js';
import { base64Of, ndjson, postImport, startTransfer, type TransferApplication } from '../../support/transfer-application.js';

const chunk = (text = 'Hold the button.', more: object = {}): object => ({ text, ...more });
const document = (title: string, more: object = {}): object => ({ title, chunks: [chunk(`${title} text`)], ...more });
const withVector = (title: string, vector: unknown, more: object = {}): object => ({
  ...document(title),
  chunks: [chunk('t', { vector })],
  ...more,
});
const floats = (...values: number[]): string => base64Of(Float32Array.from(values));

describe('the lines of an import', () => {
  let app: TransferApplication;
  beforeEach(async () => void (app = await startTransfer({ sealVectors: 200_000 })));
  afterEach(() => app.stop());

  it('needs of a document its title and its texts, and embeds them under their title', async () => {
    const { status, type, lines, sum } = await postImport(app.url, ndjson({ title: 'Reset', chunks: [chunk('One.'), chunk('Two.')] }));
    expect({ status, type }).toEqual({ status: 200, type: 'application/x-ndjson' });
    expect(lines).toEqual([{ line: 1, document_id: 1, chunk_count: 2, status: 'imported', embedded: 2 }]);
    expect(sum).toEqual({ imported: 1, failed: 0, duplicates: 0 });
    expect(app.embedder.asked).toEqual(['Reset\nOne.', 'Reset\nTwo.']);
    expect(app.store.getDocument(1)).toMatchObject({
      filename: 'Reset.txt',
      mimeType: 'text/plain',
      sizeBytes: 0,
      pageCount: 1,
      charCount: 10,
    });
    expect(await app.store.readChunks(1)).toMatchObject([
      { text: 'One.', charStart: 0, charEnd: 4, pageStart: 1, pageEnd: 1 },
      { text: 'Two.', charStart: 6, charEnd: 10 },
    ]);
  });

  it('keeps everything that a line says', async () => {
    const all = {
      ...{
        title: 'Reset',
        filename: 'reset.pdf',
        mime_type: 'application/pdf',
        owner_id: 'support',
        metadata: { product: { name: 'X200' } },
      },
      ...{ sha256: 'AB'.repeat(32), created_at: '2024-02-29T10:00:00+02:00', page_count: 9, char_count: 99, embedding_model: 'test-model' },
      chunks: [
        chunk('Press.', {
          page_start: 3,
          page_end: 4,
          char_start: 7,
          char_end: 13,
          heading_path: ['A', 'B'],
          vector: base64Of(vectorOf(1)),
        }),
      ],
    };
    expect((await postImport(app.url, ndjson(all))).sum).toMatchObject({ imported: 1 });
    expect(app.store.getDocument(1)).toMatchObject({
      ...{ title: 'Reset', titleGiven: true, filename: 'reset.pdf', mimeType: 'application/pdf', ownerId: 'support', status: 'indexed' },
      ...{
        sha256: 'ab'.repeat(32),
        createdAt: '2024-02-29T08:00:00.000Z',
        pageCount: 9,
        charCount: 99,
        metadata: { product: { name: 'X200' } },
      },
    });
    const { chunks, vectors } = await app.store.readContents(1);
    expect(chunks).toMatchObject([{ text: 'Press.', pageStart: 3, pageEnd: 4, charStart: 7, charEnd: 13, headingPath: ['A', 'B'] }]);
    expect([...vectors]).toEqual([...vectorOf(1)]);
    expect(app.embedder.asked).toEqual([]);
  });

  it('takes vectors as base64 and as numbers, scales those of another length, and says how many', async () => {
    const chunks = [
      chunk('a', { vector: [2, 0, 0, 0] }),
      chunk('b', { vector: floats(0, 0.5, 0, 0) }),
      chunk('c', { vector: [0, 0, 1, 0] }),
      chunk('d'),
    ];
    const { lines } = await postImport(app.url, ndjson({ title: 'Mixed', chunks }));
    expect(lines).toEqual([{ line: 1, document_id: 1, chunk_count: 4, status: 'imported', embedded: 1, normalised: 2 }]);
    const { vectors } = await app.store.readContents(1);
    expect([...vectors.subarray(0, 12)]).toEqual([1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0]);
    expect(app.embedder.asked).toEqual(['Mixed\nd']);
  });

  it('refuses all vectors behind the header of another model, and embeds what comes without', async () => {
    const header = { format: 'hvs-export/1', embedding_model: 'other', dimension: 4, documents: 3 };
    const body = ndjson(
      header,
      withVector('a', [1, 0, 0, 0]),
      document('b'),
      withVector('c', [1, 0, 0, 0], { embedding_model: 'test-model' }),
    );
    const { lines, sum } = await postImport(app.url, body);
    expect(lines.map(({ line, status, error }) => [line, status ?? error?.code])).toEqual([
      [2, 'FOREIGN_VECTORS'],
      [3, 'imported'],
      [4, 'imported'],
    ]);
    expect(sum).toEqual({ imported: 2, failed: 1, duplicates: 0 });
    const wide = { format: 'hvs-export/1', dimension: 5 };
    const refused = await postImport(app.url, ndjson(wide, withVector('d', [1, 0, 0, 0])));
    expect(refused.lines[0].error).toMatchObject({ code: 'FOREIGN_VECTORS', detail: expect.stringContaining('5 floats') });
  });

  it('understands nothing behind the header of another format, until the next header', async () => {
    const body = ndjson({ format: 'hvs-export/2' }, document('a'), { format: 'hvs-export/1' }, document('b'));
    const { lines } = await postImport(app.url, body);
    expect(lines.map(({ line, status, error }) => [line, status ?? error?.code])).toEqual([
      [1, 'UNKNOWN_EXPORT_FORMAT'],
      [2, 'UNKNOWN_EXPORT_FORMAT'],
      [4, 'imported'],
    ]);
  });

  it('takes carriage returns, blank lines, a byte order mark, and a last line without an end', async () => {
    const body = `\ufeff${JSON.stringify({ format: 'hvs-export/1' })}\r\n\r\n  \n${JSON.stringify(document('a'))}\r\n${JSON.stringify(document('b'))}`;
    const { lines, sum } = await postImport(app.url, body);
    expect(lines.map(({ line }) => line)).toEqual([4, 5]);
    expect(sum).toEqual({ imported: 2, failed: 0, duplicates: 0 });
  });

  it.each([
    ['an empty body', ''],
    ['a body of blank lines', '\n\r\n \n'],
    ['a header alone', ndjson({ format: 'hvs-export/1', documents: 0 })],
  ])('answers %s with a sum of nothing', async (_what, body) => {
    const { status, lines, sum } = await postImport(app.url, body);
    expect({ status, lines, sum }).toEqual({ status: 200, lines: [], sum: { imported: 0, failed: 0, duplicates: 0 } });
  });

  it('answers no body at all likewise', async () => {
    const response = await fetch(`${app.url}/import`, { method: 'POST' });
    expect([response.status, await response.json()]).toEqual([200, { imported: 0, failed: 0, duplicates: 0 }]);
  });

  it.each<[string, Record<string, string>, string | Buffer]>([
    ['another type', { 'Content-Type': 'application/json' }, '{}'],
    ['another charset', { 'Content-Type': 'application/x-ndjson; charset=latin1' }, '{}'],
    ['a packed body', { 'Content-Type': 'application/x-ndjson', 'Content-Encoding': 'gzip' }, gzipSync('{}')],
    ['a packed body that says nothing of it', { 'Content-Type': 'application/x-ndjson' }, gzipSync(ndjson(document('a')))],
  ])('answers %s with 415', async (_what, headers, body) => {
    const { status, sum } = await postImport(app.url, body, headers);
    expect({ status, ...sum }).toMatchObject({ status: 415, code: 'UNSUPPORTED_MEDIA_TYPE' });
    expect([...app.store.documents()]).toEqual([]);
  });

  it('finds what is there, also without a hash, and also twice in one body', async () => {
    const hashed = document('h', { sha256: '0'.repeat(64) });
    await postImport(app.url, ndjson(document('a'), hashed));
    const again = [document('a'), { ...hashed, title: 'other' }, document('a', { owner_id: 'someone' }), document('b'), document('b')];
    const { lines, sum } = await postImport(app.url, ndjson(...again));
    expect(lines.map(({ document_id, status }) => [document_id, status])).toEqual([
      [1, 'duplicate'],
      [2, 'duplicate'],
      [3, 'imported'],
      [4, 'imported'],
      [4, 'duplicate'],
    ]);
    expect(sum).toEqual({ imported: 2, failed: 0, duplicates: 3 });
  });

  it('stores a text whole that the model cannot read whole, and says so', async () => {
    const long = 'word '.repeat(1_000).trim();
    const { lines } = await postImport(app.url, ndjson({ title: 'Long', chunks: [chunk('short'), chunk(long)] }));
    expect(lines[0]).toMatchObject({ status: 'imported', warnings: [{ code: 'CHUNKS_TOO_LONG', chunks: [1] }] });
    expect((await app.store.readChunks(1))[1].text).toBe(long);
    expect(app.embedder.asked[1]).toMatch(/^Long\n(word ){252}word$/);
  });

  it('takes 100,000 chunks in one line', async () => {
    const vector = base64Of(vectorOf(3));
    const chunks = Array.from({ length: 100_000 }, (_, n) => ({ text: `passage ${n}`, vector }));
    const { lines } = await postImport(app.url, ndjson({ title: 'Large', chunks }));
    expect(lines).toEqual([{ line: 1, document_id: 1, chunk_count: 100_000, status: 'imported' }]);
    expect(app.store.vectorIds(1)).toHaveLength(100_000);
  });
});
