import type { StoredDocument } from '../store/index.js';
import type { DocumentDto, DocumentStatus } from './dto/document.dto.js';
import type { IngestionProgress } from './ingestion/ingestion-job.js';

/** @param progress of the document in work; null when it is not */
export function documentView(document: StoredDocument, progress: IngestionProgress | null): DocumentDto {
  return {
    id: document.id,
    owner_id: document.ownerId,
    title: document.title,
    filename: document.filename,
    mime_type: document.mimeType,
    size_bytes: document.sizeBytes,
    sha256: document.sha256,
    status: statusOf(document, progress),
    progress: progress && { ...progress },
    error: document.error && { ...document.error },
    page_count: document.pageCount,
    chunk_count: document.chunkCount,
    char_count: document.charCount,
    warnings: document.warnings.map((warning) => ({ ...warning })),
    metadata: document.metadata,
    created_at: document.createdAt,
    updated_at: document.updatedAt,
    indexed_at: document.indexedAt,
  };
}

export function statusOf(document: StoredDocument, progress: IngestionProgress | null): DocumentStatus {
  return progress ? 'processing' : document.status;
}
