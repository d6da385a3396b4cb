import { createHash } from 'node:crypto';
import { VectorStore } from '../../src/store/index.js';
import { PostgresSync } from '../../src/sync/index.js';
import { startApplication, type RunningApplication } from './application.js';
import { requestJson } from './http-json.js';
import type { TestPostgres } from './postgres.js';
import { scatteredVectors } from './scattered-vectors.js';
import { until } from './until.js';

export interface TrialRow {
  what: string;
  /** Journal records that PostgreSQL lacked at most. */
  lagAtMost: number;
  /** From the moment it was there again. */
  msToLagZero: number;
  vectors: number;
}

const DATABASE = 'trial';
const ROLE = 'hvs';
const LAG_LOOK_MS = 20;
/** Tens of thousands of records may be to come. */
const SETTLE_WAIT_MS = 600_000;

/**
 * The whole application beside a PostgreSQL that somebody else runs, under an ordinary role: what happens to the database is
 * done by `harm`, and afterwards both stores must hold the same.
 */
export class DatabaseTrial {
  readonly rows: TrialRow[] = [];
  private running: RunningApplication | undefined;
  private store: VectorStore;
  private serial = 0;
  private lagAtMost = 0;
  private watching: NodeJS.Timeout | undefined;

  private constructor(
    readonly postgres: TestPostgres,
    private readonly settings: Record<string, string>,
  ) {}

  static async open(postgres: TestPostgres, settings: Record<string, string> = {}): Promise<DatabaseTrial> {
    await postgres.query(`CREATE ROLE ${ROLE} LOGIN`);
    const trial = new DatabaseTrial(postgres, settings);
    await trial.createDatabase();
    return trial;
  }

  get url(): string {
    return this.running!.url;
  }

  /** Records that the journal has lost to JOURNAL_BYTES_MAX though PostgreSQL lacks them. */
  get recordsOutOfReach(): number {
    return Math.max(0, this.store.oldestSequence - 1 - this.running!.app.get(PostgresSync, { strict: false }).appliedSequence);
  }

  get superuserUrl(): string {
    return this.postgres.urlOf(DATABASE);
  }

  async createDatabase(template = 'template0', name = DATABASE): Promise<void> {
    await this.postgres.query(`CREATE DATABASE ${name} OWNER ${ROLE} TEMPLATE ${template}`);
  }

  /** A copy of the database's files as another database, as a backup would hold them. */
  async createCopy(name: string): Promise<void> {
    // a template may have no session, and the application's come back at once
    await this.postgres.query(`ALTER DATABASE ${DATABASE} ALLOW_CONNECTIONS false`);
    await this.endSessions();
    await this.postgres.query(`CREATE DATABASE ${name} TEMPLATE ${DATABASE}`);
    await this.postgres.query(`ALTER DATABASE ${DATABASE} ALLOW_CONNECTIONS true`);
  }

  dropDatabase(): Promise<unknown> {
    return this.postgres.query(`DROP DATABASE ${DATABASE} WITH (FORCE)`);
  }

  /** As the superuser, in the application's database. */
  sql(statement: string): Promise<unknown> {
    return this.postgres.query(statement, [], DATABASE);
  }

  /** Ends the application's sessions, so that new ones begin under new settings. */
  endSessions(): Promise<unknown> {
    return this.postgres.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${DATABASE}'`);
  }

  async start(): Promise<void> {
    const url = this.postgres.urlOf(DATABASE).replace('//app@', `//${ROLE}@`);
    this.running = await startApplication({ DATABASE_URL: url, ...this.settings });
    this.store = this.running.app.get(VectorStore, { strict: false });
    this.watching = setInterval(() => void this.lag().catch(() => undefined), LAG_LOOK_MS);
  }

  async stop(): Promise<void> {
    clearInterval(this.watching);
    await this.running?.stop();
  }

  get stopReasons(): Error[] {
    return this.running!.stopReasons;
  }

  /** A document with vectors of its own, acknowledged when it resolves. */
  async importDocument(chunks = 3): Promise<number> {
    const title = `Imported ${this.serial++}`;
    const texts = Array.from({ length: chunks }, (_, n) => `Passage ${n} of ${title}. It describes part ${n % 7}.`);
    const { document } = await this.store.importDocument({
      ownerId: null,
      title,
      filename: `${title}.txt`,
      mimeType: 'text/plain',
      sha256: createHash('sha256').update(title).digest('hex'),
      metadata: { serial: this.serial },
      pageCount: 1,
      charCount: texts.join('').length,
      chunks: texts.map((text) => ({ text, pageStart: 1, pageEnd: 1, charStart: 0, charEnd: text.length, headingPath: [] })),
      vectors: scatteredVectors(chunks, this.store.dimension),
    });
    return document.id;
  }

  async import(documents: number, chunks: number): Promise<number[]> {
    const ids: number[] = [];
    for (let from = 0; from < documents; from += 32)
      ids.push(...(await Promise.all(Array.from({ length: Math.min(32, documents - from) }, () => this.importDocument(chunks)))));
    return ids;
  }

  /** That many saves, patches and deletes, through the engine itself. */
  async write(operations: number): Promise<void> {
    for (let done = 0; done < operations;) {
      const ids = await this.import(Math.min(8, operations - done), 2);
      const others = [
        ...ids.slice(0, 4).map((id) => () => this.store.patchDocument(id, { metadata: { patched: true } })),
        ...ids.slice(4, 6).map((id) => () => this.store.deleteDocument(id)),
        ...ids.slice(6).map((id) => () => this.store.deleteVectors(id)),
      ].slice(0, operations - done - ids.length);
      await Promise.all(others.map((operate) => operate()));
      done += ids.length + others.length;
    }
  }

  /** One of everything that must neither wait for PostgreSQL nor fail with it. */
  async useEverything(): Promise<void> {
    const text = `The trial number ${this.serial++} has a text. `.repeat(3);
    const uploaded = await this.expect(202, 'POST', '/documents/text', { title: `Uploaded ${this.serial}`, text });
    const [kept, doomed, emptied] = [await this.importDocument(), await this.importDocument(), await this.importDocument()];
    await this.expect(200, 'PATCH', `/documents/${kept}`, { metadata: { renamed: true }, owner_id: `owner ${this.serial}` });
    await this.expect(200, 'DELETE', `/documents/${doomed}`);
    await this.expect(200, 'DELETE', `/vectors/document/${emptied}`);
    await this.expect(404, 'GET', `/documents/${doomed}`);
    await this.expect(200, 'GET', `/documents/${kept}`);
    await this.expect(200, 'GET', `/vectors/document/${kept}`);
    const { hits } = (await this.expect(200, 'POST', '/search', { query: 'which part is described', top_k: 100 })) as unknown as {
      hits: { document: { id: number } }[];
    };
    const found = hits.map(({ document }) => document.id);
    if (found.includes(doomed) || found.includes(emptied)) throw new Error('what was deleted is found');
    await until(async () => (await this.expect(200, 'GET', `/documents/${Number(uploaded.id)}`)).status === 'indexed');
  }

  /** The answer of a list: 200, or 503 with its Retry-After. */
  async list(): Promise<{ status: number; code?: string; retryAfter: number }> {
    const response = await fetch(`${this.url}/documents`);
    const { code } = (await response.json()) as { code?: string };
    return { status: response.status, code, retryAfter: Number(response.headers.get('retry-after')) };
  }

  /** Until lists answer 503 with a time to try again. */
  async unavailable(): Promise<void> {
    let answer = await this.list();
    await until(async () => (answer = await this.list()).status === 503);
    expect(answer).toEqual({ status: 503, code: 'DATABASE_UNAVAILABLE', retryAfter: 5 });
  }

  async health(): Promise<Record<string, Record<string, unknown>>> {
    return (await requestJson(this.url, 'GET', '/health/ready')).body.checks;
  }

  /** Waits until PostgreSQL lacks nothing, then holds every row against the store, and notes how it went. */
  async settle(what: string): Promise<void> {
    const began = Date.now();
    // a list asks the database itself: what was known of it may be a moment old
    await until(async () => (await this.list()).status === 200 && (await this.lag()) === 0, SETTLE_WAIT_MS);
    const msToLagZero = Date.now() - began;
    const vectors = Number((await this.expect(200, 'GET', '/vectors/stats')).total_vectors);
    expect(await this.expect(200, 'POST', '/vectors/sync')).toEqual({ synced: 0, deleted: 0, unchanged: vectors, lag: 0 });
    const consistency = await requestJson(this.url, 'GET', '/index/consistency');
    if (consistency.status !== 404) expect(consistency.body).toMatchObject({ consistent: true, lag: 0 });
    expect((await this.list()).status).toBe(200);
    expect(this.stopReasons).toEqual([]);
    this.rows.push({ what, lagAtMost: this.lagAtMost, msToLagZero, vectors });
    this.lagAtMost = 0;
  }

  async expect(status: number, method: string, path: string, body?: object): Promise<Record<string, unknown>> {
    const answer = await requestJson(this.url, method, path, body);
    if (answer.status !== status) throw new Error(`${method} ${path} answered ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  }

  /** What was done, and how long the stores differed: to standard error, since it is for people. */
  printTable(): void {
    const lines = this.rows.map(
      ({ what, lagAtMost, msToLagZero, vectors }) =>
        `| ${what.padEnd(44)} | ${String(lagAtMost).padStart(10)} | ${String(msToLagZero).padStart(9)} | ${String(vectors).padStart(8)} | yes  |`,
    );
    const head = `| ${'what happened to PostgreSQL'.padEnd(44)} | lag, most  | ms to 0   | vectors  | same |`;
    process.stderr.write(`${[head, head.replace(/[^|]/g, '-'), ...lines].join('\n')}\n`);
  }

  private async lag(): Promise<number> {
    const { lag } = (await requestJson(this.url, 'GET', '/health/ready')).body.checks['sync' as never] as { lag: number };
    this.lagAtMost = Math.max(this.lagAtMost, lag);
    return lag;
  }
}
