import { Injectable } from '@nestjs/common';
import { Database, type Sql } from '../platform/index.js';
import { VectorStore } from '../store/index.js';
import { SyncStateRepository, type SyncState } from '../vector-metadata/index.js';
import { ChangedDocuments } from './changed-documents.js';
import { checkHistory } from './history-check.js';
import { JournalApplier } from './journal-applier.js';

/** How far PostgreSQL is, as last read from it or written to it. Whoever cares about the journal behind it is told. */
@Injectable()
export class Watermark {
  /** Undefined until the database was first there. */
  private known: SyncState | undefined;

  constructor(
    private readonly store: VectorStore,
    private readonly database: Database,
    private readonly states: SyncStateRepository,
    private readonly changed: ChangedDocuments,
    private readonly applier: JournalApplier,
  ) {}

  get state(): SyncState | undefined {
    return this.known;
  }

  /** 0 before the database was first there. */
  get sequence(): number {
    return this.known?.appliedSequence ?? 0;
  }

  /** Whether the journal no longer holds all that PostgreSQL lacks. */
  get isBeyondJournal(): boolean {
    return this.sequence < this.store.oldestSequence - 1;
  }

  moveTo(state: SyncState): void {
    this.known = state;
    this.changed.forget(state.appliedSequence);
    this.store.noteCopied(state.appliedSequence);
  }

  /**
   * Asks the database whose history it holds, and how far; one that is empty is given to this store. Rejects with a
   * StopError when it tells another history.
   */
  async read(sql: Sql): Promise<void> {
    let state = await this.states.find(sql);
    if (!state) {
      await this.states.create(sql, this.store.storeId);
      state = await this.states.find(sql);
    }
    await checkHistory(state!, this.store);
    await this.applier.loadSetAside(sql);
    this.moveTo(state!);
  }

  /** Whether the database says what is known of it. Rejects with DatabaseEmptiedError when it says nothing at all. */
  async isAsKnown(sql: Sql): Promise<boolean> {
    const found = await this.states.find(sql);
    if (!found) throw new DatabaseEmptiedError();
    const { known } = this;
    return found.storeId === known?.storeId && found.appliedSequence === known.appliedSequence && found.chain === known.chain;
  }

  /** Somebody else may have moved it: another process, or a restored backup. */
  async readAgain(): Promise<void> {
    await this.database.transaction((sql) => this.read(sql));
  }
}

/** The database is connected anew, and filled from the beginning. */
class DatabaseEmptiedError extends Error {
  constructor() {
    super('the database lost its sync_state');
  }
}
