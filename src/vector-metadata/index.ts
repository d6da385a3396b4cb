import { entities } from './entities/index.js';

export { chunkDigest } from './chunk-digest.js';
export { chunkLength, type ChunkPrint, type ChunkRow, type ChunkSearch, type FoundChunk } from './chunk-row.js';
export { ChunkRowsRepository } from './chunk-rows.repository.js';
export { ContainsIndex } from './contains-index.js';
export type { DocumentPageRequest, DocumentRow } from './document-row.js';
export { documentDigest } from './document-columns.js';
export { DocumentRowsRepository } from './document-rows.repository.js';
export { IdMarksRepository, type IdMarks } from './id-marks.repository.js';
export { RowDigestsRepository, type DocumentDigest, type DocumentScope, type UnownedRow } from './row-digests.repository.js';
export { RowSummariesRepository, type RowModel, type RowSummary } from './row-summaries.repository.js';
export { StoredRowsRepository, type RowContents } from './stored-rows.repository.js';
export { SyncStateRepository, type SetAside, type SyncState } from './sync-state.repository.js';
export { RowsIncompleteError } from './vector-metadata.errors.js';
export { VectorMetadataModule } from './vector-metadata.module.js';

/** For the data source alone: what the module's tables look like is nobody else's business. */
export const vectorMetadataTables: (new () => object)[] = entities;
