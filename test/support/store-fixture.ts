import { createHash } from 'node:crypto';
import type { Disk, EventBus } from '../../src/platform/index.js';
import type { FaissIndex, IndexBuilder } from '../../src/faiss-index/index.js';
import { openVectorStore, type AcceptRequest, type SaveRequest, type StoredDocument, type VectorStore } from '../../src/store/index.js';
import { ScanningFaissIndex } from './scanning-faiss-index.js';

export const DIMENSION = 4;

export interface StoreFixtureOptions {
  sealVectors?: number;
  disk?: Disk;
  events?: EventBus;
  faiss?: FaissIndex;
  builder?: IndexBuilder;
  hnswVectors?: number;
  journalBytesMax?: number;
  embeddingModel?: string;
  onFatal?: (error: Error) => void;
}

export const openStore = (dataDir: string, options: StoreFixtureOptions = {}): Promise<VectorStore> =>
  openVectorStore({ faiss: new ScanningFaissIndex(), dataDir, dimension: DIMENSION, embeddingModel: 'test-model', ...options });

/** A document's upload; the same name, the same bytes. */
export const upload = (name: string, ownerId: string | null = null): AcceptRequest => ({
  ownerId,
  title: name,
  titleGiven: false,
  filename: `${name}.txt`,
  mimeType: 'text/plain',
  sizeBytes: name.length,
  sha256: createHash('sha256').update(name).digest('hex'),
  metadata: {},
});

/** A unit vector that only depends on the seed. */
export function vectorOf(seed: number): Float32Array {
  const values = Float32Array.from({ length: DIMENSION }, (_, n) => Math.sin(seed * 12.9898 + n * 78.233));
  const length = Math.hypot(...values);
  return values.map((value) => value / length);
}

/** What an ingestion would save: `texts.length` chunks, their vectors from their texts' seeds. */
export function reading(document: StoredDocument, texts: string[], seed = document.id * 100): SaveRequest {
  const vectors = new Float32Array(texts.length * DIMENSION);
  texts.forEach((_, n) => vectors.set(vectorOf(seed + n), n * DIMENSION));
  let at = 0;
  const chunks = texts.map((text) => ({ text, pageStart: 1, pageEnd: 1, charStart: at, charEnd: (at += text.length), headingPath: [] }));
  const { id: documentId, generation, title } = document;
  return { documentId, generation, title, pageCount: 1, charCount: at, warnings: [], chunks, vectors };
}

/** Uploads and saves a document of some chunks. */
export async function addDocument(
  store: VectorStore,
  name: string,
  texts: string[],
  ownerId: string | null = null,
): Promise<StoredDocument> {
  const { document } = await store.acceptDocument(upload(name, ownerId));
  return store.saveDocument(reading(document, texts));
}

/** Everything that a reader could see of a store, in a form that compares. */
export async function contentOf(store: VectorStore): Promise<unknown> {
  const documents = [...store.documents()];
  const chunks = await Promise.all(documents.map(({ id }) => store.readChunks(id)));
  const found = await store.search({ vector: vectorOf(1), topK: 100 });
  return {
    documents: documents.map((document, n) => ({ document, chunks: chunks[n] })),
    queued: store.queuedDocuments().map(({ id }) => id),
    found: found.map(({ chunk, score }) => ({ id: chunk.vectorId, text: chunk.text, score })).sort((a, b) => a.id - b.id),
    lastSequence: store.lastSequence,
  };
}

/** Waits for a seal that is under way to come to its end, or to be given up. */
export async function sealingDone(store: VectorStore): Promise<void> {
  for (let n = 0; n < 100 && store.statistics().segments.filter(({ kind }) => kind === 'tail').length > 1; n++)
    await new Promise((resolve) => setTimeout(resolve, 1));
}
