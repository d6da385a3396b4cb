import { Module } from '@nestjs/common';
import { EmbeddingTexts } from '../../src/documents/ingestion/embedding-texts.js';
import { transferControllers, transferProviders } from '../../src/documents/transfer/index.js';
import { Embedder } from '../../src/embedding/index.js';
import { VectorStore } from '../../src/store/index.js';
import { startHttp, type RunningApplication } from './application.js';
import { SteeredEmbedder } from './steered-ingestion.js';
import { DIMENSION, openStore, type StoreFixtureOptions } from './store-fixture.js';
import { makeTemporaryFolder } from './temporary-folder.js';

export interface TransferApplication extends RunningApplication {
  store: VectorStore;
  embedder: SteeredEmbedder;
}

/** Import and export over real HTTP and a real store of small vectors, without a model and a database. */
export async function startTransfer(options: StoreFixtureOptions = {}): Promise<TransferApplication> {
  const folder = makeTemporaryFolder();
  const store = await openStore(folder.path, options);
  const embedder = new SteeredEmbedder(DIMENSION);
  class TransferModule {}
  Module({
    controllers: transferControllers,
    providers: [{ provide: VectorStore, useValue: store }, { provide: Embedder, useValue: embedder }, EmbeddingTexts, ...transferProviders],
  })(TransferModule);
  const running = await startHttp(TransferModule);
  const stop = async (): Promise<void> => {
    await running.stop();
    await store.close();
    folder.remove();
  };
  return { ...running, store, embedder, stop };
}

export type AnswerLine = Record<string, unknown> & {
  line?: number;
  document_id?: number;
  status?: string;
  error?: { code: string; detail: string; status: number };
};

export interface ImportAnswer {
  status: number;
  type: string | null;
  /** In the order of their lines, since answers come as documents become durable. */
  lines: AnswerLine[];
  sum: Record<string, number>;
}

/** Sends a body and takes the whole answer; one that is no NDJSON is its only line. */
export async function postImport(
  url: string,
  body: string | Buffer,
  headers: Record<string, string> = { 'Content-Type': 'application/x-ndjson' },
): Promise<ImportAnswer> {
  const response = await fetch(`${url}/import`, { method: 'POST', headers, body: typeof body === 'string' ? body : new Uint8Array(body) });
  const text = await response.text();
  const lines = text.split('\n').filter((line) => line !== '');
  const answers = lines.map((line) => JSON.parse(line) as AnswerLine);
  const sum = answers.at(-1) as Record<string, number>;
  return {
    status: response.status,
    type: response.headers.get('content-type'),
    lines: answers.filter(({ line }) => line !== undefined).sort((a, b) => (a.line as number) - (b.line as number)),
    sum,
  };
}

/** Documents, one a line. */
export const ndjson = (...documents: object[]): string => documents.map((document) => `${JSON.stringify(document)}\n`).join('');

/** As an export writes vectors. */
export const base64Of = (vector: Float32Array): string =>
  Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength).toString('base64');

export async function getExport(url: string, query = ''): Promise<{ status: number; text: string; lines: Record<string, unknown>[] }> {
  const response = await fetch(`${url}/export${query}`);
  const text = await response.text();
  return {
    status: response.status,
    text,
    lines: text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Record<string, unknown>),
  };
}
