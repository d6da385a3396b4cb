/**
 * A sealed segment's chunks: `.rows` has one record of 56 bytes a row, little-endian, `.texts` the texts they point into.
 *
 *   0  i32  vector id       12  i32  page start    24  i32  char end              32  f64  text offset, a whole number
 *   4  i32  document id     16  i32  page end      28  u32  text length, bytes    40  f64  created, ms since 1970
 *   8  i32  chunk index     20  i32  char start    48  u32  length of the headings behind the text, bytes; 52  u32  0
 *
 * The headings are one line each. A row that was dead when the segment was sealed has neither text nor headings. Records of
 * an earlier format end at byte 48: they have no headings.
 */
import type { StoredChunk } from '../document.js';

export const ROW_BYTES = 56;
export const ROW_BYTES_WITHOUT_HEADINGS = 48;

/** Encodes rows one after another, and keeps count of where their texts go. */
export class RowEncoder {
  private textOffset = 0;

  /** @param isLive whether the row's text is kept */
  encode(chunk: StoredChunk, isLive = true): { row: Buffer; text: Buffer } {
    const text = Buffer.from(isLive ? chunk.text : '', 'utf8');
    const headings = Buffer.from(isLive ? chunk.headingPath.join('\n') : '', 'utf8');
    const row = Buffer.alloc(ROW_BYTES);
    const fields = [chunk.vectorId, chunk.documentId, chunk.chunkIndex, chunk.pageStart, chunk.pageEnd, chunk.charStart, chunk.charEnd];
    for (const [n, value] of fields.entries()) row.writeInt32LE(value, n * 4);
    row.writeUInt32LE(text.length, 28);
    row.writeDoubleLE(this.textOffset, 32);
    row.writeDoubleLE(Date.parse(chunk.createdAt), 40);
    row.writeUInt32LE(headings.length, 48);
    this.textOffset += text.length + headings.length;
    return { row, text: headings.length === 0 ? text : Buffer.concat([text, headings]) };
  }

  /** Takes over rows as they stand in another segment. @param takes whether the nth of them is taken */
  *copy(from: { rows: Buffer; rowBytes: number; texts: Buffer }, takes: (n: number) => boolean): Iterable<{ row: Buffer; text: Buffer }> {
    const { rows, rowBytes, texts } = from;
    const textStart = rows.readDoubleLE(32);
    for (let n = 0; n < rows.length / rowBytes; n++) {
      if (!takes(n)) continue;
      const old = rows.subarray(n * rowBytes, (n + 1) * rowBytes);
      const start = old.readDoubleLE(32) - textStart;
      const text = texts.subarray(start, start + old.readUInt32LE(28) + headingBytes(old, rowBytes));
      const row = Buffer.alloc(ROW_BYTES);
      old.copy(row);
      row.writeDoubleLE(this.textOffset, 32);
      this.textOffset += text.length;
      yield { row, text };
    }
  }
}

/** The ids of all rows, from the whole verified `.rows` file. */
export function decodeRowIds(rows: Buffer, rowBytes: number): { vectorIds: Int32Array; documentIds: Int32Array } {
  const count = rows.length / rowBytes;
  const [vectorIds, documentIds] = [new Int32Array(count), new Int32Array(count)];
  for (let row = 0; row < count; row++) {
    vectorIds[row] = rows.readInt32LE(row * rowBytes);
    documentIds[row] = rows.readInt32LE(row * rowBytes + 4);
  }
  return { vectorIds, documentIds };
}

/** Where a run of rows has its texts: in one piece, since they stand in the rows' order. */
export function textRange(rows: Buffer, rowBytes: number): { start: number; bytes: number } {
  const start = rows.readDoubleLE(32);
  const last = rows.subarray(rows.length - rowBytes);
  return { start, bytes: last.readDoubleLE(32) + last.readUInt32LE(28) + headingBytes(last, rowBytes) - start };
}

/** @param texts the bytes of the rows' `textRange` */
export function decodeRows(rows: Buffer, rowBytes: number, texts: Buffer): StoredChunk[] {
  const start = rows.readDoubleLE(32);
  return Array.from({ length: rows.length / rowBytes }, (_, n) =>
    decodeRow(rows.subarray(n * rowBytes, (n + 1) * rowBytes), rowBytes, texts, start),
  );
}

const headingBytes = (row: Buffer, rowBytes: number): number => (rowBytes < ROW_BYTES ? 0 : row.readUInt32LE(48));

function decodeRow(row: Buffer, rowBytes: number, texts: Buffer, textStart: number): StoredChunk {
  const offset = row.readDoubleLE(32) - textStart;
  const end = offset + row.readUInt32LE(28);
  const headings = texts.toString('utf8', end, end + headingBytes(row, rowBytes));
  return {
    vectorId: row.readInt32LE(0),
    documentId: row.readInt32LE(4),
    chunkIndex: row.readInt32LE(8),
    text: texts.toString('utf8', offset, end),
    pageStart: row.readInt32LE(12),
    pageEnd: row.readInt32LE(16),
    charStart: row.readInt32LE(20),
    charEnd: row.readInt32LE(24),
    headingPath: headings === '' ? [] : headings.split('\n'),
    createdAt: new Date(row.readDoubleLE(40)).toISOString(),
  };
}
