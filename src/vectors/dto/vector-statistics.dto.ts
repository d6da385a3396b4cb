export class DocumentVectorsDto {
  /** @example 12 */
  document_id: number;
  /** @example 48 */
  vector_count: number;
  /**
   * Characters of the document's chunks together (UTF-16 code units); what neighbours share counts in each.
   * @example 41233
   */
  total_chars: number;
}

export class OwnerVectorsDto {
  /** Null: documents without an owner. */
  owner_id: string | null;
  /** @example 3 */
  document_count: number;
  /** @example 148 */
  vector_count: number;
}

export class ModelVectorsDto {
  /** @example 'all-MiniLM-L6-v2' */
  embedding_model: string;
  /** @example 148 */
  vector_count: number;
}

export class SyncStateDto {
  /**
   * Journal records that PostgreSQL still lacks.
   * @example 0
   */
  lag: number;
  /** When PostgreSQL last took over a record, ISO 8601 in UTC; null: not since the start. */
  last_synced_at: string | null;
}

export class VectorStatisticsDto {
  /** @example 148 */
  total_vectors: number;
  /**
   * Documents that have vectors.
   * @example 3
   */
  total_documents: number;
  /** By document id. */
  per_document: DocumentVectorsDto[];
  /** By owner; who has no owner comes last. */
  per_owner: OwnerVectorsDto[];
  embedding_models: ModelVectorsDto[];
  sync: SyncStateDto;
}
