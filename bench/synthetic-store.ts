import { createHash } from 'node:crypto';
import type { VectorStore } from '../src/store/index.js';
import { withStore } from './open-store.js';

/** As many as a manual of ten pages has. */
export const chunksPerDocument = 20;
/** Saves under way at once: they share the journal's fdatasync. */
const savesAtOnce = 16;
/** About what a chunk of 200 tokens has. */
const chunkChars = 900;
/** Of text and vector together, for 384 floats. */
export const bytesPerChunk = chunkChars + 384 * 4;

/** Fills an empty data folder with documents of random unit vectors, through the store's own writes. */
export function fillStore(dataDir: string, vectorCount: number): Promise<void> {
  return withStore(dataDir, async (store) => {
    let next = 0;
    const documents = Math.ceil(vectorCount / chunksPerDocument);
    const saveRest = async (): Promise<void> => {
      while (next < documents) {
        const number = next++;
        await saveDocument(store, number, Math.min(chunksPerDocument, vectorCount - number * chunksPerDocument));
      }
    };
    await Promise.all(Array.from({ length: savesAtOnce }, saveRest));
  });
}

async function saveDocument(store: VectorStore, number: number, chunkCount: number): Promise<void> {
  const title = `Synthetic manual ${number}`;
  const { document } = await store.acceptDocument({
    ownerId: null,
    title,
    titleGiven: true,
    filename: `${number}.txt`,
    mimeType: 'text/plain',
    sizeBytes: chunkCount * chunkChars,
    sha256: createHash('sha256').update(title).digest('hex'),
    metadata: {},
  });
  await store.saveDocument({
    documentId: document.id,
    generation: document.generation,
    title,
    pageCount: 1,
    charCount: chunkCount * chunkChars,
    warnings: [],
    chunks: Array.from({ length: chunkCount }, (_, index) => ({
      text: `Section ${index} of manual ${number}. `.repeat(40).slice(0, chunkChars),
      pageStart: 1,
      pageEnd: 1,
      charStart: index * chunkChars,
      charEnd: (index + 1) * chunkChars,
      headingPath: [],
    })),
    vectors: randomUnitVectors(chunkCount, store.dimension, number),
  });
}

/** The same numbers for the same seed. */
function randomUnitVectors(count: number, dimension: number, seed: number): Float32Array {
  const random = randomFrom(seed);
  const vectors = new Float32Array(count * dimension);
  for (let row = 0; row < count; row++) {
    const vector = vectors.subarray(row * dimension, (row + 1) * dimension);
    let squares = 0;
    for (let at = 0; at < dimension; at++) {
      vector[at] = random() - 0.5;
      squares += vector[at] ** 2;
    }
    const length = Math.sqrt(squares);
    for (let at = 0; at < dimension; at++) vector[at] /= length;
  }
  return vectors;
}

/** A multiplicative congruential generator (Lehmer's, modulus 2³¹ − 1): good enough to scatter vectors, and repeatable. */
function randomFrom(seed: number): () => number {
  let state = (seed % 2147483646) + 1;
  return () => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
}
