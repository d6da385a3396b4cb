import { ChunkRowsRepository, ContainsIndex, type ChunkRow, type ChunkSearch } from '../../src/vector-metadata/index.js';
import { startTestPostgres, type TestPostgres } from '../support/postgres.js';
import { SyncedStore } from '../support/synced-store.js';

describe('the rows of chunks', () => {
  let postgres: TestPostgres;
  let synced: SyncedStore;
  let chunks: ChunkRowsRepository;

  beforeAll(async () => {
    postgres = await startTestPostgres();
    synced = await SyncedStore.open(postgres.databaseUrl);
    chunks = synced.get(ChunkRowsRepository);
    for (const [id, owner] of [
      [1, 'a'],
      [2, 'b'],
    ]) {
      await synced.rows(
        `INSERT INTO documents VALUES ($1, $2, 't', false, 'f', 'm', 1, 's', '{}', 'indexed', NULL, NULL, 1, 1, 1, '[]', now(), now(), now(), 1, 1)`,
        [id, owner],
      );
    }
  });
  afterAll(async () => {
    await synced.dispose();
    await postgres.stop();
  });
  afterEach(() => synced.rows('DELETE FROM vector_metadata'));

  const row = (vectorId: number, text: string, documentId = 1): ChunkRow => ({
    vectorId,
    documentId,
    chunkIndex: vectorId - 1,
    text,
    embeddingModel: 'model-a',
    pageStart: 1,
    pageEnd: 2,
    charStart: 3,
    charEnd: 3 + text.length,
    headingPath: [`Grüße, "so"`, 'back\\slash {a}', 'NULL'],
    createdAt: '2026-03-29T02:30:00.125Z',
  });
  const write = (rows: ChunkRow[], dimension = 4): Promise<void> =>
    chunks.insert(
      synced.database,
      rows,
      Float32Array.from({ length: rows.length * dimension }, (_, n) => n / 2),
    );
  const texts = async (request: Partial<ChunkSearch>): Promise<string[]> =>
    (await chunks.search({ limit: 50, ...request })).map(({ text }) => text);

  it('come back as they were written', async () => {
    await write([row(1, `quotes " ' \\ {braces}, NULL\nand 日本語 🦉`)]);
    expect(await chunks.search({ limit: 1 })).toEqual([
      {
        id: 1,
        documentId: 1,
        chunkIndex: 0,
        text: `quotes " ' \\ {braces}, NULL\nand 日本語 🦉`,
        faissIndex: 1,
        embeddingModel: 'model-a',
        chunkLength: 38,
        createdAt: '2026-03-29T02:30:00.125Z',
        pageStart: 1,
        pageEnd: 2,
        charStart: 3,
        charEnd: 41,
      },
    ]);
  });

  it('keep each its own vector, beyond a statement of a thousand rows too', async () => {
    await write(
      Array.from({ length: 2_500 }, (_, n) => row(n + 1, `text ${n}`)),
      2,
    );
    const vectors = await synced.rows<{ vector_id: number; embedding: Buffer }>('SELECT * FROM vector_embeddings ORDER BY vector_id');
    expect(vectors).toHaveLength(2_500);
    const wrong = vectors.filter(
      ({ vector_id: id, embedding }) =>
        embedding.readFloatLE(0) !== id - 1 || embedding.readFloatLE(4) !== id - 0.5 || embedding.length !== 8,
    );
    expect(wrong).toEqual([]);
  });

  it('are written over when they are there already', async () => {
    await write([row(1, 'old'), row(2, 'old')]);
    await write([row(2, 'new', 2)]);
    expect((await chunks.search({ limit: 5 })).map(({ id, documentId, text }) => ({ id, documentId, text }))).toEqual([
      { id: 1, documentId: 1, text: 'old' },
      { id: 2, documentId: 2, text: 'new' },
    ]);
  });

  it('are found by a part of their text in any case, its signs taken as they are', async () => {
    await write(['100% cotton', '100 % cotton', 'snake_case', 'snakeXcase', 'C:\\temp', 'Straße'].map((text, n) => row(n + 1, text)));
    expect(await texts({ contains: '100%' })).toEqual(['100% cotton']);
    expect(await texts({ contains: 'E_C' })).toEqual(['snake_case']);
    expect(await texts({ contains: ':\\t' })).toEqual(['C:\\temp']);
    expect(await texts({ contains: 'SNAKE' })).toEqual(['snake_case', 'snakeXcase']);
    expect(await texts({ contains: '%' })).toEqual(['100% cotton', '100 % cotton']);
  });

  it('are found by document and owner, a page at a time', async () => {
    await write(Array.from({ length: 10 }, (_, n) => row(n + 1, `text ${n}`, 1 + (n % 2))));
    expect(await texts({ documentId: 2, limit: 2 })).toEqual(['text 1', 'text 3']);
    expect(await texts({ documentId: 2, limit: 2, afterId: 4 })).toEqual(['text 5', 'text 7']);
    expect(await texts({ ownerId: 'a', contains: 'TEXT', afterId: 7 })).toEqual(['text 8']);
    expect(await texts({ ownerId: 'nobody' })).toEqual([]);
  });

  it('can be searched by the trigram index', async () => {
    const plan = await synced.database.transaction(async (sql) => {
      await sql.execute('SET LOCAL enable_seqscan = off');
      return sql.query<{ 'QUERY PLAN': string }>(`EXPLAIN SELECT id FROM vector_metadata WHERE text ILIKE '%number 1234 of%'`);
    });
    expect(plan.map((line) => line['QUERY PLAN']).join('\n')).toContain('idx_vector_text_trigrams');
  });

  it('have an index that is built again after it was dropped, or left half built', async () => {
    const index = synced.get(ContainsIndex);
    const valid = () => synced.rows(`SELECT indisvalid AS valid FROM pg_index WHERE indexrelid = to_regclass('idx_vector_text_trigrams')`);
    await index.drop();
    expect(await valid()).toEqual([]);
    await index.ensure();
    expect(await valid()).toEqual([{ valid: true }]);
    await synced.rows(`UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'idx_vector_text_trigrams'::regclass`);
    await index.ensure();
    expect(await valid()).toEqual([{ valid: true }]);
  });
});
