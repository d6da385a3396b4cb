/**
 * Rows that are searched together: one FAISS index, and beside it what its row positions mean. A group is the tail while it
 * grows, then a sealed segment; it stays the same object, so whoever holds it (a document's runs, a search under way) need
 * not know.
 */
import type { IndexHandle } from '../../faiss-index/index.js';
import type { StoredChunk } from '../document.js';

/** Consecutive rows of one group that hold a document's chunks, in order. */
export interface Run {
  readonly group: RowGroup;
  readonly start: number;
  readonly count: number;
}

/** Where a group's texts and spans are read from: memory while it is the tail, its files once it is sealed. */
export interface ChunkSource {
  read(start: number, count: number): Promise<StoredChunk[]>;
  /** Bytes on disk; 0 for memory. */
  readonly bytes: number;
  close(): Promise<void>;
}

const bitmapBytes = (rows: number): number => (rows + 7) >> 3;

export class RowGroup {
  rows = 0;
  liveRows = 0;
  private capacity: number;
  private vectorIdOfRow: Int32Array;
  private documentIdOfRow: Int32Array;
  private liveBits: Uint8Array;

  constructor(
    /** A segment's name, or `tail`. */
    public name: string,
    readonly index: IndexHandle,
    public source: ChunkSource,
    capacity = 1024,
  ) {
    this.capacity = capacity;
    this.vectorIdOfRow = new Int32Array(capacity);
    this.documentIdOfRow = new Int32Array(capacity);
    this.liveBits = new Uint8Array(new SharedArrayBuffer(bitmapBytes(capacity)));
  }

  /** Bit r: row r is live. Shared memory: a search that waits in the worker already sees a later delete. */
  get live(): Uint8Array {
    return this.liveBits;
  }

  get deadRows(): number {
    return this.rows - this.liveRows;
  }

  vectorIds(start = 0, count = this.rows): Int32Array {
    return this.vectorIdOfRow.subarray(start, start + count);
  }

  documentIds(): Int32Array {
    return this.documentIdOfRow.subarray(0, this.rows);
  }

  /** Appends rows, live. The vectors are added to the index by the caller, in the same order. */
  append(documentIds: readonly number[] | Int32Array, vectorIds: readonly number[] | Int32Array): Run {
    const [start, count] = [this.rows, vectorIds.length];
    this.reserve(start + count);
    this.vectorIdOfRow.set(vectorIds, start);
    this.documentIdOfRow.set(documentIds, start);
    for (let row = start; row < start + count; row++) this.liveBits[row >> 3] |= 1 << (row & 7);
    this.rows += count;
    this.liveRows += count;
    return { group: this, start, count };
  }

  isLive(row: number): boolean {
    return (this.liveBits[row >> 3] & (1 << (row & 7))) !== 0;
  }

  /** Marks rows dead; their bytes go when the segment is rewritten. */
  bury(start: number, count: number): void {
    for (let row = start; row < start + count; row++) {
      if (!this.isLive(row)) continue;
      this.liveBits[row >> 3] &= ~(1 << (row & 7));
      this.liveRows--;
    }
  }

  /** A bitmap in which exactly these rows are set. */
  bitmapOf(runs: readonly Run[]): Uint8Array {
    const bits = new Uint8Array(bitmapBytes(this.rows));
    for (const { start, count } of runs) for (let row = start; row < start + count; row++) bits[row >> 3] |= 1 << (row & 7);
    return bits;
  }

  private reserve(rows: number): void {
    if (rows <= this.capacity) return;
    this.capacity = Math.max(rows, this.capacity * 2);
    const [ids, documents, bits] = [this.vectorIdOfRow, this.documentIdOfRow, this.liveBits];
    this.vectorIdOfRow = new Int32Array(this.capacity);
    this.vectorIdOfRow.set(ids);
    this.documentIdOfRow = new Int32Array(this.capacity);
    this.documentIdOfRow.set(documents);
    this.liveBits = new Uint8Array(new SharedArrayBuffer(bitmapBytes(this.capacity)));
    this.liveBits.set(bits);
  }
}

/** The tail's chunks, in row order. */
export class MemoryChunks implements ChunkSource {
  readonly bytes = 0;
  private readonly chunks: StoredChunk[] = [];

  push(chunks: readonly StoredChunk[]): void {
    for (const chunk of chunks) this.chunks.push(chunk);
  }

  at(row: number): StoredChunk {
    return this.chunks[row];
  }

  read(start: number, count: number): Promise<StoredChunk[]> {
    return Promise.resolve(this.chunks.slice(start, start + count));
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
