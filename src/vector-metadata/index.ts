import { entities } from './entities/index.js';

export { chunkDigest, chunkLength, type ChunkPrint, type ChunkRow, type ChunkSearch, type FoundChunk } from './chunk-row.js';
export { ChunkRowsRepository } from './chunk-rows.repository.js';
export { ContainsIndex } from './contains-index.js';
export type { DocumentPageRequest, DocumentRow } from './document-row.js';
export { DocumentRowsRepository } from './document-rows.repository.js';
export { StoredRowsRepository, type StoredModel, type StoredRange, type StoredRow } from './stored-rows.repository.js';
export { SyncStateRepository, type SetAside, type SyncState } from './sync-state.repository.js';
export { VectorMetadataModule } from './vector-metadata.module.js';

/** For the data source alone: what the module's tables look like is nobody else's business. */
export const vectorMetadataTables: (new () => object)[] = entities;
