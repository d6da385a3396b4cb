import { Problem } from '../platform/index.js';

/** A text that the model could not read to its end. Queries are cut instead. */
export class TextTooLongError extends Problem {
  /** @param length such as "312 tokens" */
  constructor(length: string, tokensMax: number) {
    super(
      { code: 'TEXT_TOO_LONG', status: 422, title: 'The text is longer than the model reads' },
      `The text has ${length}, the model reads ${tokensMax} tokens, its two special ones included: the rest would be lost without a word. ` +
        'Nothing was embedded or written. Split the text, or let the service chunk it: import it without vectors as a document.',
    );
  }
}

export class EmptyTextError extends Problem {
  constructor() {
    super(
      { code: 'TEXT_EMPTY', status: 400, title: 'There is no text to embed' },
      'The text is empty or blank, so it has no meaning to embed. Nothing was written. Send a text with at least one visible character.',
    );
  }
}

/** The model gave something that is no unit vector for one text; others are not concerned. */
export class EmbeddingFailedError extends Problem {
  constructor(reason: string) {
    super(
      { code: 'EMBEDDING_FAILED', status: 500, title: 'The text could not be embedded' },
      `The embedding model failed on this text: ${reason}. Nothing was written; other texts are not concerned. Try again, and report it if it fails again.`,
    );
  }
}

/** The worker is gone; the process is about to end for it. */
export class EmbeddingUnavailableError extends Problem {
  constructor(reason: string) {
    super(
      { code: 'EMBEDDING_UNAVAILABLE', status: 503, title: 'The embedding model is not there' },
      `The text was not embedded: ${reason}. Nothing was written, what is stored is safe. Try again when the service is back.`,
      { headers: { 'Retry-After': '5' } },
    );
  }
}

export class EmbedderClosedError extends Problem {
  constructor() {
    super(
      { code: 'SHUTTING_DOWN', status: 503, title: 'The service is stopping' },
      'The text was not embedded, since the service is stopping. Nothing was written. Try again when it is back.',
      { headers: { 'Retry-After': '5' } },
    );
  }
}
