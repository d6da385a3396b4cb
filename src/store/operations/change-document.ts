import { cleanJson, cleanText } from '../clean-text.js';
import type { JsonObject, StoredDocument } from '../document.js';
import type { Operation } from '../sequencer.js';
import { DuplicateDocumentError } from '../store.errors.js';
import { queuedAgain } from './accept-document.js';
import { contentKey, documentKey, jsonBytes, type OperationContext } from './operation-context.js';

export interface DocumentChange {
  title?: string;
  metadata?: JsonObject;
  ownerId?: string | null;
}

/** A title that changes is part of what is embedded, so it queues the document again, unless nothing of it is embedded. */
export function patchDocument(context: OperationContext, id: number, change: DocumentChange): Operation<StoredDocument> {
  const { state, getDocument, now } = context;
  const ownerId = typeof change.ownerId === 'string' ? cleanText(change.ownerId) : change.ownerId;
  return {
    touches: () => {
      const document = state.documents.find(id);
      return [documentKey(id), ...(document && ownerId !== undefined ? [contentKey(ownerId, document.sha256)] : [])];
    },
    prepare: (sequence) => {
      const before = getDocument(id);
      if (ownerId !== undefined) assertFree(context, before, ownerId);
      const title = change.title === undefined ? before.title : cleanText(change.title);
      const changed: StoredDocument = {
        ...before,
        title,
        titleGiven: before.titleGiven || change.title !== undefined,
        ownerId: ownerId === undefined ? before.ownerId : ownerId,
        metadata: change.metadata === undefined ? before.metadata : cleanJson(change.metadata),
        updatedAt: now(),
      };
      const embedsTitle = before.status === 'indexed' || before.status === 'queued';
      const document = title !== before.title && embedsTitle ? queuedAgain(changed, changed.updatedAt, sequence) : changed;
      return { body: { kind: 'patch', at: document.updatedAt, document }, bytes: jsonBytes(document), answerOf: () => document };
    },
  };
}

function assertFree({ state }: OperationContext, document: StoredDocument, ownerId: string | null): void {
  const other = state.documents.findByContent(ownerId, document.sha256);
  if (other && other.id !== document.id) throw new DuplicateDocumentError(document.id, other.id);
}

/** The document stays, without vectors; what is being read of it no longer counts. */
export function deleteVectors(
  { state, getDocument, now }: OperationContext,
  id: number,
): Operation<{ document: StoredDocument; deletedVectors: number }> {
  return {
    touches: () => [documentKey(id)],
    prepare: (sequence) => {
      const before = getDocument(id);
      const at = now();
      const document: StoredDocument = {
        ...before,
        status: 'unindexed',
        error: null,
        chunkCount: 0,
        warnings: [],
        updatedAt: at,
        indexedAt: null,
        generation: sequence,
      };
      const removedVectorIds = [...state.vectorIdsOf(id)];
      return {
        body: { kind: 'delete-vectors', at, document, removedVectorIds },
        bytes: jsonBytes(document),
        answerOf: () => ({ document, deletedVectors: removedVectorIds.length }),
      };
    },
  };
}

export function deleteDocument(
  { state, getDocument, now }: OperationContext,
  id: number,
): Operation<{ document: StoredDocument; deletedVectors: number }> {
  return {
    touches: () => {
      const document = state.documents.find(id);
      return [documentKey(id), ...(document ? [contentKey(document.ownerId, document.sha256)] : [])];
    },
    prepare: () => {
      const document = getDocument(id);
      const removedVectorIds = [...state.vectorIdsOf(id)];
      return {
        body: { kind: 'delete-document', at: now(), documentId: id, removedVectorIds },
        bytes: jsonBytes(document),
        answerOf: () => ({ document, deletedVectors: removedVectorIds.length }),
      };
    },
  };
}
