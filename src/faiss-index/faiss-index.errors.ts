import { Problem, StopError } from '../platform/index.js';

/** A value that native code must not see. `detail` names it, and what is allowed. */
export class InvalidVectorRequestError extends Problem {
  constructor(what: string) {
    super({ code: 'INVALID_VECTOR_REQUEST', status: 400, title: 'A vector request has a wrong value' }, `${what} Nothing was changed.`);
  }
}

/** A file that is missing, or not the flat index that it is said to be. */
export class IndexFileError extends Problem {
  constructor(path: string, what: string) {
    super(
      { code: 'INDEX_FILE_UNUSABLE', status: 500, title: 'An index file cannot be used' },
      `The index file ${path} cannot be used: ${what}. It was not read, and nothing was changed. Restore it, or make it again from the journal.`,
    );
  }
}

/** The index in memory is unharmed; the file at the path, if any, is worthless. */
export class IndexWriteError extends Problem {
  constructor(path: string, what: string) {
    super(
      { code: 'INDEX_WRITE_FAILED', status: 500, title: 'An index file could not be written' },
      `The index file ${path} could not be written: ${what}. The index in memory is unharmed. See to the disk's room and rights and try again.`,
    );
  }
}

/** FAISS refused what the checks had let pass. */
export class FaissFailedError extends Problem {
  constructor(operation: string, what: string) {
    super(
      { code: 'FAISS_FAILED', status: 500, title: 'FAISS could not do it' },
      `FAISS could not ${operation}: ${what} Nothing was changed. If memory is short, give the process more and try again.`,
    );
  }
}

/** An index file could not be built beside the searches; trying again later is right. The output, if any, is worthless. */
export class IndexBuildError extends Problem {
  constructor(output: string, what: string) {
    super(
      { code: 'INDEX_BUILD_FAILED', status: 503, title: 'An index file could not be built' },
      `The index file ${output} could not be built: ${what}. What it was to be made of is unharmed and goes on answering. It is tried again; see to the disk's room and rights, and to memory.`,
      { headers: { 'Retry-After': '30' } },
    );
  }
}

export class FaissIndexClosedError extends Problem {
  constructor() {
    super(
      { code: 'SHUTTING_DOWN', status: 503, title: 'The service is stopping' },
      'The vector index is closed, since the service is stopping. Nothing was changed. Try again when it is back.',
      { headers: { 'Retry-After': '5' } },
    );
  }
}

/** The worker thread ended on its own, and every index in memory with it. */
export class FaissWorkerEndedError extends StopError {
  override name = 'FaissWorkerEndedError';

  constructor(what: string) {
    super(`The FAISS worker ended unexpectedly (${what}). What was acknowledged is safe in the journal: start again.`);
  }
}

/** The native library did not load. */
export class FaissNotLoadedError extends StopError {
  override name = 'FaissNotLoadedError';

  constructor(what: string) {
    super(
      `FAISS could not be loaded: ${what}. It was not built yet, or for another system or Node, or OpenBLAS was removed since. Run: npm run setup`,
    );
  }
}
