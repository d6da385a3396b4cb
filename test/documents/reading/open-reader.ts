import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ProcessDocumentReader, type DocumentReader, type ReadOptions, type ReadResult } from '../../../src/documents/reading/index.js';
import type { ExtractionConfig } from '../../../src/platform/index.js';

const modelFolder = join(fileURLToPath(new URL('../../../..', import.meta.url)), 'data/models/all-MiniLM-L6-v2');

export const readerSettings = {
  chunking: { chunkTokens: 200, overlapTokens: 30 },
  embedding: { model: 'all-MiniLM-L6-v2', modelFolder, dimension: 384, tokensMax: 256, threads: 1 },
};

export interface OpenReader {
  reader: DocumentReader;
  folder: string;
  /** Writes the bytes to a file and reads them. */
  read(
    bytes: Buffer | string,
    file: { mimeType?: string; filename?: string; givenTitle?: string | null },
    options?: ReadOptions,
  ): Promise<ReadResult>;
  readPdf(bytes: Buffer): Promise<ReadResult>;
  /** What a document failed with; the reading itself when it did not. */
  failureOf(bytes: Buffer | string, mimeType?: string): Promise<unknown>;
  /** Names of what the reader keeps in its temporary folder. */
  temporaryFiles(): string[];
  close(): Promise<void>;
}

/** The real reader, with its process, over a folder of its own. */
export function openReader(limits: Partial<ExtractionConfig> = {}): OpenReader {
  const folder = mkdtempSync(join(tmpdir(), 'hvs-reading-'));
  const extraction = { timeoutMs: 60_000, memoryBytesMax: 1024 * 1024 * 1024, ...limits };
  const reader = new ProcessDocumentReader({ dataDir: folder }, extraction, readerSettings.chunking, readerSettings.embedding);
  let files = 0;
  const read: OpenReader['read'] = (bytes, { mimeType = 'application/pdf', filename = 'file.pdf', givenTitle = null }, options) => {
    const path = join(folder, `original-${++files}`);
    writeFileSync(path, bytes);
    return reader.read({ path, mimeType, filename, givenTitle }, options);
  };
  const temporary = join(folder, 'tmp');
  return {
    reader,
    folder,
    read,
    readPdf: (bytes) => read(bytes, {}),
    failureOf: (bytes, mimeType) => read(bytes, { mimeType }).catch((error: unknown) => error),
    temporaryFiles: () => (existsSync(temporary) ? readdirSync(temporary) : []),
    close: async () => {
      await reader.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
