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
