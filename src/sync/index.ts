export { ConsistencyService, type ConsistencyReport, type RepairReport } from './consistency.service.js';
export type { FoundRow } from './findings.js';
export type { MetadataEntry } from './metadata-check.js';
export { PostgresSync } from './postgres-sync.js';
export { MetadataConflictError, type MetadataConflict } from './sync.errors.js';
export { SyncModule } from './sync.module.js';
export { SyncService, type SyncReport } from './sync.service.js';
