import { Global, Module } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import { createServer, type Server } from 'node:net';
import { once } from 'node:events';
import { migrations } from '../../migrations/index.js';
import {
  Database,
  DatabaseConfig,
  DatabaseModule,
  DataConfig,
  HealthRegistry,
  ProcessStop,
  StartNotes,
  StopError,
  type DatabaseSchema,
} from '../../src/platform/index.js';
import { vectorMetadataTables } from '../../src/vector-metadata/index.js';
import { startTestPostgres, type TestPostgres } from '../support/postgres.js';
import '../support/quiet-logs.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { until } from '../support/until.js';

describe('the database', () => {
  let postgres: TestPostgres;
  const opened: TestingModule[] = [];
  let stops: Error[] = [];

  beforeAll(async () => {
    postgres = await startTestPostgres();
  });
  afterAll(() => postgres.stop());
  beforeEach(() => (stops = []));
  afterEach(async () => {
    for (const module of opened.splice(0)) await module.close();
  });

  const schema = { entities: vectorMetadataTables, migrations };

  async function build(
    databaseUrl: string | null,
    tables: DatabaseSchema = schema,
  ): Promise<{ database: Database; health: HealthRegistry; notes: StartNotes }> {
    const [health, notes] = [new HealthRegistry(), new StartNotes()];
    const platform = [
      { provide: HealthRegistry, useValue: health },
      { provide: StartNotes, useValue: notes },
      { provide: ProcessStop, useValue: { stop: (reason: Error) => void stops.push(reason) } },
      { provide: DatabaseConfig, useValue: { databaseUrl } },
      { provide: DataConfig, useValue: { dataDir: temporaryFolder('database') } },
    ];
    @Global()
    @Module({ providers: platform, exports: platform.map(({ provide }) => provide) })
    class TestPlatformModule {}
    const module = await Test.createTestingModule({ imports: [TestPlatformModule, DatabaseModule.forRoot(tables)] })
      .setLogger(false as never)
      .compile();
    opened.push(module);
    await module.init();
    return { database: module.get(Database), health, notes };
  }

  it('runs the migrations before anybody uses it, and tells who waits', async () => {
    const { database, health } = await build(await postgres.createDatabase('fresh'));
    const events: string[] = [];
    database.onConnecting(
      async (sql) =>
        void events.push(`connecting, ${database.connected}, ${(await sql.query('SELECT 1 FROM migrations')).length} migrations`),
    );
    database.onConnected(() => void events.push('connected'));
    expect(health.report().status).toBe('degraded');
    await expect(database.query('SELECT 1')).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
    await database.start();
    expect(events).toEqual([`connecting, false, ${migrations.length} migrations`, 'connected']);
    expect(health.report()).toMatchObject({ status: 'ok', checks: { database: { status: 'ok', server: 'external' } } });
  });

  it('lets one process of several migrate', async () => {
    const url = await postgres.createDatabase('contended');
    const databases = await Promise.all([build(url), build(url), build(url)]);
    await Promise.all(databases.map(({ database }) => database.start()));
    expect(await databases[0].database.query('SELECT count(*)::int AS count FROM migrations')).toEqual([{ count: migrations.length }]);
  });

  it('starts the embedded server when there is no DATABASE_URL, and says how to look into it', async () => {
    const { database, health, notes } = await build(null);
    await database.start();
    expect(await database.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
    expect(notes.lines()).toEqual([expect.stringMatching(/psql -h \S+ -U app postgres$/)]);
    expect(health.report().checks.database).toMatchObject({ server: 'embedded' });
  });

  it('works in UTC and reads timestamps without a zone as UTC', async () => {
    const { database } = await build(postgres.databaseUrl);
    await database.start();
    const [row] = await database.query<{ zone: string; at: Date }>(
      `SELECT current_setting('TimeZone') AS zone, timestamp '2026-03-29 02:30:00.125' AS at`,
    );
    expect([row.zone, row.at.toISOString()]).toEqual(['UTC', '2026-03-29T02:30:00.125Z']);
  });

  it('takes back everything that a failed transaction did', async () => {
    const { database } = await build(await postgres.createDatabase('atomic'));
    await database.start();
    await database.execute('CREATE TABLE things (id integer PRIMARY KEY)');
    const failed = database.transaction(async (sql) => {
      await sql.execute('INSERT INTO things VALUES (1)');
      await sql.execute('INSERT INTO things VALUES (1)');
    });
    await expect(failed).rejects.toMatchObject({ code: '23505' });
    expect(await database.query('SELECT * FROM things')).toEqual([]);
    expect(database.connected).toBe(true);
  });

  it('notices that the server went away without being asked anything, and comes back by itself', async () => {
    const { database, health } = await build(postgres.databaseUrl);
    await database.start();
    const events: string[] = [];
    database.onLost(() => void events.push('lost'));
    database.onConnected(() => void events.push('connected'));
    await postgres.kill();
    await until(() => !database.connected);
    expect(health.report()).toMatchObject({ status: 'degraded', checks: { database: { status: 'degraded' } } });
    await postgres.restart();
    await until(() => database.connected);
    expect(events).toEqual(['lost', 'connected']);
    expect(await database.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('notices a server that hangs, answers 503 then, and goes on when it wakes', async () => {
    const { database } = await build(postgres.databaseUrl);
    await database.start();
    postgres.pause();
    try {
      await until(() => !database.connected);
      await expect(database.query('SELECT 1')).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
    } finally {
      postgres.resume();
    }
    await until(() => database.connected);
    expect(await database.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('waits in the background for a server that does not answer yet', async () => {
    await postgres.kill();
    const { database } = await build(postgres.databaseUrl);
    await database.start();
    expect(database.connected).toBe(false);
    await postgres.restart();
    await until(() => database.connected);
    expect(stops).toEqual([]);
  });

  it('waits for a server that takes the connection and says nothing', async () => {
    const silent: Server = createServer((socket) => void socket.on('error', () => undefined)).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as { port: number };
    const { database } = await build(`postgresql://app@127.0.0.1:${port}/postgres`);
    await database.start();
    expect(database.connected).toBe(false);
    silent.close();
  });

  it.each([
    ['another database', () => postgres.urlOf('nowhere'), /database "nowhere" does not exist \(3D000\)\. Create that database/],
    ['another user', () => postgres.databaseUrl.replace('app@', 'nobody:s3cret@'), /nobody.*\(28000\)\. Correct the user/],
  ])('ends the start with one line when DATABASE_URL names %s', async (_what, url, line) => {
    const { database } = await build(url());
    const message = await database.start().catch((error: Error) => (error instanceof StopError ? error.message : String(error)));
    expect(message).toMatch(line);
    expect(message).not.toMatch(/s3cret|\n/);
  });

  it('ends the start with one line when the password is wrong', async () => {
    await postgres.requirePassword('guarded', 'right');
    const { database } = await build(postgres.databaseUrl.replace('app@', 'guarded:wr0ng@'));
    const message = await database.start().catch((error: Error) => error.message);
    expect(message).toMatch(
      /^PostgreSQL at postgresql:\/\/guarded:\*\*\*@.* refused: password authentication failed for user "guarded" \(28P01\)\. Correct/,
    );
  });

  it('ends the start with one line when the user may not make tables', async () => {
    await postgres.query('CREATE ROLE reader LOGIN');
    const url = await postgres.createDatabase('guarded_schema');
    const { database } = await build(url.replace('app@', 'reader@'));
    await expect(database.start()).rejects.toThrow(/permission denied for schema public \(42501\)\. Give that user the right/);
  });

  it('goes without the trigram indexes where pg_trgm may not be made', async () => {
    await postgres.query('CREATE ROLE maker LOGIN');
    const url = await postgres.createDatabase('no_extension');
    await postgres.query('GRANT CREATE ON SCHEMA public TO maker', [], 'no_extension');
    const { database } = await build(url.replace('app@', 'maker@'));
    await database.start();
    expect(await database.query(`SELECT to_regclass('idx_vector_text_trigrams') AS index`)).toEqual([{ index: null }]);
  });

  it('ends the process when the server that it waited for refuses it', async () => {
    await postgres.kill();
    const { database } = await build(postgres.urlOf('nowhere_either'));
    await database.start();
    await postgres.restart();
    await until(() => stops.length > 0);
    expect(stops[0]).toBeInstanceOf(StopError);
    expect(stops[0].message).toMatch(/3D000/);
  });
});
