import type { DocumentWarning, JsonObject, StoredChunk, StoredContents, StoredDocument } from './document.js';
import type { JournalRecord } from './journal-record.js';
import type { ReadContents } from './rebuild-sources.js';

export interface AcceptRequest {
  ownerId: string | null;
  title: string;
  titleGiven: boolean;
  filename: string;
  mimeType: string;
  sizeBytes: number;
  /** The original is in `files/` under this name, fsynced, before the call. */
  sha256: string;
  metadata: JsonObject;
}

export interface AcceptResult {
  document: StoredDocument;
  /**
   * `accepted`: new. `requeued`: the same bytes of that owner were there, failed or unindexed, and are queued again.
   * `duplicate`: they are there, queued or indexed; nothing was written.
   */
  outcome: 'accepted' | 'requeued' | 'duplicate';
}

/** A chunk that has no id yet; `chunkIndex` is its position. */
export type ChunkToSave = Pick<StoredChunk, 'text' | 'pageStart' | 'pageEnd' | 'charStart' | 'charEnd' | 'headingPath'>;

export interface SaveRequest {
  documentId: number;
  /** The document's generation when the work began. */
  generation: number;
  /** Title found in the file; takes effect unless the document's title was given by a person. */
  title: string;
  pageCount: number;
  charCount: number;
  warnings: DocumentWarning[];
  /** In order; at least one. */
  chunks: ChunkToSave[];
  /** chunks.length × dimension floats, unit length. */
  vectors: Float32Array;
}

/** A document that comes with its chunks and vectors, and without an original. */
export interface ImportRequest {
  ownerId: string | null;
  title: string;
  filename: string;
  mimeType: string;
  /** Lower-case hex: of the original that it once was, or of its text. A document of that owner that has it already stays. */
  sha256: string;
  metadata: JsonObject;
  /** ISO 8601 in UTC; the time of the import when absent. */
  createdAt?: string;
  pageCount: number | null;
  charCount: number | null;
  /** In order; at least one. */
  chunks: ChunkToSave[];
  /** chunks.length × dimension floats, unit length. */
  vectors: Float32Array;
}

export interface ImportResult {
  document: StoredDocument;
  /** `duplicate`: that owner has a document with these bytes; nothing was written. */
  outcome: 'imported' | 'duplicate';
}

/** All conditions must hold. An empty `documentIds` or `mimeTypes` allows nothing. */
export interface ChunkFilter {
  ownerId?: string;
  documentIds?: number[];
  mimeTypes?: string[];
  /** JSON containment, as PostgreSQL's @>, or a condition with operators (search/metadata-condition.ts) that has no fault. */
  metadata?: JsonObject;
  /** Stands in the title; case and width of letters do not count. */
  titleContains?: string;
  /** ISO 8601; inclusive. */
  createdAfter?: string;
  /** ISO 8601; exclusive. */
  createdBefore?: string;
}

export interface ChunkHit {
  /** Cosine of query and chunk. */
  score: number;
  document: StoredDocument;
  chunk: StoredChunk;
  /** `dimension` floats of unit length, where they were asked for. */
  vector?: Float32Array;
}

export interface StoreStatistics {
  vectorsLive: number;
  /** Rows of deleted vectors that still take room. */
  vectorsDead: number;
  documents: number;
  dimension: number;
  embeddingModel: string;
  /** Sealed segments, and the tail as the last one when it holds anything. */
  segments: { name: string; kind: 'flat' | 'hnsw' | 'tail'; vectorsLive: number; vectorsDead: number; bytes: number }[];
  journal: { files: number; bytes: number; lastSequence: number };
  /** Ids below these were given, and are never given again. */
  marks: { nextDocumentId: number; nextVectorId: number };
  /** What housekeeping could not do and tries again, in words: a seal or a merge that the disk refused. */
  putOff: string[];
  /** Bytes of raw vectors held in memory by FAISS. */
  memoryBytes: number;
}

/**
 * The truth: one checksummed journal, and what is derived from it in memory and in segment files. A write returns when its
 * record is on the disk (fdatasync) and applied: the next read or search of anybody shows it. A write that rejects has
 * changed nothing. Reads and searches ask no database.
 */
export abstract class VectorStore {
  /** Ties this journal to one database. A UUID. */
  abstract readonly storeId: string;
  abstract readonly dimension: number;
  abstract readonly embeddingModel: string;
  /** Of the newest record that is durable and applied; 0 before the first. */
  abstract readonly lastSequence: number;

  /** The highest ids that were ever given; ids are never given again. */
  abstract readonly idMarks: { documentId: number; vectorId: number };

  // --- writes: each rejects with a Problem of this module
  abstract acceptDocument(request: AcceptRequest): Promise<AcceptResult>;
  /** Queues a document again, whatever its status; its vectors answer searches until the new ones are saved. */
  abstract requeueDocument(id: number): Promise<StoredDocument>;
  /** Rejects with SaveRefusedError after a delete or a newer generation. */
  abstract saveDocument(request: SaveRequest): Promise<StoredDocument>;
  /** One record: the document is there with all its chunks, indexed, or not at all. It has no original (`sizeBytes` 0). */
  abstract importDocument(request: ImportRequest): Promise<ImportResult>;
  /** As saveDocument. Vectors that the document has stay. */
  abstract failDocument(request: { documentId: number; generation: number; code: string; detail: string }): Promise<StoredDocument>;
  /** A title that changes queues the document again when it is indexed, queued or in work. 409 when the new owner has the same bytes. */
  abstract patchDocument(id: number, change: { title?: string; metadata?: JsonObject; ownerId?: string | null }): Promise<StoredDocument>;
  /** Status `unindexed`; calls off running ingestion. */
  abstract deleteVectors(id: number): Promise<{ document: StoredDocument; deletedVectors: number }>;
  abstract deleteDocument(id: number): Promise<{ document: StoredDocument; deletedVectors: number }>;

  // --- reads
  abstract findDocument(id: number): StoredDocument | undefined;
  /** Throws DocumentNotFoundError. */
  abstract getDocument(id: number): StoredDocument;
  /** By id, ascending. */
  abstract documents(): Iterable<StoredDocument>;
  /** Accepted and not yet saved or failed, in the order in which they were queued. */
  abstract queuedDocuments(): StoredDocument[];
  /** That owner's document of these bytes. */
  abstract findByContent(ownerId: string | null, sha256: string): StoredDocument | undefined;
  /** Whether some document has these bytes. */
  abstract hasContent(sha256: string): boolean;
  /**
   * The document's chunks in order; empty when it has none. Throws DocumentNotFoundError.
   * @param places those alone whose `chunkIndex` is in the range, the end exclusive
   */
  abstract readChunks(documentId: number, places?: { start: number; end: number }): Promise<StoredChunk[]>;
  /** The document with its chunks and vectors, all of one moment. Throws DocumentNotFoundError. */
  abstract readContents(documentId: number): Promise<StoredContents>;
  /** Ids of the document's vectors in chunk order, from memory. Throws DocumentNotFoundError. */
  abstract vectorIds(documentId: number): Int32Array;
  /** Of what the filter allows and nothing else; best first, equal scores by vector id; none below `minScore`. */
  abstract search(request: {
    vector: Float32Array;
    topK: number;
    filter?: ChunkFilter;
    minScore?: number;
    /** No approximation: every allowed vector is compared. */
    exact?: boolean;
    /** Each hit has its vector. */
    includeVectors?: boolean;
  }): Promise<ChunkHit[]>;
  abstract statistics(): StoreStatistics;

  // --- maintenance
  /**
   * Writes all segments anew from what `read` gives; searches go on with the old ones until the new ones are switched in at
   * once, and writes meanwhile are kept. Rejects with RebuildIncompleteError when the source lacks a document, or has other
   * vector ids of it, and nothing is changed then. One at a time: others wait.
   */
  abstract rebuild(
    read: ReadContents,
    options?: { onProgress?: (done: number, total: number) => void; signal?: AbortSignal },
  ): Promise<{ documents: number; vectors: number }>;
  /** Seals the tail, whatever it holds. */
  abstract seal(): Promise<void>;

  // --- the journal, for who keeps a copy in step
  /** Records after a sequence number, in order, fewer than `recordsMax` when they exceed about `bytesMax`; at least one if there is one. */
  abstract readRecords(afterSequence: number, limits: { recordsMax: number; bytesMax: number }): Promise<JournalRecord[]>;
  /** Of the oldest record that the journal still holds; `lastSequence` + 1 when it holds none. Reading before it rejects. */
  abstract readonly oldestSequence: number;
  /** The copy holds everything up to this record: from then on the journal may be trimmed below it. */
  abstract noteCopied(sequence: number): void;
  /** Chain value of that record (0 for sequence 0); null when the journal does not hold it. */
  abstract chainAt(sequence: number): Promise<number | null>;

  /** Waits for writes under way and closes the files. Idempotent. */
  abstract close(): Promise<void>;
}
