import { DocumentNotFoundError, type StoredChunk, type VectorStore } from '../store/index.js';

/**
 * The engine's metadata as one JSON array, in pieces: a document at a time, each as it is when its turn comes. Memory holds
 * one document, however many there are.
 */
export async function* metadataJson(store: VectorStore): AsyncGenerator<string> {
  // The ids at the start: documents that come meanwhile are not waited for, so that the answer has an end.
  const ids = [...store.documents()].filter(({ chunkCount }) => chunkCount > 0).map(({ id }) => id);
  let separator = '[';
  for (const id of ids) {
    const chunks = await chunksOf(store, id);
    if (chunks.length === 0) continue;
    yield separator + chunks.map((chunk) => JSON.stringify(toRow(chunk, store.embeddingModel))).join(',\n');
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

function toRow(chunk: StoredChunk, embeddingModel: string): Record<string, unknown> {
  return {
    document_id: chunk.documentId,
    chunk_index: chunk.chunkIndex,
    text: chunk.text,
    faiss_index: chunk.vectorId,
    embedding_model: embeddingModel,
    chunk_length: chunk.text.length,
  };
}
