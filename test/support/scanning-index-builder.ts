import { readFileSync, writeFileSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { flatIndexBytes, flatIndexHeader, IndexBuilder, type BuiltIndex, type IndexJob } from '../../src/faiss-index/index.js';

/** The port in this process, at once, for tests that must keep the order of their steps. Its graphs are flat files, as ScanningFaissIndex reads them. */
export class ScanningIndexBuilder extends IndexBuilder {
  async build({ sources, dimension, output }: IndexJob, signal?: AbortSignal): Promise<BuiltIndex> {
    signal?.throwIfAborted();
    const rowBytes = 4 * dimension;
    const rows = sources.flatMap(({ path, rows: count, taken }) => {
      const floats = readFileSync(path).subarray(flatIndexBytes(0, dimension));
      return Array.from({ length: count }, (_, row) => row)
        .filter((row) => !taken || (taken[row >> 3] & (1 << (row & 7))) !== 0)
        .map((row) => floats.subarray(row * rowBytes, (row + 1) * rowBytes));
    });
    const data = Buffer.concat([flatIndexHeader(rows.length, dimension), ...rows]);
    writeFileSync(output, data);
    return { rows: rows.length, bytes: data.length, crc32: crc32(data) };
  }

  async close(): Promise<void> {}
}
