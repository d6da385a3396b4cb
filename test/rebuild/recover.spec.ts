import { cpSync, existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { readArguments } from '../../scripts/offline/arguments.js';
import { takeDatabase } from '../../scripts/offline/take-database.js';
import { takeStore } from '../../scripts/offline/take-store.js';
import { lockDataDir, readConfig } from '../../src/platform/index.js';
import { ConsistencyService } from '../../src/sync/index.js';
import { startTestPostgres, type TestPostgres } from '../support/postgres.js';
import { RestoringStore, wholeOf } from '../support/restoring-store.js';
import { runScript, type ScriptResult } from '../support/run-script.js';
import { temporaryFolder } from '../support/temporary-folder.js';

/** As the scripts find it configured. */
const model = { model: 'all-MiniLM-L6-v2', dimension: 384 };

describe('npm run recover', () => {
  let postgres: TestPostgres;
  let databases = 0;
  beforeAll(async () => void (postgres = await startTestPostgres()));
  afterAll(() => postgres.stop());
  beforeEach(() => void jest.spyOn(process.stdout, 'write').mockReturnValue(true));
  afterEach(() => void jest.restoreAllMocks());

  const newDatabase = (): Promise<string> => postgres.createDatabase(`recover_${++databases}`);
  const open = (dataDir: string, databaseUrl: string): Promise<RestoringStore> => RestoringStore.open({ dataDir, databaseUrl, model });
  /** The command itself, in a process of its own. */
  const recover = (dataDir: string, databaseUrl: string, ...args: string[]): Promise<ScriptResult> =>
    runScript('recover', { DATA_DIR: dataDir, DATABASE_URL: databaseUrl }, args);
  /** What it does, in this one. */
  const take = (which: 'store' | 'database', dataDir: string, databaseUrl: string): Promise<void> => {
    const config = readConfig({ DATA_DIR: dataDir, DATABASE_URL: databaseUrl });
    return which === 'store' ? takeStore(config, true) : takeDatabase(config, true, { keepStore: false });
  };
  /** Opens, saves documents of these titles, and closes when both stores hold them; answers what the store then holds. */
  const withDocuments = async (dataDir: string, databaseUrl: string, ...titles: string[]): Promise<unknown> => {
    const store = await open(dataDir, databaseUrl);
    for (const title of titles) await store.save(title, [`${title}, its first text`, `${title}, its second text`]);
    await store.settle();
    const whole = await wholeOf(store.store);
    await store.close();
    return whole;
  };
  /** Opens and closes; both stores agree, and hold this. */
  const expectBoth = async (dataDir: string, databaseUrl: string, whole: unknown): Promise<void> => {
    const store = await open(dataDir, databaseUrl);
    await store.settle();
    expect(await wholeOf(store.store)).toEqual(whole);
    expect(await store.get(ConsistencyService).check()).toMatchObject({ consistent: true, lag: 0 });
    await store.close();
  };
  const replacedIn = (dataDir: string): string[] => readdirSync(dataDir).filter((name) => name.endsWith('.replaced'));

  it('lets an older copy of the store folder give way to the database, or the database to it', async () => {
    const [dataDir, older, databaseUrl] = [temporaryFolder('recover'), temporaryFolder('recover'), await newDatabase()];
    const before = await withDocuments(dataDir, databaseUrl, 'one');
    cpSync(dataDir, older, { recursive: true });
    const newest = await withDocuments(dataDir, databaseUrl, 'two');
    await expect(open(older, databaseUrl)).rejects.toThrow(/npm run recover -- --take store .*npm run recover -- --take database/);

    const unasked = await recover(older, databaseUrl, '--take', 'database');
    expect([unasked.code, unasked.output]).toEqual([1, expect.stringContaining('Nothing was changed: give --yes')]);
    expect(replacedIn(older)).toEqual([]);
    const [database, copy] = [await newDatabase(), temporaryFolder('recover')];
    cpSync(older, copy, { recursive: true });

    const taken = await recover(older, databaseUrl, '--take', 'database', '--yes');
    expect([taken.code, taken.output]).toEqual([0, expect.stringContaining('The old folder is')]);
    expect(replacedIn(older)).toHaveLength(1);
    await expectBoth(older, databaseUrl, newest);

    await withDocuments(temporaryFolder('recover'), database, 'of another store');
    await take('store', copy, database);
    await expectBoth(copy, database, before);
  });

  it('resolves two histories under the same numbers, either way', async () => {
    const [dataDir, copy] = [temporaryFolder('recover'), temporaryFolder('recover')];
    const [first, second] = [await newDatabase(), await newDatabase()];
    await withDocuments(dataDir, first, 'one');
    cpSync(dataDir, copy, { recursive: true });
    const here = await withDocuments(dataDir, first, 'two');
    const there = await withDocuments(copy, second, 'another two');
    await expect(open(dataDir, second)).rejects.toThrow(/^Record 4 differs/);
    await take('database', dataDir, second);
    await expectBoth(dataDir, second, there);
    await take('store', copy, first);
    await expectBoth(copy, first, there);
    expect(here).not.toEqual(there);
  });

  it('refuses what would leave nothing: an empty store to be taken, an empty database, a service that runs, and anything else', async () => {
    const [dataDir, databaseUrl] = [temporaryFolder('recover'), await newDatabase()];
    const whole = await withDocuments(dataDir, databaseUrl, 'one');
    await expect(take('store', temporaryFolder('recover'), databaseUrl)).rejects.toThrow(/holds no records, so there is nothing to fill/);
    await expect(take('database', dataDir, await newDatabase())).rejects.toThrow(/holds no records of any store\. Nothing was changed/);
    expect(() => readArguments(['--take', 'both'], 'recover', 'take', ['store', 'database'])).toThrow(
      /^Usage: npm run recover -- --take store\|database/,
    );
    const lock = lockDataDir(dataDir);
    const { code, output } = await recover(dataDir, databaseUrl, '--take', 'store', '--yes');
    lock.release();
    expect([code, output]).toEqual([1, expect.stringMatching(/in use by another process/)]);
    expect(existsSync(join(dataDir, 'store'))).toBe(true);
    await expectBoth(dataDir, databaseUrl, whole);
  });
});
