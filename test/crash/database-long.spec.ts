import { backUp } from '../support/database-backup.js';
import { DatabaseTrial } from '../support/database-trial.js';
import { ImportClient } from '../support/import-client.js';
import { startTestPostgres, type TestPostgres } from '../support/postgres.js';
import { until } from '../support/until.js';

/**
 * By hand, with a pg_dump: HVS_TEST_DATABASE=system HVS_DATABASE_KILLS=10 HVS_IMPORT_VECTORS=20000 HVS_AWAY_WRITES=18000
 * HVS_BACKUP_OPERATIONS=5000. Half an hour at ten writes a second is 18,000.
 */
const kills = Number(process.env.HVS_DATABASE_KILLS ?? 2);
const vectors = Number(process.env.HVS_IMPORT_VECTORS ?? 600);
const awayWrites = Number(process.env.HVS_AWAY_WRITES ?? 100);
const backupOperations = Number(process.env.HVS_BACKUP_OPERATIONS ?? 60);

const CHUNKS = 20;
const DOCUMENTS_AT_ONCE = 10;
const TIMEOUT_MS = 60_000 + 20 * (vectors + awayWrites + backupOperations);

describe('PostgreSQL away until the journal passes JOURNAL_BYTES_MAX', () => {
  it(
    `is brought up to date by comparison after ${awayWrites} writes, and filled so when it is dropped`,
    async () => {
      const postgres = await startTestPostgres();
      const trial = await DatabaseTrial.open(postgres, { SEGMENT_VECTORS: '20', JOURNAL_BYTES_MAX: String(64 * 1024) });
      try {
        await trial.start();
        await trial.write(20);
        await trial.settle('(20 writes)');
        await postgres.kill();
        await trial.write(awayWrites);
        await until(() => trial.recordsOutOfReach > 0);
        await postgres.restart();
        await trial.settle(`away past JOURNAL_BYTES_MAX, ${awayWrites} writes`);
        await trial.dropDatabase();
        await trial.createDatabase();
        await trial.settle('dropped, with the journal trimmed');
      } finally {
        trial.printTable();
        await trial.stop();
        await postgres.stop();
      }
    },
    TIMEOUT_MS,
  );
});

describe('PostgreSQL over a long time', () => {
  let postgres: TestPostgres;
  let trial: DatabaseTrial;

  beforeAll(async () => {
    postgres = await startTestPostgres();
    trial = await DatabaseTrial.open(postgres, { SEGMENT_VECTORS: String(Math.max(50, vectors / 10)) });
    await trial.start();
  });
  afterAll(async () => {
    trial?.printTable();
    await trial?.stop();
    await postgres?.stop();
  });

  it(
    `is killed ${kills} times (HVS_DATABASE_KILLS) while ${vectors} vectors are imported (HVS_IMPORT_VECTORS)`,
    async () => {
      const client = new ImportClient();
      let isDone = false;
      const importing = (async () => {
        while (client.acknowledged.size * CHUNKS < vectors) await client.importSome(trial.url, DOCUMENTS_AT_ONCE, CHUNKS);
      })().finally(() => (isDone = true));
      for (let kill = 1; kill <= kills; kill++) {
        await until(() => isDone || client.acknowledged.size * CHUNKS >= (kill * vectors) / (kills + 1), TIMEOUT_MS);
        await postgres.kill();
        await postgres.restart();
      }
      await importing;
      await trial.settle(`killed ${kills} times under ${vectors} vectors`);
      expect(await client.missing(trial.url, CHUNKS)).toEqual([]);
    },
    TIMEOUT_MS,
  );

  it(
    `is away while ${awayWrites} writes are made (HVS_AWAY_WRITES)`,
    async () => {
      await postgres.kill();
      await trial.write(awayWrites);
      await postgres.restart();
      await trial.settle(`away for ${awayWrites} writes`);
    },
    TIMEOUT_MS,
  );

  it(
    `is put back as it was ${backupOperations} operations before (HVS_BACKUP_OPERATIONS)`,
    async () => {
      const backup = await backUp(trial, 'backup');
      await trial.write(backupOperations);
      await trial.settle(`(${backupOperations} operations more)`);
      await backup.restore();
      await trial.settle(`put back by ${backup.kind}, ${backupOperations} operations old`);
    },
    TIMEOUT_MS,
  );
});
