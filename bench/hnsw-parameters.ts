import { performance } from 'node:perf_hooks';
import { loadFaiss } from '../src/faiss-index/native/load-faiss.js';
import type { NativeFaiss, NativeIndex } from '../src/faiss-index/native/native-index.js';
import { ClusteredVectors, dimension } from './clustered-vectors.js';
import { count, milliseconds, progress, ReportTable } from './report.js';
import { numberSetting, vectorsSetting } from './settings.js';

const efConstructions = [40, 80, 160];
const efSearches = [64, 128, 192, 256, 400];
const queries = 500;
/** As many documents a slice as the building process adds at a time. */
const documentsASlice = 100;
const innerProduct = 0;

/**
 * Which efConstruction and efSearch an HNSW graph needs: recall against every row compared, search and build times.
 * HVS_BENCH_VECTORS: 20,000 by default. HVS_BENCH_EF_CONSTRUCTION: one value instead of three.
 */
export async function benchHnswParameters(): Promise<void> {
  const faiss = loadFaiss();
  faiss.setThreads(1); // as where they are searched and built
  const vectors = new ClusteredVectors(vectorsSetting(20_000));
  const table = new ReportTable(`HNSW32, distances by ${faiss.kernels()}, ${queries} queries`, [
    ...['rows', 'efConstruction', 'build, s', 'efSearch', 'recall@1', 'recall@10', 'recall@efSearch / 4', 'median, ms', 'p99, ms'],
  ]);
  let exact: Int32Array[] | undefined;
  const chosen = numberSetting('HVS_BENCH_EF_CONSTRUCTION', 0, { min: 0, max: 2_000 });
  for (const efConstruction of chosen > 0 ? [chosen] : efConstructions) {
    progress(`building with efConstruction ${efConstruction}`);
    const started = performance.now();
    const index = await build(faiss, vectors, efConstruction);
    const buildSeconds = (performance.now() - started) / 1000;
    exact ??= exactAnswers(index, vectors, table);
    for (const efSearch of efSearches) {
      const recalls = [1, 10, efSearch >> 2].map(() => 0);
      const times = exact.map((best, number) => {
        const query = vectors.query(number);
        const before = performance.now();
        const { labels } = index.searchGraph(query, efSearch);
        const took = performance.now() - before;
        [1, 10, efSearch >> 2].forEach((k, at) => (recalls[at] += share(labels, best, k) / queries));
        return took;
      });
      const shown = recalls.map((recall) => recall.toFixed(4));
      table.row(count(index.ntotal()), efConstruction, buildSeconds.toFixed(1), efSearch, ...shown, ...medianAndTail(times));
    }
    index.release();
  }
}

async function build(faiss: NativeFaiss, vectors: ClusteredVectors, efConstruction: number): Promise<NativeIndex> {
  const index = faiss.Index.fromFactory(dimension, 'HNSW32', innerProduct);
  index.setEfConstruction(efConstruction);
  for (let document = 0; document < vectors.documents;) {
    const slice: Float32Array[] = [];
    while (slice.length < documentsASlice && document < vectors.documents) slice.push(vectors.ofDocument(document++));
    const floats = new Float32Array(slice.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    for (const part of slice) {
      floats.set(part, at);
      at += part.length;
    }
    index.grow(floats);
    await new Promise(setImmediate); // Ctrl-C is heard
  }
  index.finishGraph();
  return index;
}

/** The nearest rows of each query, every row compared; the time of that goes into the table. */
function exactAnswers(index: NativeIndex, vectors: ClusteredVectors, table: ReportTable): Int32Array[] {
  progress('comparing every row');
  const times: number[] = [];
  const answers = Array.from({ length: queries }, (_, number) => {
    const query = vectors.query(number);
    const started = performance.now();
    const { labels } = index.scan(query, Math.min(100, index.ntotal()));
    times.push(performance.now() - started);
    return labels;
  });
  table.row(count(index.ntotal()), '–', '–', 'every row', '1', '1', '1', ...medianAndTail(times));
  return answers;
}

/** Of the k best rows, the share that is among the k that were found first. */
function share(found: Int32Array, best: Int32Array, k: number): number {
  const wanted = new Set(best.subarray(0, k));
  return found.subarray(0, k).filter((row) => wanted.has(row)).length / k;
}

function medianAndTail(times: number[]): [string, string] {
  const sorted = [...times].sort((one, other) => one - other);
  return [milliseconds(sorted[sorted.length >> 1]), milliseconds(sorted[Math.floor(sorted.length * 0.99)])];
}
