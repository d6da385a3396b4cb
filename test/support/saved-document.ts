import { createHash } from 'node:crypto';
import type { Embedder } from '../../src/embedding/index.js';
import type { AcceptRequest, StoredDocument, VectorStore } from '../../src/store/index.js';

/** A passage that begins where the one before it ends; its page is its position, from 1. */
type Passages = readonly string[];

/** What the ingestion does with a text of these passages, one a page: accepts it, embeds them, saves them. */
export async function saveDocument(
  store: VectorStore,
  embedder: Embedder,
  title: string,
  passages: Passages,
  change: Partial<AcceptRequest> = {},
): Promise<StoredDocument> {
  const vectors = new Float32Array(passages.length * store.dimension);
  for (const [at, passage] of passages.entries()) vectors.set(await embedder.embedText(passage), at * store.dimension);
  return saveVectors(store, title, passages, vectors, change);
}

/** The same with vectors that are given: passages.length × dimension floats. */
export async function saveVectors(
  store: VectorStore,
  title: string,
  passages: Passages,
  vectors: Float32Array,
  change: Partial<AcceptRequest> = {},
): Promise<StoredDocument> {
  const { document } = await store.acceptDocument({
    ownerId: null,
    title,
    titleGiven: true,
    filename: `${title}.txt`,
    mimeType: 'text/plain',
    sizeBytes: passages.join('').length,
    sha256: createHash('sha256')
      .update(`${title}\n${passages.join('')}`)
      .digest('hex'),
    metadata: {},
    ...change,
  });
  let at = 0;
  return store.saveDocument({
    documentId: document.id,
    generation: document.generation,
    title,
    pageCount: passages.length,
    charCount: passages.join('').length,
    warnings: [],
    chunks: passages.map((text, index) => ({
      text,
      pageStart: index + 1,
      pageEnd: index + 1,
      charStart: at,
      charEnd: (at += text.length),
      headingPath: [],
    })),
    vectors,
  });
}
