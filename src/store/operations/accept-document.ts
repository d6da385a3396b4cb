import { cleanJson, cleanText } from '../clean-text.js';
import type { StoredDocument } from '../document.js';
import type { Answered, Operation, Prepared } from '../sequencer.js';
import type { AcceptRequest, AcceptResult } from '../vector-store.port.js';
import { assertIdLeft, contentKey, documentKey, jsonBytes, type OperationContext } from './operation-context.js';

/** A new document; or the one that its owner has with the same bytes, queued again when it had failed or lost its vectors. */
export function acceptDocument(context: OperationContext, request: AcceptRequest): Operation<AcceptResult> {
  const ownerId = request.ownerId === null ? null : cleanText(request.ownerId);
  const existing = (): StoredDocument | undefined => context.state.documents.findByContent(ownerId, request.sha256);
  return {
    touches: () => {
      const there = existing();
      return [contentKey(ownerId, request.sha256), ...(there ? [documentKey(there.id)] : [])];
    },
    prepare: (sequence) => {
      const there = existing();
      return there ? acceptAgain(context, request, there, sequence) : acceptNew(context, { ...request, ownerId }, sequence);
    },
  };
}

function acceptNew({ state, now }: OperationContext, request: AcceptRequest, sequence: number): Prepared<AcceptResult> {
  const at = now();
  const id = state.nextDocumentId;
  assertIdLeft(id, 'document');
  state.nextDocumentId++;
  const { sizeBytes, sha256, mimeType, ownerId, titleGiven } = request;
  const document: StoredDocument = {
    id,
    ownerId,
    title: cleanText(request.title),
    titleGiven,
    filename: cleanText(request.filename),
    mimeType,
    sizeBytes,
    sha256,
    metadata: cleanJson(request.metadata),
    status: 'queued',
    error: null,
    pageCount: null,
    charCount: null,
    chunkCount: 0,
    warnings: [],
    createdAt: at,
    updatedAt: at,
    indexedAt: null,
    generation: sequence,
    textGeneration: null,
  };
  return {
    body: { kind: 'accept', at, document },
    bytes: jsonBytes(document),
    answerOf: () => ({ document, outcome: 'accepted' }),
  };
}

function acceptAgain(
  { now }: OperationContext,
  { filename, mimeType, sizeBytes }: AcceptRequest,
  there: StoredDocument,
  sequence: number,
): Prepared<AcceptResult> | Answered<AcceptResult> {
  if (there.status === 'queued' || there.status === 'indexed') return { answer: { document: there, outcome: 'duplicate' } };
  // an imported document has its original from now on
  const whole = there.sizeBytes > 0 ? there : { ...there, filename: cleanText(filename), mimeType, sizeBytes };
  const document = queuedAgain(whole, now(), sequence);
  return {
    body: { kind: 'accept', at: document.updatedAt, document },
    bytes: jsonBytes(document),
    answerOf: () => ({ document, outcome: 'requeued' }),
  };
}

/** A person asked for the document to be read again. */
export function requeueDocument({ getDocument, now }: OperationContext, id: number): Operation<StoredDocument> {
  return {
    touches: () => [documentKey(id)],
    prepare: (sequence) => {
      const document = queuedAgain(getDocument(id), now(), sequence);
      return { body: { kind: 'accept', at: document.updatedAt, document }, bytes: jsonBytes(document), answerOf: () => document };
    },
  };
}

export const queuedAgain = (document: StoredDocument, at: string, generation: number): StoredDocument => ({
  ...document,
  status: 'queued',
  error: null,
  updatedAt: at,
  generation,
});
