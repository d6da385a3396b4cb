import { Injectable } from '@nestjs/common';
import { VectorStore } from '../store/index.js';
import { DocumentRepair, type RowCounts } from './document-repair.js';
import { JournalApplier } from './journal-applier.js';
import { MetadataCheck, type MetadataEntry } from './metadata-check.js';
import { PostgresSync } from './postgres-sync.js';
import { StrayRows } from './stray-rows.js';

export interface SyncReport extends RowCounts {
  /** Journal records that PostgreSQL still lacks. */
  lag: number;
}

/** The sync on demand. Every call rejects with DatabaseUnavailableError while PostgreSQL is away. */
@Injectable()
export class SyncService {
  constructor(
    private readonly store: VectorStore,
    private readonly sync: PostgresSync,
    private readonly repair: DocumentRepair,
    private readonly applier: JournalApplier,
    private readonly strays: StrayRows,
  ) {}

  /**
   * Brings PostgreSQL up to date, then holds every document of either store against the other and mends the rows; with
   * `dryRun` it only says what it would mend.
   */
  async syncNow({ dryRun } = { dryRun: false }): Promise<SyncReport> {
    const { written, deleted } = this.applier.rows;
    await this.sync.catchUp();
    const caughtUp = { written: this.applier.rows.written - written, deleted: this.applier.rows.deleted - deleted };
    const counts = await this.repair.repair(this.engineIds(), dryRun);
    for await (const ids of this.strays.unknownDocuments()) add(counts, await this.repair.repair(ids, dryRun));
    counts.deleted += await this.strays.removeUnowned(dryRun);
    return {
      synced: counts.synced + caughtUp.written,
      deleted: counts.deleted + caughtUp.deleted,
      // What the first step wrote was right when the second one looked.
      unchanged: Math.max(0, counts.unchanged - caughtUp.written),
      lag: this.sync.lag,
    };
  }

  /**
   * Holds given rows against the engine, and brings PostgreSQL's rows of each document that they name to the engine's
   * state. Rejects with MetadataConflictError, and changes nothing, unless the rows are exactly the engine's.
   */
  async compareRows(entries: AsyncIterable<MetadataEntry> | Iterable<MetadataEntry>, options: { dryRun: boolean }): Promise<SyncReport> {
    const check = new MetadataCheck(this.store);
    for await (const entry of entries) await check.add(entry);
    check.finish();
    await this.sync.catchUp();
    return { ...(await this.repair.repair(check.documentIds, options.dryRun)), lag: this.sync.lag };
  }

  private engineIds(): number[] {
    return Array.from(this.store.documents(), ({ id }) => id);
  }
}

function add(counts: RowCounts, more: RowCounts): void {
  counts.synced += more.synced;
  counts.deleted += more.deleted;
  counts.unchanged += more.unchanged;
}
