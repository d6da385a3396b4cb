import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Disk } from '../../src/platform/index.js';
import { startTestPostgres, type TestPostgres } from '../support/postgres.js';
import { RestoringStore, type RestoringOptions } from '../support/restoring-store.js';
import { ServerProcess } from '../support/server-process.js';
import { contentOf } from '../support/store-fixture.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { until } from '../support/until.js';

describe('a store folder that is gone', () => {
  let postgres: TestPostgres;
  let databases = 0;
  let options: RestoringOptions;
  let opened: RestoringStore[] = [];

  beforeAll(async () => void (postgres = await startTestPostgres()));
  afterAll(() => postgres.stop());
  beforeEach(async () => {
    options = { dataDir: temporaryFolder('gone'), databaseUrl: await postgres.createDatabase(`gone_${++databases}`) };
  });
  afterEach(async () => {
    for (const one of opened.splice(0)) await one.close();
  });

  const open = async (more: Partial<RestoringOptions> = {}): Promise<RestoringStore> => {
    const one = await RestoringStore.open({ ...options, ...more });
    opened.push(one);
    return one;
  };
  const close = async (one: RestoringStore): Promise<void> => {
    await one.settle();
    opened = opened.filter((other) => other !== one);
    await one.close();
  };
  const removeStore = (): void => rmSync(join(options.dataDir, 'store'), { recursive: true });
  /** Three documents that live, of every kind, and one that was deleted; PostgreSQL has them. */
  const filled = async (): Promise<RestoringStore> => {
    const first = await open();
    await first.save('one', ['a first text', 'a second text']);
    const two = await first.save('two', ['another text']);
    await first.importOne('three', ['an imported text', 'its end']);
    const four = await first.save('four', ['it will be gone']);
    await first.store.patchDocument(two.id, { metadata: { a: [1, { b: null }] }, ownerId: 'somebody' });
    await first.store.deleteDocument(four.id);
    await first.settle();
    return first;
  };

  it('is made again from the database: the same ids, answers, store id and place in the history', async () => {
    const first = await filled();
    const [before, storeId] = [await contentOf(first.store), first.store.storeId];
    await close(first);
    removeStore();
    const second = await open();
    expect(await contentOf(second.store)).toEqual(before);
    expect(second.store.storeId).toBe(storeId);
    await second.settle();
    expect(second.stop.reasons).toEqual([]);
  });

  it('gives no id again that was given before, deleted ones too, and goes on syncing', async () => {
    const first = await filled();
    const idsBefore = [4, ...(await first.database.query<{ id: number }>('SELECT id FROM vector_metadata')).map(({ id }) => id)];
    await close(first);
    removeStore();
    const second = await open();
    const next = await second.save('next', ['a new text']);
    expect(next.id).toBeGreaterThan(4);
    expect(second.store.vectorIds(next.id)[0]).toBeGreaterThan(Math.max(6, ...idsBefore));
    await second.settle();
    expect(await second.database.query('SELECT text FROM vector_metadata WHERE document_id = $1', [next.id])).toEqual([
      { text: 'a new text' },
    ]);
  });

  it('is made again when it holds segments, but neither journal nor manifest; they are put aside', async () => {
    const first = await filled();
    const before = await contentOf(first.store);
    await first.store.seal();
    await close(first);
    const store = join(options.dataDir, 'store');
    for (const name of readdirSync(store)) if (!name.startsWith('segment')) rmSync(join(store, name), { recursive: true });
    const segments = readdirSync(store);
    expect(segments.length).toBeGreaterThan(0);
    const second = await open();
    expect(await contentOf(second.store)).toEqual(before);
    const replaced = readdirSync(options.dataDir).filter((name) => name.endsWith('.replaced'));
    expect(replaced).toHaveLength(1);
    expect(readdirSync(join(options.dataDir, replaced[0]))).toEqual(segments);
  });

  it('is made again when a segment that both manifests name is damaged, with what the journal holds beyond the database', async () => {
    const first = await filled();
    for (let n = 0; n < 3; n++) {
      await first.store.seal();
      await first.save(`later ${n}`, [`later text ${n}`]);
      await first.settle();
    }
    await until(() => first.store.oldestSequence > 1);
    await postgres.kill();
    await first.save('last', ['only the journal has it']);
    const before = await contentOf(first.store);
    opened = opened.filter((other) => other !== first);
    await first.close();
    const segment = join(options.dataDir, 'store', 'segment-0000000001.rows');
    const bytes = readFileSync(segment);
    bytes[9] ^= 1;
    writeFileSync(segment, bytes);
    await postgres.restart();
    const second = await open();
    expect(await contentOf(second.store)).toEqual(before);
    expect(readdirSync(options.dataDir).filter((name) => name.endsWith('.replaced'))).toHaveLength(1);
    await second.settle();
  });

  it('is made again when another store was begun in its place and never held a record', async () => {
    const first = await filled();
    const before = await contentOf(first.store);
    await close(first);
    removeStore();
    rmSync(join(options.dataDir, 'files'), { recursive: true });
    await close(await open({ databaseUrl: await postgres.createDatabase(`gone_${++databases}`) }));
    const second = await open();
    expect(await contentOf(second.store)).toEqual(before);
  });

  it('is begun anew at once in an empty DATA_DIR, and ends when the database turns out to hold a store; the next start has it', async () => {
    const first = await filled();
    const before = await contentOf(first.store);
    await close(first);
    const dataDir = temporaryFolder('empty');
    await postgres.kill();
    const second = await open({ dataDir });
    expect(second.store.lastSequence).toBe(0);
    await postgres.restart();
    await until(() => second.stop.reasons.length > 0);
    expect(second.stop.reasons[0].message).toMatch(/begun while it did not answer, holds none.*Start again/);
    opened = [];
    await second.close();
    const third = await open({ dataDir });
    expect(await contentOf(third.store)).toEqual(before);
  });

  it('waits for a database that does not answer, and is not there before; the wait ends when the process is to end', async () => {
    const first = await filled();
    const before = await contentOf(first.store);
    await close(first);
    removeStore();
    await postgres.kill();
    const leaving = new AbortController();
    const given = open({ signal: leaving.signal });
    given.catch(() => undefined);
    let isThere = false;
    const waiting = open().finally(() => (isThere = true));
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(isThere).toBe(false);
    expect(existsSync(join(options.dataDir, 'store', 'manifest-0000000001.json'))).toBe(false);
    leaving.abort(new Error('enough'));
    await expect(given).rejects.toThrow('enough');
    await postgres.restart();
    expect(await contentOf((await waiting).store)).toEqual(before);
  });

  it('lets the process end in order while it waits, without having listened', async () => {
    mkdirSync(join(options.dataDir, 'files'));
    const server = ServerProcess.spawn({ DATA_DIR: options.dataDir, DATABASE_URL: 'postgresql://app@127.0.0.1:1/gone' });
    await until(() => server.errors.includes('It is waited for; nothing is served before.'));
    expect(await server.stop()).toBe(0);
    expect(server.output).not.toContain('Listening');
    expect(existsSync(join(options.dataDir, 'store'))).toBe(false);
  });

  it('begins again when the making of it was cut off', async () => {
    const first = await filled();
    const before = await contentOf(first.store);
    await close(first);
    removeStore();
    class CutOff extends Disk {
      protected override before(step: string, path: string): Promise<void> {
        return step === 'rename' && path.endsWith('/store') ? Promise.reject(new Error('power cut')) : Promise.resolve();
      }
    }
    await expect(open({ disk: new CutOff() })).rejects.toThrow('power cut');
    expect(existsSync(join(options.dataDir, 'store'))).toBe(false);
    const second = await open();
    expect(await contentOf(second.store)).toEqual(before);
    expect(existsSync(join(options.dataDir, 'store.new'))).toBe(false);
  });

  it('ends the start when its database holds nothing and files/ does', async () => {
    const first = await filled();
    await close(first);
    removeStore();
    await expect(open({ databaseUrl: await postgres.createDatabase(`gone_${++databases}`) })).rejects.toThrow(
      /store is gone, its database holds no records, and .*files holds documents of it\. Nothing was changed/,
    );
  });

  it('is begun anew beside a database that belongs to a store which never held a record', async () => {
    await close(await open());
    removeStore();
    const second = await open();
    await second.save('one', ['text']);
    await second.settle();
    expect(await second.database.query('SELECT text FROM vector_metadata')).toEqual([{ text: 'text' }]);
  });
});
