import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import type { IndexKind } from '../faiss-index.port.js';
import { FLAT_HEADER_BYTES, flatIndexBytes } from '../flat-format.js';

/** Type, dimension, rows, two unused fields, trained flag and metric: what every index begins with. */
const COMMON_HEADER_BYTES = 37;
/** Entry point, highest level, efConstruction, efSearch and one field that is no longer used, an int32 each. */
const GRAPH_END_BYTES = 20;
const LEVELS_MAX = 64;

/**
 * Why the file is not an index of that kind with `rows` × `dimension`, or undefined when it is one. FAISS trusts the sizes
 * that stand in a file, so they are compared before it reads them; whether the floats and the numbers in a graph are the
 * right ones only a checksum can tell.
 */
export function indexFileFault(path: string, rows: number, dimension: number, kind: IndexKind): string | undefined {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  try {
    const stat = fstatSync(file);
    if (!stat.isFile()) return 'it is no regular file';
    return kind === 'flat' ? flatFault(file, stat.size, rows, dimension) : graphFault(file, stat.size, rows, dimension);
  } finally {
    closeSync(file);
  }
}

function flatFault(file: number, size: number, rows: number, dimension: number): string | undefined {
  const bytes = flatIndexBytes(rows, dimension);
  if (size !== bytes) return `it has ${size} bytes, and ${rows} rows of ${dimension} floats take ${bytes}`;
  return flatHeaderFault(file, 0, rows, dimension);
}

/** What stands before the floats; in a file of either kind it begins `flatIndexBytes` before the end. */
export function flatHeaderFault(file: number, at: number, rows: number, dimension: number): string | undefined {
  const header = bytesAt(file, at, FLAT_HEADER_BYTES);
  if (!header) return 'its header could not be read';
  const floats = header.readBigInt64LE(COMMON_HEADER_BYTES);
  return commonFault(header, 'IxFI', rows, dimension) ?? unequal('count of floats', floats, BigInt(rows) * BigInt(dimension));
}

/** "IHNf", the common fields, five arrays behind a count (int64) each, five numbers, then the floats as a flat index. */
function graphFault(file: number, size: number, rows: number, dimension: number): string | undefined {
  const storageAt = size - flatIndexBytes(rows, dimension);
  const header = bytesAt(file, 0, COMMON_HEADER_BYTES);
  if (storageAt < COMMON_HEADER_BYTES || !header) return `it has ${size} bytes, too few for ${rows} rows of ${dimension} floats`;
  const fault = commonFault(header, 'IHNf', rows, dimension);
  if (fault !== undefined) return fault;
  let at = COMMON_HEADER_BYTES;
  const arrays: [name: string, itemBytes: number, isRight: (count: number) => boolean][] = [
    ['probabilities', 8, (count) => count <= LEVELS_MAX],
    ['neighbours of a level', 4, (count) => count > 1 && count <= LEVELS_MAX + 1],
    ['levels', 4, (count) => count === rows],
    ['offsets', 8, (count) => count === rows + 1],
    ['neighbours', 4, (count) => at + 8 + 4 * count + GRAPH_END_BYTES === storageAt],
  ];
  for (const [name, itemBytes, isRight] of arrays) {
    const count = Number(bytesAt(file, at, 8)?.readBigUInt64LE(0) ?? -1n);
    if (!isRight(count)) return `the count of ${name} in its graph is ${count}, which does not go with ${rows} rows and ${size} bytes`;
    at += 8 + itemBytes * count;
  }
  return flatHeaderFault(file, storageAt, rows, dimension);
}

function commonFault(header: Buffer, type: string, rows: number, dimension: number): string | undefined {
  return (
    unequal('type', header.toString('latin1', 0, 4), type) ??
    unequal('dimension', header.readInt32LE(4), dimension) ??
    unequal('count of rows', header.readBigInt64LE(8), BigInt(rows)) ??
    unequal('trained flag', header.readUInt8(32), 1) ??
    unequal('metric', header.readInt32LE(33), 0)
  );
}

const unequal = <T extends number | bigint | string>(field: string, found: T, expected: T): string | undefined =>
  found === expected
    ? undefined
    : `the ${field} in its header is ${JSON.stringify(String(found))}, not ${JSON.stringify(String(expected))}`;

function bytesAt(file: number, at: number, length: number): Buffer | undefined {
  const bytes = Buffer.alloc(length);
  return readSync(file, bytes, 0, length, at) === length ? bytes : undefined;
}
