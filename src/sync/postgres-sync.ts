import { Injectable, Logger, type BeforeApplicationShutdown } from '@nestjs/common';
import { Mutex } from 'async-mutex';
import { setTimeout as sleep } from 'node:timers/promises';
import { backoffMs, Database, DatabaseUnavailableError, ProcessStop, StopError, type HealthCheck, type Sql } from '../platform/index.js';
import { VectorStore } from '../store/index.js';
import { SyncStateRepository, type SyncState } from '../vector-metadata/index.js';
import { checkHistory } from './history-check.js';
import { JournalApplier, WatermarkMovedError } from './journal-applier.js';

/** A transaction's worth: large enough that its commit costs little, small enough to hold in memory. */
const BATCH = { recordsMax: 1_000, bytesMax: 4 * 1024 * 1024 };
const SET_ASIDE_SHOWN_MAX = 10;

export interface SyncProgress {
  /** Records that were applied together. */
  records: number;
  /** Vector rows that they wrote. */
  rows: number;
  /** Records still to come. */
  lag: number;
}

/**
 * Keeps PostgreSQL in step with the journal. One loop reads records after the watermark and applies them, for as long as
 * it takes; what it cannot do shows as lag and never reaches a save or a delete.
 */
@Injectable()
export class PostgresSync implements BeforeApplicationShutdown {
  private readonly logger = new Logger(PostgresSync.name);
  private readonly stopping = new AbortController();
  private readonly mutex = new Mutex();
  /** As last read from the database or written to it; undefined until it was first there. */
  private state: SyncState | undefined;
  private running: Promise<void> | undefined;
  private waiters: { sequence: number; resolve: (reached: boolean) => void }[] = [];
  private readonly appliedListeners: ((progress: SyncProgress) => void)[] = [];
  private failure: string | undefined;

  constructor(
    private readonly store: VectorStore,
    private readonly database: Database,
    private readonly applier: JournalApplier,
    private readonly states: SyncStateRepository,
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
    return this.state?.appliedSequence ?? 0;
  }

  get lastSyncedAt(): string | null {
    return this.state?.lastSyncedAt ?? null;
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
    if (this.appliedSequence >= sequence && this.state) return true;
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

  healthCheck(): HealthCheck {
    const aside = this.applier.setAside;
    const documents = [...new Set(aside.map(({ documentId }) => documentId))];
    const details = [
      ...(this.database.connected ? [] : ['PostgreSQL is away; what it lacks is brought to it when it is back.']),
      ...(this.failure ? [`Records could not be brought to PostgreSQL and are tried again: ${this.failure}.`] : []),
      ...(aside.length > 0
        ? [`${aside.length} records were refused (${aside[0].message}); POST /vectors/sync tries their documents again.`]
        : []),
    ];
    return {
      status: details.length > 0 ? 'degraded' : 'ok',
      ...(details.length > 0 ? { detail: details.join(' ') } : {}),
      lag: this.lag,
      last_synced_at: this.lastSyncedAt,
      set_aside: aside.length,
      ...(documents.length > 0 ? { set_aside_documents: documents.slice(0, SET_ASIDE_SHOWN_MAX) } : {}),
    };
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    this.settleWaiters(true);
    await this.running;
  }

  /** At every connection, before anybody else uses it: whose history does the database hold, and how far? */
  private async adopt(sql: Sql): Promise<void> {
    let state = await this.states.find(sql);
    if (!state) {
      await this.states.create(sql, this.store.storeId);
      state = await this.states.find(sql);
    }
    await checkHistory(state!, this.store);
    await this.applier.loadSetAside(sql);
    this.state = state;
    this.failure = undefined;
  }

  private async run(): Promise<void> {
    for (let failures = 0; this.hasWork();) {
      try {
        await this.mutex.runExclusive(() => this.applyBatch());
        this.failure = undefined;
        failures = 0;
      } catch (error) {
        if (error instanceof StopError) return this.processStop.stop(error);
        if (!this.database.connected) return; // the next connection triggers the loop again
        this.failure = reasonOf(error);
        this.logger.warn(`PostgreSQL lacks ${this.lag} records, and they could not be applied: ${this.failure}`);
        await sleep(backoffMs(failures++), undefined, { signal: this.stopping.signal }).catch(() => undefined);
      }
    }
  }

  private hasWork(): boolean {
    return this.database.connected && !this.stopping.signal.aborted && this.lag > 0;
  }

  private async applyBatch(): Promise<void> {
    const from = this.state!;
    const records = await this.store.readRecords(from.appliedSequence, BATCH);
    if (records.length === 0) throw new Error(`the journal gave no record after ${from.appliedSequence}`);
    const rowsBefore = this.applier.rows.written;
    try {
      this.state = await this.applier.apply(records, from);
    } catch (error) {
      // Part of the batch may have been committed, or another process may have gone on: the database says how far.
      await this.reread();
      if (!(error instanceof WatermarkMovedError)) throw error;
    }
    this.settleWaiters(false);
    const progress = { records: records.length, rows: this.applier.rows.written - rowsBefore, lag: this.lag };
    this.appliedListeners.forEach((listener) => listener(progress));
  }

  private async reread(): Promise<void> {
    const state = await this.database.transaction((sql) => this.states.find(sql));
    if (!state) {
      this.database.watchNow();
      throw new DatabaseEmptiedError();
    }
    await checkHistory(state, this.store);
    this.state = state;
  }

  /** With nothing to write too: was the database emptied, or put back from a copy, while it was connected? */
  private async watch(sql: Sql): Promise<void> {
    const known = this.state;
    const found = await this.states.find(sql);
    if (!found) throw new DatabaseEmptiedError();
    // a batch or a repair under way finds out by itself
    if (this.mutex.isLocked() || this.state !== known) return;
    if (found.storeId === known?.storeId && found.appliedSequence === known.appliedSequence && found.chain === known.chain) return;
    await this.adopt(sql);
    this.trigger();
  }

  private settleWaiters(all: boolean): void {
    const settled = this.waiters.filter(({ sequence }) => all || sequence <= this.appliedSequence);
    this.waiters = this.waiters.filter((waiter) => !settled.includes(waiter));
    for (const { sequence, resolve } of settled) resolve(sequence <= this.appliedSequence);
  }
}

/** The database is connected anew, and filled from the beginning. */
class DatabaseEmptiedError extends Error {
  constructor() {
    super('the database lost its sync_state');
  }
}

/** What the server said, rather than what a client would be told. */
function reasonOf(error: unknown): string {
  const cause = error instanceof DatabaseUnavailableError ? (error.cause ?? error) : error;
  return cause instanceof Error ? cause.message : String(cause);
}
