import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { withDataFolder } from './data-folder.js';
import { RunningApp } from './running-app.js';
import { figure, timed } from './samples.js';
import { fillStore } from './synthetic-store.js';

/** HVS_BENCH_REBUILD_VECTORS sets another size. */
const vectorCount = Number(process.env.HVS_BENCH_REBUILD_VECTORS ?? 100_000);
const queries = 20;
const dimension = 384;

interface Progress {
  status: string;
  error: { detail: string } | null;
}

/** Each store made again from the other, with the answers and ids before and after side by side. */
export async function benchRebuild(): Promise<void> {
  await withDataFolder(async (dataDir) => {
    await fillStore(dataDir, vectorCount);
    let app = await RunningApp.start(dataDir);
    try {
      // a rebuild waits for a merge that is under way
      await app.settle();
      const before = await answers(app);
      const restart = async (): Promise<void> => void (app = await RunningApp.start(dataDir));
      print('what', `${vectorCount} vectors`, 'answers and ids as before');
      print('---', '---', '---');

      const online = await timed(() => rebuilt(app));
      print(
        'POST /index/rebuild from the database, while it serves (goal: at most 15 s)',
        seconds(online),
        same(before, await answers(app)),
      );

      await app.stop();
      await restart();
      const plain = app.readyMs;
      await app.stop();
      await rm(join(dataDir, 'store'), { recursive: true });
      await restart();
      const again = same(before, await answers(app));
      print('start with the store folder removed, until ready', `${seconds(app.readyMs)} (a plain start: ${seconds(plain)})`, again);

      await app.stop();
      await rm(join(dataDir, 'postgres'), { recursive: true });
      await restart();
      const ready = app.readyMs;
      const filled = await timed(() => app.caughtUp());
      const answered = same(before, await answers(app));
      const { consistent } = (await app.json('GET', '/index/consistency')) as { consistent: boolean };
      print(
        'start with the database removed, until ready; then until it is filled again',
        `${seconds(ready)}; ${seconds(filled)}`,
        `${answered}; the stores ${consistent ? 'agree' : 'DIFFER'}`,
      );
    } finally {
      await app.stop();
    }
  });
}

const print = (...cells: string[]): void => console.log(`| ${cells.join(' | ')} |`);
const seconds = (ms: number): string => `${figure(ms / 1000)} s`;
const same = (before: unknown, after: unknown): string => (isDeepStrictEqual(before, after) ? 'yes' : 'NO');

async function rebuilt(app: RunningApp): Promise<void> {
  await app.json('POST', '/index/rebuild', { source: 'database' });
  for (const start = performance.now(); performance.now() - start < 600_000; await pause(20)) {
    const { status, error } = (await app.json('GET', '/index/rebuild')) as Progress;
    if (status === 'done') return;
    if (error) throw new Error(error.detail);
  }
  throw new Error('The rebuild did not end within ten minutes');
}

/** Hits with their ids, texts and scores, a page of documents, and the counts. */
async function answers(app: RunningApp): Promise<unknown> {
  const found: unknown[] = [];
  for (let query = 1; query <= queries; query++) {
    const vector = Array.from({ length: dimension }, (_, n) => Math.sin(query * 12.9898 + n * 78.233));
    found.push(((await app.json('POST', '/search', { vector, mode: 'vector', top_k: 100, exact: true })) as { hits: unknown[] }).hits);
  }
  const { store_id, vectors, documents } = (await app.json('GET', '/index')) as Record<string, { live: number }>;
  return { found, store_id, live: vectors.live, documents, first: await app.json('GET', '/documents/1') };
}
