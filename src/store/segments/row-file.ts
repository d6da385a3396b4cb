/**
 * A sealed segment's chunks: `.rows` has one record of 48 bytes a row, little-endian, `.texts` the texts they point into.
 *
 *   0  i32  vector id       12  i32  page start    24  i32  char end              32  f64  text offset, a whole number
 *   4  i32  document id     16  i32  page end      28  u32  text length, bytes    40  f64  created, ms since 1970
 *   8  i32  chunk index     20  i32  char start
 *
 * A row that was dead when the segment was sealed has no text.
 */
import type { Disk, ReadFile } from '../../platform/index.js';
import type { StoredChunk } from '../document.js';
import type { ChunkSource } from './row-group.js';

export const ROW_BYTES = 48;

/** @param isLive whether a row's text is kept */
export function encodeRows(chunks: readonly StoredChunk[], isLive: (row: number) => boolean): { rows: Buffer; texts: Buffer[] } {
  const rows = Buffer.alloc(chunks.length * ROW_BYTES);
  const texts: Buffer[] = [];
  let textOffset = 0;
  for (const [row, chunk] of chunks.entries()) {
    const text = isLive(row) ? Buffer.from(chunk.text, 'utf8') : Buffer.alloc(0);
    const fields = [chunk.vectorId, chunk.documentId, chunk.chunkIndex, chunk.pageStart, chunk.pageEnd, chunk.charStart, chunk.charEnd];
    for (const [n, value] of fields.entries()) rows.writeInt32LE(value, row * ROW_BYTES + n * 4);
    rows.writeUInt32LE(text.length, row * ROW_BYTES + 28);
    rows.writeDoubleLE(textOffset, row * ROW_BYTES + 32);
    rows.writeDoubleLE(Date.parse(chunk.createdAt), row * ROW_BYTES + 40);
    texts.push(text);
    textOffset += text.length;
  }
  return { rows, texts };
}

/** The ids of all rows, from the whole verified `.rows` file. */
export function decodeRowIds(rows: Buffer): { vectorIds: Int32Array; documentIds: Int32Array } {
  const count = rows.length / ROW_BYTES;
  const [vectorIds, documentIds] = [new Int32Array(count), new Int32Array(count)];
  for (let row = 0; row < count; row++) {
    vectorIds[row] = rows.readInt32LE(row * ROW_BYTES);
    documentIds[row] = rows.readInt32LE(row * ROW_BYTES + 4);
  }
  return { vectorIds, documentIds };
}

/** Reads chunks by position; the page cache is the cache. */
export class FileChunks implements ChunkSource {
  private constructor(
    private readonly rows: ReadFile,
    private readonly texts: ReadFile,
    readonly bytes: number,
  ) {}

  /** @param bytes of the whole segment on disk */
  static async open(disk: Disk, paths: { rows: string; texts: string }, bytes: number): Promise<FileChunks> {
    const rows = await disk.openForReading(paths.rows);
    try {
      return new FileChunks(rows, await disk.openForReading(paths.texts), bytes);
    } catch (error) {
      await rows.close();
      throw error;
    }
  }

  /** One read of the rows and one of their texts, which stand in the same order. */
  async read(start: number, count: number): Promise<StoredChunk[]> {
    if (count === 0) return [];
    const rows = await this.rows.read(start * ROW_BYTES, count * ROW_BYTES);
    const textStart = rows.readDoubleLE(32);
    const last = (count - 1) * ROW_BYTES;
    const texts = await this.texts.read(textStart, rows.readDoubleLE(last + 32) + rows.readUInt32LE(last + 28) - textStart);
    return Array.from({ length: count }, (_, n) => decodeChunk(rows.subarray(n * ROW_BYTES), texts, textStart));
  }

  async close(): Promise<void> {
    await Promise.all([this.rows.close(), this.texts.close()]);
  }
}

function decodeChunk(row: Buffer, texts: Buffer, textStart: number): StoredChunk {
  const offset = row.readDoubleLE(32) - textStart;
  return {
    vectorId: row.readInt32LE(0),
    documentId: row.readInt32LE(4),
    chunkIndex: row.readInt32LE(8),
    text: texts.toString('utf8', offset, offset + row.readUInt32LE(28)),
    pageStart: row.readInt32LE(12),
    pageEnd: row.readInt32LE(16),
    charStart: row.readInt32LE(20),
    charEnd: row.readInt32LE(24),
    createdAt: new Date(row.readDoubleLE(40)).toISOString(),
  };
}
