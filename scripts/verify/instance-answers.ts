/** The parts of the service's answers that the verification reads. */
export interface StatisticsAnswer {
  total_vectors: number;
  total_documents: number;
  sync: { lag: number; last_synced_at: string | null };
}

export interface SyncAnswer {
  synced: number;
  deleted: number;
  unchanged: number;
  lag: number;
}

export interface ListAnswer {
  items: { document_id: number }[];
}
