import type { ReadableText } from '../../chunking/index.js';

/** Something about a document that its owner should know, though it was read. */
export interface ExtractionWarning {
  code: 'PAGES_WITHOUT_TEXT' | 'PAGES_UNREADABLE' | 'CHARACTERS_REPLACED';
  detail: string;
  /** Page numbers that it is about. */
  pages?: number[];
}

export interface ExtractedDocument {
  readable: ReadableText;
  /** What the document itself says that it is called; null when it does not say. */
  title: string | null;
  pageCount: number;
  warnings: ExtractionWarning[];
}

/** Pages (or other steps) done of all of them. */
export type OnExtracted = (done: number, total: number) => void;

/**
 * One format. Throws one of the problems in extractors.errors.ts. The bytes may be taken over and must not be used again.
 * Runs in the reading process only: no format's parser ever blocks or crashes the one that serves.
 */
export interface Extractor {
  extract(bytes: Uint8Array, onProgress: OnExtracted): ExtractedDocument | Promise<ExtractedDocument>;
}
