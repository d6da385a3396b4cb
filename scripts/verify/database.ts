import { existsSync } from 'node:fs';
import pg from 'pg';
import { migrations } from '../../migrations/index.js';
import type { HttpClient } from '../http-client.js';
import { Unsound } from './findings.js';
import { askHealth, type HealthFinding } from './health.js';
import type { StatisticsAnswer } from './instance-answers.js';

/** The instance's database, asked directly where it can be reached from here. */
export class DatabaseProbe {
  private constructor(
    private readonly finding: HealthFinding | undefined,
    /** Null: it cannot be asked from here. */
    private readonly connection: pg.ClientConfig | null,
  ) {}

  /** @param databaseUrl of this environment, used when the instance names the same; an embedded server has its socket */
  static async of(client: HttpClient, databaseUrl = ''): Promise<DatabaseProbe> {
    const finding = (await askHealth(client)).checks.database;
    const { server, address = '' } = finding ?? {};
    if (server === 'embedded' && existsSync(address)) {
      return new DatabaseProbe(finding, { host: address, port: 5432, user: 'app', database: 'postgres' });
    }
    return new DatabaseProbe(finding, isSameServer(databaseUrl, address) ? { connectionString: databaseUrl } : null);
  }

  async answers(): Promise<string> {
    const { status, detail, server, address } = this.finding ?? {};
    if (status !== 'ok') {
      throw new Unsound(
        detail ?? 'the service says nothing of its database',
        'Start the PostgreSQL of DATABASE_URL, or correct the address. Nothing is lost: it is brought up to date when it is back.',
      );
    }
    const where = `${server} PostgreSQL at ${address}`;
    if (!this.connection) return `the ${where} answers the service (it cannot be asked from here without its DATABASE_URL)`;
    const [{ version }] = await this.query<{ version: string }>(`SELECT current_setting('server_version') AS version`);
    return `the ${where} answers, version ${version}`;
  }

  /** The service connects only when they are, so its word counts where the database cannot be asked. */
  async migrationsAreApplied(): Promise<string> {
    const wanted = migrations.map(({ name }) => name);
    if (!this.connection) return `all ${wanted.length} are applied, as the service says`;
    const applied = (await this.query<{ name: string }>('SELECT name FROM migrations ORDER BY id')).map(({ name }) => name);
    const missing = wanted.filter((name) => !applied.includes(name));
    const unknown = applied.filter((name) => !wanted.includes(name));
    const cure = 'The instance runs another version of the program than this folder holds: restart it from here, or verify from there.';
    if (missing.length > 0) throw new Unsound(`not applied: ${missing.join(', ')}`, cure);
    if (unknown.length > 0) throw new Unsound(`applied, and not known here: ${unknown.join(', ')}`, cure);
    return `all ${wanted.length} are applied`;
  }

  /** Rows and vectors are as many; in step first, since a service at work counts on meanwhile. */
  async countsAreEqual(client: HttpClient): Promise<string> {
    if (!this.connection) return 'not counted from here';
    const { total_vectors: vectors } = await client.get<StatisticsAnswer>('/vectors/stats');
    const [counted] = await this.query<{ rows: number; floats: number }>(
      'SELECT (SELECT count(*) FROM vector_metadata)::int AS rows, (SELECT count(*) FROM vector_embeddings)::int AS floats',
    );
    if (counted.rows !== vectors || counted.floats !== vectors) {
      throw new Unsound(
        `FAISS holds ${vectors} vectors, PostgreSQL ${counted.rows} rows and ${counted.floats} embeddings`,
        'While documents come in this is only the moment: try again. Else somebody wrote to the tables: POST /vectors/sync puts them right.',
      );
    }
    return `${vectors} vectors in FAISS, as many rows and embeddings in PostgreSQL`;
  }

  private async query<Row extends object>(sql: string): Promise<Row[]> {
    const client = new pg.Client({ ...this.connection, connectionTimeoutMillis: 10_000 });
    client.on('error', () => undefined);
    try {
      await client.connect();
      return (await client.query<Row>(sql)).rows;
    } finally {
      await client.end().catch(() => undefined);
    }
  }
}

/** The service shows its address without the password. */
function isSameServer(databaseUrl: string, shown: string): boolean {
  if (!URL.canParse(databaseUrl) || !URL.canParse(shown)) return false;
  const [own, other] = [new URL(databaseUrl), new URL(shown)];
  return own.host === other.host && own.pathname === other.pathname && own.username === other.username;
}
