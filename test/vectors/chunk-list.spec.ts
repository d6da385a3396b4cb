import { Database } from '../../src/platform/index.js';
import { VectorStore, type StoredDocument } from '../../src/store/index.js';
import { startApplication, type RunningApplication } from '../support/application.js';
import { requestJson } from '../support/http-json.js';
import { saveVectors } from '../support/saved-document.js';
import { scatteredVectors } from '../support/scattered-vectors.js';

interface FoundChunk {
  id: number;
  document_id: number;
  text_preview: string;
}

describe('The list of chunks', () => {
  let running: RunningApplication;
  let store: VectorStore;
  let database: Database;
  let manual: StoredDocument;
  let prices: StoredDocument;

  beforeAll(async () => {
    running = await startApplication();
    store = running.app.get(VectorStore, { strict: false });
    database = running.app.get(Database, { strict: false });
    manual = await save('Manual', ['Press the Power button.', 'Charge the battery.', 'Die Taste für Strom drücken.'], 'support');
    prices = await save('Prices', ['The battery is 50% off.', 'The battery_pack is not.', 'C:\\prices\\battery'], 'sales');
  });

  afterAll(() => running?.stop());

  const save = (title: string, passages: string[], ownerId: string | null): Promise<StoredDocument> =>
    saveVectors(store, title, passages, scatteredVectors(passages.length, store.dimension), { ownerId });
  const list = (query = ''): ReturnType<typeof requestJson> => requestJson(running.url, 'GET', `/vectors${query}`);
  const itemsOf = async (query: string): Promise<FoundChunk[]> => {
    const { status, body } = await list(query);
    expect(status).toBe(200);
    return body.items;
  };
  const textsOf = async (query: string): Promise<string[]> => (await itemsOf(query)).map(({ text_preview }) => text_preview);

  it('shows a chunk that was saved a moment ago, with its document', async () => {
    const { body } = await list('?contains=power%20button');
    const [id] = store.vectorIds(manual.id);
    expect(body).toEqual({
      items: [
        {
          id,
          document_id: manual.id,
          chunk_index: 0,
          text_preview: 'Press the Power button.',
          text_length: 23,
          faiss_index: id,
          embedding_model: 'all-MiniLM-L6-v2',
          page_start: 1,
          page_end: 1,
          char_start: 0,
          char_end: 23,
          created_at: expect.stringMatching(/Z$/),
        },
      ],
      next_cursor: null,
    });
  });

  it('finds words in any case, and takes signs for themselves', async () => {
    expect(await textsOf('?contains=BATTERY')).toHaveLength(4);
    expect(await textsOf(`?contains=${encodeURIComponent('DRÜCKEN')}`)).toEqual(['Die Taste für Strom drücken.']);
    expect(await textsOf('?contains=50%25')).toEqual(['The battery is 50% off.']);
    expect(await textsOf('?contains=battery_p')).toEqual(['The battery_pack is not.']);
    expect(await textsOf('?contains=%5Cprices%5C')).toEqual(['C:\\prices\\battery']);
    expect(await textsOf("?contains=';DROP%20TABLE%20documents;--")).toEqual([]);
  });

  it('keeps to a document and to an owner', async () => {
    expect(await textsOf(`?document_id=${prices.id}`)).toHaveLength(3);
    expect(await textsOf('?owner_id=support')).toHaveLength(3);
    expect(await textsOf(`?owner_id=support&document_id=${prices.id}`)).toEqual([]);
    expect(await textsOf('?document_id=2147483647')).toEqual([]);
  });

  it('gives every chunk once, page by page, in the order of ids', async () => {
    const ids: number[] = [];
    let cursor: string | null = '';
    for (let pages = 0; cursor !== null; pages++) {
      const { body }: { body: Record<string, unknown> } = await list(`?limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`);
      ids.push(...(body.items as FoundChunk[]).map(({ id }) => id));
      cursor = body.next_cursor as string | null;
      expect(pages).toBeLessThan(5);
    }
    expect(ids).toEqual([...store.vectorIds(manual.id), ...store.vectorIds(prices.id)]);
  });

  it('leaves out rows that the engine does not have, and fills the page with those that it has', async () => {
    await store.deleteVectors((await save('Gone', ['Ghost one.', 'Ghost two.'], null)).id);
    await running.app.get(VectorStore, { strict: false }).deleteDocument((await save('Deleted', ['Ghost three.'], null)).id);
    const kept = await save('Kept', ['Ghost that lives.'], null);
    expect(await textsOf('?contains=ghost')).toEqual(['Ghost that lives.']);
    // What PostgreSQL alone holds is no answer: such a row is what a lagging or a tampered database shows.
    await database.execute(
      `INSERT INTO vector_metadata (id, document_id, chunk_index, text, faiss_index, page_start, page_end, char_start, char_end)
       SELECT 100000 + n, $1::int, n, 'Ghost row', 100000 + n, 1, 1, 0, 9 FROM generate_series(1, 5) n`,
      [manual.id],
    );
    expect(await textsOf('?contains=ghost')).toEqual(['Ghost that lives.']);
    expect((await list('?contains=ghost&limit=1')).body).toMatchObject({ items: [{ document_id: kept.id }], next_cursor: null });
    await database.execute('DELETE FROM vector_metadata WHERE id > 100000');
    await store.deleteDocument(kept.id);
  });

  it('believes the engine, not PostgreSQL, about who owns a document', async () => {
    await itemsOf('');
    await database.execute('UPDATE documents SET owner_id = $1 WHERE id = $2', ['support', prices.id]);
    expect(await textsOf('?owner_id=support')).toHaveLength(3);
    await database.execute('UPDATE documents SET owner_id = $1 WHERE id = $2', ['sales', prices.id]);
    expect(await textsOf('?owner_id=sales')).toHaveLength(3);
  });

  it.each([
    ['?limit=0', 'VALIDATION_FAILED'],
    ['?limit=501', 'VALIDATION_FAILED'],
    ['?limit=ten', 'VALIDATION_FAILED'],
    ['?contains=', 'VALIDATION_FAILED'],
    ['?contains=%20', 'VALIDATION_FAILED'],
    ['?contains=%00', 'VALIDATION_FAILED'],
    ['?document_id=0', 'VALIDATION_FAILED'],
    ['?document_id=abc', 'VALIDATION_FAILED'],
    ['?owner_id=', 'VALIDATION_FAILED'],
    ['?page=2', 'VALIDATION_FAILED'],
    ['?cursor=abc', 'INVALID_CURSOR'],
    [`?cursor=${Buffer.from('{"after":"1"}').toString('base64url')}`, 'INVALID_CURSOR'],
    [`?cursor=${Buffer.from('{"after":-1}').toString('base64url')}`, 'INVALID_CURSOR'],
  ])('refuses %s', async (query, code) => {
    expect((await list(query)).body).toMatchObject({ status: 400, code });
  });
});
