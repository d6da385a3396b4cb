import { Problem, StopError } from '../platform/index.js';

export class DocumentNotFoundError extends Problem {
  constructor(id: number | string) {
    super(
      { code: 'DOCUMENT_NOT_FOUND', status: 404, title: 'Document not found' },
      `There is no document ${id}: it was deleted, or never existed. Nothing was changed. GET /documents lists what there is.`,
    );
  }
}

/** A running ingestion's result that no longer counts; not for clients. */
export class SaveRefusedError extends Problem {
  constructor(documentId: number, reason: 'deleted' | 'superseded') {
    super(
      { code: 'SAVE_REFUSED', status: 409, title: 'The document changed meanwhile' },
      `Document ${documentId} was ${reason} while it was in work. Nothing was written; what is newer stands.`,
    );
  }
}

export class DuplicateDocumentError extends Problem {
  constructor(id: number, otherId: number) {
    super(
      { code: 'DUPLICATE_DOCUMENT', status: 409, title: 'The owner has these bytes already' },
      `Document ${id} cannot be given to that owner: its document ${otherId} has the same bytes. Nothing was changed. Delete one of them first.`,
      { members: { document_id: otherId } },
    );
  }
}

export class StorageFullError extends Problem {
  constructor(path: string, cause: unknown) {
    super(
      { code: 'STORAGE_FULL', status: 507, title: 'No room on the disk' },
      `The journal ${path} could not be extended: the disk is full. Nothing was written, what was there is safe. Free some space and try again.`,
      { cause },
    );
  }
}

export class StorageWriteError extends Problem {
  constructor(path: string, cause: unknown) {
    super(
      { code: 'STORAGE_WRITE_FAILED', status: 500, title: 'The disk refused a write' },
      `The journal ${path} could not be extended: ${cause instanceof Error ? cause.message : String(cause)}. Nothing was written, what was there is safe. Look at the disk and try again.`,
      { cause },
    );
  }
}

/** No manifest can be used, and the journal does not reach back to the first record: what the segments held is in PostgreSQL alone. */
export class SegmentsLostError extends StopError {
  override name = 'SegmentsLostError';

  /** @param damage names the files */
  constructor(damage: string) {
    super(
      `${damage}: no other manifest can take its place, and the journal no longer reaches back to the first record. ` +
        'Nothing was changed, and fewer records are never served. Restore the file from a backup, or make the store again from the database: npm run rebuild -- --source database',
    );
  }
}

/** Records that the journal no longer holds: what they did is in the segments. Not for clients. */
export class RecordsTrimmedError extends Error {
  override name = 'RecordsTrimmedError';

  constructor(sequence: number, oldest: number) {
    super(`the journal no longer holds record ${sequence}; its oldest is ${oldest}`);
  }
}

/** A rebuild's source lacks what the store has, or has it otherwise. */
export class RebuildIncompleteError extends Problem {
  constructor(documentId: number, what: string) {
    super(
      { code: 'REBUILD_INCOMPLETE', status: 409, title: 'The source does not hold everything' },
      `The rebuild stopped at document ${documentId}: ${what}. The segments are as they were, nothing was lost. Call POST /index/repair, then try again.`,
      { members: { document_id: documentId } },
    );
  }
}

export class StoreClosedError extends Problem {
  constructor() {
    super(
      { code: 'SHUTTING_DOWN', status: 503, title: 'The service is stopping' },
      'The store is closed, since the service is stopping. Nothing was written. Try again when it is back.',
      { headers: { 'Retry-After': '5' } },
    );
  }
}

/** A save whose chunks and vectors do not fit each other: a fault of this program, not of the document's owner. */
export class InvalidSaveError extends Problem {
  constructor(document: string, what: string) {
    super(
      { code: 'INVALID_SAVE', status: 500, title: 'The result of an ingestion is not sound' },
      `${document} could not be saved: ${what}. Nothing was written. Report this, with the document.`,
    );
  }
}

export class IdsExhaustedError extends Problem {
  constructor(what: 'document' | 'vector') {
    super(
      { code: 'IDS_EXHAUSTED', status: 507, title: 'No ids are left' },
      `All ${what} ids that fit 32 bits were given. Nothing was written, what was there is safe. Set up a new store and import what lives.`,
    );
  }
}
