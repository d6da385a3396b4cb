import { Problem } from '../../platform/index.js';
import { ExtractionError, type ExtractionCode } from '../extractors/index.js';

const kept = 'The original is kept, nothing of it is searchable, and other documents are not affected.';

export function timedOut(timeoutMs: number): ExtractionError {
  const detail = `Reading the document took longer than ${timeoutMs / 1000} s and was stopped. ${kept} Split the document, or save it again with another program, and upload the result.`;
  return new ExtractionError('EXTRACTION_TIMEOUT', detail);
}

export function outOfMemory(memoryBytesMax: number): ExtractionError {
  const detail = `Reading the document took more than ${Math.round(memoryBytesMax / 1024 / 1024)} MiB of memory and was stopped. ${kept} Split the document, or save it again with another program, and upload the result.`;
  return new ExtractionError('EXTRACTION_MEMORY', detail);
}

/** @param output what the process wrote last; it goes to the log as the cause, not to the client */
export function crashed(how: string, output: string): ExtractionError {
  const detail = `The process that read the document ${how}. ${kept} Reindex the document; if it ends so again, save it again with another program and upload the result.`;
  return new ExtractionError('EXTRACTION_CRASHED', detail, output ? new Error(output.trim()) : undefined);
}

/** A failure that the reading process has told of itself. */
export function fromChild(code: ExtractionCode, detail: string, limits: { memoryBytesMax: number }): ExtractionError {
  if (code === 'EXTRACTION_MEMORY') return outOfMemory(limits.memoryBytesMax);
  if (code === 'EXTRACTION_CRASHED') return crashed('failed on it unexpectedly', detail);
  return new ExtractionError(code, detail);
}

/** The server is stopping; what was being read is read again after the next start. */
export class ReaderClosedError extends Problem {
  constructor() {
    super(
      { code: 'READING_STOPPED', status: 503, title: 'Reading stopped' },
      'The server is stopping: the document is read after its next start.',
    );
  }
}
