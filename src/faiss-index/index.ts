export { FaissIndex, type IndexHandle, type SearchPart, type SearchResult } from './faiss-index.port.js';
export { FaissIndexModule } from './faiss-index.module.js';
export { WorkerFaissIndex } from './worker-faiss-index.js';
export * from './faiss-index.errors.js';
