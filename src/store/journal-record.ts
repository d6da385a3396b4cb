import type { StoredChunk, StoredDocument } from './document.js';

interface RecordHead {
  /** From 1, without gaps. */
  readonly sequence: number;
  /** CRC-32 of this record, its predecessor's chain value included: two histories differ from where they part. */
  readonly chain: number;
  readonly at: string;
}

/** Document records carry the whole document as it is after them, so that applying one cannot fail. */
export type JournalRecord = RecordHead &
  (
    | {
        /** A new document, or one that is queued again. */
        readonly kind: 'accept';
        readonly document: StoredDocument;
      }
    | {
        /** The document's chunks and vectors, in the place of those in `removedVectorIds`. */
        readonly kind: 'save';
        readonly document: StoredDocument;
        readonly chunks: readonly StoredChunk[];
        /** chunks.length × dimension floats of unit-length vectors, in the chunks' order. */
        readonly vectors: Float32Array;
        readonly embeddingModel: string;
        readonly removedVectorIds: readonly number[];
      }
    | { readonly kind: 'fail'; readonly document: StoredDocument }
    | { readonly kind: 'patch'; readonly document: StoredDocument }
    | { readonly kind: 'delete-vectors'; readonly document: StoredDocument; readonly removedVectorIds: readonly number[] }
    | { readonly kind: 'delete-document'; readonly documentId: number; readonly removedVectorIds: readonly number[] }
  );
