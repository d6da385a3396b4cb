export { Embedder } from './embedder.port.js';
export {
  EmbedderClosedError,
  EmbeddingFailedError,
  EmbeddingUnavailableError,
  EmptyTextError,
  TextTooLongError,
} from './embedding.errors.js';
export { EmbeddingModule } from './embedding.module.js';
export { checkModelFiles } from './model-files.js';
export { loadTokenizer, type Tokenizer } from './tokenizer.js';
export { WorkerEmbedder } from './worker-embedder.js';
