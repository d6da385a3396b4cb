import { FileError, StopError } from '../platform/index.js';

/** An fsync that failed is never tried again: what the disk holds is not known, and the process must end. */
export function throwIfFatal(error: unknown): void {
  if (error instanceof StopError) throw error;
  if (error instanceof FileError && error.isLostSync)
    throw new StopError(`${error.message}. What was acknowledged is safe in the journal. Look at the disk, then start again.`, {
      cause: error,
    });
}
