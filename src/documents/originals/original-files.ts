import { Injectable } from '@nestjs/common';
import { open, readdir, rm, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { DataConfig } from '../../platform/index.js';
import { emptyFolder, ensureFolder, moveDurably } from './durable-files.js';
import { isOriginalName, originalFolder, TEXT_FOLDER } from './file-names.js';
import { KeyLock } from './key-lock.js';

/**
 * The originals, by the hash of their bytes: documents with the same bytes share one file.
 *
 * What accepts a document or takes one away holds the hash's lock around the change to the store and the change here, so
 * that no original is removed while a document is being accepted that needs it. An original is at its place, fsynced,
 * before its document is accepted: a crash between the two leaves a file that no document needs, which the next start
 * removes, never a document without its file.
 */
@Injectable()
export class OriginalFiles {
  /** Staged uploads and whatever else does not outlive the process. */
  readonly temporaryFolder: string;
  private readonly folder: string;
  private readonly lock = new KeyLock();

  constructor(data: DataConfig) {
    this.temporaryFolder = join(data.dataDir, 'tmp');
    this.folder = join(data.dataDir, 'files');
  }

  pathOf(sha256: string): string {
    return join(this.folder, originalFolder(sha256), sha256);
  }

  withLock<T>(sha256: string, work: () => Promise<T>): Promise<T> {
    return this.lock.run(sha256, work);
  }

  /**
   * Moves a staged, fsynced file to its place; durable when it resolves. One that is there already is replaced by the same
   * bytes, which puts back what was damaged.
   */
  async place(stagedPath: string, sha256: string): Promise<void> {
    await moveDurably(stagedPath, this.pathOf(sha256));
  }

  async remove(sha256: string): Promise<void> {
    await rm(this.pathOf(sha256), { force: true });
  }

  /** Open for reading; null when it is not there, or not as long as it was. The caller closes it. */
  async open(sha256: string, sizeBytes: number): Promise<FileHandle | null> {
    let file: FileHandle;
    try {
      file = await open(this.pathOf(sha256), 'r');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw error;
    }
    if ((await file.stat()).size === sizeBytes) return file;
    await file.close();
    return null;
  }

  async isWhole(sha256: string, sizeBytes: number): Promise<boolean> {
    const file = await this.open(sha256, sizeBytes);
    await file?.close();
    return file !== null;
  }

  /** At start: makes the folders, empties `tmp/`, and removes the originals that no document needs. */
  async prepare(isNeeded: (sha256: string) => boolean): Promise<void> {
    await ensureFolder(this.temporaryFolder);
    await ensureFolder(this.folder);
    await emptyFolder(this.temporaryFolder);
    for (const prefix of await readdir(this.folder)) {
      if (prefix === TEXT_FOLDER || !/^[0-9a-f]{2}$/.test(prefix)) continue;
      for (const name of await readdir(join(this.folder, prefix))) {
        if (isOriginalName(name) && !isNeeded(name)) await this.remove(name);
      }
    }
  }
}
