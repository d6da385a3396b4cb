export type { Chunk, ChunkLimits, CountTokens, Heading, PageSpan, ReadableText } from './chunk.js';
export { chunkText } from './chunk-text.js';
export { embeddingTextOf, sameTitle } from './embedding-text.js';
export { sectionsOf, type Section } from './sections.js';
export { storedEmbeddingText } from './stored-text.js';
