import { closeSync, openSync, readFileSync, readSync, statSync, writeFileSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { flatIndexHeader, IndexBuilder, IndexBuildError, type BuiltIndex, type IndexJob } from '../../src/faiss-index/index.js';

/** What stands before the flat part of a file of kind `hnsw`; no real graph, so only ScanningFaissIndex opens it. */
const NO_GRAPH = Buffer.from('no graph, only its place');

/**
 * The port in plain JavaScript: it copies the taken floats. For tests whose subject is what is done with the files.
 * `beforeJob` is the place for a pause, or for a failure to throw.
 */
export class CopyingIndexBuilder extends IndexBuilder {
  /** In the order in which they were asked for; those that failed too. */
  readonly jobs: IndexJob[] = [];
  private closed = false;

  constructor(private readonly beforeJob: (job: IndexJob) => void | Promise<void> = () => undefined) {
    super();
  }

  async build(job: IndexJob, signal?: AbortSignal): Promise<BuiltIndex> {
    signal?.throwIfAborted();
    this.jobs.push(job);
    await this.beforeJob(job);
    signal?.throwIfAborted();
    if (this.closed) throw new IndexBuildError(job.output, 'the builder is closed');
    try {
      return writeIndex(job);
    } catch (error) {
      throw new IndexBuildError(job.output, error instanceof Error ? error.message : String(error));
    }
  }

  close(): Promise<void> {
    this.closed = true;
    return Promise.resolve();
  }
}

function writeIndex({ sources, dimension, kind, output }: IndexJob): BuiltIndex {
  const rowBytes = 4 * dimension;
  const floats: Buffer[] = [];
  for (const { path, rows, taken } of sources) {
    const all = lastBytes(path, rows * rowBytes);
    for (let row = 0; row < rows; row++) {
      if (!taken || (taken[row >> 3] & (1 << (row & 7))) !== 0) floats.push(all.subarray(row * rowBytes, (row + 1) * rowBytes));
    }
  }
  const graph = kind === 'hnsw' ? [NO_GRAPH] : [];
  const file = Buffer.concat([...graph, flatIndexHeader(floats.length, dimension), ...floats]);
  writeFileSync(output, file);
  return { rows: floats.length, bytes: file.length, crc32: crc32(readFileSync(output)) };
}

function lastBytes(path: string, bytes: number): Buffer {
  const { size } = statSync(path);
  if (size < bytes) throw new Error(`${path} has ${size} bytes, and its floats alone would take ${bytes}`);
  const file = openSync(path, 'r');
  try {
    const read = Buffer.alloc(bytes);
    readSync(file, read, 0, bytes, size - bytes);
    return read;
  } finally {
    closeSync(file);
  }
}
