import { closeSync, fstatSync, openSync, readSync, writeFileSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { flatIndexHeader, IndexBuilder, type BuiltIndex, type IndexJob, type IndexSource } from '../../src/faiss-index/index.js';

/** The port in plain JavaScript, for tests that merge thousands of times: whatever kind is asked, the file holds the floats alone. */
export class CopyingIndexBuilder extends IndexBuilder {
  build({ sources, dimension, output }: IndexJob): Promise<BuiltIndex> {
    const floats = Buffer.concat(sources.map((source) => takenFloats(source, dimension)));
    const rows = floats.length / (4 * dimension);
    const data = Buffer.concat([flatIndexHeader(rows, dimension), floats]);
    writeFileSync(output, data);
    return Promise.resolve({ rows, bytes: data.length, crc32: crc32(data) });
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

function takenFloats({ path, rows, taken }: IndexSource, dimension: number): Buffer {
  const file = openSync(path, 'r');
  try {
    const bytes = 4 * rows * dimension;
    const data = Buffer.alloc(bytes);
    readSync(file, data, 0, bytes, fstatSync(file).size - bytes);
    const isTaken = (row: number): boolean => !taken || (taken[row >> 3] & (1 << (row & 7))) !== 0;
    return Buffer.concat(
      Array.from({ length: rows }, (_, row) =>
        isTaken(row) ? data.subarray(row * 4 * dimension, (row + 1) * 4 * dimension) : Buffer.alloc(0),
      ),
    );
  } finally {
    closeSync(file);
  }
}
