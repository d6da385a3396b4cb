import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { FLAT_HEADER_BYTES, flatIndexBytes } from '../flat-format.js';

/**
 * Why the file is not a flat index of `rows` × `dimension`, or undefined when it is one. FAISS trusts the sizes that stand
 * in a file, so they are compared before it reads them; whether the floats are the right ones only a checksum can tell.
 */
export function flatFileFault(path: string, rows: number, dimension: number): string | undefined {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  try {
    const stat = fstatSync(file);
    const bytes = flatIndexBytes(rows, dimension);
    if (!stat.isFile()) return 'it is no regular file';
    if (stat.size !== bytes) return `it has ${stat.size} bytes, and ${rows} rows of ${dimension} floats take ${bytes}`;
    const header = Buffer.alloc(FLAT_HEADER_BYTES);
    if (readSync(file, header, 0, FLAT_HEADER_BYTES, 0) !== FLAT_HEADER_BYTES) return 'its header could not be read';
    return headerFault(header, rows, dimension);
  } finally {
    closeSync(file);
  }
}

function headerFault(header: Buffer, rows: number, dimension: number): string | undefined {
  const fields: [string, number | bigint | string, number | bigint | string][] = [
    ['type', header.toString('latin1', 0, 4), 'IxFI'],
    ['dimension', header.readInt32LE(4), dimension],
    ['count of rows', header.readBigInt64LE(8), BigInt(rows)],
    ['trained flag', header.readUInt8(32), 1],
    ['metric', header.readInt32LE(33), 0],
    ['count of floats', header.readBigInt64LE(37), BigInt(rows) * BigInt(dimension)],
  ];
  const wrong = fields.find(([, found, expected]) => found !== expected);
  return wrong && `the ${wrong[0]} in its header is ${JSON.stringify(String(wrong[1]))}, not ${JSON.stringify(String(wrong[2]))}`;
}
