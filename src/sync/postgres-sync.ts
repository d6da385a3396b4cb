import { Injectable, Logger, type BeforeApplicationShutdown } from '@nestjs/common';
import { Mutex } from 'async-mutex';
import { setTimeout as sleep } from 'node:timers/promises';
import { backoffMs, Database, DatabaseUnavailableError, ProcessStop, StopError, type Sql } from '../platform/index.js';
import { VectorStore } from '../store/index.js';
import { WatermarkMovedError } from './journal-applier.js';
import { SyncStep, type SyncProgress } from './sync-step.js';
import { Watermark } from './watermark.js';

/**
 * Keeps PostgreSQL in step with the journal. One loop reads records after the watermark and applies them, for as long as
 * it takes; what it cannot do shows as lag and never reaches a save or a delete.
 */
@Injectable()
export class PostgresSync implements BeforeApplicationShutdown {
  private readonly logger = new Logger(PostgresSync.name);
  private readonly stopping = new AbortController();
  private readonly mutex = new Mutex();
  private running: Promise<void> | undefined;
  private waiters: { sequence: number; resolve: (reached: boolean) => void }[] = [];
  private readonly appliedListeners: ((progress: SyncProgress) => void)[] = [];
  private lastFailure: string | undefined;
  private failures = 0;

  constructor(
    private readonly store: VectorStore,
    private readonly database: Database,
    private readonly step: SyncStep,
    private readonly watermark: Watermark,
    private readonly processStop: ProcessStop,
  ) {
    database.onConnecting((sql) => this.adopt(sql));
    database.onConnected(() => this.trigger());
    database.onWatch((sql) => this.watch(sql));
    database.onLost(() => this.settleWaiters(true));
  }

  /** Journal records that PostgreSQL is not known to hold. */
  get lag(): number {
    return this.store.lastSequence - this.appliedSequence;
  }

  /** The watermark as far as it is known; 0 before the database was first there. */
  get appliedSequence(): number {
    return this.watermark.sequence;
  }

  get lastSyncedAt(): string | null {
    return this.watermark.state?.lastSyncedAt ?? null;
  }

  /** Why records could not be brought over, while they cannot. */
  get failure(): string | undefined {
    return this.lastFailure;
  }

  /** Something was journalled. Returns at once. */
  trigger(): void {
    if (this.stopping.signal.aborted) return;
    this.running ??= this.run().finally(() => (this.running = undefined));
  }

  /** After each run of records that was brought over. */
  onApplied(listener: (progress: SyncProgress) => void): void {
    this.appliedListeners.push(listener);
  }

  /** Whether PostgreSQL holds the record, after at most that long; false at once when it is away. */
  async waitFor(sequence: number, timeoutMs: number): Promise<boolean> {
    if (this.appliedSequence >= sequence && this.watermark.state) return true;
    if (!this.database.connected) return false;
    this.trigger();
    return new Promise<boolean>((resolve) => {
      const waiter = { sequence, resolve: (reached: boolean) => (clearTimeout(timer), resolve(reached)) };
      const timer = setTimeout(() => {
        this.waiters.splice(this.waiters.indexOf(waiter), 1);
        resolve(false);
      }, timeoutMs);
      this.waiters.push(waiter);
    });
  }

  /** Resolves when PostgreSQL holds all that was journalled before the call. Rejects with DatabaseUnavailableError. */
  async catchUp(): Promise<void> {
    const target = this.store.lastSequence;
    while (!(await this.waitFor(target, 1_000))) {
      if (!this.database.connected || this.failure || this.stopping.signal.aborted) throw new DatabaseUnavailableError(this.failure);
    }
  }

  /** Holds the watermark where it is while `work` runs. Saves go on and show as lag. */
  async atWatermark<T>(work: (appliedSequence: number) => Promise<T>): Promise<T> {
    return this.mutex.runExclusive(() => work(this.appliedSequence));
  }

  /** Asks the database for its watermark: a backup may have been restored under this process. Ends it when it tells another history. */
  async readWatermark(): Promise<void> {
    try {
      await this.mutex.runExclusive(() => this.watermark.readAgain());
    } catch (error) {
      if (error instanceof StopError) this.processStop.stop(error);
      throw error;
    }
    this.trigger();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    this.settleWaiters(true);
    await this.running;
  }

  /** At every connection, before anybody else uses it: whose history does the database hold, and how far? */
  private async adopt(sql: Sql): Promise<void> {
    await this.watermark.read(sql);
    this.lastFailure = undefined;
  }

  private async run(): Promise<void> {
    while (this.hasWork()) {
      try {
        await (this.watermark.isBeyondJournal ? this.copyFromEngine() : this.mutex.runExclusive(() => this.applyRecords()));
        this.lastFailure = undefined;
        this.failures = 0;
      } catch (error) {
        if (error instanceof StopError) return this.processStop.stop(error);
        if (!this.database.connected || this.stopping.signal.aborted) return; // the next connection triggers the loop again
        await this.afterFailure(error);
      }
    }
  }

  private async afterFailure(error: unknown): Promise<void> {
    this.lastFailure = reasonOf(error);
    this.logger.warn(`PostgreSQL lacks ${this.lag} records, and they could not be applied: ${this.lastFailure}`);
    await sleep(backoffMs(this.failures++), undefined, { signal: this.stopping.signal }).catch(() => undefined);
  }

  private hasWork(): boolean {
    return this.database.connected && !this.stopping.signal.aborted && this.lag > 0;
  }

  private async applyRecords(): Promise<void> {
    try {
      const { state, progress } = await this.step.applyRecords(this.watermark.state!);
      this.watermark.moveTo(state);
      this.settleWaiters(false);
      this.appliedListeners.forEach((listener) => listener(progress));
    } catch (error) {
      // Part of the batch may have been committed, or another process may have gone on: the database says how far.
      await this.watermark.readAgain();
      this.settleWaiters(false);
      if (!(error instanceof WatermarkMovedError)) throw error;
    }
  }

  /** The watermark stands still but for the last moment, so a comparison meanwhile sees nothing but lag. */
  private async copyFromEngine(): Promise<void> {
    const { appliedSequence } = this.watermark.state!;
    this.logger.warn(
      `PostgreSQL holds records up to ${appliedSequence}, which the journal no longer reaches: it is compared with the engine`,
    );
    try {
      const state = await this.step.copyFromEngine(this.watermark.state!, this.stopping.signal, (progress) =>
        this.appliedListeners.forEach((listener) => listener(progress)),
      );
      await this.mutex.runExclusive(() => Promise.resolve(this.watermark.moveTo(state)));
      this.settleWaiters(false);
    } catch (error) {
      await this.readWatermark();
      if (!(error instanceof WatermarkMovedError)) throw error;
    }
  }

  /** With nothing to write too: was the database emptied, or put back from a copy, while it was connected? */
  private async watch(sql: Sql): Promise<void> {
    const known = this.watermark.state;
    if (await this.watermark.isAsKnown(sql)) return;
    // a batch or a repair under way finds out by itself
    if (this.mutex.isLocked() || this.watermark.state !== known) return;
    await this.adopt(sql);
    this.trigger();
  }

  private settleWaiters(all: boolean): void {
    const settled = this.waiters.filter(({ sequence }) => all || sequence <= this.appliedSequence);
    this.waiters = this.waiters.filter((waiter) => !settled.includes(waiter));
    for (const { sequence, resolve } of settled) resolve(sequence <= this.appliedSequence);
  }
}

/** In the server's own words where it is busy or away. */
function reasonOf(error: unknown): string {
  const { cause } = error as { cause?: unknown };
  const said = error instanceof DatabaseUnavailableError && cause instanceof Error ? cause : error;
  return said instanceof Error ? said.message : String(said);
}
