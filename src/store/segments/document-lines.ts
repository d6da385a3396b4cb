import type { Disk } from '../../platform/index.js';

const PIECE_BYTES = 256 * 1024;
const NEWLINE = 10;

/** The documents of a segment's `.documents` file, a line each, read piece by piece: all but its first line, the deaths. */
export async function* documentLines(disk: Disk, path: string): AsyncGenerator<string> {
  const size = (await disk.size(path)) ?? 0;
  const file = await disk.openForReading(path);
  try {
    let rest: Buffer = Buffer.alloc(0);
    let isFirst = true;
    for (let at = 0; at < size; at += PIECE_BYTES) {
      const piece = Buffer.concat([rest, await file.read(at, Math.min(PIECE_BYTES, size - at))]);
      let start = 0;
      for (let end = piece.indexOf(NEWLINE); end >= 0; end = piece.indexOf(NEWLINE, start)) {
        if (!isFirst) yield piece.toString('utf8', start, end);
        isFirst = false;
        start = end + 1;
      }
      rest = piece.subarray(start);
    }
  } finally {
    await file.close();
  }
}
