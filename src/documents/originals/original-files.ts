import { Injectable, Logger } from '@nestjs/common';
import { open, rm, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { DataConfig, Disk } from '../../platform/index.js';
import { RestoredMark } from '../../store/index.js';
import { isOriginalFolder, isOriginalName, originalFolder, UNCLAIMED_FOLDER } from './file-names.js';
import { KeyLock } from './key-lock.js';

/**
 * The originals, by the hash of their bytes: documents with the same bytes share one file.
 *
 * What accepts a document or takes one away holds the hash's lock around the change to the store and the change here, so
 * that no original is removed while a document is being accepted that needs it. An original is at its place, fsynced,
 * before its document is accepted: a crash between the two leaves a file that no document needs, which the next start
 * removes, never a document without its file. After the store was made again from the database such a file may belong to a
 * document that the database had not heard of: it is moved to `unclaimed/`, for people, and never removed.
 */
@Injectable()
export class OriginalFiles {
  /** Staged uploads and whatever else does not outlive the process. */
  readonly temporaryFolder: string;
  private readonly folder: string;
  private readonly restored: RestoredMark;
  private readonly logger = new Logger(OriginalFiles.name);
  private readonly foldersMade = new Set<string>();
  private readonly lock = new KeyLock();

  constructor(
    data: DataConfig,
    private readonly disk: Disk,
  ) {
    this.temporaryFolder = join(data.dataDir, 'tmp');
    this.folder = join(data.dataDir, 'files');
    this.restored = new RestoredMark(disk, data.dataDir);
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

  /** At start: makes the folders, empties `tmp/`, and removes, or after a restoring puts aside, the originals that no document needs. */
  async prepare(isNeeded: (sha256: string) => boolean): Promise<void> {
    await this.disk.makeFolder(this.temporaryFolder);
    await this.disk.makeFolder(this.folder);
    for (const name of await this.disk.list(this.temporaryFolder)) {
      await rm(join(this.temporaryFolder, name), { recursive: true, force: true });
    }
    const unneeded = await this.unneeded(isNeeded);
    if (await this.restored.isSet()) {
      await this.keepUnclaimed(unneeded);
      await this.restored.clear();
    } else for (const sha256 of unneeded) await this.remove(sha256);
  }

  private async unneeded(isNeeded: (sha256: string) => boolean): Promise<string[]> {
    const names: string[] = [];
    for (const prefix of (await this.disk.list(this.folder)).filter(isOriginalFolder)) {
      for (const name of await this.disk.list(join(this.folder, prefix))) if (isOriginalName(name) && !isNeeded(name)) names.push(name);
    }
    return names;
  }

  private async keepUnclaimed(names: readonly string[]): Promise<void> {
    if (names.length === 0) return;
    const unclaimed = join(this.folder, UNCLAIMED_FOLDER);
    await this.disk.makeFolder(unclaimed);
    for (const name of names) await this.disk.renameDurably(this.pathOf(name), join(unclaimed, name));
    this.logger.warn(
      `${names.length} originals belong to no document that the database knew when the store was made again from it: they are in ${unclaimed}, named by the SHA-256 of their bytes. Upload again what is still wanted.`,
    );
  }
}

/** Whether an original lies below a data folder, as long as it should be. */
export async function originalIsWhole(dataDir: string, sha256: string, sizeBytes: number): Promise<boolean> {
  return sizeBytes > 0 && (await new OriginalFiles({ dataDir }, new Disk()).isWhole(sha256, sizeBytes));
}
