import type { ProblemDescription } from '../platform/index.js';

/** What the operations of this module can answer with, for the OpenAPI document. */
export const documentNotFound: ProblemDescription = {
  code: 'DOCUMENT_NOT_FOUND',
  status: 404,
  description: 'There is no such document: it was deleted, or never existed.',
};

export const databaseUnavailable: ProblemDescription = {
  code: 'DATABASE_UNAVAILABLE',
  status: 503,
  description: 'PostgreSQL is away; the answer says in Retry-After when to try again.',
};

export const storageProblems: ProblemDescription[] = [
  { code: 'STORAGE_FULL', status: 507, description: 'The disk is full; nothing was changed.' },
  { code: 'SHUTTING_DOWN', status: 503, description: 'The service is stopping; nothing was changed.' },
];

export const metadataConflict: ProblemDescription = {
  code: 'METADATA_CONFLICT',
  status: 409,
  description: 'Rows that the engine lacks, has besides, or has otherwise; each is named, nothing was changed.',
};

export const invalidMetadata: ProblemDescription = {
  code: 'INVALID_METADATA',
  status: 400,
  description: 'The body is torn, or a row has a wrong, missing or unknown field; its number is `row`.',
};
