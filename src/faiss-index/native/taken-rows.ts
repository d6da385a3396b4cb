import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { flatIndexBytes, FLAT_HEADER_BYTES } from '../flat-format.js';
import type { IndexSource } from '../index-builder.port.js';
import { flatHeaderFault } from './index-file.js';

const isTaken = (taken: Uint8Array | undefined, row: number): boolean => !taken || ((taken[row >> 3] ?? 0) & (1 << (row & 7))) !== 0;

export function countTaken({ rows, taken }: IndexSource): number {
  let count = 0;
  for (let row = 0; row < rows; row++) if (isTaken(taken, row)) count++;
  return count;
}

/**
 * The floats of the taken rows of all sources, in slices of at most `sliceRows` rows, in the same memory each time. Throws
 * where a source is missing, or does not end in `rows` × `dimension` floats.
 */
export function* takenRows(sources: IndexSource[], dimension: number, sliceRows: number): Generator<Float32Array> {
  const slice = new Float32Array(sliceRows * dimension);
  let filled = 0;
  for (const source of sources) {
    const file = openSync(source.path, 'r');
    try {
      const floatsAt = startOfFloats(file, source, dimension);
      for (let row = 0; row < source.rows;) {
        if (!isTaken(source.taken, row)) {
          row++;
          continue;
        }
        const first = row;
        while (row < source.rows && row - first < sliceRows - filled && isTaken(source.taken, row)) row++;
        const floats = slice.subarray(filled * dimension, (filled + row - first) * dimension);
        readAll(file, floats, floatsAt + 4 * dimension * first, source.path);
        filled += row - first;
        if (filled < sliceRows) continue;
        yield slice;
        filled = 0;
      }
    } finally {
      closeSync(file);
    }
  }
  if (filled > 0) yield slice.subarray(0, filled * dimension);
}

function startOfFloats(file: number, { path, rows }: IndexSource, dimension: number): number {
  const { size } = fstatSync(file);
  const at = size - flatIndexBytes(rows, dimension);
  const fault = at < 0 ? `it has ${size} bytes` : flatHeaderFault(file, at, rows, dimension);
  if (fault !== undefined) throw new Error(`${path} does not end in ${rows} rows of ${dimension} floats: ${fault}`);
  return at + FLAT_HEADER_BYTES;
}

function readAll(file: number, floats: Float32Array, at: number, path: string): void {
  for (let done = 0; done < floats.byteLength;) {
    const read = readSync(file, floats, done, floats.byteLength - done, at + done);
    if (read === 0) throw new Error(`${path} ended while it was read`);
    done += read;
  }
}
