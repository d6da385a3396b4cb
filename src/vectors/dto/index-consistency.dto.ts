export class FoundRowDto {
  /**
   * Null: a row that belongs to no document.
   * @example 12
   */
  document_id: number | null;
  /**
   * Null: the document's own row in `documents`.
   * @example 3
   */
  chunk_index: number | null;
  /**
   * The vector's own id; of a row that only PostgreSQL has, what stands in it.
   * @example 148
   */
  faiss_index: number | null;
}

export class ConsistencyDto {
  /**
   * Whether PostgreSQL holds exactly what the engine does, up to its watermark: what it lacks by lag alone is no difference.
   * @example false
   */
  consistent: boolean;
  /**
   * Journal records that PostgreSQL still lacks; documents that they changed are left out of the comparison.
   * @example 0
   */
  lag: number;
  /**
   * Documents of either side.
   * @example 20
   */
  checked_documents: number;
  /**
   * The engine's vectors of them.
   * @example 148
   */
  checked_vectors: number;
  /** What the engine has and PostgreSQL lacks: the first thousand. */
  missing: FoundRowDto[];
  /** @example 1 */
  missing_count: number;
  /** What PostgreSQL has and the engine does not know: the first thousand. */
  orphaned: FoundRowDto[];
  /** @example 0 */
  orphaned_count: number;
  /** What both have, unequal in any column or in the vector: the first thousand. */
  differing: FoundRowDto[];
  /** @example 0 */
  differing_count: number;
}

export class RepairDto extends ConsistencyDto {
  /**
   * Of all that was found, how many rows were brought to the engine's state; 0 with `dry_run=true`. Fewer than were found:
   * PostgreSQL refuses some documents, which the log and `/health/ready` name.
   * @example 1
   */
  repaired: number;
}
