import type { IndexKind } from './faiss-index.port.js';

/** A finished index file, and which of its rows are taken over. */
export interface IndexSource {
  path: string;
  rows: number;
  /** Bit r (as in SearchPart) set: row r is taken. Absent: all rows. */
  taken?: Uint8Array;
}

export interface IndexJob {
  /** Their taken rows, one source after another, become the rows of the new index. At least one row in all. */
  sources: IndexSource[];
  dimension: number;
  kind: IndexKind;
  /** Where the new file is written. Not fsynced: that is the caller's, as is its name once it is whole. */
  output: string;
}

export interface BuiltIndex {
  rows: number;
  bytes: number;
  /** CRC-32 of the file. */
  crc32: number;
}

/**
 * Builds index files beside the searches: in a process of its own, at low priority, one job after another. What fails or is
 * called off leaves at most the unfinished output.
 */
export abstract class IndexBuilder {
  /** Rejects with IndexBuildError, or with the signal's reason. */
  abstract build(job: IndexJob, signal?: AbortSignal): Promise<BuiltIndex>;
  /** Ends the process and what it is building. Idempotent. */
  abstract close(): Promise<void>;
}
