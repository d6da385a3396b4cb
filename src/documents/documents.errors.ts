import { Problem } from '../platform/index.js';

const NOTHING_KEPT = 'Nothing was kept.';

export class FileRequiredError extends Problem {
  constructor() {
    super(
      { code: 'FILE_REQUIRED', status: 400, title: 'No file' },
      `The form has no file in its field "file". ${NOTHING_KEPT} Send one, as curl -F file=@manual.pdf does.`,
    );
  }
}

export class EmptyFileError extends Problem {
  constructor(filename: string) {
    super(
      { code: 'EMPTY_FILE', status: 400, title: 'The file is empty' },
      `The file ${filename} has 0 bytes. ${NOTHING_KEPT} Look whether it was written completely, and send it again.`,
    );
  }
}

export class OneFileOnlyError extends Problem {
  constructor() {
    super(
      { code: 'ONE_FILE_ONLY', status: 400, title: 'One file a call' },
      `The form holds more than the one file in its field "file". ${NOTHING_KEPT} Send each file in a call of its own.`,
    );
  }
}

export class UploadFormError extends Problem {
  /** @param fault what is wrong, a whole clause */
  constructor(fault: string, cause?: unknown) {
    super(
      { code: 'UPLOAD_FORM_INVALID', status: 400, title: 'The form is not right' },
      `The upload was refused: ${fault}. ${NOTHING_KEPT} The fields are file, owner_id, title and metadata.`,
      { cause },
    );
  }
}

export class UploadTooLargeError extends Problem {
  constructor(bytesMax: number) {
    super(
      { code: 'UPLOAD_TOO_LARGE', status: 413, title: 'The file is too large' },
      `A file may have ${bytesMax} bytes at most, and this one has more. ${NOTHING_KEPT} Split the file, or raise UPLOAD_BYTES_MAX and restart.`,
    );
  }
}

/** The client went away, or closed its side, before the whole body had come. */
export class UploadCutOffError extends Problem {
  constructor(cause?: unknown) {
    super(
      { code: 'UPLOAD_CUT_OFF', status: 400, title: 'The upload was cut off' },
      `The body ended before the form was complete. ${NOTHING_KEPT} Send it again.`,
      { cause },
    );
  }
}

export class FileStorageFullError extends Problem {
  constructor(path: string, cause: unknown) {
    super(
      { code: 'STORAGE_FULL', status: 507, title: 'No room on the disk' },
      `${path} could not be written: the disk is full. ${NOTHING_KEPT} What was there is safe. Free some space and send it again.`,
      { cause },
    );
  }
}

export class NoOriginalError extends Problem {
  constructor(id: number) {
    super(
      { code: 'NO_ORIGINAL', status: 404, title: 'The document has no original' },
      `Document ${id} was imported without its original file. Its text is at GET /documents/${id}/text.`,
    );
  }
}

export class OriginalLostError extends Problem {
  constructor(id: number, filename: string) {
    super(
      { code: 'ORIGINAL_LOST', status: 410, title: 'The original is gone' },
      `The original of document ${id} (${filename}) is no longer in files/, or was cut. What is indexed of it can still be searched. Upload the same file again to put it back.`,
    );
  }
}

export class NoTextError extends Problem {
  constructor(id: number, status: string) {
    super(
      { code: 'NO_TEXT', status: 404, title: 'There is no text yet' },
      `Document ${id} is ${status} and has no extracted text. GET /documents/${id} says how far it is, or why it failed.`,
    );
  }
}

export class NoTextFoundError extends Problem {
  constructor(filename: string) {
    super(
      { code: 'NO_TEXT_FOUND', status: 422, title: 'No text was found' },
      `${filename} was read and holds no text: its pages are images, or empty. The original is kept. Run it through text recognition (OCR) and upload the result.`,
    );
  }
}

/** Of a document that was imported, whose chunks were all that there was of it. */
export class StoredTextGoneError extends Problem {
  constructor(id: number) {
    super(
      { code: 'STORED_TEXT_GONE', status: 422, title: 'There is no text left to embed' },
      `Document ${id} was imported without its original, and its chunks were deleted: nothing of its text is left. Delete the document, then import it again or upload its file.`,
    );
  }
}

/** What a document failed with, as the answer to a call that waited for it. */
export class IngestionFailedProblem extends Problem {
  constructor(id: number, error: { code: string; detail: string }) {
    super({ code: error.code, status: 422, title: 'The document could not be indexed' }, error.detail, { members: { document_id: id } });
  }
}

/** Something that nobody foresaw; the log has the stack. */
export class IngestionFailedError extends Problem {
  constructor(filename: string, cause: unknown) {
    super(
      { code: 'INGESTION_FAILED', status: 422, title: 'The document could not be indexed' },
      `${filename} could not be indexed: ${cause instanceof Error ? cause.message : String(cause)}. The original is kept. ` +
        'Try POST /documents/{id}/reindex; if it fails again, the log says where.',
      { cause },
    );
  }
}

export class NothingToChangeError extends Problem {
  constructor() {
    super(
      { code: 'NOTHING_TO_CHANGE', status: 400, title: 'Nothing to change' },
      'The body names nothing to change. Nothing was changed. Give at least one of title, metadata and owner_id.',
    );
  }
}
