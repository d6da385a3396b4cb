/**
 * Rows that are searched together: one FAISS index, and beside it what its row positions mean. A group is the tail while it
 * grows, then a sealed segment; it stays the same object, so a search under way need not know.
 *
 * Vector ids ascend with the rows, and from group to group: they are given in the order of the journal, and a merge keeps
 * the order. So an id is found by bisection, and nothing points at rows that a merge would have to mend.
 */
import type { IndexHandle } from '../../faiss-index/index.js';
import type { StoredChunk } from '../document.js';

export type GroupKind = 'flat' | 'hnsw' | 'tail';

/** Where a group's texts, spans and vectors are read from: memory while it is the tail, its files once it is sealed. */
export interface ChunkSource {
  read(start: number, count: number): Promise<StoredChunk[]>;
  /** count × dimension floats. */
  readVectors(start: number, count: number): Promise<Float32Array>;
  /** Bytes on disk; 0 for memory. */
  readonly bytes: number;
  close(): Promise<void>;
}

/** What a segment's range of the journal did to documents. Ascending, but the deaths in no order. */
export interface SegmentChanges {
  documents: Int32Array;
  deadDocuments: Int32Array;
  deadVectors: Int32Array;
}

export const NO_CHANGES: SegmentChanges = {
  documents: new Int32Array(0),
  deadDocuments: new Int32Array(0),
  deadVectors: new Int32Array(0),
};

export const bitmapBytes = (rows: number): number => (rows + 7) >> 3;

export class RowGroup {
  rows = 0;
  liveRows = 0;
  /** Once it is sealed. */
  changes = NO_CHANGES;
  private capacity: number;
  private vectorIdOfRow: Int32Array;
  private documentIdOfRow: Int32Array;
  private liveBits: Uint8Array;
  private users = 0;
  private onUnused: (() => void) | null = null;

  constructor(
    /** A segment's name, or `tail`. */
    public name: string,
    public kind: GroupKind,
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

  /** Row of a vector id; -1 when the group does not have it. */
  rowOf(vectorId: number): number {
    if (this.rows === 0 || vectorId < this.vectorIdOfRow[0] || vectorId > this.vectorIdOfRow[this.rows - 1]) return -1;
    const row = lowerBound(this.vectorIdOfRow, this.rows, vectorId);
    return row < this.rows && this.vectorIdOfRow[row] === vectorId ? row : -1;
  }

  /** Whether the group's range of the journal wrote the document. */
  wroteDocument(id: number): boolean {
    const { documents } = this.changes;
    return documents[lowerBound(documents, documents.length, id)] === id;
  }

  /** Appends rows, live; their vector ids ascend. The vectors are added to the index by the caller, in the same order. */
  append(documentIds: readonly number[] | Int32Array, vectorIds: readonly number[] | Int32Array): void {
    const [start, end] = [this.rows, this.rows + vectorIds.length];
    this.reserve(end);
    this.vectorIdOfRow.set(vectorIds, start);
    this.documentIdOfRow.set(documentIds, start);
    for (let row = start; row < end; row++) {
      if ((row & 7) === 0 && row + 8 <= end) {
        this.liveBits[row >> 3] = 255;
        row += 7;
      } else this.liveBits[row >> 3] |= 1 << (row & 7);
    }
    this.rows = end;
    this.liveRows += vectorIds.length;
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

  /** The live rows as they are at this moment. */
  liveCopy(): Uint8Array {
    return this.liveBits.slice(0, bitmapBytes(this.rows));
  }

  /** Vector ids of the rows that died since `before`, a `liveCopy`, was taken. */
  deathsSince(before: Uint8Array): number[] {
    const ids: number[] = [];
    for (let byte = 0; byte < before.length; byte++) {
      const died = before[byte] & ~this.liveBits[byte];
      for (let bit = 0; died >> bit !== 0; bit++) if ((died >> bit) & 1) ids.push(this.vectorIdOfRow[byte * 8 + bit]);
    }
    return ids;
  }

  /** While `work` runs the group's index and files stay, even when a merge replaces it. */
  async use<T>(work: () => Promise<T>): Promise<T> {
    this.users++;
    try {
      return await work();
    } finally {
      this.users--;
      if (this.users === 0) this.onUnused?.();
    }
  }

  /** Called once nobody uses the group any more, which nobody new may begin to. */
  retire(onUnused: () => void): void {
    if (this.users === 0) onUnused();
    else this.onUnused = onUnused;
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

/** First position whose value is at least `value`; `length` when there is none. */
export function lowerBound(ascending: Int32Array, length: number, value: number): number {
  let [low, high] = [0, length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ascending[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
