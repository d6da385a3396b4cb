import type { ProblemDescription } from '../../platform/index.js';

const describe = (code: string, status: number, description: string): ProblemDescription => ({ code, status, description });

/** What calls about documents can answer with, for their documentation. */
export const DOCUMENT_NOT_FOUND = describe('DOCUMENT_NOT_FOUND', 404, 'There is no such document: it was deleted, or never existed.');
export const NO_ORIGINAL = describe('NO_ORIGINAL', 404, 'The document was imported without its original file.');
export const NO_TEXT = describe('NO_TEXT', 404, 'The document has no extracted text, since it was not read yet or could not be.');
export const ORIGINAL_LOST = describe('ORIGINAL_LOST', 410, 'The original is no longer in files/, or was cut.');
export const DUPLICATE_DOCUMENT = describe('DUPLICATE_DOCUMENT', 409, 'The new owner has a document with the same bytes.');
export const DATABASE_UNAVAILABLE = describe(
  'DATABASE_UNAVAILABLE',
  503,
  'PostgreSQL is away. Everything but lists goes on; try again soon.',
);
export const STORAGE_FULL = describe('STORAGE_FULL', 507, 'The disk is full. Nothing was kept of the call, and what was there is safe.');
export const FILE_REQUIRED = describe('FILE_REQUIRED', 400, 'The form has no file in its field "file".');
export const EMPTY_FILE = describe('EMPTY_FILE', 400, 'The file has 0 bytes.');
export const ONE_FILE_ONLY = describe('ONE_FILE_ONLY', 400, 'The form holds more than one file.');
export const UPLOAD_FORM_INVALID = describe(
  'UPLOAD_FORM_INVALID',
  400,
  'The form is not well-formed, or its metadata is no JSON object within the limits.',
);
export const UPLOAD_CUT_OFF = describe('UPLOAD_CUT_OFF', 400, 'The body ended before the form was complete.');
export const UPLOAD_TOO_LARGE = describe('UPLOAD_TOO_LARGE', 413, 'The file has more bytes than UPLOAD_BYTES_MAX.');
export const UNSUPPORTED_TYPE = describe('UNSUPPORTED_TYPE', 415, 'By its bytes the file is none of the formats that can be read.');
export const WAITED_AND_FAILED = describe(
  'NO_TEXT_FOUND',
  422,
  'With wait=true: the document failed, and this is why. PDF_DAMAGED, PDF_PASSWORD_REQUIRED and so on likewise.',
);
