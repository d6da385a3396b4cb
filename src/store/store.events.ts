import type { JournalRecord } from './journal-record.js';

/** Published after the record is durable and applied. */
abstract class StoreEvent {
  constructor(
    /** The journal record behind the event. */
    readonly sequence: number,
    readonly documentId: number,
  ) {}
}

/** A document was accepted or queued again: ingestion has work. */
export class DocumentAccepted extends StoreEvent {}

/** A document failed, or its title, metadata or owner changed. */
export class DocumentChanged extends StoreEvent {}

/** A document's chunks and vectors are searchable. */
export class VectorsSaved extends StoreEvent {
  constructor(
    sequence: number,
    documentId: number,
    readonly vectorCount: number,
  ) {
    super(sequence, documentId);
  }
}

/** A document's vectors are gone, and with `documentDeleted` the document. */
export class VectorsDeleted extends StoreEvent {
  constructor(
    sequence: number,
    documentId: number,
    readonly vectorCount: number,
    readonly documentDeleted: boolean,
  ) {
    super(sequence, documentId);
  }
}

/** What is published once a record is applied. */
export function eventOf(record: JournalRecord): StoreEvent {
  const { sequence } = record;
  switch (record.kind) {
    case 'accept':
      return new DocumentAccepted(sequence, record.document.id);
    case 'save':
      return new VectorsSaved(sequence, record.document.id, record.chunks.length);
    case 'delete-vectors':
      return new VectorsDeleted(sequence, record.document.id, record.removedVectorIds.length, false);
    case 'delete-document':
      return new VectorsDeleted(sequence, record.documentId, record.removedVectorIds.length, true);
    case 'patch':
      // a patch that queued the document carries its own number as the document's generation
      return record.document.generation === sequence
        ? new DocumentAccepted(sequence, record.document.id)
        : new DocumentChanged(sequence, record.document.id);
    case 'fail':
      return new DocumentChanged(sequence, record.document.id);
  }
}
