import { SyncStateDto } from './vector-statistics.dto.js';

export class VectorCountsDto {
  /**
   * Vectors that searches find.
   * @example 148
   */
  live: number;
  /**
   * Deleted vectors that still take room: no search finds them.
   * @example 20
   */
  dead: number;
}

export class SegmentDto {
  /** @example 'segment-000001' */
  name: string;
  /**
   * `flat`: sealed into files that do not change any more; `tail`: the newest vectors, in memory and in the journal.
   * @example 'flat'
   */
  kind: string;
  /** @example 148 */
  vectors_live: number;
  /** @example 20 */
  vectors_dead: number;
  /**
   * Of its files together; of the tail, in memory.
   * @example 412672
   */
  bytes: number;
}

export class JournalDto {
  /** @example 1 */
  files: number;
  /** @example 540112 */
  bytes: number;
  /**
   * Sequence number of the newest record.
   * @example 31
   */
  last_sequence: number;
}

export class IndexMemoryDto {
  /**
   * Bytes of raw vectors that FAISS holds.
   * @example 258048
   */
  vector_bytes: number;
  /**
   * Resident bytes of the whole process.
   * @example 412000256
   */
  process_bytes: number;
}

export class IndexStatusDto {
  /**
   * Ties journal, segments and database together.
   * @example '8c9a1c7e-55a9-4a58-9d0a-0d5d1f6f3a52'
   */
  store_id: string;
  vectors: VectorCountsDto;
  /**
   * All documents, also those without vectors.
   * @example 4
   */
  documents: number;
  /**
   * Floats a vector.
   * @example 384
   */
  dimension: number;
  /** @example 'all-MiniLM-L6-v2' */
  embedding_model: string;
  /** Oldest first; the tail comes last when it holds anything. */
  segments: SegmentDto[];
  journal: JournalDto;
  memory: IndexMemoryDto;
  /**
   * Bytes of journal and segment files together.
   * @example 952784
   */
  file_bytes: number;
  sync: SyncStateDto;
}
