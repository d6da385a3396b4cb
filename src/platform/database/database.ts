import { Logger } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DataSource, QueryRunner } from 'typeorm';
import { StopError } from '../errors/problem.js';
import { backoffMs } from './backoff.js';
import { DatabaseUnavailableError } from './database.errors.js';
import type { EmbeddedPostgres } from './embedded/embedded-postgres.js';
import { failureOf } from './failure.js';
import { QueryRunnerSql, type Sql } from './sql.js';

const HEARTBEAT_MS = 5_000;
const POOL_CLOSE_WAIT_MS = 2_000;
/** How long the start waits for a server that is not ours. */
const PATIENCE_MS = 3_000;

/** How a connection is made ready before anybody uses it. */
export interface ConnectionSteps {
  /** Migrates; rejects while the server does not answer. */
  prepare(signal: AbortSignal): Promise<void>;
  /** Runs one statement over a connection of its own, without a time limit. */
  executeUnhurried(statement: string): Promise<void>;
  /** The line to end with for an answer that waiting cannot better. */
  refusal(error: unknown): StopError;
}

/**
 * The one way to PostgreSQL. It may be away at any time: `connected` says so, queries then reject at once with
 * DatabaseUnavailableError, and it is looked for again by itself, never more than 5 s apart. At every return migrations
 * and the `onConnecting` hooks come before anybody else.
 */
export class Database implements Sql {
  private readonly logger = new Logger(Database.name);
  private readonly closing = new AbortController();
  private readonly hooks: ((sql: Sql) => Promise<void>)[] = [];
  private readonly connectedListeners: (() => void)[] = [];
  private readonly lostListeners: (() => void)[] = [];
  private heartbeat: NodeJS.Timeout | undefined;
  private everConnected = false;
  private isConnected = false;
  private failure = 'It has not answered yet';

  constructor(
    /** TypeORM's data source; initialised once PostgreSQL has answered. */
    readonly dataSource: DataSource,
    /** Null: a server that somebody else runs. */
    private readonly server: EmbeddedPostgres | null,
    private readonly steps: ConnectionSteps,
    /** Ends the process with the error as its last line. */
    private readonly stopProcess: (reason: Error) => void,
  ) {}

  get connected(): boolean {
    return this.isConnected;
  }

  /** Why it is away; undefined while it is there. */
  get unavailable(): string | undefined {
    return this.isConnected ? undefined : this.failure;
  }

  /** Runs at every connection, before anybody else uses it. A StopError from it ends the process. Register before `start`. */
  onConnecting(hook: (sql: Sql) => Promise<void>): void {
    this.hooks.push(hook);
  }

  onConnected(listener: () => void): void {
    this.connectedListeners.push(listener);
  }

  onLost(listener: () => void): void {
    this.lostListeners.push(listener);
  }

  /**
   * Resolves when connected. A server that somebody else runs and that does not answer is waited for 3 s, then in the
   * background. Rejects with a StopError when it never will.
   */
  async start(): Promise<void> {
    await this.server?.start();
    const connecting = this.keepConnecting();
    if (this.server) return connecting;
    const patience = new AbortController();
    const waited = sleep(PATIENCE_MS, 'waited', { signal: patience.signal, ref: false }).catch(() => undefined);
    const first = await Promise.race([connecting, waited]).finally(() => patience.abort());
    if (first !== 'waited') return;
    this.logger.warn(`PostgreSQL does not answer yet (${this.failure}); what does not need it is served meanwhile`);
    connecting.catch((error: Error) => this.stopProcess(error));
  }

  async query<Row>(statement: string, parameters?: unknown[]): Promise<Row[]> {
    return this.withRunner((runner) => new QueryRunnerSql(runner).query<Row>(statement, parameters));
  }

  async execute(statement: string, parameters?: unknown[]): Promise<number> {
    return this.withRunner((runner) => new QueryRunnerSql(runner).execute(statement, parameters));
  }

  /** For a statement that may take minutes, such as building an index: over a connection of its own, without a time limit. */
  async executeUnhurried(statement: string): Promise<void> {
    if (!this.isConnected) throw new DatabaseUnavailableError();
    await this.translating(() => this.steps.executeUnhurried(statement));
  }

  /** All or nothing. When it rejects with DatabaseUnavailableError, a commit may have happened all the same. */
  async transaction<T>(work: (sql: Sql) => Promise<T>): Promise<T> {
    return this.withRunner(async (runner) => {
      await runner.startTransaction();
      try {
        const result = await work(new QueryRunnerSql(runner));
        await runner.commitTransaction();
        return result;
      } catch (error) {
        // A connection that is gone took the transaction with it.
        await runner.rollbackTransaction().catch(() => undefined);
        throw error;
      }
    });
  }

  /** Takes note of an error that came from a connection outside of a query, such as an idle one that was ended. */
  noteFailure(error: unknown): void {
    if (failureOf(error) === 'lost') this.lose(error);
  }

  /** Connections first, then the embedded server. */
  async close(): Promise<void> {
    this.closing.abort();
    this.isConnected = false;
    clearInterval(this.heartbeat);
    // A session that hangs must not hold up the end; the server ends it.
    if (this.dataSource.isInitialized) await Promise.race([this.closePool(), sleep(POOL_CLOSE_WAIT_MS, undefined, { ref: false })]);
    await this.server?.stop();
  }

  private async closePool(): Promise<void> {
    await this.dataSource.destroy().catch((error: Error) => this.logger.warn(`The connections closed badly: ${error.message}`));
  }

  private async withRunner<T>(work: (runner: QueryRunner) => Promise<T>): Promise<T> {
    if (!this.isConnected) throw new DatabaseUnavailableError();
    return this.translating(() => this.withUncheckedRunner(work));
  }

  private async withUncheckedRunner<T>(work: (runner: QueryRunner) => Promise<T>): Promise<T> {
    const runner = this.dataSource.createQueryRunner();
    try {
      return await work(runner);
    } finally {
      await runner.release();
    }
  }

  private async translating<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      const failure = failureOf(error);
      if (failure === 'lost') this.lose(error);
      throw failure === 'refused' ? error : new DatabaseUnavailableError(error);
    }
  }

  private async keepConnecting(): Promise<void> {
    for (let attempt = 0; !this.closing.signal.aborted; attempt++) {
      try {
        return await this.connectOnce();
      } catch (error) {
        if (this.closing.signal.aborted) return;
        if (error instanceof StopError) throw error;
        this.failure = error instanceof Error ? error.message || String(errorName(error)) : String(error);
        // Once it has served, a refusal may be an upgrade or a restore in progress: that is waited for.
        if (!this.everConnected && failureOf(error) === 'refused') throw this.steps.refusal(error);
        await sleep(backoffMs(attempt), undefined, { signal: this.closing.signal }).catch(() => undefined);
      }
    }
  }

  private async connectOnce(): Promise<void> {
    await this.steps.prepare(this.closing.signal);
    if (!this.dataSource.isInitialized) await this.dataSource.initialize();
    if (this.closing.signal.aborted) return this.closePool();
    await this.withUncheckedRunner(async (runner) => {
      for (const hook of this.hooks) await hook(new QueryRunnerSql(runner));
    });
    if (this.closing.signal.aborted) return;
    if (this.everConnected) this.logger.log('PostgreSQL is back');
    this.isConnected = this.everConnected = true;
    this.heartbeat = setInterval(() => void this.query('SELECT 1').catch(() => undefined), HEARTBEAT_MS).unref();
    this.connectedListeners.forEach((listener) => listener());
  }

  private lose(error: unknown): void {
    if (!this.isConnected) return;
    this.isConnected = false;
    clearInterval(this.heartbeat);
    this.failure = error instanceof Error ? error.message : String(error);
    this.logger.warn(`PostgreSQL is away (${this.failure}); it is looked for again by itself`);
    this.lostListeners.forEach((listener) => listener());
    this.keepConnecting().catch((reason: Error) => this.stopProcess(reason));
  }
}

function errorName(error: Error): string {
  return (error as NodeJS.ErrnoException).code ?? error.name;
}
