import { setTimeout as sleep } from 'node:timers/promises';
import type { HttpClient } from '../http-client.js';
import { Unsound } from './findings.js';
import type { StatisticsAnswer, SyncAnswer } from './instance-answers.js';

const IN_STEP_WITHIN_MS = 15_000;

/** FAISS and PostgreSQL hold the same: no lag, and a comparison that finds nothing to do. */
export async function storesAreInStep(client: HttpClient): Promise<string> {
  await lagIsGone(client);
  const sync = await client.post<SyncAnswer>('/vectors/sync');
  const { total_vectors: vectors, total_documents: documents } = await client.get<StatisticsAnswer>('/vectors/stats');
  if (sync.synced > 0 || sync.deleted > 0 || sync.lag > 0) {
    throw new Unsound(
      `the database was not what the engine is: ${sync.synced} rows were written and ${sync.deleted} deleted just now, the lag is ${sync.lag}`,
      'It has been put right, as far as the figures say. Run this again: if it differs again, somebody writes to the tables; see GET /health/ready and the log.',
    );
  }
  return `${vectors} vectors of ${documents} documents in both, lag 0`;
}

async function lagIsGone(client: HttpClient): Promise<void> {
  const deadline = Date.now() + IN_STEP_WITHIN_MS;
  for (;;) {
    const { sync } = await client.get<StatisticsAnswer>('/vectors/stats');
    if (sync.lag === 0) return;
    if (Date.now() > deadline) {
      throw new Unsound(
        `PostgreSQL still lacks ${sync.lag} records after ${IN_STEP_WITHIN_MS / 1000} s`,
        'Look at GET /health/ready and the log: either the database is away, or it refuses a record. While many documents come in, some lag is right: try again later.',
      );
    }
    await sleep(200);
  }
}
