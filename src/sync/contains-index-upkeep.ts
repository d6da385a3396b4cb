import { Injectable, Logger } from '@nestjs/common';
import { Database } from '../platform/index.js';
import { VectorStore } from '../store/index.js';
import { ContainsIndex } from '../vector-metadata/index.js';
import { PostgresSync } from './postgres-sync.js';
import type { SyncProgress } from './sync-step.js';

/** Below this it is not worth while. */
const ROWS_TO_COME_MIN = 1_000;
/** A row costs more than twice as much with the index as in building it anew, which takes in all the others too. */
const SHARE_TO_COME_MIN = 1 / 3;

/** Drops the `contains` index when much is to be written, and builds it again after that; see ContainsIndex for why. */
@Injectable()
export class ContainsIndexUpkeep {
  private readonly logger = new Logger(ContainsIndexUpkeep.name);
  private dropped = false;
  private checked = false;
  private building: Promise<void> | undefined;

  constructor(
    private readonly index: ContainsIndex,
    private readonly store: VectorStore,
    sync: PostgresSync,
    database: Database,
  ) {
    sync.onApplied((progress) => (progress.lag > 0 ? this.duringRun(progress) : this.afterRun()));
    database.onConnected(() => {
      this.checked = false;
      if (sync.lag === 0) this.afterRun();
    });
  }

  private duringRun({ records, rows, lag }: SyncProgress): void {
    const rowsToCome = (lag * rows) / records;
    if (this.dropped || this.building || rowsToCome < ROWS_TO_COME_MIN) return;
    if (rowsToCome < SHARE_TO_COME_MIN * this.store.statistics().vectorsLive) return;
    this.dropped = true;
    this.index.drop().catch((error: Error) => this.logger.warn(`The contains index could not be dropped: ${error.message}`));
  }

  /** PostgreSQL is up to date. The index is built in the background, also when an earlier process left without it. */
  private afterRun(): void {
    if (this.building || (this.checked && !this.dropped)) return;
    this.building = this.build().finally(() => (this.building = undefined));
  }

  private async build(): Promise<void> {
    try {
      await this.index.ensure();
      this.checked = true;
      this.dropped = false;
    } catch (error) {
      this.logger.warn(`The contains index could not be built, and is tried again after the next run: ${(error as Error).message}`);
    }
  }
}
