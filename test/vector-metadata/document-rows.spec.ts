import {
  DocumentRowsRepository,
  StoredRowsRepository,
  type DocumentPageRequest,
  type DocumentRow,
} from '../../src/vector-metadata/index.js';
import { startTestPostgres, type TestPostgres } from '../support/postgres.js';
import { SyncedStore } from '../support/synced-store.js';

describe('the rows of documents', () => {
  let postgres: TestPostgres;
  let synced: SyncedStore;
  let documents: DocumentRowsRepository;

  beforeAll(async () => {
    postgres = await startTestPostgres();
    synced = await SyncedStore.open(postgres.databaseUrl);
    documents = synced.get(DocumentRowsRepository);
  });
  afterAll(async () => {
    await synced.dispose();
    await postgres.stop();
  });
  afterEach(() => synced.rows('DELETE FROM documents'));

  const row = (id: number, more: Partial<DocumentRow> = {}): DocumentRow => ({
    id,
    ownerId: null,
    title: `Title ${id}`,
    titleGiven: false,
    filename: `file-${id}.pdf`,
    mimeType: 'application/pdf',
    sizeBytes: 5_000_000_000,
    sha256: 'a'.repeat(64),
    metadata: {},
    status: 'indexed',
    error: null,
    pageCount: 3,
    charCount: 900,
    chunkCount: 0,
    warnings: [],
    createdAt: `2026-01-01T00:00:0${id % 10}.000Z`,
    updatedAt: '2026-01-02T03:04:05.678Z',
    indexedAt: '2026-01-02T03:04:05.678Z',
    generation: 7,
    textGeneration: 7,
    ...more,
  });

  const write = (...rows: DocumentRow[]): Promise<void> => documents.upsert(synced.database, rows);
  const read = async (...ids: number[]): Promise<DocumentRow[]> =>
    (await synced.get(StoredRowsRepository).contentsOf(synced.database, ids)).map(({ document }) => document);
  const page = (request: Partial<DocumentPageRequest> = {}): Promise<number[]> => documents.pageOfIds({ limit: 50, ...request });

  it('come back as they were written, every field of them', async () => {
    const full = row(1, {
      ownerId: `o'wner "1" \\`,
      title: 'Ünïcode – 日本語 🦉 \n tab\t',
      metadata: { nested: { list: [1, 2.5, null, true], text: '"quoted"' }, empty: {} },
      error: { code: 'NO_TEXT_FOUND', detail: 'No text.' },
      warnings: [{ code: 'PAGES_WITHOUT_TEXT', detail: 'Two.', pages: [1, 2] }],
      createdAt: '2026-03-29T02:30:00.125Z',
    });
    const sparse = row(2, { pageCount: null, charCount: null, indexedAt: null, textGeneration: null });
    await write(full, sparse);
    expect(await read(2, 1, 3)).toEqual([sparse, full]);
  });

  it('are written over by a newer state', async () => {
    await write(row(1));
    await write(row(1, { title: 'Newer', status: 'failed', indexedAt: null }), row(2));
    expect(await read(1, 2)).toEqual([row(1, { title: 'Newer', status: 'failed', indexedAt: null }), row(2)]);
  });

  it('are listed newest first, equal times by id', async () => {
    const at = '2026-05-05T05:05:05.555Z';
    await write(
      row(1, { createdAt: at }),
      row(2, { createdAt: '2026-01-01T00:00:00.000Z' }),
      row(3, { createdAt: at }),
      row(4, { createdAt: '2026-09-09T00:00:00.000Z' }),
    );
    expect(await page()).toEqual([4, 3, 1, 2]);
  });

  it('are paged by the last one seen, without a gap or a double, also between equal times', async () => {
    const rows = Array.from({ length: 23 }, (_, n) => row(n + 1, { createdAt: `2026-01-01T00:00:00.00${n % 3}Z` }));
    await write(...rows);
    const seen: number[] = [];
    for (let after: DocumentPageRequest['after']; ;) {
      const ids = await page({ limit: 5, ...(after && { after }) });
      seen.push(...ids);
      if (ids.length < 5) break;
      after = { createdAt: rows[ids.at(-1)! - 1].createdAt, id: ids.at(-1)! };
      await write(row(100 + seen.length, { createdAt: '2027-01-01T00:00:00.000Z' })); // what is new comes on no later page
    }
    const expected = [...rows].sort((a, b) => b.createdAt.localeCompare(a.createdAt) || b.id - a.id).map(({ id }) => id);
    expect(seen).toEqual(expected);
  });

  it('are found by owner and by status, some ids left out or added', async () => {
    await write(
      row(1, { ownerId: 'a' }),
      row(2, { ownerId: 'b', status: 'queued' }),
      row(3, { ownerId: 'a', status: 'queued' }),
      row(4, { status: 'failed' }),
    );
    expect(await page({ ownerId: 'a' })).toEqual([3, 1]);
    expect(await page({ statuses: ['queued', 'failed'] })).toEqual([4, 3, 2]);
    expect(await page({ statuses: ['queued'], exceptIds: [3] })).toEqual([2]);
    expect(await page({ ids: [3] })).toEqual([3]);
    expect(await page({ ids: [] })).toEqual([]);
    expect(await page({ statuses: [], ids: [1] })).toEqual([1]);
    expect(await page({ ownerId: 'b', statuses: ['queued'], ids: [1] })).toEqual([2]);
  });

  it('are found by a part of title or filename in any case, its signs taken as they are', async () => {
    await write(
      row(1, { title: '100% sure' }),
      row(2, { title: '100 times sure' }),
      row(3, { filename: 'a_b.PDF' }),
      row(4, { filename: 'axb.pdf' }),
      row(5, { title: 'back\\slash' }),
    );
    expect(await page({ text: '100%' })).toEqual([1]);
    expect(await page({ text: 'A_B' })).toEqual([3]);
    expect(await page({ text: '\\' })).toEqual([5]);
    expect(await page({ text: 'TITLE' })).toEqual([4, 3]);
    expect(await page({ text: `'; DROP TABLE documents; --` })).toEqual([]);
  });
});
