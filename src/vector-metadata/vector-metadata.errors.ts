import { Problem } from '../platform/index.js';

/** The rows of a document do not make it whole, so nothing can be made from them. */
export class RowsIncompleteError extends Problem {
  constructor(documentId: number, fault: string) {
    super(
      { code: 'ROWS_INCOMPLETE', status: 409, title: 'The rows in PostgreSQL are not whole' },
      `Document ${documentId} cannot be read from PostgreSQL: ${fault}. Nothing was changed. While the engine holds the document, POST /index/repair brings its rows right; else put back a copy of the database that holds them.`,
      { members: { document_id: documentId } },
    );
  }
}
