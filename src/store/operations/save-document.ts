import { cleanText } from '../clean-text.js';
import type { StoredChunk, StoredDocument } from '../document.js';
import type { Operation } from '../sequencer.js';
import { SaveRefusedError } from '../store.errors.js';
import type { ChunkToSave, SaveRequest } from '../vector-store.port.js';
import { assertSound } from './assert-sound.js';
import { assertIdLeft, documentKey, jsonBytes, type OperationContext } from './operation-context.js';

/**
 * The result of an ingestion, in the place of what the document had. Title, owner and metadata are taken as they are at this
 * moment, not as they were when the ingestion began.
 */
export function saveDocument(context: OperationContext, request: SaveRequest): Operation<StoredDocument> {
  const { documentId, pageCount, charCount, warnings } = request;
  assertSound(context.dimension, `Document ${documentId}`, request.chunks, request.vectors);
  const { state, now } = context;
  return {
    touches: () => [documentKey(documentId)],
    prepare: () => {
      const before = stillAsked(context, request);
      const at = now();
      const chunks = numbered(context, documentId, request.chunks, at);
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

/** One line, as it stands in a segment. */
const cleanHeading = (heading: string): string =>
  cleanText(heading)
    .replace(/\s*\n\s*/g, ' ')
    .trim();

/** The chunks with ids of their own. */
export function numbered(
  { state }: OperationContext,
  documentId: number,
  chunks: readonly ChunkToSave[],
  createdAt: string,
): StoredChunk[] {
  const first = state.nextVectorId;
  assertIdLeft(first + chunks.length - 1, 'vector');
  state.nextVectorId += chunks.length;
  return chunks.map(({ text, pageStart, pageEnd, charStart, charEnd, headingPath }, chunkIndex) => ({
    vectorId: first + chunkIndex,
    documentId,
    chunkIndex,
    text: cleanText(text),
    pageStart,
    pageEnd,
    charStart,
    charEnd,
    headingPath: headingPath.map(cleanHeading).filter((heading) => heading !== ''),
    createdAt,
  }));
}
