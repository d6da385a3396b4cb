import { setPriority } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { IndexJob } from '../index-builder.port.js';
import { buildIndex } from './build-index.js';
import type { BuildReply } from './build.messages.js';

/** Entry of the building process: a child of the one that serves, for one job. It ends with the job, or with its parent. */
const lowestPriority = 19;

try {
  setPriority(lowestPriority); // of this thread, and of those that it starts: searches go before
} catch {
  // A system that does not allow it builds at the usual priority.
}

async function carryOut(job: IndexJob): Promise<void> {
  let reply: BuildReply;
  try {
    reply = { built: await buildIndex(job) };
  } catch (error) {
    reply = { failure: error instanceof Error ? error.message : String(error) };
  }
  // the process ends when nothing is left to wait for
  process.send?.(reply, () => process.connected && process.disconnect());
}

process.once('disconnect', () => process.exit(0));
process.once('message', (job: IndexJob) => void carryOut(job));
// Ctrl-C reaches every process of the terminal; this one is ended by its parent.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => undefined);
new Worker(new URL('./parent-guard.worker.js', import.meta.url), { workerData: { parentId: process.ppid } }).unref();
