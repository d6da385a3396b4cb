import { Injectable, Logger } from '@nestjs/common';
import { Database } from '../platform/index.js';
import { ContainsIndex } from '../vector-metadata/index.js';
import { PostgresSync } from './postgres-sync.js';

/** A run that has written this many rows and is not through yet goes on without the index. */
const ROWS_WITH_INDEX_MAX = 2_000;

/** Drops the `contains` index for a long run of rows and builds it again after it; see ContainsIndex for why. */
@Injectable()
export class ContainsIndexUpkeep {
  private readonly logger = new Logger(ContainsIndexUpkeep.name);
  private rowsInRun = 0;
  private dropped = false;
  private checked = false;
  private building: Promise<void> | undefined;

  constructor(
    private readonly index: ContainsIndex,
    sync: PostgresSync,
    database: Database,
  ) {
    sync.onApplied(({ rows, lag }) => (lag > 0 ? this.duringRun(rows) : this.afterRun()));
    database.onConnected(() => {
      this.checked = false;
      if (sync.lag === 0) this.afterRun();
    });
  }

  private duringRun(rows: number): void {
    this.rowsInRun += rows;
    if (this.dropped || this.building || this.rowsInRun < ROWS_WITH_INDEX_MAX) return;
    this.dropped = true;
    this.index.drop().catch((error: Error) => this.logger.warn(`The contains index could not be dropped: ${error.message}`));
  }

  /** PostgreSQL is up to date. The index is built in the background, also when an earlier process left without it. */
  private afterRun(): void {
    this.rowsInRun = 0;
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
