import { startTestPostgres, type TestPostgres } from '../support/postgres.js';
import { ConsistencyService } from '../../src/sync/index.js';
import { SyncedStore } from '../support/synced-store.js';
import { until } from '../support/until.js';

/** A constraint that one text breaks: the database refuses that record however often it is tried. */
const REFUSE_POISON = `ALTER TABLE vector_metadata ADD CONSTRAINT no_poison CHECK (text <> 'poison')`;

describe('a record that PostgreSQL refuses for good', () => {
  let postgres: TestPostgres;
  let databases = 0;
  let synced: SyncedStore;

  const setAside = () =>
    synced.rows<{ document_id: number; sequence: string; sqlstate: string | null }>(
      'SELECT document_id, sequence, sqlstate FROM sync_set_aside ORDER BY sequence',
    );

  beforeAll(async () => {
    postgres = await startTestPostgres();
  });
  afterAll(() => postgres.stop());
  beforeEach(async () => {
    synced = await SyncedStore.open(await postgres.createDatabase(`aside_${++databases}`));
    await synced.rows(REFUSE_POISON);
  });
  afterEach(() => synced.dispose());

  it('is set aside alone, and everything before and after it is written', async () => {
    const before = await synced.save('before', ['good']);
    const bad = await synced.save('bad', ['poison']);
    const after = await synced.save('after', ['good too']);
    await synced.settle();
    expect(await synced.rows('SELECT document_id FROM vector_metadata ORDER BY id')).toEqual([
      { document_id: before.id },
      { document_id: after.id },
    ]);
    expect(await setAside()).toEqual([{ document_id: bad.id, sequence: expect.any(String), sqlstate: '23514' }]);
    expect(synced.sync.lag).toBe(0);
  });

  it('is found inside a long run that is applied together', async () => {
    await postgres.kill();
    await until(() => !synced.database.connected);
    for (let n = 0; n < 20; n++) await synced.save(`document ${n}`, [n === 13 ? 'poison' : `text ${n}`]);
    await postgres.restart();
    await synced.settle();
    expect(await synced.rows('SELECT count(*)::int AS count FROM vector_metadata')).toEqual([{ count: 19 }]);
    expect(await setAside()).toHaveLength(1);
  });

  it('is named in health', async () => {
    const bad = await synced.save('bad', ['poison']);
    await synced.settle();
    expect(synced.health.status).toBe('degraded');
    expect(synced.health.checks.sync).toMatchObject({ lag: 0, set_aside: 1, set_aside_documents: [bad.id] });
  });

  it('is joined by later records of its document, also in a later process', async () => {
    const bad = await synced.save('bad', ['poison']);
    await synced.settle();
    await synced.store.patchDocument(bad.id, { metadata: { note: 'patched' } });
    await synced.settle();
    expect(await setAside()).toHaveLength(2);
    await synced.close();
    synced = await SyncedStore.open(currentUrl(), synced.dataDir);
    const { generation } = await synced.store.requeueDocument(bad.id);
    await synced.saveChunks(bad.id, generation, ['harmless now']);
    await synced.settle();
    expect(await setAside()).toHaveLength(4);
    expect(await synced.rows('SELECT id FROM vector_metadata')).toEqual([]);
  });

  it('still takes away the chunks that it replaces', async () => {
    const { id } = await synced.save('manual', ['old']);
    const { generation } = await synced.store.requeueDocument(id);
    await synced.saveChunks(id, generation, ['poison']);
    await synced.settle();
    expect(await synced.rows('SELECT id FROM vector_metadata')).toEqual([]);
  });

  it('is over when its document is deleted', async () => {
    const bad = await synced.save('bad', ['poison']);
    await synced.settle();
    await synced.store.deleteDocument(bad.id);
    await synced.settle();
    expect(await setAside()).toEqual([]);
    expect(await synced.rows('SELECT id FROM documents')).toEqual([]);
    expect(synced.health.status).toBe('ok');
  });

  it('is no drift to the last comparison, whose report names it all the same', async () => {
    const bad = await synced.save('bad', ['poison']);
    await synced.settle();
    expect(await synced.get(ConsistencyService).check()).toMatchObject({ consistent: false, missing: { count: 1 } });
    expect(synced.health.checks).toMatchObject({ consistency: { status: 'ok', wrong_rows: 0 }, sync: { status: 'degraded' } });
    await synced.store.deleteDocument(bad.id);
    await synced.settle();
    expect(synced.health.status).toBe('ok');
  });

  it('is copied from the engine by a sync once the database takes it', async () => {
    const bad = await synced.save('bad', ['poison', 'good']);
    await synced.settle();
    expect(await synced.service.syncNow()).toMatchObject({ synced: 0, deleted: 0 });
    expect(await setAside()).toHaveLength(1);
    await synced.rows('ALTER TABLE vector_metadata DROP CONSTRAINT no_poison');
    expect(await synced.service.syncNow()).toEqual({ synced: 2, deleted: 0, unchanged: 0, lag: 0 });
    expect(await synced.rows('SELECT document_id, text FROM vector_metadata ORDER BY id')).toEqual([
      { document_id: bad.id, text: 'poison' },
      { document_id: bad.id, text: 'good' },
    ]);
    expect(await setAside()).toEqual([]);
    expect(synced.health.status).toBe('ok');
  });

  it('is not what a database without the tables makes of every record: those wait', async () => {
    await synced.rows('ALTER TABLE vector_metadata RENAME TO vector_metadata_away');
    await synced.save('patient', ['text']);
    await until(() => synced.health.checks.sync.detail !== undefined);
    expect(synced.sync.lag).toBeGreaterThan(0);
    expect(await setAside()).toEqual([]);
    await synced.rows('ALTER TABLE vector_metadata_away RENAME TO vector_metadata');
    await synced.settle();
    expect(await synced.rows('SELECT text FROM vector_metadata')).toEqual([{ text: 'text' }]);
  });

  function currentUrl(): string {
    return postgres.urlOf(`aside_${databases}`);
  }
});
