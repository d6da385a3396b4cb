import { Injectable } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { Database } from '../platform/index.js';
import { SyncStateRepository } from '../vector-metadata/index.js';

const LOOK_AGAIN_MS = 10;

/** How far PostgreSQL has come, for who asks it about documents. */
@Injectable()
export class DatabaseWatermark {
  constructor(
    private readonly database: Database,
    private readonly state: SyncStateRepository,
  ) {}

  /**
   * Resolves when PostgreSQL holds the record, or when `waitMs` have passed: whoever asks copes with a database that lags.
   * Rejects with DatabaseUnavailableError.
   */
  async reach(sequence: number, waitMs: number): Promise<void> {
    for (let waitedMs = 0; ; waitedMs += LOOK_AGAIN_MS) {
      const appliedSequence = (await this.state.find(this.database))?.appliedSequence ?? 0;
      if (appliedSequence >= sequence || waitedMs >= waitMs) return;
      await sleep(LOOK_AGAIN_MS);
    }
  }
}
