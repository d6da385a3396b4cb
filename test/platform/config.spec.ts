import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { projectRoot, readConfig, readEnvironment, StopError } from '../../src/platform/index.js';
import { makeTemporaryFolder } from '../support/temporary-folder.js';

const MEBIBYTE = 1024 * 1024;

function refusal(environment: NodeJS.ProcessEnv): string {
  try {
    readConfig(environment);
  } catch (error) {
    expect(error).toBeInstanceOf(StopError);
    expect((error as Error).message).not.toContain('\n');
    return (error as Error).message;
  }
  throw new Error(`accepted ${JSON.stringify(environment)}`);
}

describe('the configuration', () => {
  it('has a default for everything', () => {
    const config = readConfig({});
    expect(config).toMatchObject({
      http: { port: 3000, host: '127.0.0.1', apiKeys: [], uploadBytesMax: 100 * MEBIBYTE },
      data: { dataDir: join(process.cwd(), 'data') },
      database: { databaseUrl: null },
      embedding: {
        model: 'all-MiniLM-L6-v2',
        modelFolder: join(projectRoot, 'data/models/all-MiniLM-L6-v2'),
        dimension: 384,
        tokensMax: 256,
      },
      chunking: { chunkTokens: 200, overlapTokens: 30 },
      extraction: { timeoutMs: 60_000, memoryBytesMax: 1024 * MEBIBYTE },
      store: { sealVectors: 8192 },
      log: { level: 'info' },
    });
    expect(config.embedding.threads).toBeGreaterThanOrEqual(1);
    expect(config.embedding.threads).toBeLessThanOrEqual(4);
  });

  it('takes each setting from its variable, and an empty one for one that is not set', () => {
    const config = readConfig({
      PORT: '0',
      HOST: '0.0.0.0',
      API_KEYS: 'a:0123456789abcdef, b:0123456789abcdeg',
      DATA_DIR: '/var/lib/store',
      DATABASE_URL: 'postgres://app:secret@db:5432/store',
      EMBEDDING_THREADS: '2',
      CHUNK_TOKENS: '100',
      CHUNK_OVERLAP_TOKENS: '0',
      UPLOAD_BYTES_MAX: '1',
      EXTRACTION_TIMEOUT_SECONDS: '5',
      EXTRACTION_MEMORY_BYTES_MAX: '',
      SEGMENT_VECTORS: ' 10 ',
      LOG_LEVEL: 'debug',
    });
    expect(config).toMatchObject({
      http: { port: 0, host: '0.0.0.0', uploadBytesMax: 1, apiKeys: [{ name: 'a', key: '0123456789abcdef' }, { name: 'b' }] },
      data: { dataDir: '/var/lib/store' },
      database: { databaseUrl: 'postgres://app:secret@db:5432/store' },
      embedding: { threads: 2 },
      chunking: { chunkTokens: 100, overlapTokens: 0 },
      extraction: { timeoutMs: 5000, memoryBytesMax: 1024 * MEBIBYTE },
      store: { sealVectors: 10 },
      log: { level: 'debug' },
    });
  });

  it.each(['3e3', '12abc', '-1', '+1', '1.0', '0x10', '65536', '99999999999999999999', '1 2', '١'])(
    'refuses PORT=%s in one line',
    (value) => {
      expect(refusal({ PORT: value })).toBe(`PORT=${value} is not allowed: it must be a whole number from 0 to 65535.`);
    },
  );

  it.each([
    ['LOG_LEVEL', 'loud', 'one of silent, fatal, error, warn, info, debug, trace'],
    ['EMBEDDING_MODEL', 'no-such-model', 'all-MiniLM-L6-v2'],
    ['EMBEDDING_MODEL', '../models/all-MiniLM-L6-v2', 'all-MiniLM-L6-v2'],
    ['EMBEDDING_THREADS', '0', 'from 1 to 64'],
    ['UPLOAD_BYTES_MAX', '100MB', 'a whole number'],
    ['SEGMENT_VECTORS', '0', 'from 1 to'],
    ['EXTRACTION_TIMEOUT_SECONDS', '0', 'from 1 to 3600'],
    ['EXTRACTION_MEMORY_BYTES_MAX', '1000', 'from 268435456'],
    ['HOST', 'http://x', 'a host name'],
    ['DATABASE_URL', 'mysql://db/store', 'postgres://'],
  ])('refuses %s=%s and says what is allowed', (name, value, allowed) => {
    const line = refusal({ [name]: value });
    expect(line).toContain(`${name}=${value}`);
    expect(line).toContain(allowed);
  });

  it.each([
    [{ CHUNK_TOKENS: '300' }, ['CHUNK_TOKENS=300', 'EMBEDDING_MODEL=all-MiniLM-L6-v2', '230']],
    [{ CHUNK_TOKENS: '50', CHUNK_OVERLAP_TOKENS: '30' }, ['CHUNK_OVERLAP_TOKENS=30', 'CHUNK_TOKENS=50', '25']],
    [{ HOST: '0.0.0.0' }, ['HOST=0.0.0.0', 'API_KEYS']],
    [{ HOST: '::' }, ['HOST=::', 'API_KEYS']],
  ])('names both of two that clash: %j', (environment, parts) => {
    const line = refusal(environment);
    for (const part of parts) expect(line).toContain(part);
  });

  it.each(['127.0.0.1', '127.8.8.8', 'localhost', '::1'])('takes the loopback HOST=%s without keys', (host) => {
    expect(readConfig({ HOST: host }).http.host).toBe(host);
  });

  it.each([
    'mysql://app:s3cret@db/store',
    'app:s3cret@db/store',
    's3cret',
    'mysql://db/store?password=s3cret',
    'mysql://app:s3c/s3cret@db/x',
    'host=db password=s3cret',
  ])('does not show the password of DATABASE_URL=%s', (value) => {
    const line = refusal({ DATABASE_URL: value });
    expect(line).toContain('DATABASE_URL=');
    expect(line).not.toContain('s3cret');
  });

  it.each([
    ['a:0123456789abcdef:sales', 'cannot do yet'],
    ['a:0123456789abcdef:sales:read', 'cannot do yet'],
    ['a:0123456789abcdef,a:0123456789abcdeg', 'same name'],
    ['a:0123456789abcdef,b:0123456789abcdef', 'same key'],
    ['a:0123456789', 'too short'],
    ['a:0123456789 abcdef', 'too short or holds blanks'],
    ['0123456789abcdef', 'no key'],
    ['0123456789abcdef%,b:0123456789abcdeg', 'wrong name'],
    [':0123456789abcdef', 'wrong name'],
    ['a:0123456789abcdef,', 'wrong name'],
  ])('refuses API_KEYS=%s without showing a key', (value, reason) => {
    const line = refusal({ API_KEYS: value });
    expect(line).toContain('API_KEYS');
    expect(line).toContain(reason);
    expect(line).not.toContain('0123456789');
  });
});

describe('the .env file', () => {
  it('gives what the process does not say itself', () => {
    const folder = makeTemporaryFolder();
    try {
      writeFileSync(join(folder.path, '.env'), '# settings\nHVS_TEST_ONE="from the file"\nHVS_TEST_TWO=from the file\n');
      process.env.HVS_TEST_TWO = 'from the process';
      expect(readEnvironment(folder.path)).toMatchObject({ HVS_TEST_ONE: 'from the file', HVS_TEST_TWO: 'from the process' });
      expect(process.env.HVS_TEST_ONE).toBeUndefined();
    } finally {
      delete process.env.HVS_TEST_TWO;
      folder.remove();
    }
  });

  it('need not be there', () => {
    const folder = makeTemporaryFolder();
    try {
      expect(readEnvironment(folder.path)).toEqual(process.env);
    } finally {
      folder.remove();
    }
  });

  it('has an example that lists every setting with its default', () => {
    const asked = new Set<string>();
    const recorder = new Proxy({}, { get: (_target, name) => void asked.add(String(name)) });
    readConfig(recorder);
    const text = readFileSync(join(projectRoot, '.env.example'), 'utf8');
    const example = parseEnv(text) as NodeJS.ProcessEnv;
    expect(Object.keys(example).sort()).toEqual([...asked].sort());
    expect(readConfig(example)).toEqual(readConfig({}));
    // each block of settings is led by a comment
    for (const block of text.trim().split('\n\n')) expect(block).toMatch(/^#/);
  });
});
