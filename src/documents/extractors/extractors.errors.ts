import { Problem } from '../../platform/index.js';

/** The bytes are of a kind that cannot be read here. Refused before anything is stored. */
export class UnsupportedTypeError extends Problem {
  constructor(detail: string) {
    super({ code: 'UNSUPPORTED_TYPE', status: 415, title: 'Unsupported type' }, detail);
  }
}

/** Why a document that was accepted could not be read: the codes that a failed document shows. */
export type ExtractionCode =
  | 'PDF_PASSWORD_REQUIRED'
  | 'PDF_DAMAGED'
  | 'NO_TEXT_FOUND'
  | 'EXTRACTION_TIMEOUT'
  | 'EXTRACTION_MEMORY'
  | 'EXTRACTION_CRASHED'
  | 'ORIGINAL_UNREADABLE';

const titles: Record<ExtractionCode, string> = {
  PDF_PASSWORD_REQUIRED: 'The PDF asks for a password',
  PDF_DAMAGED: 'The PDF is damaged',
  NO_TEXT_FOUND: 'No text found',
  EXTRACTION_TIMEOUT: 'Reading took too long',
  EXTRACTION_MEMORY: 'Reading took too much memory',
  EXTRACTION_CRASHED: 'The reading process ended unexpectedly',
  ORIGINAL_UNREADABLE: 'The original cannot be read',
};

/** Also built from code and detail alone: that is what comes over from the reading process. */
export class ExtractionError extends Problem {
  constructor(code: ExtractionCode, detail: string, cause?: unknown) {
    super({ code, status: 422, title: titles[code] }, detail, { cause });
  }
}

export class PdfPasswordRequiredError extends ExtractionError {
  constructor() {
    super(
      'PDF_PASSWORD_REQUIRED',
      'The PDF is encrypted and opens only with a password. The original is kept, nothing of it is searchable. Save it without a password and upload that file.',
    );
  }
}

export class PdfDamagedError extends ExtractionError {
  constructor(why: string, cause?: unknown) {
    super(
      'PDF_DAMAGED',
      `The PDF cannot be read: ${why}. The original is kept, nothing of it is searchable. Open it in a PDF viewer, save it again and upload that file.`,
      cause,
    );
  }
}

export class NoTextFoundError extends ExtractionError {
  /** @param what such as "None of the 4 pages holds text; they may be scanned images" */
  constructor(what: string, next: string) {
    super('NO_TEXT_FOUND', `${what}. The original is kept, nothing of it is searchable. ${next}`);
  }
}
