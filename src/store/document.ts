export type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue };
export type JsonObject = { [key: string]: JsonValue };

/** What is journalled. `processing` is a queued document that is in work; only the ingestion knows that. */
export type StoredStatus = 'queued' | 'indexed' | 'failed' | 'unindexed';

/** Something about a document that its owner should know, though it was read. */
export interface DocumentWarning {
  code: string;
  detail: string;
  /** Page numbers that it is about. */
  pages?: number[];
}

/** A document as the store holds it, in memory and in its journal. Never mutated: a change makes a new object. */
export interface StoredDocument {
  readonly id: number;
  readonly ownerId: string | null;
  readonly title: string;
  /** True when a person gave the title; a title taken from the file gives way to what a later reading finds. */
  readonly titleGiven: boolean;
  readonly filename: string;
  readonly mimeType: string;
  readonly sizeBytes: number;
  /** Of the original's bytes, lower-case hex; its name in `files/`. */
  readonly sha256: string;
  readonly metadata: JsonObject;
  readonly status: StoredStatus;
  readonly error: { readonly code: string; readonly detail: string } | null;
  readonly pageCount: number | null;
  readonly charCount: number | null;
  readonly chunkCount: number;
  readonly warnings: readonly DocumentWarning[];
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly indexedAt: string | null;
  /**
   * Sequence number of the record that last queued the document or took its vectors away. A save or failure that began
   * from another generation is refused with SaveRefusedError: it read what no longer counts.
   */
  readonly generation: number;
  /** Generation whose extracted text (`files/`) the chunks' spans point into; null while there is none. */
  readonly textGeneration: number | null;
}

/** A stored chunk. Offsets as in chunking: UTF-16 code units into the document's extracted text, ends exclusive. */
export interface StoredChunk {
  /** The vector's own id (`faiss_index`, and the row's id in PostgreSQL); never reused. */
  readonly vectorId: number;
  readonly documentId: number;
  readonly chunkIndex: number;
  readonly text: string;
  readonly pageStart: number;
  readonly pageEnd: number;
  readonly charStart: number;
  readonly charEnd: number;
  /** Titles of the headings that it stands under, outermost first: with title and text they are what was embedded. */
  readonly headingPath: readonly string[];
  readonly createdAt: string;
}

/** A document whole, as an export, a rebuild or a repair takes it: all of one moment. */
export interface StoredContents {
  readonly document: StoredDocument;
  /** In chunk order. */
  readonly chunks: readonly StoredChunk[];
  /** chunks.length × dimension floats of unit-length vectors, in the chunks' order. */
  readonly vectors: Float32Array;
}
