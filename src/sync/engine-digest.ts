import { setImmediate as otherWork } from 'node:timers/promises';
import { DocumentNotFoundError, type StoredContents, type VectorStore } from '../store/index.js';
import { chunkDigest, documentDigest, type ChunkRow } from '../vector-metadata/index.js';

/** What the engine holds of a document, in little. */
export interface EngineDigest {
  row: bigint;
  chunkCount: number;
  chunkSum: bigint;
}

/** Reads under way at once: each waits for files. */
const READS_AT_ONCE = 4;
/** After so many chunks, about half a millisecond, others have their turn. */
const CHUNKS_PER_TURN = 64;

/** Digests of those documents that the engine holds. */
export async function engineDigests(store: VectorStore, documentIds: Iterable<number>): Promise<Map<number, EngineDigest>> {
  const digests = new Map<number, EngineDigest>();
  const ids = documentIds[Symbol.iterator]();
  const digestRest = async (): Promise<void> => {
    for (let next = ids.next(); !next.done; next = ids.next()) {
      const contents = await findContents(store, next.value);
      if (contents) digests.set(next.value, await digestOfContents(contents, store.embeddingModel));
    }
  };
  await Promise.all(Array.from({ length: READS_AT_ONCE }, digestRest));
  return digests;
}

/** Undefined when the engine has no such document (any more). */
export async function findContents(store: VectorStore, documentId: number): Promise<StoredContents | undefined> {
  if (!store.findDocument(documentId)) return undefined;
  return store.readContents(documentId).catch((error: unknown) => {
    if (error instanceof DocumentNotFoundError) return undefined;
    throw error;
  });
}

/** The digest that each chunk's row should have, in chunk order. */
export async function chunkDigests({ chunks, vectors }: StoredContents, embeddingModel: string): Promise<bigint[]> {
  const dimension = vectors.length / Math.max(1, chunks.length);
  const digests: bigint[] = [];
  for (const [place, chunk] of chunks.entries()) {
    if (place % CHUNKS_PER_TURN === CHUNKS_PER_TURN - 1) await otherWork();
    const row: ChunkRow = { ...chunk, embeddingModel };
    digests.push(chunkDigest(row, vectors.subarray(place * dimension, (place + 1) * dimension)));
  }
  return digests;
}

async function digestOfContents(contents: StoredContents, embeddingModel: string): Promise<EngineDigest> {
  const digests = await chunkDigests(contents, embeddingModel);
  return {
    row: documentDigest(contents.document),
    chunkCount: digests.length,
    chunkSum: digests.reduce((sum, digest) => sum + digest, 0n),
  };
}
