import { Logger } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DataSource } from 'typeorm';
import { StopError } from '../errors/problem.js';
import { backoffMs } from './backoff.js';
import { ConnectionPool } from './connection-pool.js';
import { DatabaseUnavailableError } from './database.errors.js';
import type { EmbeddedPostgres } from './embedded/embedded-postgres.js';
import { failureOf, isUnfit } from './failure.js';
import { Heartbeat, NoAnswerError } from './heartbeat.js';
import type { Sql } from './sql.js';

/** How long the start waits for a server that somebody else runs, and for the embedded one with its migrations. */
const PATIENCE_MS = 3_000;
const EMBEDDED_PATIENCE_MS = 60_000;
/** How long statements that are under way may hold up the stop. */
const STOP_PATIENCE_MS = 3_000;

/** How a connection is made ready before anybody uses it. */
export interface ConnectionSteps {
  /** Migrates; rejects while the server does not answer. */
  prepare(signal: AbortSignal): Promise<void>;
  /** Whether what `prepare` made is still there; rejects when it is not. */
  verify(sql: Sql): Promise<void>;
  /** Asks the server something over a connection of its own. */
  ping(): Promise<void>;
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
  private readonly watchers: ((sql: Sql) => Promise<void>)[] = [];
  private readonly connectedListeners: (() => void)[] = [];
  private readonly lostListeners: (() => void)[] = [];
  private readonly pool: ConnectionPool;
  private readonly heartbeat: Heartbeat;
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
  ) {
    this.pool = new ConnectionPool(dataSource);
    this.heartbeat = new Heartbeat({ look: () => this.look(), ping: () => steps.ping() }, (reason) => this.lose(reason));
  }

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

  /**
   * Runs now and then while connected. When it rejects, the database is no longer what it was (emptied, put back from a
   * copy): it counts as away, and is connected anew with migrations and hooks. A StopError ends the process.
   */
  onWatch(watcher: (sql: Sql) => Promise<void>): void {
    this.watchers.push(watcher);
  }

  onConnected(listener: () => void): void {
    this.connectedListeners.push(listener);
  }

  onLost(listener: () => void): void {
    this.lostListeners.push(listener);
  }

  /**
   * Resolves when connected. A server that somebody else runs and that does not answer is waited for 3 s, then in the
   * background; the embedded one for a minute. Rejects with a StopError when it never will.
   */
  async start(): Promise<void> {
    const answers = (await this.server?.start()) ?? false;
    const connecting = this.keepConnecting();
    const patience = new AbortController();
    const waited = sleep(answers ? EMBEDDED_PATIENCE_MS : PATIENCE_MS, 'waited', { signal: patience.signal, ref: false }).catch(
      () => undefined,
    );
    const first = await Promise.race([connecting, waited]).finally(() => patience.abort());
    if (first !== 'waited') return;
    this.logger.warn(`PostgreSQL does not answer yet (${this.failure}); what does not need it is served meanwhile`);
    connecting.catch((error: Error) => this.stopProcess(error));
  }

  async query<Row>(statement: string, parameters?: unknown[]): Promise<Row[]> {
    return this.whileConnected(() => this.pool.run((sql) => sql.query<Row>(statement, parameters)));
  }

  async execute(statement: string, parameters?: unknown[]): Promise<number> {
    return this.whileConnected(() => this.pool.run((sql) => sql.execute(statement, parameters)));
  }

  /** For a statement that may take minutes, such as building an index: over a connection of its own, without a time limit. */
  async executeUnhurried(statement: string): Promise<void> {
    await this.whileConnected(() => this.steps.executeUnhurried(statement));
  }

  /** All or nothing. When it rejects with DatabaseUnavailableError, a commit may have happened all the same. */
  async transaction<T>(work: (sql: Sql) => Promise<T>): Promise<T> {
    return this.whileConnected(() => this.pool.transaction(work));
  }

  /** Takes note of an error that came from a connection outside of a query, such as an idle one that was ended. */
  noteFailure(error: unknown): void {
    if (failureOf(error) === 'lost') this.lose(error);
  }

  /** Looks now whether the database is still what it was, rather than at the next beat. Returns at once. */
  watchNow(): void {
    this.heartbeat.beat();
  }

  /** The stop has begun: what a server that hangs does not answer soon is given up, so that nobody waits for it. */
  expectClose(): void {
    setTimeout(() => this.pool.abandon(), STOP_PATIENCE_MS).unref();
  }

  /** Connections first, then the embedded server. */
  async close(): Promise<void> {
    this.closing.abort();
    this.isConnected = false;
    this.heartbeat.stop();
    await this.pool.close();
    await this.server?.stop();
  }

  private async whileConnected<T>(work: () => Promise<T>): Promise<T> {
    if (!this.isConnected) throw new DatabaseUnavailableError();
    try {
      return await work();
    } catch (error) {
      const failure = failureOf(error);
      if (failure === 'lost') this.lose(error);
      if (failure !== 'refused') throw new DatabaseUnavailableError(error);
      if (!isUnfit(error)) throw error;
      this.watchNow();
      throw new DatabaseUnavailableError(error);
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
    await this.pool.open();
    if (this.closing.signal.aborted) return this.pool.close();
    await this.pool.run(async (sql) => {
      for (const hook of this.hooks) await hook(sql);
    });
    if (this.closing.signal.aborted) return;
    if (this.everConnected) this.logger.log('PostgreSQL is back');
    this.isConnected = this.everConnected = true;
    this.heartbeat.start();
    this.connectedListeners.forEach((listener) => listener());
  }

  private async look(): Promise<void> {
    await this.pool.run(async (sql) => {
      await this.steps.verify(sql);
      for (const watch of this.watchers) await watch(sql);
    });
  }

  private lose(error: unknown): void {
    if (!this.isConnected) return;
    this.isConnected = false;
    this.heartbeat.stop();
    if (error instanceof StopError) return this.stopProcess(error);
    this.failure = error instanceof Error ? error.message : String(error);
    this.logger.warn(`PostgreSQL is away (${this.failure}); it is looked for again by itself`);
    this.lostListeners.forEach((listener) => listener());
    this.connectAgain(error instanceof NoAnswerError).catch((reason: Error) => this.stopProcess(reason));
  }

  /** @param hung no answer will come over the connections that there are */
  private async connectAgain(hung: boolean): Promise<void> {
    if (hung) {
      this.pool.abandon();
      await this.pool.close();
    }
    await this.keepConnecting();
  }
}

function errorName(error: Error): string {
  return (error as NodeJS.ErrnoException).code ?? error.name;
}
