export type { Chunk, ChunkLimits, CountTokens, Heading, PageSpan, ReadableText } from './chunk.js';
export { chunkText } from './chunk-text.js';
export { storedEmbeddingText } from './stored-text.js';
