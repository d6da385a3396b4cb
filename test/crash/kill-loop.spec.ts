import { setTimeout as sleep } from 'node:timers/promises';
import { BREAKS, LoadClient, type KnownDocument } from '../support/load-client.js';
import { startTestPostgres, type TestPostgres } from '../support/postgres.js';
import { checkPromises, randomFrom, settled } from '../support/promises.js';
import { ServerProcess } from '../support/server-process.js';
import { temporaryFolder } from '../support/temporary-folder.js';

/**
 * HVS_KILLS=300 by hand; HVS_KILL_DATABASE=separate for a PostgreSQL of its own, which is itself killed in every third round
 * (HVS_TEST_DATABASE=system takes the system's). The seed is printed and replays the clients' choices, not the machine's timing.
 */
const kills = Number(process.env.HVS_KILLS ?? 10);
const seed = Number(process.env.HVS_SEED ?? Date.now() % 1_000_000);
const onSeparateDatabase = process.env.HVS_KILL_DATABASE === 'separate';
const CLIENTS = 6;
/** Of documents that earlier rounds settled, so many are looked at again in each round; all of them at the end. */
const LOOKED_AT_AGAIN = 60;

class KillLoop {
  readonly client: LoadClient;
  readonly counts = { kills: 0, inRecovery: 0, database: 0 };
  private readonly random = randomFrom(seed);
  private checkedUpTo = 0;

  constructor(
    private readonly settings: Record<string, string>,
    private readonly postgres: TestPostgres | null,
  ) {
    this.client = new LoadClient(this.random);
  }

  async run(): Promise<void> {
    let server = await ServerProcess.start(this.settings);
    for (let round = 1; this.counts.kills < kills; round++) {
      const load = this.client.run(server.baseUrl, CLIENTS);
      const databaseKilled = this.postgres && round % 3 === 0 ? this.killDatabase(this.postgres) : Promise.resolve();
      await sleep(200 + this.random() * 1_300);
      await this.kill(server);
      this.client.stop();
      await Promise.all([load, databaseKilled]);
      // every fourth round has a second kill, so that a fifth of all come while the store is recovered
      if (round % 4 === 0) await this.killInRecovery();
      server = await ServerProcess.start(this.settings);
      if (this.postgres && round % 3 === 0) await this.postgres.restart();
      await settled(server.baseUrl);
      await checkPromises(server.baseUrl, this.client, this.toLookAt());
      expect(this.client.violations).toEqual([]);
    }
    await checkPromises(server.baseUrl, this.client);
    expect(await server.stop()).toBe(0);
  }

  get table(): string {
    const of = (kind: string): number => this.client.violations.filter((violation) => violation.kind === kind).length;
    const rows: [string, number][] = [
      ['kills', this.counts.kills],
      ['of them during recovery', this.counts.inRecovery],
      ['kills of PostgreSQL', this.counts.database],
      ['documents acknowledged', this.client.documents.length],
      ['deletes acknowledged', this.client.deletesAcknowledged],
      ...BREAKS.map((kind): [string, number] => [kind, of(kind)]),
    ];
    return rows.map(([what, count]) => `| ${what} | ${count} |`).join('\n');
  }

  private async kill(server: ServerProcess): Promise<void> {
    await server.kill();
    this.counts.kills++;
  }

  private async killInRecovery(): Promise<void> {
    const server = ServerProcess.spawn(this.settings);
    await sleep(50 + this.random() * 1_450);
    await this.kill(server);
    this.counts.inRecovery++;
  }

  private async killDatabase(postgres: TestPostgres): Promise<void> {
    await sleep(this.random() * 1_000);
    await postgres.kill();
    this.counts.database++;
  }

  private toLookAt(): KnownDocument[] {
    const { documents } = this.client;
    const older = Array.from({ length: LOOKED_AT_AGAIN }, () => documents[Math.floor(this.random() * this.checkedUpTo)]);
    const recent = documents.slice(this.checkedUpTo);
    this.checkedUpTo = documents.length;
    return [...new Set([...older.filter(Boolean), ...recent])];
  }
}

it(
  `loses nothing and brings nothing back over ${kills} kills under load (HVS_KILLS)`,
  async () => {
    process.stderr.write(`kill loop: HVS_SEED=${seed}\n`);
    const postgres = onSeparateDatabase ? await startTestPostgres() : null;
    // small segments, graphs and journals: seals, merges and trims are always under way
    const small = { SEGMENT_VECTORS: '20', HNSW_VECTORS: '100', JOURNAL_BYTES_MAX: String(1024 * 1024) };
    const loop = new KillLoop(
      { DATA_DIR: temporaryFolder('kills'), ...small, ...(postgres ? { DATABASE_URL: postgres.databaseUrl } : {}) },
      postgres,
    );
    try {
      await loop.run();
    } finally {
      process.stderr.write(`${loop.table}\n`);
      await postgres?.stop();
    }
  },
  60_000 + kills * 60_000,
);
