import { Logger } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { FileError } from '../../platform/index.js';
import { StorageFullError, StorageWriteError } from '../../store/index.js';
import type { IngestionJob } from './ingestion-job.js';

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 30_000;

/** Repeats what the disk has refused until it takes it: no document fails, and nothing is embedded again, for want of room. */
export class DiskPatience {
  private readonly logger = new Logger(DiskPatience.name);
  private waiting = 0;

  constructor(private readonly firstWaitMs = FIRST_WAIT_MS) {}

  /** How many documents wait for room. */
  get documentsWaiting(): number {
    return this.waiting;
  }

  /** Rejects with CalledOff when the job is, and with whatever `work` fails with that is not the disk's. */
  async untilThereIsRoom<T>(job: IngestionJob, work: () => Promise<T>): Promise<T> {
    for (let waitMs = this.firstWaitMs; ; waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS)) {
      job.signal.throwIfAborted();
      try {
        return await work();
      } catch (error) {
        if (!isDiskRefusal(error)) throw error;
        this.logger.warn(`Document ${job.document.id} is tried again in ${waitMs} ms: ${error.message}`);
      }
      await this.wait(job, waitMs);
    }
  }

  private async wait(job: IngestionJob, waitMs: number): Promise<void> {
    this.waiting++;
    try {
      await job.unlessCalledOff(sleep(waitMs, undefined, { signal: job.signal }));
    } finally {
      this.waiting--;
    }
  }
}

function isDiskRefusal(error: unknown): error is Error {
  // an fsync is never tried again: it has ended the process
  if (error instanceof FileError) return !error.isLostSync;
  if (error instanceof StorageFullError || error instanceof StorageWriteError) return true;
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
  return code === 'ENOSPC' || code === 'EDQUOT';
}
