import { DocumentNotFoundError, type StoredChunk, type VectorStore } from '../store/index.js';
import type { MetadataEntry } from '../sync/index.js';

/**
 * The engine's metadata, a document at a time, each as it is when its turn comes: memory holds one document, however many
 * there are. Documents that come meanwhile are left out, so that there is an end.
 */
async function* engineMetadata(store: VectorStore): AsyncGenerator<MetadataEntry[]> {
  const ids = [...store.documents()].filter(({ chunkCount }) => chunkCount > 0).map(({ id }) => id);
  for (const id of ids) {
    const chunks = await chunksOf(store, id);
    if (chunks.length > 0) yield chunks.map((chunk) => toEntry(chunk, store.embeddingModel));
  }
}

/** The same as one JSON array, in pieces. */
export async function* metadataJson(store: VectorStore): AsyncGenerator<string> {
  let separator = '[';
  for await (const entries of engineMetadata(store)) {
    yield separator + entries.map((entry) => JSON.stringify(entry)).join(',\n');
    separator = ',\n';
  }
  yield separator === '[' ? '[]\n' : ']\n';
}

async function chunksOf(store: VectorStore, documentId: number): Promise<StoredChunk[]> {
  try {
    return await store.readChunks(documentId);
  } catch (error) {
    if (error instanceof DocumentNotFoundError) return [];
    throw error;
  }
}

function toEntry(chunk: StoredChunk, embeddingModel: string): MetadataEntry {
  return {
    document_id: chunk.documentId,
    chunk_index: chunk.chunkIndex,
    text: chunk.text,
    faiss_index: chunk.vectorId,
    embedding_model: embeddingModel,
    chunk_length: chunk.text.length,
  };
}
