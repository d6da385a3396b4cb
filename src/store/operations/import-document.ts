import { cleanJson, cleanText } from '../clean-text.js';
import type { StoredDocument } from '../document.js';
import type { Operation } from '../sequencer.js';
import type { ImportRequest, ImportResult } from '../vector-store.port.js';
import { assertSound } from './assert-sound.js';
import { assertIdLeft, contentKey, jsonBytes, type OperationContext } from './operation-context.js';
import { numbered } from './save-document.js';

/** A document that arrives with its chunks and vectors: one record makes it, indexed. */
export function importDocument(context: OperationContext, request: ImportRequest): Operation<ImportResult> {
  const { state, dimension, embeddingModel, now } = context;
  assertSound(dimension, `The document “${request.title.slice(0, 80)}”`, request.chunks, request.vectors);
  const ownerId = request.ownerId === null ? null : cleanText(request.ownerId);
  return {
    touches: () => [contentKey(ownerId, request.sha256)],
    prepare: (sequence) => {
      const there = state.documents.findByContent(ownerId, request.sha256);
      if (there) return { answer: { document: there, outcome: 'duplicate' } };
      const at = now();
      const id = state.nextDocumentId;
      assertIdLeft(id, 'document');
      const chunks = numbered(context, id, request.chunks, at);
      state.nextDocumentId++;
      const document = imported({ ...request, ownerId }, { id, at, sequence });
      return {
        body: { kind: 'save', at, document, chunks, vectors: request.vectors, embeddingModel, removedVectorIds: [] },
        bytes: jsonBytes(document, chunks) + request.vectors.byteLength,
        answerOf: () => ({ document, outcome: 'imported' }),
      };
    },
  };
}

function imported(request: ImportRequest, { id, at, sequence }: { id: number; at: string; sequence: number }): StoredDocument {
  const { ownerId, mimeType, sha256, pageCount, charCount } = request;
  return {
    ...{ id, ownerId, mimeType, sha256, pageCount, charCount },
    title: cleanText(request.title),
    titleGiven: true,
    filename: cleanText(request.filename),
    sizeBytes: 0,
    metadata: cleanJson(request.metadata),
    status: 'indexed',
    error: null,
    chunkCount: request.chunks.length,
    warnings: [],
    createdAt: request.createdAt ?? at,
    updatedAt: at,
    indexedAt: at,
    generation: sequence,
    textGeneration: null,
  };
}
