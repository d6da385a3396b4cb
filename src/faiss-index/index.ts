export { FaissIndex, type IndexHandle, type IndexKind, type SearchPart, type SearchResult } from './faiss-index.port.js';
export { IndexBuilder, type BuiltIndex, type IndexJob, type IndexSource } from './index-builder.port.js';
export { flatIndexBytes, flatIndexHeader } from './flat-format.js';
export { FaissIndexModule } from './faiss-index.module.js';
export { ProcessIndexBuilder } from './process-index-builder.js';
export { WorkerFaissIndex } from './worker-faiss-index.js';
export * from './faiss-index.errors.js';
