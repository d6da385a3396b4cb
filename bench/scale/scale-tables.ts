import type { StoreStatistics } from '../../src/store/index.js';
import { count, megabytes, milliseconds, ReportTable, verdict } from '../report.js';
import type { ServerFigures } from './server-figures.js';
import type { WorkerFigures } from './search-figures.js';

/** Up to so many allowed vectors a filtered search compares all of them. */
const exactVectorsMax = 200_000;
const approximateRecallMin = 0.99;
/** Memory that a server may have, for raw vectors of so many bytes. */
const memoryMax = (vectorBytes: number): number => 1.5 * vectorBytes + 500e6;

const searchColumns = [
  ...['searches', 'vectors allowed', 'recall@10 worker', 'over HTTP', 'at least', 'exact confirmed', 'leaks', 'worker p50 ms', 'p99 ms'],
  ...['q/s, 1', 'q/s, 16', 'HTTP p50 ms', 'p99 ms', 'q/s, 1', 'q/s, 16', 'p99 ms, 16', ''],
];

export interface SearchRow {
  name: string;
  allowed: number;
  isFiltered: boolean;
  hasGraph: boolean;
  /** Queries whose exact answer was held against comparing all vectors without the store. */
  compared: number;
  worker: WorkerFigures;
  http?: ServerFigures['answers'][number];
}

export class ScaleTables {
  private readonly searches = new ReportTable('Searches', searchColumns);
  private readonly servers = new ReportTable('Servers', [
    ...['store', 'vectors', 'dead rows', 'segments', 'store opened in ms', 'server ready in ms', 'after kill -9 ms'],
    ...['resident MB, ready', 'after the searches', 'peak', '1.5 × raw vectors + 500 MB', ''],
  ]);

  searchRow({ name, allowed, isFiltered, hasGraph, compared, worker, http }: SearchRow): void {
    const isExact = !hasGraph || (isFiltered && allowed <= exactVectorsMax);
    const atLeast = isExact ? 1 : approximateRecallMin;
    const leaks = worker.leaks + (http?.leaks ?? 0);
    const recallHolds = Math.min(worker.recall, http?.recall ?? 1) >= atLeast;
    this.searches.row(
      ...[name, count(allowed), worker.recall.toFixed(4), http ? http.recall.toFixed(4) : '–', atLeast.toFixed(3)],
      ...[`${worker.confirmed} of ${compared}`, leaks, ms(worker.one.latencies.median), ms(worker.one.latencies.percentile(0.99))],
      ...[count(worker.one.rate), count(worker.many.rate)],
      ...(http ? httpCells(http) : ['–', '–', '–', '–', '–']),
      verdict(recallHolds && leaks === 0 && worker.confirmed === compared),
    );
  }

  serverRow(name: string, statistics: StoreStatistics, loadMs: number, server: ServerFigures): void {
    const { vectorsLive, vectorsDead, dimension, segments } = statistics;
    const most = memoryMax(vectorsLive * dimension * 4);
    this.servers.row(
      ...[name, count(vectorsLive), count(vectorsDead), kindsOf(segments), ms(loadMs), ms(server.readyMs), ms(server.readyAfterKillMs)],
      ...[server.residentBytes, server.residentBytesAfter, server.peakBytes, most].map(megabytes),
      verdict(server.residentBytesAfter <= most),
    );
  }
}

const ms = milliseconds;

const httpCells = ({ one, many }: ServerFigures['answers'][number]): string[] => [
  ...[ms(one.latencies.median), ms(one.latencies.percentile(0.99)), count(one.rate)],
  ...[count(many.rate), ms(many.latencies.percentile(0.99))],
];

/** `2 flat, 1 hnsw` */
function kindsOf(segments: StoreStatistics['segments']): string {
  const counts = new Map<string, number>();
  for (const { kind } of segments) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return [...counts].map(([kind, many]) => `${many} ${kind}`).join(', ');
}
