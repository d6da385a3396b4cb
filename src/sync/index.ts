export type { MetadataEntry } from './metadata-check.js';
export { PostgresSync } from './postgres-sync.js';
export { MetadataConflictError, type MetadataConflict } from './sync.errors.js';
export { OriginalsAtHand } from './rebuild/damaged-documents.js';
export { RestoreSettings } from './rebuild/database-lost-store.js';
export { RebuildModule } from './rebuild/rebuild.module.js';
export { SyncModule } from './sync.module.js';
export { SyncService, type SyncReport } from './sync.service.js';
