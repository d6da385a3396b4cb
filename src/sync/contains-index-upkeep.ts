import { Injectable, Logger } from '@nestjs/common';
import { ContainsIndex } from '../vector-metadata/index.js';

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
  private stopped = false;

  constructor(private readonly index: ContainsIndex) {}

  async duringRun(rows: number, recordsLeft: number): Promise<void> {
    this.rowsInRun += rows;
    if (this.dropped || this.building || recordsLeft === 0 || this.rowsInRun < ROWS_WITH_INDEX_MAX) return;
    this.dropped = true;
    await this.index.drop().catch((error: Error) => this.logger.warn(`The contains index could not be dropped: ${error.message}`));
  }

  /** PostgreSQL is up to date. The index is built in the background, also when an earlier process left without it. */
  afterRun(): void {
    this.rowsInRun = 0;
    if (this.building || this.stopped || (this.checked && !this.dropped)) return;
    this.building = this.build().finally(() => (this.building = undefined));
  }

  stop(): void {
    this.stopped = true;
  }

  private async build(): Promise<void> {
    try {
      await this.index.ensure();
      this.checked = true;
      this.dropped = false;
    } catch (error) {
      if (!this.stopped) this.logger.warn(`The contains index could not be built, and is tried again later: ${(error as Error).message}`);
    }
  }
}
