import pg from 'pg';
import { ConsistencyService } from '../../src/sync/index.js';
import { IdMarksRepository } from '../../src/vector-metadata/index.js';
import { startTestPostgres, type TestPostgres } from '../support/postgres.js';
import { SyncedStore, type SyncedStoreOptions } from '../support/synced-store.js';
import { readRows, type Rows } from '../support/tampering.js';
import { until } from '../support/until.js';

/** Segments of a few vectors, and a journal that keeps nothing for a database that is behind. */
const TRIMMING = { sealVectors: 4, journalBytesMax: 1 };

describe('a database that the journal no longer reaches back to', () => {
  let postgres: TestPostgres;
  let databases = 0;
  let synced: SyncedStore;

  beforeAll(async () => {
    postgres = await startTestPostgres();
  });
  afterAll(() => postgres.stop());
  afterEach(() => synced.dispose());

  const newDatabase = (): Promise<string> => postgres.createDatabase(`copy_${++databases}`);
  const open = async (dataDir?: string, url?: string, options: SyncedStoreOptions = TRIMMING): Promise<SyncedStore> =>
    (synced = await SyncedStore.open(url ?? (await newDatabase()), dataDir, options));
  /** Documents with three chunks each, so that segments are sealed and the journal is trimmed. */
  const saveSome = async (name: string, count: number): Promise<void> => {
    for (let n = 0; n < count; n++)
      await synced.save(`${name} ${n}`, [`${name}-a${n}`, `${name}-b${n}`, `${name}-c${n}`], { ownerId: name });
  };
  const trimmedBeyond = (sequence: number): Promise<void> =>
    until(async () => {
      await synced.store.seal();
      return synced.store.oldestSequence > sequence + 1;
    });
  const agree = async (): Promise<void> => {
    await synced.settle();
    const { consistent, lag, checkedVectors } = await synced.get(ConsistencyService).check();
    expect({ consistent, lag, checkedVectors }).toEqual({
      consistent: true,
      lag: 0,
      checkedVectors: synced.store.statistics().vectorsLive,
    });
    const [state] = await synced.rows<{ applied_seq: string; chain: string }>('SELECT applied_seq, chain FROM sync_state');
    const last = synced.store.lastSequence;
    expect(state).toEqual({ applied_seq: String(last), chain: String(await synced.store.chainAt(last)) });
  };

  it('is filled from the engine when it is empty: the same rows, their ids, and the sequences put ahead', async () => {
    await open();
    await saveSome('manual', 8);
    await synced.accept('waiting');
    await synced.store.deleteDocument(3);
    await synced.store.deleteVectors(5);
    await synced.settle();
    const before = await readRows(synced);
    await trimmedBeyond(0);
    await synced.close();
    await open(synced.dataDir);
    await agree();
    expect(await readRows(synced)).toEqual(before);
    expect(await synced.get(IdMarksRepository).read(synced.database)).toEqual({ documentId: 9, vectorId: 24 });
    await saveSome('later', 2);
    await agree();
  });

  it('is brought forward when it was restored from an older backup: replaced, deleted, patched and new documents', async () => {
    await open();
    await saveSome('old', 4);
    await synced.settle();
    const backup = await backUp(synced);
    const { generation } = await synced.store.requeueDocument(1);
    await synced.saveChunks(1, generation, ['new', 'newer', 'newest', 'last']);
    await synced.store.patchDocument(2, { ownerId: 'other', metadata: { a: 1 } });
    await synced.store.deleteDocument(3);
    await saveSome('new', 6);
    await synced.settle();
    const present = await readRows(synced);
    await trimmedBeyond(backup.sequence);
    await synced.close();
    const url = postgres.urlOf(`copy_${databases}`);
    await restore(url, backup);
    await open(synced.dataDir, url);
    await agree();
    expect(await readRows(synced)).toEqual(present);
  });

  it('is brought forward after it was away while the journal grew beyond its limit', async () => {
    await open();
    await saveSome('before', 2);
    await synced.settle();
    const { appliedSequence } = synced.sync;
    await postgres.kill();
    await until(() => !synced.database.connected);
    await saveSome('during', 8);
    await synced.store.deleteDocument(1);
    await trimmedBeyond(appliedSequence);
    expect(synced.sync.lag).toBe(synced.store.lastSequence - appliedSequence);
    await postgres.restart();
    await agree();
    expect(await synced.rows('SELECT count(*)::int AS n FROM documents')).toEqual([{ n: 9 }]);
  });

  it('takes saves, replacements and deletions that happen while it is copied', async () => {
    await open();
    await saveSome('manual', 8);
    await synced.settle();
    await trimmedBeyond(0);
    await synced.close();
    await open(synced.dataDir);
    for (let n = 0; n < 6; n++) {
      await saveSome(`meanwhile ${n}`, 2);
      await synced.store.deleteDocument(n + 1);
      const { generation } = await synced.store.requeueDocument(7);
      await synced.saveChunks(7, generation, [`version ${n}`, 'b', 'c', 'd', 'e']);
    }
    await agree();
  });

  it('comes to the same end from rows that are ahead of the watermark, whichever records are applied again', async () => {
    await open(undefined, undefined, {});
    const states: Backup[] = [];
    const keep = async (work: () => Promise<unknown>): Promise<void> => {
      await work();
      await synced.settle();
      states.push(await backUp(synced));
    };
    const replace = async (id: number, texts: string[]): Promise<void> => {
      const { generation } = await synced.store.requeueDocument(id);
      await synced.saveChunks(id, generation, texts);
    };
    await keep(() => Promise.resolve());
    await keep(() => saveSome('first', 3));
    await keep(() => replace(1, ['v2', 'v2b']));
    await keep(() => synced.store.deleteVectors(2));
    await keep(() => replace(1, ['v3']));
    await keep(() => replace(2, ['again']));
    await keep(() => synced.store.patchDocument(2, { ownerId: 'other' }));
    await keep(() => synced.store.deleteDocument(3));
    await keep(() => saveSome('last', 1));
    const end = await readRows(synced);
    for (let watermark = 0; watermark < states.length; watermark++) {
      for (let ahead = watermark; ahead < states.length; ahead += 2) {
        const { tables } = states[ahead];
        await restore(postgres.urlOf(`copy_${databases}`), {
          ...states[ahead],
          tables: { ...tables, sync_state: states[watermark].tables.sync_state },
        });
        await synced.sync.readWatermark();
        await synced.settle();
        expect({ watermark, ahead, rows: await readRows(synced) }).toEqual({ watermark, ahead, rows: end });
      }
    }
  });

  it('is copied to the end though its server is killed in between, again and again', async () => {
    await open();
    await saveSome('manual', 20);
    await synced.settle();
    const before = await readRows(synced);
    await trimmedBeyond(0);
    await synced.close();
    await open(synced.dataDir);
    for (let n = 0; n < 2; n++) {
      await postgres.kill();
      await postgres.restart();
      await until(() => synced.database.connected);
    }
    await agree();
    expect(await readRows(synced)).toEqual(before);
  });

  it('that holds other rows under the same store is brought to the store, what belongs to nothing taken away', async () => {
    await open();
    await saveSome('manual', 4);
    await synced.settle();
    const before = await readRows(synced);
    await trimmedBeyond(0);
    await synced.rows(`UPDATE vector_metadata SET document_id = NULL WHERE id = 2`);
    await synced.rows(`UPDATE vector_metadata SET document_id = 1 WHERE document_id = 2`);
    await synced.rows(`INSERT INTO sync_set_aside (sequence, document_id, message) VALUES (1, 1, 'old'), (2, 99, 'gone')`);
    await synced.rows(`UPDATE sync_state SET applied_seq = 0, chain = 0`);
    await synced.close();
    await open(synced.dataDir, postgres.urlOf(`copy_${databases}`));
    await agree();
    expect(await readRows(synced)).toEqual(before);
    expect(await synced.rows('SELECT * FROM sync_set_aside')).toEqual([]);
    expect(synced.health.checks.sync).toMatchObject({ status: 'ok', set_aside: 0 });
  });

  it('sets a document aside that it refuses, copies all others, and takes that one when it is repaired', async () => {
    await open();
    await saveSome('manual', 4);
    await synced.save('bad', ['poison', 'good', 'other']);
    await saveSome('more', 4);
    await synced.settle();
    const before = await readRows(synced);
    await trimmedBeyond(0);
    await synced.rows('TRUNCATE documents CASCADE');
    await synced.rows(`ALTER TABLE vector_metadata ADD CONSTRAINT no_poison CHECK (text <> 'poison')`);
    await synced.rows(`UPDATE sync_state SET applied_seq = 0, chain = 0`);
    await synced.close();
    await open(synced.dataDir, postgres.urlOf(`copy_${databases}`));
    await synced.settle();
    expect(synced.health.checks.sync).toMatchObject({ status: 'degraded', set_aside: 1, set_aside_documents: [5] });
    expect(await synced.rows('SELECT count(*)::int AS n FROM documents')).toEqual([{ n: 8 }]);
    await synced.rows('ALTER TABLE vector_metadata DROP CONSTRAINT no_poison');
    await synced.get(ConsistencyService).repair({ dryRun: false });
    expect(await readRows(synced)).toEqual(before);
    expect(synced.health.checks.sync).toMatchObject({ status: 'ok', set_aside: 0 });
  });

  it('shows how far the copy is', async () => {
    await open();
    await saveSome('manual', 4);
    await synced.settle();
    await trimmedBeyond(0);
    await synced.rows('CREATE FUNCTION busy() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(0.3); RETURN NEW; END $$');
    await synced.rows('CREATE TRIGGER busy BEFORE UPDATE ON sync_state FOR EACH ROW EXECUTE FUNCTION busy()');
    await synced.rows(`UPDATE sync_state SET applied_seq = 0, chain = 0`);
    await synced.close();
    await open(synced.dataDir, postgres.urlOf(`copy_${databases}`));
    await until(() => synced.health.checks.sync.compared_documents === 4);
    expect(synced.health.checks.sync).toMatchObject({
      status: 'degraded',
      documents: 4,
      lag: synced.store.lastSequence,
      detail: expect.stringMatching(/4 of 4 documents/),
    });
    await synced.settle();
    expect(synced.health.checks.sync).toMatchObject({ status: 'ok', lag: 0 });
  });

  it('is filled again when its tables are emptied, or dropped, under a running process', async () => {
    await open();
    await saveSome('manual', 8);
    await synced.settle();
    const before = await readRows(synced);
    await trimmedBeyond(0);
    await synced.rows('TRUNCATE documents, vector_metadata, vector_embeddings, sync_state, sync_set_aside');
    await saveSome('after', 1);
    await agree();
    await synced.store.deleteDocument(9);
    await synced.settle();
    expect(await readRows(synced)).toEqual(before);
    await synced.rows('DROP SCHEMA public CASCADE');
    await synced.rows('CREATE SCHEMA public');
    await saveSome('later', 1);
    await agree();
    await synced.store.deleteDocument(10);
    await synced.settle();
    expect(await readRows(synced)).toEqual(before);
  });
});

interface Backup extends Rows {
  sequence: number;
  tables: Record<string, string>;
}

const TABLES = ['documents', 'vector_metadata', 'vector_embeddings', 'sync_state'];

/** What pg_dump would keep of the rows. */
async function backUp(synced: SyncedStore): Promise<Backup> {
  const tables: Record<string, string> = {};
  for (const table of TABLES) {
    const [{ rows }] = await synced.rows<{ rows: string }>(`SELECT coalesce(json_agg(t), '[]')::text AS rows FROM ${table} t`);
    tables[table] = rows;
  }
  return { ...(await readRows(synced)), sequence: synced.sync.appliedSequence, tables };
}

async function restore(url: string, { tables }: Backup): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(`TRUNCATE ${TABLES.join(', ')}`);
    for (const table of TABLES)
      await client.query(`INSERT INTO ${table} SELECT * FROM json_populate_recordset(NULL::${table}, $1::json)`, [tables[table]]);
  } finally {
    await client.end();
  }
}
