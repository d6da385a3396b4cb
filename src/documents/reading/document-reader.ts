import type { Chunk, ReadableText } from '../../chunking/index.js';
import type { DocumentWarning } from '../../store/index.js';

export interface ReadRequest {
  /** Absolute; of the original's bytes. */
  path: string;
  /** As `detectType` gave it. */
  mimeType: string;
  filename: string;
  /** The title that a person gave; it is taken before what the document says of itself. */
  givenTitle: string | null;
}

export interface ReadProgress {
  stage: 'extracting' | 'chunking';
  /** Pages, or other steps, of `total`. */
  done: number;
  total: number;
}

export interface ReadOptions {
  /** Aborting calls the reading off at once, whatever the parser is doing; the promise rejects with the signal's reason. */
  signal?: AbortSignal;
  /** A few times a second at most. */
  onProgress?: (progress: ReadProgress) => void;
}

export interface ReadResult {
  /** One line of 1 to 500 characters: the given title, else the document's own, else the file's name without its extension. */
  title: string;
  readable: ReadableText;
  /** At least one. */
  chunks: Chunk[];
  pageCount: number;
  charCount: number;
  warnings: DocumentWarning[];
}

/**
 * Reads a document: its text, pages, headings, title and chunks. Rejects with an ExtractionError (PDF_PASSWORD_REQUIRED,
 * PDF_DAMAGED, NO_TEXT_FOUND, EXTRACTION_TIMEOUT, EXTRACTION_MEMORY, EXTRACTION_CRASHED, ORIGINAL_UNREADABLE); no document takes
 * the caller's process down, blocks it, or harms the reading of the next one.
 */
export abstract class DocumentReader {
  /** One after the other, in the order of the calls. */
  abstract read(request: ReadRequest, options?: ReadOptions): Promise<ReadResult>;
  /** Calls off what is being read or waits, and ends the reading process. */
  abstract close(): Promise<void>;
}
