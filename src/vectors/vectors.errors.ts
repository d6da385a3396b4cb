import { Problem } from '../platform/index.js';

/** The body of POST /vectors/sync cannot be read. */
export class InvalidMetadataError extends Problem {
  /** @param row counted from 1; null when no single row is at fault */
  constructor(row: number | null, fault: string) {
    super(
      { code: 'INVALID_METADATA', status: 400, title: 'The metadata cannot be read' },
      `${row === null ? 'The body' : `Row ${row} (counted from 1)`} ${fault}. Nothing was changed. ` +
        'Send what GET /vectors/metadata answers: an array of {document_id, chunk_index, text, faiss_index, embedding_model, chunk_length}, or {"metadata": [...]}.',
      { members: row === null ? {} : { row } },
    );
  }
}
