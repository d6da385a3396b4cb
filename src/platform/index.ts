export { Problem, StopError } from './errors/problem.js';
export { EventBus } from './events/event-bus.js';
export {
  ChunkingConfig,
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
export { AppendFile, Disk, ReadFile, type DiskStep } from './files/disk.js';
export { FileError } from './files/file.errors.js';
export { lockDataDir, type DataDirLock } from './files/data-dir-lock.js';
