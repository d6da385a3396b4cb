import type { Disk, ReadFile } from '../../platform/index.js';
import type { StoredChunk } from '../document.js';
import type { ChunkSource } from './row-group.js';
import { decodeRows, textRange } from './row-file.js';

const FLOAT_BYTES = Float32Array.BYTES_PER_ELEMENT;

/** What must be known of a segment to read its rows. */
export interface SegmentShape {
  rows: number;
  dimension: number;
  /** Of a record in `.rows`. */
  rowBytes: number;
  /** Of the whole segment on disk. */
  bytes: number;
  /** Of its vectors file, which ends in the floats, row by row, whatever kind of index it is. */
  vectorBytes: number;
}

/** Reads a sealed segment's chunks by position; the page cache is the cache. */
export class FileChunks implements ChunkSource {
  private constructor(
    private readonly rows: ReadFile,
    private readonly texts: ReadFile,
    private readonly vectors: ReadFile | null,
    private readonly shape: SegmentShape,
  ) {}

  /** @param paths `vectors` is absent in a segment without rows */
  static async open(disk: Disk, paths: { rows: string; texts: string; vectors?: string }, shape: SegmentShape): Promise<FileChunks> {
    const opened: ReadFile[] = [];
    try {
      for (const path of [paths.rows, paths.texts, ...(paths.vectors === undefined ? [] : [paths.vectors])])
        opened.push(await disk.openForReading(path));
      return new FileChunks(opened[0], opened[1], opened[2] ?? null, shape);
    } catch (error) {
      await Promise.all(opened.map((file) => file.close()));
      throw error;
    }
  }

  get bytes(): number {
    return this.shape.bytes;
  }

  /** One read of the rows and one of their texts. */
  async read(start: number, count: number): Promise<StoredChunk[]> {
    if (count === 0) return [];
    const { rows, texts } = await this.readEncoded(start, count);
    return decodeRows(rows, this.shape.rowBytes, texts);
  }

  /** The rows' records, and the bytes of all their texts, as they stand in the files. */
  async readEncoded(start: number, count: number): Promise<{ rows: Buffer; texts: Buffer; rowBytes: number }> {
    const { rowBytes } = this.shape;
    const rows = await this.rows.read(start * rowBytes, count * rowBytes);
    const range = textRange(rows, rowBytes);
    return { rows, texts: await this.texts.read(range.start, range.bytes), rowBytes };
  }

  async readVectors(start: number, count: number): Promise<Float32Array> {
    if (count === 0 || !this.vectors) return new Float32Array(0);
    const { rows, dimension, vectorBytes } = this.shape;
    const data = await this.vectors.read(vectorBytes - (rows - start) * dimension * FLOAT_BYTES, count * dimension * FLOAT_BYTES);
    // a buffer from the pool may begin where no float may
    const aligned = data.byteOffset % FLOAT_BYTES === 0 ? data : Buffer.from(new Uint8Array(data).buffer);
    return new Float32Array(aligned.buffer, aligned.byteOffset, count * dimension);
  }

  async close(): Promise<void> {
    await Promise.all([this.rows.close(), this.texts.close(), this.vectors?.close()]);
  }
}
