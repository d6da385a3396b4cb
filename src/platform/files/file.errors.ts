/** A file operation that failed: which one, on which path. */
export class FileError extends Error {
  override name = 'FileError';
  /** The system's code, such as ENOSPC. */
  readonly code: string | undefined;

  constructor(
    readonly operation: string,
    readonly path: string,
    cause: unknown,
  ) {
    super(`Cannot ${operation.replace('-', ' ')} ${path}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
    this.code = (cause as NodeJS.ErrnoException | null)?.code;
  }

  /** The disk, a quota or a size limit has no room for what should be written. */
  get isOutOfSpace(): boolean {
    return this.code === 'ENOSPC' || this.code === 'EDQUOT' || this.code === 'EFBIG';
  }

  /** An fsync failed: what the disk holds of the file is not known, and no later fsync says it. */
  get isLostSync(): boolean {
    return this.operation === 'sync' || this.operation === 'sync-folder';
  }
}
