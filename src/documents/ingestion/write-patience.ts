import { Logger } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { FileError } from '../../platform/index.js';
import { StorageFullError, StorageWriteError } from '../../store/index.js';
import type { IngestionJob } from './ingestion-job.js';

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 30_000;

/** Repeats a write that the disk refuses until it takes it: what was read and embedded is not thrown away for want of room. */
export class WritePatience {
  private readonly logger = new Logger(WritePatience.name);
  private waiting = 0;

  constructor(private readonly firstWaitMs = FIRST_WAIT_MS) {}

  /** Writes that the disk has refused and that will be tried again. */
  get writesWaiting(): number {
    return this.waiting;
  }

  /** Rejects with CalledOff when the job is, and with whatever `write` fails with that is not the disk's. */
  async write<T>(job: IngestionJob, write: () => Promise<T>): Promise<T> {
    for (let waitMs = this.firstWaitMs; ; waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS)) {
      job.signal.throwIfAborted();
      try {
        return await write();
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
  return error instanceof StorageFullError || error instanceof StorageWriteError || error instanceof FileError;
}
