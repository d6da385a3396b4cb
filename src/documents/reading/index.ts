import type { Provider } from '@nestjs/common';
import { DocumentReader } from './document-reader.js';
import { ProcessDocumentReader } from './process-document-reader.js';

export { DocumentReader, type ReadOptions, type ReadProgress, type ReadRequest, type ReadResult } from './document-reader.js';
export { ProcessDocumentReader } from './process-document-reader.js';
export { ReaderClosedError } from './reading-failures.js';

/** For the documents module; they need DataConfig, ExtractionConfig, ChunkingConfig and EmbeddingConfig. */
export const readingProviders: Provider[] = [{ provide: DocumentReader, useClass: ProcessDocumentReader }];
