import fc from 'fast-check';
import { ConsistencyService, type ConsistencyReport, type FoundRow } from '../../src/sync/index.js';
import { startTestPostgres, type TestPostgres } from '../support/postgres.js';
import { SyncedStore } from '../support/synced-store.js';
import { differenceOf, edits, readRows, tamper, type Wrong } from '../support/tampering.js';
import { until } from '../support/until.js';

const runs = Number(process.env.HVS_CONSISTENCY_RUNS ?? 20);

describe('the comparison of PostgreSQL with the engine', () => {
  let postgres: TestPostgres;
  let databases = 0;
  let synced: SyncedStore;
  let consistency: ConsistencyService;

  beforeAll(async () => {
    postgres = await startTestPostgres();
  });
  afterAll(() => postgres.stop());
  beforeEach(async () => {
    synced = await SyncedStore.open(await postgres.createDatabase(`consistency_${++databases}`), undefined, { sealVectors: 8 });
    consistency = synced.get(ConsistencyService);
    for (const [title, texts] of [
      ['first', ['a1', 'a2', 'a3']],
      ['second', ['b1', 'b2']],
      ['third', ['c1', 'c2', 'c3', 'c4']],
    ] as const) {
      await synced.save(title, [...texts], { ownerId: 'owner' });
    }
    await synced.accept('waiting');
    await synced.settle();
  });
  afterEach(() => synced.dispose());

  const found = ({ missing, orphaned, differing }: ConsistencyReport): Wrong => ({
    missing: sorted(missing.rows),
    orphaned: sorted(orphaned.rows),
    differing: sorted(differing.rows),
  });
  it('finds nothing amiss where nothing is', async () => {
    expect(await consistency.check()).toEqual({
      ...{ consistent: true, lag: 0, checkedDocuments: 4, checkedVectors: 9 },
      ...{ missing: { count: 0, rows: [] }, orphaned: { count: 0, rows: [] }, differing: { count: 0, rows: [] } },
    });
  });

  it('names every row that was edited, deleted or added in SQL and no other, and the repair brings all of them right', async () => {
    const right = await readRows(synced);
    let wrongRuns = 0;
    await fc.assert(
      fc.asyncProperty(edits, async (several) => {
        await tamper(synced, several);
        const { missing, orphaned, differing } = differenceOf(right, await readRows(synced));
        const report = await consistency.check();
        expect(found(report)).toEqual({ missing: sorted(missing), orphaned: sorted(orphaned), differing: sorted(differing) });
        const count = missing.length + orphaned.length + differing.length;
        expect(report.consistent).toBe(count === 0);
        if (count > 0) wrongRuns++;
        expect(await consistency.repair({ dryRun: true })).toEqual({ ...report, repaired: 0 });
        expect(await consistency.repair({ dryRun: false })).toEqual({ ...report, repaired: count });
        expect(await readRows(synced)).toEqual(right);
        expect((await consistency.check()).consistent).toBe(true);
      }),
      // What failed has left its rows behind: smaller edits would meet those.
      { numRuns: runs, endOnFailure: true },
    );
    expect(wrongRuns).toBeGreaterThan(runs / 2);
  });

  it('names a thousand rows of a kind and counts all', async () => {
    await synced.save(
      'large',
      Array.from({ length: 1_500 }, (_, n) => `text ${n}`),
    );
    await synced.settle();
    await synced.rows('DELETE FROM documents');
    const { missing, checkedVectors } = await consistency.check();
    expect([missing.count, missing.rows.length, checkedVectors]).toEqual([1_509 + 5, 1_000, 1_509]);
  });

  it('takes lag for no difference, and compares what the lag does not touch', async () => {
    await synced.rows(`UPDATE vector_metadata SET text = 'other' WHERE text IN ('a1', 'b1')`);
    const release = await holdWatermark();
    await synced.store.patchDocument(1, { metadata: { changed: true } });
    await synced.save('newer', ['d1']);
    const gone = await synced.store.deleteDocument(3);
    const report = await consistency.check();
    expect(gone.deletedVectors).toBe(4);
    expect(report).toMatchObject({ lag: 4, checkedDocuments: 2, differing: { rows: [{ documentId: 2, chunkIndex: 0 }] } });
    expect([report.missing.count, report.orphaned.count, report.differing.count]).toEqual([0, 0, 1]);
    await release();
    await synced.settle();
    expect((await consistency.check()).differing.rows).toEqual([
      { documentId: 1, chunkIndex: 0, faissIndex: 1 },
      { documentId: 2, chunkIndex: 0, faissIndex: 4 },
    ]);
  });

  it('raises no alarm while documents are saved, replaced, patched and deleted', async () => {
    let writing = true;
    const write = async (): Promise<void> => {
      for (let n = 0; writing; n++) {
        const { id } = await synced.save(`busy ${n}`, [`x${n}`, 'y']);
        if (n % 3 === 0) await synced.store.patchDocument(id, { metadata: { n } });
        if (n % 2 === 0) {
          const { generation } = await synced.store.requeueDocument(id);
          await synced.saveChunks(id, generation, ['z']);
        }
        if (n % 4 === 1) await synced.store.deleteDocument(id);
      }
    };
    const writer = write();
    const reports: ConsistencyReport[] = [];
    for (let n = 0; n < 8; n++) reports.push(await consistency.check());
    writing = false;
    await writer;
    expect(reports.filter(({ consistent }) => !consistent)).toEqual([]);
    await synced.settle();
    const { lag, consistent, checkedVectors } = await consistency.check();
    expect({ lag, consistent, checkedVectors }).toEqual({
      lag: 0,
      consistent: true,
      checkedVectors: synced.store.statistics().vectorsLive,
    });
  });

  it('tries documents that were set aside again, and says when PostgreSQL still refuses them', async () => {
    await synced.rows(`ALTER TABLE vector_metadata ADD CONSTRAINT no_poison CHECK (text <> 'poison')`);
    const bad = await synced.save('bad', ['poison', 'good']);
    await synced.settle();
    const refused = await consistency.repair({ dryRun: false });
    expect(refused).toMatchObject({ consistent: false, missing: { count: 2 }, differing: { count: 1 }, repaired: 0 });
    expect(synced.health.checks.sync).toMatchObject({ status: 'degraded', detail: expect.stringMatching(/POST \/index\/repair/) });
    await synced.rows('ALTER TABLE vector_metadata DROP CONSTRAINT no_poison');
    expect(await consistency.repair({ dryRun: false })).toMatchObject({ repaired: 3 });
    expect(await synced.rows('SELECT text FROM vector_metadata WHERE document_id = $1 ORDER BY id', [bad.id])).toEqual([
      { text: 'poison' },
      { text: 'good' },
    ]);
    expect(synced.health.checks.sync).toMatchObject({ status: 'ok', set_aside: 0 });
    expect(synced.health.checks.consistency).toMatchObject({ status: 'ok', consistent: true });
  });

  it('brings nothing back that was deleted before its segment was sealed', async () => {
    for (let n = 0; n < 6; n++) await synced.save(`more ${n}`, ['x', 'y', 'z']);
    await synced.store.deleteDocument(2);
    await synced.store.deleteVectors(1);
    await synced.settle();
    await synced.rows('TRUNCATE documents CASCADE');
    await consistency.repair({ dryRun: false });
    expect(await synced.rows('SELECT count(*)::int AS rows FROM vector_metadata')).toEqual([
      { rows: synced.store.statistics().vectorsLive },
    ]);
    expect(await synced.rows('SELECT id FROM documents WHERE id < 4 ORDER BY id')).toEqual([{ id: 1 }, { id: 3 }]);
  });

  it('is refused while PostgreSQL is away, and begins by itself with the start', async () => {
    await until(() => consistency.lastCheck !== undefined);
    expect(synced.health.checks.consistency).toMatchObject({ status: 'ok', consistent: true, checked_at: expect.any(String) });
    await postgres.kill();
    await expect(consistency.check()).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
    await expect(consistency.repair({ dryRun: false })).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
    await postgres.restart();
    await synced.settle();
  });

  it('is made by the clock', async () => {
    await synced.rows(`UPDATE documents SET title = 'other' WHERE id = 1`);
    await synced.close();
    synced = await SyncedStore.open(postgres.urlOf(`consistency_${databases}`), synced.dataDir, { checkCron: '* * * * * *' });
    consistency = synced.get(ConsistencyService);
    await until(() => consistency.lastCheck !== undefined);
    const first = consistency.lastCheck!;
    expect(first.wrongRows).toBe(1);
    await until(() => consistency.lastCheck!.at !== first.at);
    expect(synced.health.checks.consistency).toMatchObject({ status: 'degraded', wrong_rows: 1 });
  });

  /** Every transaction of the sync is refused for the time being, until this is let go. */
  async function holdWatermark(): Promise<() => Promise<void>> {
    await synced.rows(
      `CREATE FUNCTION busy() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'busy' USING ERRCODE = '53000'; END $$`,
    );
    await synced.rows('CREATE TRIGGER busy BEFORE UPDATE ON sync_state FOR EACH ROW EXECUTE FUNCTION busy()');
    return async () => void (await synced.rows('DROP TRIGGER busy ON sync_state'));
  }
});

function sorted(rows: readonly FoundRow[]): FoundRow[] {
  return [...rows].sort((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b)));
}
