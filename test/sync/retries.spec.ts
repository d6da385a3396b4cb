import { startTestPostgres, type TestPostgres } from '../support/postgres.js';
import { SyncedStore } from '../support/synced-store.js';
import { until } from '../support/until.js';

describe('a server that has no connection to give', () => {
  let postgres: TestPostgres;

  beforeAll(async () => {
    postgres = await startTestPostgres();
  });
  afterAll(() => postgres.stop());

  it('is asked again until it has one; health says why, and saves go on', async () => {
    await postgres.query('CREATE ROLE guest LOGIN');
    await postgres.query('CREATE DATABASE crowded OWNER guest');
    const synced = await SyncedStore.open(postgres.urlOf('crowded').replace('app@', 'guest@'));
    await synced.save('before', ['one']);
    await synced.settle();
    await postgres.query('ALTER ROLE guest CONNECTION LIMIT 0');
    await postgres.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'guest'`);
    await until(() => /too many connections/.test(JSON.stringify(synced.health)));
    await synced.save('during', ['two', 'three']);
    expect(synced.health.status).toBe('degraded');
    expect(synced.sync.lag).toBe(2);
    await postgres.query('ALTER ROLE guest CONNECTION LIMIT -1');
    await synced.settle();
    expect(await synced.rows('SELECT text FROM vector_metadata ORDER BY id')).toEqual([
      { text: 'one' },
      { text: 'two' },
      { text: 'three' },
    ]);
    expect(synced.health.checks.sync).toMatchObject({ status: 'ok', set_aside: 0 });
    await synced.dispose();
  });
});

describe('records that PostgreSQL cannot take for the time being', () => {
  let postgres: TestPostgres;
  let synced: SyncedStore;

  beforeAll(async () => {
    postgres = await startTestPostgres();
    synced = await SyncedStore.open(postgres.databaseUrl);
    await synced.rows(
      `CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no % now', TG_ARGV[0] USING ERRCODE = TG_ARGV[0]; END $$`,
    );
  });
  afterAll(async () => {
    await synced.dispose();
    await postgres.stop();
  });

  it.each(['53100', '53200', '53300', '57014', '40001', '40P01'])('are tried again after %s, and none is set aside', async (state) => {
    await synced.rows(`CREATE TRIGGER fail BEFORE INSERT ON vector_metadata FOR EACH ROW EXECUTE FUNCTION fail('${state}')`);
    await synced.save(`manual ${state}`, ['text']);
    await until(() => JSON.stringify(synced.health.checks.sync).includes(`no ${state} now`));
    expect(synced.sync.lag).toBeGreaterThan(0);
    await synced.rows('DROP TRIGGER fail ON vector_metadata');
    await synced.settle();
    expect(synced.health.checks.sync).toMatchObject({ status: 'ok', lag: 0, set_aside: 0 });
  });

  it.each(['08P01', '22021', '23514', 'P0001'])('are set aside after %s', async (state) => {
    await synced.rows(`CREATE TRIGGER fail BEFORE INSERT ON vector_metadata FOR EACH ROW EXECUTE FUNCTION fail('${state}')`);
    const { id } = await synced.save(`manual ${state}`, ['text']);
    await synced.settle();
    await synced.rows('DROP TRIGGER fail ON vector_metadata');
    expect(synced.health.checks.sync).toMatchObject({ status: 'degraded', lag: 0, set_aside: 1 });
    await synced.store.deleteDocument(id);
    await synced.settle();
    expect(synced.health.checks.sync).toMatchObject({ status: 'ok', set_aside: 0 });
  });
});
