export { backoffMs } from './backoff.js';
export { Database } from './database.js';
export { DatabaseUnavailableError } from './database.errors.js';
export { DatabaseModule, openDatabase, type DatabaseSchema } from './database.module.js';
export { sqlState } from './failure.js';
export type { Sql } from './sql.js';
export { EmbeddedPostgres } from './embedded/embedded-postgres.js';
export { migrationOptions } from './connection-options.js';
export { underMigrationLock } from './migrate.js';
