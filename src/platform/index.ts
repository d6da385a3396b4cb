export { Problem, StopError } from './errors/problem.js';
export { EventBus } from './events/event-bus.js';
export {
  ChunkingConfig,
  ConsistencyConfig,
  DataConfig,
  DatabaseConfig,
  EmbeddingConfig,
  ExtractionConfig,
  HttpConfig,
  LogConfig,
  StoreConfig,
  type Config,
} from './config/config.js';
export { HealthRegistry, type HealthCheck, type HealthState } from './health/health-registry.js';
export { ProcessStop } from './process-stop.js';
export { AppendFile, asideName, Disk, ReadFile, type DiskStep } from './files/disk.js';
export { StrictDisk } from './files/strict-disk.js';
export { folderNames } from './files/folder-names.js';
export { freeSpace, type FreeSpace } from './files/free-space.js';
export { type FileCalls, type OpenFile } from './files/file-calls.js';
export { FileError } from './files/file.errors.js';
export { lockDataDir, type DataDirLock } from './files/data-dir-lock.js';
export { SPECIAL_TOKENS } from './config/embedding-model.js';
export { projectRoot } from './config/project-root.js';
export { readConfig } from './config/read-config.js';
export { readEnvironment } from './config/environment.js';
export { createLogger, type Logger } from './logging/logger.js';
export { PlatformModule } from './platform.module.js';
export { StartNotes } from './start-notes.js';
export { StopRequests } from './stop-requests.js';
export { createHttpApplication } from './http/http-application.js';
export { HttpServerAdapter } from './http/http-server.adapter.js';
export { HTTP_TIMEOUTS, type HttpTimeouts } from './http/http-timeouts.js';
export * from './http/http.errors.js';
export { ApiProblems, type ProblemDescription } from './http/api-problems.js';
export { ProblemDto } from './http/problem.dto.js';
export { PROBLEM_TYPE, problemDocument } from './http/problem-document.js';
export { checkContentType } from './http/content-type.js';
export { hasBody } from './http/read-body.js';
export { standsStillWhile } from './http/stalled-body.js';
export { IsCleanObject, IsCleanText, isCleanObject, isCleanText } from './http/clean-text.js';
export { decodeCursor, encodeCursor } from './http/cursor.js';
export { JsonBytesMax } from './http/json-body.guard.js';
export { ParseIdPipe, parseId } from './http/parse-id.pipe.js';
export { BooleanQuery, IntQuery, IsFiniteNumber, IsOmittable, IsWholeNumber, NumberQuery } from './http/query-fields.js';
export {
  backoffMs,
  Database,
  DatabaseModule,
  DatabaseUnavailableError,
  EmbeddedPostgres,
  migrationOptions,
  openDatabase,
  sqlState,
  underMigrationLock,
  type DatabaseSchema,
  type Sql,
} from './database/index.js';
