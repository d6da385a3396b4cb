import { cpSync } from 'node:fs';
import pg from 'pg';
import { ConsistencyService } from '../../src/sync/index.js';
import { startTestPostgres, type TestPostgres } from '../support/postgres.js';
import { SyncedStore } from '../support/synced-store.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { until } from '../support/until.js';

describe('a database that tells another history than the store', () => {
  let postgres: TestPostgres;
  let databaseUrl: string;
  let databases = 0;
  const folder = (): string => temporaryFolder('history');

  beforeAll(async () => {
    postgres = await startTestPostgres();
  });
  afterAll(() => postgres.stop());
  beforeEach(async () => {
    databaseUrl = await postgres.createDatabase(`history_${++databases}`);
  });

  it('ends the start when it belongs to another store', async () => {
    const first = await SyncedStore.open(databaseUrl, folder());
    await first.close();
    await expect(SyncedStore.open(databaseUrl, folder())).rejects.toThrow(
      new RegExp(
        `^The database belongs to store ${first.store.storeId}, but DATA_DIR holds store .*npm run recover -- --take store .*--take database .*\\.$`,
      ),
    );
  });

  it('ends the start when the store folder is older than the database', async () => {
    const data = folder();
    const first = await SyncedStore.open(databaseUrl, data);
    await first.save('one', ['text']);
    await first.settle();
    await first.close();
    const copy = folder();
    cpSync(data, copy, { recursive: true });
    const second = await SyncedStore.open(databaseUrl, data);
    await second.save('two', ['text']);
    await second.settle();
    await second.close();
    await expect(SyncedStore.open(databaseUrl, copy)).rejects.toThrow(
      /ends at record 2, but its database holds record 4: the store folder is older/,
    );
  });

  it('ends the start when both went on from a copy and hold two histories', async () => {
    const data = folder();
    const first = await SyncedStore.open(databaseUrl, data);
    await first.save('one', ['text']);
    await first.settle();
    await first.close();
    const copy = folder();
    cpSync(data, copy, { recursive: true });
    const [second, elsewhere] = [await SyncedStore.open(databaseUrl, data), await postgres.createDatabase(`history_${++databases}`)];
    await second.save('two', ['text']);
    await second.settle();
    await second.close();
    const other = await SyncedStore.open(elsewhere, copy);
    await other.save('another two', ['text']);
    await other.settle();
    await other.close();
    await expect(SyncedStore.open(databaseUrl, copy)).rejects.toThrow(/^Record 4 differs between the store in DATA_DIR and its database/);
  });

  it('ends the process when such a database comes to a running one', async () => {
    const synced = await SyncedStore.open(databaseUrl, folder());
    await synced.settle();
    await synced.rows(`UPDATE sync_state SET store_id = gen_random_uuid()`);
    await postgres.kill();
    await until(() => !synced.database.connected);
    await postgres.restart();
    await until(() => synced.stops.length > 0);
    expect(synced.stops[0]).toMatch(/^The database belongs to store/);
    expect(synced.database.connected).toBe(false);
    await synced.close();
  });

  it.each([
    [
      'ahead of it',
      `UPDATE sync_state SET applied_seq = applied_seq + 5`,
      /its database holds record 7: .*npm run recover -- --take store/,
    ],
    ['of another history', `UPDATE sync_state SET chain = chain # 1`, /^Record 2 differs .*npm run recover -- --take store/],
  ])('ends the process when a backup %s is restored under a running one', async (_what, statement, line) => {
    const synced = await SyncedStore.open(databaseUrl, folder());
    await synced.save('one', ['text']);
    await synced.settle();
    await synced.rows(statement);
    await expect(synced.service.syncNow()).resolves.toMatchObject({ lag: 0 });
    await expect(synced.get(ConsistencyService).check()).rejects.toThrow(line);
    expect(synced.stops).toEqual([expect.stringMatching(line)]);
    await synced.close();
  });

  it('ends the process at the next save when a newer backup was restored under it', async () => {
    const synced = await SyncedStore.open(databaseUrl, folder());
    await synced.save('one', ['text']);
    await synced.settle();
    await synced.rows('UPDATE sync_state SET applied_seq = applied_seq + 500');
    await synced.save('two', ['text']);
    await until(() => synced.stops.length > 0);
    expect(synced.stops[0]).toMatch(/its database holds record 502: .*npm run recover -- --take store .*--take database/);
    await synced.close();
  });

  it('is brought forward when it was restored from an older copy of the same history', async () => {
    const synced = await SyncedStore.open(databaseUrl, folder());
    await synced.save('one', ['a']);
    await synced.settle();
    const [older] = await synced.rows<{ applied_seq: string; chain: string }>('SELECT applied_seq, chain FROM sync_state');
    await synced.save('two', ['b']);
    await synced.settle();
    await synced.rows(`DELETE FROM documents WHERE title = 'two'`);
    await synced.rows('UPDATE sync_state SET applied_seq = $1, chain = $2', [older.applied_seq, older.chain]);
    await synced.close();
    const again = await SyncedStore.open(databaseUrl, synced.dataDir);
    await again.settle();
    expect(await again.rows('SELECT text FROM vector_metadata ORDER BY id')).toEqual([{ text: 'a' }, { text: 'b' }]);
    await again.close();
  });

  it('that another process of the same store moved is read again, and no record is written twice', async () => {
    const synced = await SyncedStore.open(databaseUrl, folder());
    await synced.save('one', ['a']);
    await synced.settle();
    // As if another process had applied the next two records already.
    const release = await holdWatermark(databaseUrl);
    const saved = await synced.save('two', ['b']);
    await release(synced.store.lastSequence, (await synced.store.chainAt(synced.store.lastSequence))!);
    await synced.settle();
    expect(await synced.rows('SELECT id FROM documents WHERE id = $1', [saved.id])).toEqual([]);
    await synced.close();
  });
});

/** Holds sync_state's row, and moves it on when let go. */
async function holdWatermark(databaseUrl: string): Promise<(sequence: number, chain: number) => Promise<void>> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  await client.query('BEGIN');
  await client.query('SELECT 1 FROM sync_state FOR UPDATE');
  return async (sequence, chain) => {
    await client.query('UPDATE sync_state SET applied_seq = $1, chain = $2', [sequence, chain]);
    await client.query('COMMIT');
    await client.end();
  };
}
