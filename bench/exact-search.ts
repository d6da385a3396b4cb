import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { flatIndexHeader, WorkerFaissIndex } from '../src/faiss-index/index.js';
import type { BenchRow } from './bench-row.js';
import { withDataFolder } from './data-folder.js';

const rows = 100_000;
const dimension = 384;
const repeats = 15;
const target = 1.25;

/** Exact search of a segment of 100,000 × 384 in the worker, round trip included, beside one read of as many bytes from memory. */
export function benchExactSearch(): Promise<BenchRow[]> {
  return withDataFolder(searchIn);
}

async function searchIn(folder: string): Promise<BenchRow[]> {
  const faiss = new WorkerFaissIndex();
  try {
    const vectors = unitVectors(rows);
    const path = join(folder, 'segment.vectors');
    writeFileSync(path, Buffer.concat([flatIndexHeader(rows, dimension), Buffer.from(vectors.buffer)]));
    const index = await faiss.open(path, rows, dimension);
    const read = memoryReads(vectors);
    const query = unitVectors(1);
    const searches: number[] = [];
    const reads: number[] = [];
    for (let repeat = -2; repeat < repeats; repeat++) {
      const search = await timed(() => faiss.search(query, 10, [{ index }]));
      const oneRead = Math.min(...read.map((method) => method()));
      if (repeat < 0) continue; // the first ones warm caches and code up
      searches.push(search);
      reads.push(oneRead);
    }
    const gigabytes = vectors.byteLength / 1e9;
    return [
      {
        what: `exact search, one query, ${rows.toLocaleString('en')} × ${dimension}, in the worker`,
        value: inMilliseconds(searches),
        yardstick: `one read of those bytes from memory: ${inMilliseconds(reads)}, ${(gigabytes / (median(reads) / 1000)).toFixed(1)} GB/s`,
        ratio: `${(median(searches) / median(reads)).toFixed(2)} (goal ≤ ${target})`,
      },
    ];
  } finally {
    await faiss.close();
  }
}

/**
 * Ways to read the vectors' bytes once, each answering its milliseconds; the quickest counts. Both go through the C
 * library's vector instructions: a loop in JavaScript would be held up by its own additions, not by the memory.
 */
function memoryReads(vectors: Float32Array): (() => number)[] {
  const bytes = Buffer.from(vectors.buffer, vectors.byteOffset, vectors.byteLength);
  const copy = Buffer.from(bytes);
  const filled = Buffer.alloc(bytes.length, 1);
  const now = () => performance.now();
  return [
    () => {
      const started = now();
      if (filled.includes(2)) throw new Error('a byte was found that is not there');
      return now() - started;
    },
    () => {
      const started = now();
      if (bytes.compare(copy) !== 0) throw new Error('a copy differs from its source');
      return (now() - started) / 2; // it reads both
    },
  ];
}

function unitVectors(count: number): Float32Array {
  const vectors = Float32Array.from({ length: count * dimension }, () => Math.random() - 0.5);
  for (let row = 0; row < count; row++) {
    const vector = vectors.subarray(row * dimension, (row + 1) * dimension);
    const length = Math.hypot(...vector);
    vector.forEach((float, at) => (vector[at] = float / length));
  }
  return vectors;
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

const median = (values: number[]): number => [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)];

const inMilliseconds = (values: number[]): string =>
  `${median(values).toFixed(1)} ms (${Math.min(...values).toFixed(1)} to ${Math.max(...values).toFixed(1)}, ${values.length} repeats)`;
