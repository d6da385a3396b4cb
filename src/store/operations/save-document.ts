import { cleanText } from '../clean-text.js';
import type { StoredChunk, StoredDocument } from '../document.js';
import type { Operation } from '../sequencer.js';
import { InvalidSaveError, SaveRefusedError } from '../store.errors.js';
import type { SaveRequest } from '../vector-store.port.js';
import { assertIdLeft, documentKey, jsonBytes, type OperationContext } from './operation-context.js';

/** A vector that FAISS compares by inner product must have unit length; floats leave this much. */
const LENGTH_TOLERANCE = 1e-3;

/**
 * The result of an ingestion, in the place of what the document had. Title, owner and metadata are taken as they are at this
 * moment, not as they were when the ingestion began.
 */
export function saveDocument(context: OperationContext, request: SaveRequest): Operation<StoredDocument> {
  assertSound(context, request);
  const { state, now } = context;
  const { documentId, pageCount, charCount, warnings } = request;
  return {
    touches: () => [documentKey(documentId)],
    prepare: () => {
      const before = stillAsked(context, request);
      const at = now();
      const chunks = numbered(context, request, at);
      const document: StoredDocument = {
        ...before,
        title: before.titleGiven ? before.title : cleanText(request.title),
        status: 'indexed',
        error: null,
        pageCount,
        charCount,
        chunkCount: chunks.length,
        warnings,
        updatedAt: at,
        indexedAt: at,
        textGeneration: request.generation,
      };
      const removedVectorIds = [...state.vectorIdsOf(documentId)];
      const { embeddingModel } = context;
      return {
        body: { kind: 'save', at, document, chunks, vectors: request.vectors, embeddingModel, removedVectorIds },
        bytes: jsonBytes(document, chunks) + request.vectors.byteLength,
        answerOf: () => document,
      };
    },
  };
}

/** The reason for which a document could not be read; vectors of an earlier reading stay. */
export function failDocument(
  context: OperationContext,
  request: { documentId: number; generation: number; code: string; detail: string },
): Operation<StoredDocument> {
  return {
    touches: () => [documentKey(request.documentId)],
    prepare: () => {
      const at = context.now();
      const error = { code: request.code, detail: cleanText(request.detail) };
      const document: StoredDocument = { ...stillAsked(context, request), status: 'failed', error, updatedAt: at };
      return { body: { kind: 'fail', at, document }, bytes: jsonBytes(document), answerOf: () => document };
    },
  };
}

function stillAsked({ state }: OperationContext, { documentId, generation }: { documentId: number; generation: number }): StoredDocument {
  const document = state.documents.find(documentId);
  if (!document) throw new SaveRefusedError(documentId, 'deleted');
  if (document.generation !== generation || document.status !== 'queued') throw new SaveRefusedError(documentId, 'superseded');
  return document;
}

function numbered({ state }: OperationContext, { documentId, chunks }: SaveRequest, createdAt: string): StoredChunk[] {
  const first = state.nextVectorId;
  assertIdLeft(first + chunks.length - 1, 'vector');
  state.nextVectorId += chunks.length;
  return chunks.map(({ text, pageStart, pageEnd, charStart, charEnd }, chunkIndex) => ({
    vectorId: first + chunkIndex,
    documentId,
    chunkIndex,
    text: cleanText(text),
    pageStart,
    pageEnd,
    charStart,
    charEnd,
    createdAt,
  }));
}

/** Refuses what native code or PostgreSQL must never see. */
function assertSound({ dimension }: OperationContext, { documentId, chunks, vectors }: SaveRequest): void {
  if (chunks.length === 0) throw new InvalidSaveError(documentId, 'it has no chunks');
  if (vectors.length !== chunks.length * dimension)
    throw new InvalidSaveError(
      documentId,
      `${chunks.length} chunks need ${chunks.length * dimension} floats, and there are ${vectors.length}`,
    );
  for (const [n, chunk] of chunks.entries()) {
    const { pageStart, pageEnd, charStart, charEnd } = chunk;
    if (![pageStart, pageEnd, charStart, charEnd].every((value) => Number.isInteger(value) && value >= 0 && value < 2 ** 31))
      throw new InvalidSaveError(documentId, `the span of chunk ${n} is not made of whole numbers`);
    let squares = 0;
    for (let i = n * dimension; i < (n + 1) * dimension; i++) squares += vectors[i] * vectors[i];
    if (!(Math.abs(Math.sqrt(squares) - 1) <= LENGTH_TOLERANCE))
      throw new InvalidSaveError(documentId, `the vector of chunk ${n} has no unit length`);
  }
}
