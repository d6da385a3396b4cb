import type { Disk, ReadFile } from '../../platform/index.js';
import type { StoredChunk } from '../document.js';
import type { ChunkSource } from './row-group.js';
import { decodeRows, textRange } from './row-file.js';

/** Reads a sealed segment's chunks by position; the page cache is the cache. */
export class FileChunks implements ChunkSource {
  private constructor(
    private readonly rows: ReadFile,
    private readonly texts: ReadFile,
    private readonly rowBytes: number,
    readonly bytes: number,
  ) {}

  /** @param bytes of the whole segment on disk */
  static async open(disk: Disk, paths: { rows: string; texts: string }, rowBytes: number, bytes: number): Promise<FileChunks> {
    const rows = await disk.openForReading(paths.rows);
    try {
      return new FileChunks(rows, await disk.openForReading(paths.texts), rowBytes, bytes);
    } catch (error) {
      await rows.close();
      throw error;
    }
  }

  /** One read of the rows and one of their texts. */
  async read(start: number, count: number): Promise<StoredChunk[]> {
    if (count === 0) return [];
    const rows = await this.rows.read(start * this.rowBytes, count * this.rowBytes);
    const range = textRange(rows, this.rowBytes);
    return decodeRows(rows, this.rowBytes, await this.texts.read(range.start, range.bytes));
  }

  async close(): Promise<void> {
    await Promise.all([this.rows.close(), this.texts.close()]);
  }
}
