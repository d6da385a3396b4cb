import { startTestPostgres, type TestPostgres } from '../support/postgres.js';
import { SyncedStore } from '../support/synced-store.js';
import { until } from '../support/until.js';

describe('the contains index during the sync', () => {
  let postgres: TestPostgres;
  let databases = 0;
  let synced: SyncedStore;

  const indexOid = async (): Promise<number | null> =>
    (await synced.rows<{ oid: number | null }>(`SELECT to_regclass('idx_vector_text_trigrams')::oid::int AS oid`))[0].oid;
  const isValid = async (): Promise<boolean> =>
    (await synced.rows(`SELECT FROM pg_index WHERE indexrelid = to_regclass('idx_vector_text_trigrams') AND indisvalid`)).length === 1;

  beforeAll(async () => {
    postgres = await startTestPostgres();
  });
  afterAll(() => postgres.stop());
  beforeEach(async () => {
    synced = await SyncedStore.open(await postgres.createDatabase(`contains_${++databases}`));
  });
  afterEach(() => synced.dispose());

  const texts = (count: number): string[] => Array.from({ length: count }, (_, n) => `text number ${n} `.repeat(40));

  it('is built anew after many rows, and finds them all', async () => {
    for (let n = 0; n < 20; n++) await synced.save(`manual ${n}`, texts(500));
    await synced.close();
    synced = await SyncedStore.open(await postgres.createDatabase(`contains_${++databases}`), synced.dataDir);
    const before = await indexOid();
    await synced.settle();
    await until(isValid);
    expect(await indexOid()).not.toBe(before);
    expect(await synced.rows(`SELECT count(*)::int AS count FROM vector_metadata WHERE text ILIKE '%number 499 %'`)).toEqual([
      { count: 20 },
    ]);
  });

  it('stays as it is under saves of a few rows', async () => {
    const before = await indexOid();
    for (let n = 0; n < 20; n++) await synced.save(`manual ${n}`, texts(3));
    await synced.settle();
    expect(await indexOid()).toBe(before);
  });

  it('is built by the next process when an earlier one left without it', async () => {
    await synced.rows('DROP INDEX idx_vector_text_trigrams');
    await synced.close();
    synced = await SyncedStore.open(postgres.urlOf(`contains_${databases}`), synced.dataDir);
    await until(isValid);
  });
});
