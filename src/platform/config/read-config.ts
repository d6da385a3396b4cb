import { resolve } from 'node:path';
import { StopError } from '../errors/problem.js';
import { isLoopback } from '../http/loopback.js';
import { parseApiKeys } from './api-keys.js';
import type { ChunkingConfig, Config, DatabaseConfig, HttpConfig } from './config.js';
import { readCron } from './cron-setting.js';
import { readEmbeddingModel, SPECIAL_TOKENS } from './embedding-model.js';
import { Settings, wrongSetting } from './settings.js';

const MEBIBYTE = 1024 * 1024;
const GIBIBYTE = 1024 * MEBIBYTE;
/** Kept free beside every chunk for the title and the headings that it stands under. */
const TITLE_TOKENS = 24;

/** All settings, checked. Throws StopError: one line that names the variable, its value and what is allowed. */
export function readConfig(environment: NodeJS.ProcessEnv): Config {
  const settings = new Settings(environment);
  const embedding = readEmbeddingModel(settings.text('EMBEDDING_MODEL', 'all-MiniLM-L6-v2'));
  return {
    http: readHttp(settings),
    data: { dataDir: resolve(settings.text('DATA_DIR', './data')) },
    database: readDatabase(settings),
    embedding: {
      ...embedding,
      threads: settings.integer('EMBEDDING_THREADS', { min: 1, max: 64, fallback: 1 }),
    },
    chunking: readChunking(settings, embedding),
    extraction: {
      timeoutMs: 1000 * settings.integer('EXTRACTION_TIMEOUT_SECONDS', { min: 1, max: 3600, fallback: 60 }),
      memoryBytesMax: settings.integer('EXTRACTION_MEMORY_BYTES_MAX', { min: 256 * MEBIBYTE, max: 1024 * GIBIBYTE, fallback: GIBIBYTE }),
    },
    store: {
      sealVectors: settings.integer('SEGMENT_VECTORS', { min: 1, max: 1_000_000, fallback: 8192 }),
      hnswVectors: settings.integer('HNSW_VECTORS', { min: 1, max: 2_000_000_000, fallback: 20_000 }),
      journalBytesMax: settings.integer('JOURNAL_BYTES_MAX', { min: 1, max: 1024 * GIBIBYTE, fallback: 8 * GIBIBYTE }),
    },
    consistency: { checkCron: readCron(settings, 'CONSISTENCY_CHECK_CRON', '0 3 * * *') },
    log: {
      level: settings.oneOf('LOG_LEVEL', ['silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace'], 'info'),
      pretty: process.stderr.isTTY === true,
    },
  };
}

function readHttp(settings: Settings): HttpConfig {
  const host = settings.text('HOST', '127.0.0.1');
  if (!/^[A-Za-z0-9._:%-]{1,253}$/.test(host)) throw wrongSetting('HOST', host, 'a host name or an IP address, without port or brackets');
  const apiKeys = parseApiKeys(settings.text('API_KEYS', ''));
  if (apiKeys.length === 0 && !isLoopback(host)) {
    throw new StopError(
      `HOST=${host} without API_KEYS is not allowed: everybody in the network could read and delete. Set API_KEYS=name:key, or a loopback HOST such as 127.0.0.1.`,
    );
  }
  return {
    port: settings.integer('PORT', { min: 0, max: 65_535, fallback: 3000 }),
    host,
    apiKeys,
    uploadBytesMax: settings.integer('UPLOAD_BYTES_MAX', { min: 1, max: 16 * GIBIBYTE, fallback: 100 * MEBIBYTE }),
  };
}

function readDatabase(settings: Settings): DatabaseConfig {
  const text = settings.text('DATABASE_URL', '');
  if (text === '') return { databaseUrl: null };
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !['postgres:', 'postgresql:'].includes(url.protocol)) {
    throw wrongSetting('DATABASE_URL', maskPassword(text), 'empty, or postgres://user:password@host:port/database');
  }
  return { databaseUrl: text };
}

/** Whatever may be a password is starred, also in what is no URL. */
function maskPassword(text: string): string {
  const masked = text.replace(/^([^:/@]*:\/\/)?[^/]*@/, '$1****@').replace(/(password=)[^&\s]*/gi, '$1****');
  return masked === text && !/^[\w.+-]+:\/\/[\w.-]*(:\d+)?(\/|$)/.test(text) ? '****' : masked;
}

function readChunking(settings: Settings, embedding: { model: string; tokensMax: number }): ChunkingConfig {
  const chunkTokensMax = embedding.tokensMax - SPECIAL_TOKENS - TITLE_TOKENS;
  const chunkTokens = settings.integer('CHUNK_TOKENS', { min: 16, max: 65_536, fallback: Math.min(200, chunkTokensMax) });
  if (chunkTokens > chunkTokensMax) {
    throw new StopError(
      `CHUNK_TOKENS=${chunkTokens} and EMBEDDING_MODEL=${embedding.model} clash: the model reads ${embedding.tokensMax} tokens, ${SPECIAL_TOKENS} of them its own and ${TITLE_TOKENS} kept for title and headings, so a chunk may have 16 to ${chunkTokensMax}.`,
    );
  }
  const overlapTokens = settings.integer('CHUNK_OVERLAP_TOKENS', {
    min: 0,
    max: 65_536,
    fallback: Math.min(30, Math.floor(chunkTokens / 2)),
  });
  if (overlapTokens > chunkTokens / 2) {
    throw new StopError(
      `CHUNK_OVERLAP_TOKENS=${overlapTokens} and CHUNK_TOKENS=${chunkTokens} clash: the overlap may be at most half of a chunk, here ${Math.floor(chunkTokens / 2)}.`,
    );
  }
  return { chunkTokens, overlapTokens };
}
