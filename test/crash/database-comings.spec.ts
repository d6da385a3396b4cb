import pg from 'pg';
import { DatabaseTrial } from '../support/database-trial.js';
import { startTestPostgres, type TestPostgres } from '../support/postgres.js';
import { until } from '../support/until.js';

/**
 * One application, and everything that can happen to its database. Each time: searches, uploads, imports, patches and deletes
 * are answered meanwhile (none of them is waited for before the database is mended, so none of them can wait for it), lists
 * say when to try again, and afterwards the rows are the store's.
 */
describe('A database that comes and goes', () => {
  let postgres: TestPostgres;
  let trial: DatabaseTrial;

  beforeAll(async () => {
    postgres = await startTestPostgres();
    trial = await DatabaseTrial.open(postgres);
    await postgres.kill();
    await trial.start();
  });
  afterAll(async () => {
    trial?.printTable();
    await trial?.stop();
    await postgres?.stop();
  });

  it('is filled when it comes after the start', async () => {
    await trial.useEverything();
    await trial.unavailable();
    await postgres.restart();
    await trial.settle('away at start');
  });

  it('is caught up with when it was killed', async () => {
    await postgres.kill();
    await trial.useEverything();
    await trial.unavailable();
    await postgres.restart();
    await trial.settle('killed');
  });

  it('is not waited for while it hangs', async () => {
    postgres.pause();
    try {
      await trial.useEverything();
    } finally {
      postgres.resume();
    }
    await trial.settle('hangs, and wakes');
  });

  it('is filled again, ids and all, when it was dropped', async () => {
    await trial.dropDatabase();
    await trial.useEverything();
    await trial.unavailable();
    await trial.createDatabase();
    await trial.settle('dropped and created');
  });

  it('is filled again when its schema was dropped under the running process', async () => {
    await trial.sql('DROP SCHEMA public CASCADE');
    await trial.useEverything();
    await trial.unavailable();
    await trial.sql('CREATE SCHEMA public AUTHORIZATION hvs');
    await trial.settle('schema dropped');
  });

  it('is filled again when all rows were taken out of it', async () => {
    await trial.sql('TRUNCATE documents, vector_metadata, vector_embeddings, sync_state, sync_set_aside');
    await trial.useEverything();
    await trial.settle('emptied');
  });

  it('is mended by a sync when documents were taken out behind its back', async () => {
    await trial.sql('TRUNCATE documents, vector_metadata, vector_embeddings');
    await trial.useEverything();
    expect(Number((await trial.expect(200, 'POST', '/vectors/sync')).synced)).toBeGreaterThanOrEqual(24);
    await trial.settle('documents emptied, then POST /vectors/sync');
  });

  it('is caught up with when it has room for our sessions again', async () => {
    await postgres.query('ALTER ROLE hvs CONNECTION LIMIT 0');
    await trial.endSessions();
    await trial.useEverything();
    await trial.unavailable();
    await postgres.query('ALTER ROLE hvs CONNECTION LIMIT -1');
    await trial.settle('connection limit reached');
  });

  it('is caught up with when others leave it a session again', async () => {
    const others = await takeEveryConnection(postgres);
    try {
      await trial.useEverything();
      await trial.unavailable();
    } finally {
      await Promise.all(others.map((client) => client.end()));
    }
    await trial.settle('max_connections used up by others');
  });

  it('goes on with the others when it refuses one document always', async () => {
    await trial.sql(`CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'not this one'; END $$`);
    await trial.sql(`CREATE TRIGGER refuse BEFORE INSERT OR UPDATE ON documents FOR EACH ROW
                     WHEN (NEW.title = 'The refused one') EXECUTE FUNCTION refuse()`);
    const { id } = await trial.expect(202, 'POST', '/documents/text', { title: 'The refused one', text: 'It is refused by SQL.' });
    await trial.useEverything();
    await until(async () => (await trial.health()).sync.lag === 0);
    expect((await trial.health()).sync).toMatchObject({ status: 'degraded', set_aside_documents: [id] });
    await trial.sql('DROP TRIGGER refuse ON documents');
    expect(await trial.expect(200, 'POST', '/vectors/sync')).toMatchObject({ synced: 1, deleted: 0 });
    await trial.settle('one document refused by a trigger');
    expect((await trial.health()).sync).toMatchObject({ status: 'ok' });
  });

  it('is caught up with when the role has its rights again', async () => {
    await trial.sql('REVOKE ALL ON ALL TABLES IN SCHEMA public FROM hvs');
    await trial.useEverything();
    await trial.unavailable();
    await trial.sql('GRANT ALL ON ALL TABLES IN SCHEMA public TO hvs');
    await trial.settle('rights lost for a while');
  });

  it('answers lists while it is read-only, and is caught up with afterwards', async () => {
    await postgres.query('ALTER DATABASE trial SET default_transaction_read_only = on');
    await trial.endSessions();
    await until(async () => (await trial.list()).status === 200);
    await trial.useEverything();
    expect((await trial.list()).status).toBe(200);
    expect((await trial.health()).sync.lag).toBeGreaterThan(0);
    await postgres.query('ALTER DATABASE trial RESET default_transaction_read_only');
    await trial.settle('read-only');
  });

  it('is written to under the time limits of whoever runs it', async () => {
    await postgres.query(`ALTER ROLE hvs SET statement_timeout = 1; ALTER ROLE hvs SET idle_in_transaction_session_timeout = 50`);
    await trial.endSessions();
    await trial.useEverything();
    await trial.settle('their statement_timeout of 1 ms');
    await postgres.query('ALTER ROLE hvs RESET ALL');
  });
});

/** All that max_connections leaves to anybody, the application's own too. */
async function takeEveryConnection(postgres: TestPostgres): Promise<pg.Client[]> {
  const taken: pg.Client[] = [];
  for (;;) {
    const client = new pg.Client({ connectionString: postgres.databaseUrl });
    client.on('error', () => undefined);
    const isIn = await client.connect().then(
      () => true,
      () => false,
    );
    if (isIn) taken.push(client);
    else if (await endOneOfOurs(taken[0])) return taken;
  }
}

/** True when there is none left. */
async function endOneOfOurs(admin: pg.Client): Promise<boolean> {
  const { rows } = await admin.query<{ pid: number }>(`SELECT pid FROM pg_stat_activity WHERE usename = 'hvs'`);
  if (rows.length > 0) await admin.query('SELECT pg_terminate_backend($1, 1000)', [rows[0].pid]);
  return rows.length === 0;
}
