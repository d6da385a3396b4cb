/** The addon as scripts/native/patches leave it; its own type file knows only arrays of numbers. */
export interface NativeIndex {
  ntotal(): number;
  getDimension(): number;
  /** Reads the floats in place. All rows are added, or none. */
  add(vectors: Float32Array): void;
  /**
   * The k best allowed rows, at most ntotal, each compared, behind a graph too; where fewer are allowed, labels are filled
   * up with -1. Equal scores come in any order.
   */
  scan(query: Float32Array, k: number, allowed?: Uint8Array): NativeRows;
  /** The `candidates` rows, at most ntotal, that a walk through the graph keeps (efSearch), filled up with -1. */
  searchGraph(query: Float32Array, candidates: number): NativeRows;
  /** Adds to a graph, equal rows apart from it: they would cut it into pieces. `finishGraph` makes it searchable. */
  grow(vectors: Float32Array): void;
  finishGraph(): void;
  setEfConstruction(candidates: number): void;
  /** Room for the floats of so many rows. */
  reserve(rows: number): void;
  reconstructN(start: number, count: number): Float32Array;
  write(path: string): void;
  release(): void;
}

/** Best first. */
export interface NativeRows {
  distances: Float32Array;
  labels: Int32Array;
}

export interface NativeFaiss {
  IndexFlatIP: { new (dimension: number): NativeIndex; prototype: Partial<NativeIndex> };
  Index: {
    /** On a thread of libuv's pool. Of a graph, what a search relies on is checked there too. */
    readAsync(path: string): Promise<NativeIndex>;
    /** @param metric 0: inner product */
    fromFactory(dimension: number, description: string, metric: number): NativeIndex;
  };
  /** How many threads one call from the calling thread may use. */
  setThreads(count: number): void;
  /** `avx2`, `portable`, or `libfaiss` when the library's own distances could not be replaced. */
  kernels(): string;
}
