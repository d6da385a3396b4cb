export type { DocumentWarning, JsonObject, JsonValue, StoredChunk, StoredContents, StoredDocument, StoredStatus } from './document.js';
export type { JournalRecord } from './journal-record.js';
export { DocumentAccepted, DocumentChanged, VectorsDeleted, VectorsSaved } from './store.events.js';
export * from './store.errors.js';
export {
  VectorStore,
  type AcceptRequest,
  type AcceptResult,
  type ChunkFilter,
  type ChunkHit,
  type ChunkToSave,
  type ImportRequest,
  type ImportResult,
  type SaveRequest,
  type StoreStatistics,
} from './vector-store.port.js';
export { LostStore, type FoundStore } from './recovery/lost-store.port.js';
export { RebuildSources, type ReadContents, type RebuildSourceName } from './rebuild-sources.js';
export { replaceStore, type ReplacedStore } from './recovery/replace-store.js';
export { openOrRestore } from './recovery/restore-lost-store.js';
export { RestoredMark } from './recovery/restored-mark.js';
export { storeFolder } from './recovery/store-folder.js';
export { readStoreIdentity, type StoreIdentity } from './recovery/store-identity.js';
export { metadataConditionFault } from './search/metadata-condition.js';
export { rowWithoutUnitLength } from './unit-length.js';
export { writeStore, type StoreOrigin } from './recovery/write-store.js';
export { openVectorStore } from './open-vector-store.js';
export { StoreModule } from './store.module.js';
