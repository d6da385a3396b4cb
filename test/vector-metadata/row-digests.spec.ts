import fc from 'fast-check';
import {
  chunkDigest,
  ChunkRowsRepository,
  documentDigest,
  DocumentRowsRepository,
  RowDigestsRepository,
  type ChunkRow,
  type DocumentRow,
} from '../../src/vector-metadata/index.js';
import { startTestPostgres, type TestPostgres } from '../support/postgres.js';
import { SyncedStore } from '../support/synced-store.js';

const DIMENSION = 4;
const ALL = { after: -(2 ** 31), upTo: 2 ** 31 - 1 };
const runs = Number(process.env.HVS_DIGEST_RUNS ?? 25);

describe('the digests of rows', () => {
  let postgres: TestPostgres;
  let synced: SyncedStore;

  beforeAll(async () => {
    postgres = await startTestPostgres();
    synced = await SyncedStore.open(postgres.databaseUrl);
  });
  afterAll(async () => {
    await synced.dispose();
    await postgres.stop();
  });
  afterEach(() => synced.rows('TRUNCATE documents CASCADE'));

  const document = (id: number, more: Partial<DocumentRow> = {}): DocumentRow => ({
    ...{ id, ownerId: null, title: 'Title', titleGiven: false, filename: 'a.pdf', mimeType: 'application/pdf', sizeBytes: 5_000_000_000 },
    ...{ sha256: 'a'.repeat(64), metadata: {}, status: 'indexed', error: null, pageCount: 3, charCount: 9, chunkCount: 2, warnings: [] },
    ...{ createdAt: '2026-01-01T00:00:00.000Z', updatedAt: '2026-01-02T03:04:05.678Z', indexedAt: null, generation: 7, textGeneration: 7 },
    ...more,
  });
  const chunk = (vectorId: number, more: Partial<ChunkRow> = {}): ChunkRow => ({
    ...{
      vectorId,
      documentId: 1,
      chunkIndex: 0,
      text: 'text',
      embeddingModel: 'model-a',
      pageStart: 1,
      pageEnd: 2,
      charStart: 3,
      charEnd: 7,
    },
    ...{ headingPath: [], createdAt: '2026-03-29T02:30:00.125Z' },
    ...more,
  });
  const vectorsOf = (count: number): Float32Array => Float32Array.from({ length: count * DIMENSION }, (_, n) => Math.fround(Math.sin(n)));

  const write = async (documents: DocumentRow[], chunks: ChunkRow[], vectors: Float32Array): Promise<void> => {
    await synced.get(DocumentRowsRepository).upsert(synced.database, documents);
    await synced.get(ChunkRowsRepository).insert(synced.database, chunks, vectors);
  };
  const read = () => synced.get(RowDigestsRepository).ofDocuments(synced.database, ALL);

  const words = fc.string({ unit: 'grapheme', maxLength: 30 }).map((text) => text.replaceAll('\0', '').toWellFormed());
  const anyText = fc.oneof(words, fc.constantFrom('', ',', '"', '\\', '\n,\t"\\b\u0001\u007f\u2028', '{a,"b"}', 'NULL', 'null', ',,,,'));
  const json = fc
    .jsonValue({ maxDepth: 4, stringUnit: 'grapheme' })
    .map((value) => JSON.parse(JSON.stringify(value).replaceAll('\\u0000', '')) as unknown);
  const anyNumber = fc.oneof(
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.integer(),
    fc.constantFrom(1e21, -1.5e300, 5e-324, 1e-7, 123456789012345680000),
  );
  const metadata = fc.dictionary(anyText, fc.oneof(json, anyNumber, fc.array(anyNumber)), { maxKeys: 5 });
  const time = fc
    .date({ min: new Date('0001-01-01T00:00:00Z'), max: new Date('9999-12-31T00:00:00Z'), noInvalidDate: true })
    .map((date) => date.toISOString());

  it('are the same from PostgreSQL as from the engine, whatever a document holds', async () => {
    const documents = fc.record({
      ownerId: fc.option(anyText),
      title: anyText,
      titleGiven: fc.boolean(),
      metadata,
      error: fc.option(fc.record({ code: anyText, detail: anyText })),
      pageCount: fc.option(fc.nat()),
      warnings: fc.array(fc.record({ code: anyText, detail: anyText, pages: fc.array(fc.nat()) }, { requiredKeys: ['code', 'detail'] })),
      createdAt: time,
      indexedAt: fc.option(time),
      generation: fc.maxSafeNat(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(documents, { minLength: 1, maxLength: 20 }), async (several) => {
        const rows = several.map((more, n) => document(n + 1, more));
        await write(rows, [], new Float32Array(0));
        const digests = new Map((await read()).map(({ documentId, row }) => [documentId, row]));
        for (const row of rows) expect([row, digests.get(row.id)]).toEqual([row, documentDigest(row)]);
      }),
      { numRuns: runs },
    );
  });

  it('are the same from PostgreSQL as from the engine, whatever a chunk holds', async () => {
    const chunks = fc.record({
      text: anyText,
      embeddingModel: anyText,
      headingPath: fc.array(anyText, { maxLength: 4 }),
      charEnd: fc.nat(),
      createdAt: time,
    });
    await fc.assert(
      fc.asyncProperty(fc.array(chunks, { minLength: 1, maxLength: 20 }), async (several) => {
        const rows = several.map((more, n) => chunk(n + 1, { chunkIndex: n, ...more }));
        const vectors = vectorsOf(rows.length);
        await write([document(1)], rows, vectors);
        const prints = await synced.get(ChunkRowsRepository).prints(synced.database, [1]);
        const mine = prints.slice(0, rows.length).map(({ digest }, n) => [rows[n], digest]);
        expect(mine).toEqual(rows.map((row, n) => [row, chunkDigest(row, vectors.subarray(n * DIMENSION, (n + 1) * DIMENSION))]));
      }),
      { numRuns: runs },
    );
  });

  it('of chunks add up in any order', async () => {
    const rows = [chunk(1), chunk(2, { chunkIndex: 1 }), chunk(3, { chunkIndex: 2 })];
    const vectors = vectorsOf(3);
    await write(
      [document(1)],
      [...rows].reverse(),
      Float32Array.from({ length: 12 }, (_, n) => vectors[(2 - (n >> 2)) * 4 + (n % 4)]),
    );
    const sum = rows.reduce((total, row, n) => total + chunkDigest(row, vectors.subarray(n * 4, n * 4 + 4)), 0n);
    expect(await read()).toEqual([{ documentId: 1, row: documentDigest(document(1)), chunkCount: 3, chunkSum: sum }]);
  });

  it.each([
    'id = 9',
    'document_id = 2',
    'chunk_index = 5',
    'faiss_index = 5',
    `text = 'text '`,
    `embedding_model = 'm'`,
    'embedding_model = NULL',
    'chunk_length = 5',
    'chunk_length = NULL',
    'page_start = NULL, page_end = 1',
    'page_end = NULL',
    'char_start = 4',
    'char_end = 4',
    `created_at = created_at + interval '1 microsecond'`,
    'created_at = NULL',
    `created_at = 'infinity'`,
    `created_at = (to_char(created_at, 'YYYY-MM-DD HH24:MI:SS.US') || ' BC')::timestamp`,
    `heading_path = '{a}'`,
    `heading_path = '{NULL}'`,
  ])('change with %s of a chunk', async (change) => {
    await write([document(1), document(2)], [chunk(1)], vectorsOf(1));
    const before = await read();
    if (change.startsWith('id')) await synced.rows('DELETE FROM vector_embeddings');
    await synced.rows(`UPDATE vector_metadata SET ${change}`);
    expect((await read())[0]).not.toEqual(before[0]);
  });

  it.each(['set_byte(embedding, 0, get_byte(embedding, 0) # 1)', `embedding || '\\x00'::bytea`, `''::bytea`])(
    'change with a vector that becomes %s',
    async (change) => {
      await write([document(1)], [chunk(1)], vectorsOf(1));
      const before = await read();
      await synced.rows(`UPDATE vector_embeddings SET embedding = ${change}`);
      expect(await read()).not.toEqual(before);
    },
  );

  it.each([
    `owner_id = ''`,
    `title = 'title'`,
    'title_given = true',
    `metadata = '{"a": 1.0}'`,
    `warnings = '[{}]'`,
    `error_code = 'X'`,
    'page_count = NULL',
    'chunk_count = 1',
    'size_bytes = 0',
    `created_at = created_at + interval '1 microsecond'`,
    `indexed_at = '-infinity'`,
    'generation = 8',
    'text_generation = NULL',
  ])('change with %s of a document', async (change) => {
    await write([document(1, { metadata: { a: 1 } })], [], new Float32Array(0));
    const before = await read();
    await synced.rows(`UPDATE documents SET ${change}`);
    expect(await read()).not.toEqual(before);
  });
});
