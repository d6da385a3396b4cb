import type { ChunkLimits } from '../../chunking/index.js';
import type { ExtractionCode } from '../extractors/index.js';
import type { ReadProgress, ReadRequest, ReadResult } from './document-reader.js';

/** To the reading process: one document. */
export interface ReadMessage extends ReadRequest {
  limits: ChunkLimits;
  /** Of the model whose tokenizer measures the chunks. */
  modelFolder: string;
}

/** From the reading process: `ready` once, then any number of `progress` and one `done` or `failed` for each document. */
export type ReadReply =
  | { kind: 'ready' }
  | { kind: 'progress'; progress: ReadProgress }
  | { kind: 'done'; result: ReadResult }
  | { kind: 'failed'; code: ExtractionCode; detail: string };
