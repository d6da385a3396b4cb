import { Injectable } from '@nestjs/common';
import { open, rm, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { DataConfig, Disk } from '../../platform/index.js';
import { isOriginalFolder, isOriginalName, originalFolder } from './file-names.js';
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
  private readonly foldersMade = new Set<string>();
  private readonly lock = new KeyLock();

  constructor(
    data: DataConfig,
    private readonly disk: Disk,
  ) {
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
    const path = this.pathOf(sha256);
    if (!this.foldersMade.has(dirname(path))) {
      await this.disk.makeFolder(dirname(path));
      this.foldersMade.add(dirname(path));
    }
    await this.disk.renameDurably(stagedPath, path);
  }

  /** An upload's bytes are on the disk when this resolves. */
  async syncStaged(path: string): Promise<void> {
    await this.disk.syncFile(path);
  }

  /** Removes a staged file that found no place; one that was moved is no error. */
  async discard(stagedPath: string): Promise<void> {
    await rm(stagedPath, { force: true });
  }

  async remove(sha256: string): Promise<void> {
    await this.disk.remove(this.pathOf(sha256));
  }

  /** Open for reading; null when it is not there, or not as long as it was. The caller closes it. */
  async open(sha256: string, sizeBytes: number): Promise<FileHandle | null> {
    if ((await this.disk.size(this.pathOf(sha256))) !== sizeBytes) return null;
    return open(this.pathOf(sha256), 'r');
  }

  async isWhole(sha256: string, sizeBytes: number): Promise<boolean> {
    return (await this.disk.size(this.pathOf(sha256))) === sizeBytes;
  }

  /** At start: makes the folders, empties `tmp/`, and removes the originals that no document needs. */
  async prepare(isNeeded: (sha256: string) => boolean): Promise<void> {
    await this.disk.makeFolder(this.temporaryFolder);
    await this.disk.makeFolder(this.folder);
    for (const name of await this.disk.list(this.temporaryFolder)) {
      await rm(join(this.temporaryFolder, name), { recursive: true, force: true });
    }
    for (const prefix of (await this.disk.list(this.folder)).filter(isOriginalFolder)) {
      for (const name of await this.disk.list(join(this.folder, prefix))) {
        if (isOriginalName(name) && !isNeeded(name)) await this.remove(name);
      }
    }
  }
}
