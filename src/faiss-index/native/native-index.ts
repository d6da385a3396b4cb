/** The addon as scripts/native/patches leave it; its own type file knows only arrays of numbers. */
export interface NativeIndex {
  ntotal(): number;
  getDimension(): number;
  /** Reads the floats in place. All rows are added, or none. */
  add(vectors: Float32Array): void;
  /** At most ntotal rows; where fewer than k are allowed, labels are filled up with -1. Equal scores come in any order. */
  search(query: Float32Array, k: number, allowed?: Uint8Array): { distances: Float32Array; labels: Int32Array };
  reconstructN(start: number, count: number): Float32Array;
  write(path: string): void;
  release(): void;
}

export interface NativeIndexClass {
  new (dimension: number): NativeIndex;
  read(path: string): NativeIndex;
  prototype: Partial<NativeIndex>;
}
