import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import type { BenchRow } from './bench-row.js';
import { withDataFolder } from './data-folder.js';
import { RunningApp } from './running-app.js';
import { figure, Samples } from './samples.js';
import { bytesPerChunk, chunksPerDocument, fillStore } from './synthetic-store.js';

const turns = 3;
const vectorCount = 60_000;
/** An accept and a save. */
const recordsPerDocument = 2;

/** How fast PostgreSQL takes over rows with their vectors that it has never seen, beside writing as many bytes to the same disk. */
export async function benchSync(): Promise<BenchRow[]> {
  const rates: number[] = [];
  const bareRates: number[] = [];
  for (let turn = 0; turn < turns; turn++) {
    await withDataFolder(async (dataDir) => {
      await fillStore(dataDir, vectorCount);
      bareRates.push(await writeBare(dataDir));
      rates.push(await measure(dataDir));
    });
  }
  const [rate, bare] = [new Samples(rates), new Samples(bareRates)];
  return [
    {
      what: `PostgreSQL catching up with ${vectorCount} rows, vectors included`,
      value: rate.print('rows/s'),
      yardstick: `write and fdatasync the same bytes, 1,000 rows at a time: ${bare.print('rows/s')}`,
      ratio: `${figure(rate.median / bare.median)} × (goal: at least 5,000 rows/s)`,
    },
  ];
}

/** What was done before the first look, while the server started, is not counted. */
async function measure(dataDir: string): Promise<number> {
  const app = await RunningApp.start(dataDir);
  try {
    const lag = await app.lag();
    const start = performance.now();
    await app.caughtUp();
    return ((lag / recordsPerDocument) * chunksPerDocument) / ((performance.now() - start) / 1000);
  } finally {
    await app.stop();
  }
}

async function writeBare(dataDir: string): Promise<number> {
  const rowsAtOnce = 1_000;
  const rows = Buffer.alloc(rowsAtOnce * bytesPerChunk, 'row');
  const file = await open(join(dataDir, 'bare-write'), 'w');
  const start = performance.now();
  for (let written = 0; written < vectorCount; written += rowsAtOnce) {
    await file.write(rows);
    await file.datasync();
  }
  await file.close();
  return vectorCount / ((performance.now() - start) / 1000);
}
