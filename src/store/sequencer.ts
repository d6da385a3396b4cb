/**
 * One sequencer: every change passes it. An operation is checked fully against the state with everything before it in it,
 * then journalled, then applied. Operations that wait together and touch different documents share one fdatasync (group
 * commit); one that touches what an earlier one of the batch touches waits for the next batch, so that it too is checked
 * against what came before.
 */
import { StopError } from '../platform/index.js';
import type { RecordBody } from './journal/record-codec.js';
import type { JournalRecord } from './journal-record.js';
import { StoreClosedError } from './store.errors.js';

/** Nothing to journal: the answer is known. */
export interface Answered<T> {
  answer: T;
}

export interface Prepared<T> {
  body: RecordBody;
  /** Rough size, for bounding a batch. */
  bytes: number;
  /** Called after the record was applied. */
  answerOf: (record: JournalRecord) => T;
}

export interface Operation<T> {
  /** What it touches, as the state is now: documents, and bytes of an owner. */
  touches(): string[];
  /** Checks, gives ids, and builds the record. Throws a Problem to refuse. @param sequence that the record will have */
  prepare(sequence: number): Prepared<T> | Answered<T>;
}

export interface Commit {
  /** Makes the bodies durable, all or none, as `Journal.append`. */
  append(bodies: readonly RecordBody[]): Promise<JournalRecord[]>;
  apply(record: JournalRecord): void;
  lastSequence(): number;
  /** Between two batches; rejects when the process must end. */
  betweenBatches(): Promise<void>;
  /** The process must end. */
  fatal(error: Error): void;
}

const BATCH_BYTES_MAX = 64 * 1024 * 1024;
const BATCH_RECORDS_MAX = 512;

interface Waiting {
  operation: Operation<unknown>;
  resolve: (answer: unknown) => void;
  reject: (error: unknown) => void;
}

type Ready = Waiting & { prepared: Prepared<unknown> };

export class Sequencer {
  private readonly waiting: Waiting[] = [];
  private running: Promise<void> | null = null;
  private refusal: Error | null = null;

  constructor(private readonly commit: Commit) {}

  submit<T>(operation: Operation<T>): Promise<T> {
    if (this.refusal) return Promise.reject(this.refusal);
    return new Promise<T>((resolve, reject) => {
      this.waiting.push({ operation, resolve: resolve as (answer: unknown) => void, reject });
      this.running ??= this.run();
    });
  }

  /** Refuses what comes from now on, and finishes what is waiting. */
  async close(): Promise<void> {
    this.refusal ??= new StoreClosedError();
    await this.running;
  }

  private async run(): Promise<void> {
    await Promise.resolve(); // what is submitted in the same turn shares the first batch
    while (this.waiting.length > 0) {
      const batch = this.takeBatch();
      if (batch.length > 0) await this.commitBatch(batch);
      await this.commit.betweenBatches().catch((error: unknown) => this.fail(error as Error));
    }
    this.running = null;
  }

  private takeBatch(): Ready[] {
    const batch: Ready[] = [];
    const touched = new Set<string>();
    let bytes = 0;
    while (this.waiting.length > 0 && batch.length < BATCH_RECORDS_MAX && bytes < BATCH_BYTES_MAX) {
      const next = this.waiting[0];
      const touches = next.operation.touches();
      if (touches.some((key) => touched.has(key))) break;
      this.waiting.shift();
      try {
        const prepared = next.operation.prepare(this.commit.lastSequence() + 1 + batch.length);
        if ('answer' in prepared) next.resolve(prepared.answer);
        else {
          batch.push({ ...next, prepared });
          for (const key of touches) touched.add(key);
          bytes += prepared.bytes;
        }
      } catch (error) {
        next.reject(error);
      }
    }
    return batch;
  }

  private async commitBatch(batch: Ready[]): Promise<void> {
    let records: JournalRecord[];
    try {
      records = await this.commit.append(batch.map(({ prepared }) => prepared.body));
    } catch (error) {
      for (const { reject } of batch) reject(error);
      if (error instanceof StopError) this.fail(error);
      return;
    }
    // every record is applied before anybody hears of one
    for (const record of records) this.commit.apply(record);
    for (const [n, { prepared, resolve }] of batch.entries()) resolve(prepared.answerOf(records[n]));
  }

  private fail(error: Error): void {
    this.refusal = error;
    for (const { reject } of this.waiting.splice(0)) reject(error);
    this.commit.fatal(error);
  }
}
