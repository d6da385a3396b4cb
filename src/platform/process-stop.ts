/**
 * Ends the process in order (stop accepting, park work, close the store, stop PostgreSQL) with exit code 1 and `reason`
 * as its last line. For what is found wrong after the start; before it, throwing `StopError` does the same.
 */
export abstract class ProcessStop {
  abstract stop(reason: Error): void;
}
