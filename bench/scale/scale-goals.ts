import { count, megabytes, milliseconds, ReportTable, verdict } from '../report.js';
import type { SearchRow } from './scale-tables.js';
import type { ServerFigures } from './server-figures.js';

/** The goals that hold for one size of the store, by its number of vectors. */
const recallMin = new Map([
  [100_000, 0.995],
  [1_000_000, 0.99],
]);
const smallStore = 100_000;

/** What was measured beside what is to be reached; a goal that names a size counts at that size. */
export function printGoals(vectorCount: number, { worker, http }: SearchRow, server: ServerFigures, modelLoadMs: number): void {
  if (!http) throw new Error('Goals need figures over HTTP');
  const table = new ReportTable('Goals', ['what', 'figure', 'beside it, in the same run', 'ratio', 'goal', '']);
  const recallGoal = recallMin.get(vectorCount);
  const isSmall = vectorCount === smallStore;
  const p50 = worker.one.latencies.median;
  table.row(
    ...['approximate search, recall@10', worker.recall.toFixed(4), 'exact search', worker.recall.toFixed(4)],
    ...(recallGoal === undefined ? ['–', '–'] : [`≥ ${recallGoal}`, verdict(worker.recall >= recallGoal)]),
  );
  table.row(
    ...['approximate search, one at a time', `${milliseconds(p50)} ms`, '–', '–'],
    ...(isSmall ? ['< 1 ms', verdict(p50 < 1)] : ['–', '–']),
  );
  const slower = worker.many.rate / http.many.rate;
  table.row(
    ...[
      'vector search over HTTP, 16 clients',
      `${count(http.many.rate)} a second`,
      `in the worker, 16 at once: ${count(worker.many.rate)} a second`,
    ],
    ...[`${slower.toFixed(2)} × the time`, '≤ 2 ×', verdict(slower <= 2)],
  );
  const ofLive = http.many.rate / server.live.rate;
  table.row(
    ...[
      'vector search over HTTP, 16 clients',
      `${count(http.many.rate)} a second`,
      `GET /health/live, 16 clients: ${count(server.live.rate)} a second`,
    ],
    ...[`${ofLive.toFixed(2)} × the rate`, '≥ 0.3 ×', verdict(ofLive >= 0.3)],
  );
  const besidesModel = server.readyAfterKillMs - modelLoadMs;
  table.row(
    ...['ready after kill -9', `${milliseconds(server.readyAfterKillMs)} ms`, `loading the model alone: ${milliseconds(modelLoadMs)} ms`],
    ...[`${milliseconds(besidesModel)} ms more`, ...(isSmall ? ['≤ 5,000 ms more', verdict(besidesModel <= 5_000)] : ['–', '–'])],
  );
  const raw = vectorCount * 384 * 4;
  const memoryGoal = 1.5 * raw + 500e6;
  table.row(
    ...['resident memory after the searches', `${megabytes(server.residentBytesAfter)} MB`, `raw vectors: ${megabytes(raw)} MB`],
    ...[
      `${(server.residentBytesAfter / raw).toFixed(2)} ×`,
      `≤ ${megabytes(memoryGoal)} MB`,
      verdict(server.residentBytesAfter <= memoryGoal),
    ],
  );
}
