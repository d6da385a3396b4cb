/**
 * The settings of one process, read once at start. Each class is one slice and its own injection token: a module asks for
 * the slice that it needs and sees no other.
 */
export class HttpConfig {
  port: number;
  host: string;
  /** Empty: no key is asked, and only loopback hosts are served. */
  apiKeys: { name: string; key: string }[];
  uploadBytesMax: number;
}

export class DataConfig {
  /** Absolute; everything that the process writes is below it. */
  dataDir: string;
}

export class DatabaseConfig {
  /** Null: the embedded server under `DATA_DIR/postgres`. */
  databaseUrl: string | null;
}

export class EmbeddingConfig {
  model: string;
  /** Absolute; holds config.json, tokenizer.json, onnx/. */
  modelFolder: string;
  /** Floats a vector: `hidden_size` of the model's config.json. */
  dimension: number;
  /** Tokens the model reads, its two special tokens included: 256 for all-MiniLM-L6-v2. */
  tokensMax: number;
  threads: number;
}

export class ChunkingConfig {
  chunkTokens: number;
  overlapTokens: number;
}

export class ExtractionConfig {
  /** How long one document may take to read. */
  timeoutMs: number;
  /** Resident memory that the reading process may hold. */
  memoryBytesMax: number;
}

export class StoreConfig {
  /** The in-memory tail is sealed into a segment when it holds this many vectors. */
  sealVectors: number;
  /** From so many vectors on a segment's index is an HNSW graph. */
  hnswVectors: number;
  /** Beyond it the journal is trimmed although PostgreSQL lacks some of it, and then catches up by comparison. */
  journalBytesMax: number;
}

export class ConsistencyConfig {
  /** When both stores are compared, as five cron fields in local time; null: never by the clock. */
  checkCron: string | null;
}

export class LogConfig {
  level: 'silent' | 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace';
  /** False when standard error, where logs go, is no terminal: one JSON object a line. */
  pretty: boolean;
}

export interface Config {
  http: HttpConfig;
  data: DataConfig;
  database: DatabaseConfig;
  embedding: EmbeddingConfig;
  chunking: ChunkingConfig;
  extraction: ExtractionConfig;
  store: StoreConfig;
  consistency: ConsistencyConfig;
  log: LogConfig;
}
