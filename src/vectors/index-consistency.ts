import type { ConsistencyReport, FoundRow } from '../sync/index.js';
import type { ConsistencyDto, FoundRowDto } from './dto/index-consistency.dto.js';

export function consistencyAnswer(report: ConsistencyReport): ConsistencyDto {
  const { consistent, lag, checkedDocuments, checkedVectors, missing, orphaned, differing } = report;
  return {
    consistent,
    lag,
    checked_documents: checkedDocuments,
    checked_vectors: checkedVectors,
    missing: missing.rows.map(rowAnswer),
    missing_count: missing.count,
    orphaned: orphaned.rows.map(rowAnswer),
    orphaned_count: orphaned.count,
    differing: differing.rows.map(rowAnswer),
    differing_count: differing.count,
  };
}

function rowAnswer({ documentId, chunkIndex, faissIndex }: FoundRow): FoundRowDto {
  return { document_id: documentId, chunk_index: chunkIndex, faiss_index: faissIndex };
}
