import { StopError } from '../errors/problem.js';
import { Disk } from './disk.js';
import { FileError } from './file.errors.js';

/**
 * A disk on which an fsync that fails ends the process: what the disk holds is then not known, the kernel may have dropped
 * what it could not write, and to try again would only hide that.
 */
export class StrictDisk extends Disk {
  /** @param stop ends the process; the error is its last line */
  constructor(private readonly stop: (reason: StopError) => void) {
    super();
  }

  override makeFolder(path: string): Promise<void> {
    return this.strictly(super.makeFolder(path));
  }

  override writeDurably(path: string, data: readonly Uint8Array[]): Promise<void> {
    return this.strictly(super.writeDurably(path, data));
  }

  override renameDurably(from: string, to: string): Promise<void> {
    return this.strictly(super.renameDurably(from, to));
  }

  override syncFile(path: string): Promise<void> {
    return this.strictly(super.syncFile(path));
  }

  /** It rejects all the same: nobody is told that something is durable which is not. */
  private async strictly<T>(done: Promise<T>): Promise<T> {
    try {
      return await done;
    } catch (error) {
      if (error instanceof FileError && error.isLostSync)
        this.stop(new StopError(`${error.message}. What was acknowledged is safe. Look at the disk, then start again.`, { cause: error }));
      throw error;
    }
  }
}
