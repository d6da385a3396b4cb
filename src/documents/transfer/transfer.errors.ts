import { Problem } from '../../platform/index.js';

const NOT_STORED = 'Nothing of this line was stored; the other lines are not concerned.';

/** A line that is no JSON object in UTF-8. */
export class MalformedLineError extends Problem {
  /** @param reason follows "the line" */
  constructor(reason: string, cause?: unknown) {
    super(
      { code: 'MALFORMED_JSON', status: 400, title: 'The line is not usable JSON' },
      `The line ${reason}. ${NOT_STORED} Each line is one JSON object, whole.`,
      { cause },
    );
  }
}

/** A line whose properties are not what a document has. */
export class InvalidLineError extends Problem {
  /** @param fault a clause that names the property */
  constructor(fault: string) {
    super(
      { code: 'VALIDATION_FAILED', status: 400, title: 'The line is not a valid document' },
      `${fault}. ${NOT_STORED} Correct it and send it again.`,
    );
  }
}

export class InvalidChunkVectorError extends Problem {
  /** @param chunk its position in the line, from 0 @param fault follows "the vector of chunk 3" */
  constructor(chunk: number, fault: string) {
    super(
      { code: 'INVALID_VECTOR', status: 400, title: 'A vector of the line cannot be stored' },
      `The vector of chunk ${chunk} ${fault}. ${NOT_STORED} Correct it, or leave \`vector\` out and the text is embedded here.`,
      { members: { chunk } },
    );
  }
}

/** Vectors of two models cannot be compared, however alike they look. */
export class ForeignVectorsError extends Problem {
  constructor(given: string, ours: { embeddingModel: string; dimension: number }) {
    super(
      { code: 'FOREIGN_VECTORS', status: 409, title: "The vectors are another model's" },
      `The vectors were made by ${given}; this store holds vectors of ${ours.embeddingModel}, ${ours.dimension} floats each. ${NOT_STORED} Leave \`vector\` out and the texts are embedded here.`,
      { members: { embedding_model: ours.embeddingModel, dimension: ours.dimension } },
    );
  }
}

export class LineTooLargeError extends Problem {
  constructor(bytesMax: number) {
    super(
      { code: 'LINE_TOO_LARGE', status: 413, title: 'The line is too long' },
      `The line has more than ${bytesMax} bytes. ${NOT_STORED} Leave the vectors out, or split the document.`,
      { members: { bytes_max: bytesMax } },
    );
  }
}

/** A header that this program does not understand, or a document behind one. */
export class UnusableHeaderError extends Problem {
  constructor(fault: string) {
    super(
      { code: 'UNKNOWN_EXPORT_FORMAT', status: 400, title: 'The export has another format' },
      `${fault}. ${NOT_STORED} This version reads "hvs-export/1"; a newer one may have written it.`,
    );
  }
}

/** The last line of an answer to an import that the stop of the service has ended. */
export class ImportStoppedError extends Problem {
  constructor() {
    super(
      { code: 'SHUTTING_DOWN', status: 503, title: 'The service is stopping' },
      'The service is stopping: this line and all behind it were not read. What was acknowledged is stored. Send it all again when the service is back: what is stored is not doubled.',
    );
  }
}
