/** Names one index that the FAISS worker holds. */
export type IndexHandle = number;

/** `flat`: all floats, searched one by one. `hnsw`: the same floats behind a graph that finds the nearest without reading all. */
export type IndexKind = 'flat' | 'hnsw';

/** One index to search, and which of its rows count. */
export interface SearchPart {
  index: IndexHandle;
  /**
   * Bit r (byte r >> 3, bit r & 7, as FAISS's IDSelectorBitmap reads it) set: row r may be found. Absent: all rows. Backed
   * by a SharedArrayBuffer it is read when the worker comes to it, else it is copied when it is posted. Rows beyond its
   * end are not allowed.
   */
  allowed?: Uint8Array;
  /** Every allowed row is compared, in an HNSW index too. A flat index always does so. */
  exact?: boolean;
}

/** The best rows over all parts, best first; ties by part, then row. The three arrays have the same length, at most k. */
export interface SearchResult {
  /** Position in the request's `parts`. */
  parts: Int32Array;
  rows: Int32Array;
  /** Inner products: cosines, since all vectors have unit length. */
  scores: Float32Array;
}

/**
 * The vector leg: exact inner-product search over rows of floats, in one worker thread. Knows no document and no id but
 * row positions. Requests are carried out in the order in which they were made: a search sees the rows of every earlier
 * add and none of a later one. Every value is checked before native code sees it; a request with a wrong one rejects with
 * an InvalidVectorRequestError and changes nothing.
 */
export abstract class FaissIndex {
  /** An empty flat index in memory. */
  abstract create(dimension: number): Promise<IndexHandle>;
  /**
   * Reads a finished file, which must be an index of that kind with `rows` × `dimension` floats. The caller has checked its
   * checksum. Searches go on meanwhile.
   */
  abstract open(path: string, rows: number, dimension: number, kind?: IndexKind): Promise<IndexHandle>;
  /** Appends rows × dimension floats, all finite; their row positions follow the index's last. */
  abstract add(index: IndexHandle, vectors: Float32Array): Promise<void>;
  /**
   * Never answers a row that is not allowed. An HNSW index answers by its graph when at least half of the candidates that
   * the graph finds are allowed, else by comparing every allowed row: where deletions or a filter follow the meaning, the
   * nearest candidates are all disallowed, and a graph would find next to nothing.
   * @param query dimension floats, finite. @param k 1 to 10,000; fewer rows than k give fewer results
   */
  abstract search(query: Float32Array, k: number, parts: SearchPart[]): Promise<SearchResult>;
  /** Writes the index to a path that the caller fsyncs and renames; answers the bytes written, after checking them. */
  abstract write(index: IndexHandle, path: string): Promise<number>;
  /** The rows' floats, `count` × dimension, from row `start` on. */
  abstract reconstruct(index: IndexHandle, start: number, count: number): Promise<Float32Array>;
  /** Frees the index. Searches made before it are answered first. */
  abstract release(index: IndexHandle): Promise<void>;
}
