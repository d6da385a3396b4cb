import { Problem } from '../platform/index.js';

/** One row of a given metadata list that is not what the engine holds. */
export interface MetadataConflict {
  document_id: number;
  chunk_index: number;
  /** The engine's vector id where it has one. */
  faiss_index: number | null;
  reason: string;
}

export class MetadataConflictError extends Problem {
  /** @param conflicts the first of them */
  constructor(conflicts: readonly MetadataConflict[], count: number) {
    const first = conflicts[0];
    super(
      { code: 'METADATA_CONFLICT', status: 409, title: 'The metadata differ from the engine' },
      `${count} rows are not what the engine holds; the first is chunk ${first.chunk_index} of document ${first.document_id}: ${first.reason}. Nothing was changed. GET /vectors/metadata gives the engine's own list; POST /vectors/sync without a body brings PostgreSQL to it.`,
      { members: { conflicts, conflict_count: count } },
    );
  }
}
