/**
 * A flat inner-product index as FAISS writes it, little-endian: "IxFI", dimension (int32), rows (int64), two unused int64,
 * trained (byte), metric (int32, 0 for inner product), count of floats (int64), then the floats, row by row. Every kind of
 * index file that is written here ends in the floats, so row r begins `4 × dimension × (rows − r)` bytes before the end.
 */
export const FLAT_HEADER_BYTES = 45;

export const flatIndexBytes = (rows: number, dimension: number): number => FLAT_HEADER_BYTES + 4 * rows * dimension;

/** What stands before the floats. */
export function flatIndexHeader(rows: number, dimension: number): Buffer {
  const header = Buffer.alloc(FLAT_HEADER_BYTES);
  header.write('IxFI', 0, 'latin1');
  header.writeInt32LE(dimension, 4);
  header.writeBigInt64LE(BigInt(rows), 8);
  // FAISS fills the two unused fields with 1 << 20
  header.writeBigInt64LE(1n << 20n, 16);
  header.writeBigInt64LE(1n << 20n, 24);
  header.writeUInt8(1, 32);
  header.writeInt32LE(0, 33);
  header.writeBigInt64LE(BigInt(rows) * BigInt(dimension), 37);
  return header;
}
