import { performance } from 'node:perf_hooks';
import pg from 'pg';
import { EmbeddedPostgres } from '../src/platform/index.js';
import type { BenchRow } from './bench-row.js';
import { readStoreOnce, withDataFolder } from './data-folder.js';
import { RunningApp } from './running-app.js';
import { figure, Samples, timed } from './samples.js';
import { fillStore } from './synthetic-store.js';

/** Of the store; HVS_BENCH_CONSISTENCY_VECTORS sets another size. */
const vectorCount = Number(process.env.HVS_BENCH_CONSISTENCY_VECTORS ?? 100_000);
/** Of each kind: texts and vectors changed, rows removed, rows added. */
const edited = { texts: 125, vectors: 125, removed: 125, added: 125 };
const turns = 3;

interface Report {
  consistent: boolean;
  missing_count: number;
  orphaned_count: number;
  differing_count: number;
  repaired?: number;
}

/** How long it takes to find what was edited in SQL among many rows, and to bring it right. */
export async function benchConsistency(): Promise<BenchRow[]> {
  return withDataFolder(async (dataDir) => {
    await fillStore(dataDir, vectorCount);
    const app = await RunningApp.start(dataDir);
    try {
      await app.settle();
      return await measure(app, dataDir);
    } finally {
      await app.stop();
    }
  });
}

async function measure(app: RunningApp, dataDir: string): Promise<BenchRow[]> {
  const [finds, repairs, reads, delays]: number[][] = [[], [], [], []];
  for (let turn = 0; turn < turns; turn++) {
    await editRows(dataDir, turn);
    reads.push(await timed(() => readStoreOnce(dataDir)));
    const quiet = new AbortController();
    const probing = probe(app, quiet.signal);
    let report!: Report;
    finds.push(await timed(async () => (report = (await app.json('GET', '/index/consistency')) as Report)));
    quiet.abort();
    delays.push(...(await probing));
    expectCounts(report, edited);
    repairs.push(await timed(async () => (report = (await app.json('POST', '/index/repair')) as Report)));
    if (report.repaired !== 500) throw new Error(`Of 500 rows ${report.repaired} were repaired`);
    report = (await app.json('GET', '/index/consistency')) as Report;
    if (!report.consistent) throw new Error(`Not consistent after the repair: ${JSON.stringify(report).slice(0, 500)}`);
  }
  const [find, repair, read] = [new Samples(finds), new Samples(repairs), new Samples(reads)];
  const p99 = delays.sort((a, b) => a - b)[Math.floor(delays.length * 0.99)];
  return [
    row(`find 500 rows edited in SQL among ${vectorCount}, all named, none else`, find, read, `goal: about 10 s or less for 100,000`),
    row(`find them again and repair them, a transaction a document`, repair, read, 'no goal'),
    {
      what: 'GET /health/live during the comparison',
      value: `p99 ${figure(p99)} ms (n ${delays.length})`,
      yardstick: 'one request at a time, 5 ms apart',
      ratio: 'goal: p99 at most 20 ms',
    },
  ];
}

function row(what: string, took: Samples, read: Samples, goal: string): BenchRow {
  return {
    what,
    value: took.print('ms'),
    yardstick: `read the engine's files once: ${read.print('ms')}`,
    ratio: `${figure(took.median / read.median)} × (${goal})`,
  };
}

function expectCounts(report: Report, { texts, vectors, removed, added }: typeof edited): void {
  const { missing_count: missing, orphaned_count: orphaned, differing_count: differing } = report;
  if (missing === removed && orphaned === added && differing === texts + vectors) return;
  throw new Error(`Found ${JSON.stringify({ missing, orphaned, differing })}, edited ${JSON.stringify(edited)}`);
}

/** Behind the service's back, rows all over the tables. */
async function editRows(dataDir: string, turn: number): Promise<void> {
  const { host, port, username: user, database } = new EmbeddedPostgres(dataDir).connection;
  const client = new pg.Client({ host, port, user, database });
  await client.connect();
  const some = (kind: number): string =>
    `(SELECT id FROM vector_metadata WHERE id % 4 = ${kind} ORDER BY md5((id + ${turn})::text) LIMIT 125)`;
  try {
    await client.query(`UPDATE vector_metadata SET text = text || ' ' WHERE id IN ${some(0)}`);
    await client.query(
      `UPDATE vector_embeddings SET embedding = set_byte(embedding, 7, get_byte(embedding, 7) # 1) WHERE vector_id IN ${some(1)}`,
    );
    await client.query(`DELETE FROM vector_metadata WHERE id IN ${some(2)}`);
    await client.query(
      `INSERT INTO vector_metadata (document_id, chunk_index, text, faiss_index) SELECT document_id, 4711, 'added', id FROM vector_metadata WHERE id IN ${some(3)}`,
    );
  } finally {
    await client.end();
  }
}

/** Milliseconds that each of many small requests takes, until told to stop. */
async function probe(app: RunningApp, signal: AbortSignal): Promise<number[]> {
  const delays: number[] = [];
  while (!signal.aborted) {
    const start = performance.now();
    await app.json('GET', '/health/live');
    delays.push(performance.now() - start);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return delays;
}
