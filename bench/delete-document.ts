import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { BenchRow } from './bench-row.js';
import { withDataFolder } from './data-folder.js';
import { RunningApp } from './running-app.js';
import { takeTurns, timed, figure } from './samples.js';
import { fillStore } from './synthetic-store.js';

const turns = 30;
/** About what a delete's journal record takes. */
const recordBytes = 256;

/** A delete over HTTP at two sizes of the store, beside what the disk asks for making a record of that size durable. */
export async function benchDeleteDocument(): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  for (const vectorCount of [10_000, 100_000]) rows.push(await withDataFolder((dataDir) => measure(dataDir, vectorCount)));
  return rows;
}

async function measure(dataDir: string, vectorCount: number): Promise<BenchRow> {
  await fillStore(dataDir, vectorCount);
  const app = await RunningApp.start(dataDir);
  const file = await open(join(dataDir, 'bare-fdatasync'), 'a');
  try {
    await app.settle();
    const { per_document } = (await app.json('GET', '/vectors/stats')) as { per_document: { document_id: number }[] };
    const record = Buffer.alloc(recordBytes);
    const { subject, yardstick } = await takeTurns(
      turns,
      async (turn) => [await timed(() => app.json('DELETE', `/documents/${per_document[turn * 3].document_id}`))],
      async () => [await timed(async () => (await file.write(record), file.datasync()))],
    );
    return {
      what: `delete one document of 20 vectors, ${vectorCount} vectors in the store`,
      value: subject.print('ms'),
      yardstick: `write and fdatasync ${recordBytes} bytes: ${yardstick.print('ms')}`,
      ratio: `${figure(subject.median / yardstick.median)} × (goal: at most 20 ms)`,
    };
  } finally {
    await file.close();
    await app.stop();
  }
}
