import { Injectable } from '@nestjs/common';
import { VectorStore } from '../store/index.js';
import { ComparisonWalk } from './comparison-walk.js';
import type { DocumentDifference } from './document-comparison.js';
import { DocumentRepair } from './document-repair.js';
import { JournalApplier } from './journal-applier.js';
import { MetadataCheck, type MetadataEntry } from './metadata-check.js';
import { PostgresSync } from './postgres-sync.js';

/** Vector rows: written, taken away, and right already. */
interface RowCounts {
  synced: number;
  deleted: number;
  unchanged: number;
}

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
    private readonly walk: ComparisonWalk,
    private readonly repairs: DocumentRepair,
    private readonly applier: JournalApplier,
  ) {}

  /**
   * Brings PostgreSQL up to date, then holds every document of either store against the other and mends the rows; with
   * `dryRun` it only says what it would mend.
   */
  async syncNow({ dryRun } = { dryRun: false }): Promise<SyncReport> {
    const { written, deleted } = this.applier.rows;
    await this.sync.catchUp();
    const caughtUp = { written: this.applier.rows.written - written, deleted: this.applier.rows.deleted - deleted };
    const counts: RowCounts = { synced: caughtUp.written, deleted: caughtUp.deleted, unchanged: 0 };
    const { vectors } = await this.walk.everything((difference) => this.settle(difference, dryRun, counts));
    const unowned = await this.walk.unowned(0);
    if (unowned.count > 0 && !dryRun) await this.repairs.deleteUnowned();
    counts.deleted += unowned.count;
    // What the first step wrote was right when the second one looked.
    counts.unchanged = Math.max(0, counts.unchanged + vectors - caughtUp.written);
    return { ...counts, lag: this.sync.lag };
  }

  /**
   * Holds given rows against the engine, and brings PostgreSQL's rows of each document that they name to the engine's
   * state. Rejects with MetadataConflictError, and changes nothing, unless the rows are exactly the engine's.
   */
  async compareRows(entries: AsyncIterable<MetadataEntry> | Iterable<MetadataEntry>, { dryRun }: { dryRun: boolean }): Promise<SyncReport> {
    const check = new MetadataCheck(this.store);
    for await (const entry of entries) await check.add(entry);
    check.finish();
    await this.sync.catchUp();
    const counts: RowCounts = { synced: 0, deleted: 0, unchanged: 0 };
    const { vectors } = await this.walk.documents(check.documentIds, (difference) => this.settle(difference, dryRun, counts));
    counts.unchanged += vectors;
    return { ...counts, lag: this.sync.lag };
  }

  private async settle(difference: DocumentDifference, dryRun: boolean, counts: RowCounts): Promise<void> {
    const { missing, orphaned, differing } = difference;
    counts.unchanged -= missing.length + differing.length;
    if (!dryRun && !(await this.repairs.repair(difference))) return;
    counts.synced += missing.length + differing.length;
    counts.deleted += orphaned.length;
  }
}
