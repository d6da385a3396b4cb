export { FaissIndex, type IndexHandle, type SearchPart, type SearchResult } from './faiss-index.port.js';
