import type { BenchRow } from './bench-row.js';
import { readStoreOnce, withDataFolder } from './data-folder.js';
import { RunningApp } from './running-app.js';
import { figure, takeTurns, timed, type Samples } from './samples.js';
import { fillStore } from './synthetic-store.js';

const turns = 5;
const vectorCount = 100_000;

/** From the spawn of the process until /health/ready answers 200, the model's load included, beside reading the engine's files. */
export function benchStart(): Promise<BenchRow[]> {
  return withDataFolder(async (dataDir) => {
    await fillStore(dataDir, vectorCount);
    const first = await RunningApp.start(dataDir);
    try {
      await first.settle();
    } finally {
      await first.stop();
    }
    const rows: BenchRow[] = [];
    for (const signal of ['SIGTERM', 'SIGKILL'] as const) rows.push(await measure(dataDir, signal));
    // A killed process leaves its PostgreSQL running, which the next start takes over and ends in order.
    await (await RunningApp.start(dataDir)).stop();
    return rows;
  });
}

async function measure(dataDir: string, signal: 'SIGTERM' | 'SIGKILL'): Promise<BenchRow> {
  await (await RunningApp.start(dataDir)).stop(signal);
  let bytes = 0;
  const { subject, yardstick }: { subject: Samples; yardstick: Samples } = await takeTurns(
    turns,
    async () => {
      const app = await RunningApp.start(dataDir);
      await app.stop(signal);
      return [app.readyMs];
    },
    async () => [await timed(async () => (bytes = await readStoreOnce(dataDir)))],
  );
  return {
    what: `start with ${vectorCount} vectors after ${signal === 'SIGTERM' ? 'a clean stop' : 'kill -9'}, model load included`,
    value: subject.print('ms'),
    yardstick: `read the engine's files once, ${figure(bytes / 2 ** 20)} MiB: ${yardstick.print('ms')}`,
    ratio: `${figure(subject.median / yardstick.median)} × (goal: at most 5,000 ms besides the model's load)`,
  };
}
