import { createHash, randomUUID } from 'node:crypto';
import { open, rm, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { Request } from 'express';
import type { StorageEngine } from 'multer';
import { FileError } from '../../platform/index.js';

/** Makes a written file's bytes durable. */
export type SyncFile = (path: string) => Promise<void>;

/** First bytes that are kept in memory, for telling the type. */
export const HEAD_BYTES = 64 * 1024;

/** A file that lies in `tmp/`, whole and fsynced. Who holds it removes it or moves it to its place. */
export interface StagedFile {
  path: string;
  sizeBytes: number;
  /** Lower-case hex. */
  sha256: string;
  /** The first 64 KB, or all of a smaller file. */
  head: Buffer;
}

/**
 * Streams an upload to a temporary file while hashing it: memory holds one chunk and the head, whatever the size.
 * A stream that fails or is cut off leaves neither the file nor a descriptor.
 */
export class UploadStorage implements StorageEngine {
  private readonly stagings: Promise<unknown>[] = [];

  constructor(
    private readonly folder: string,
    private readonly syncFile: SyncFile,
  ) {}

  /** Resolves when nothing is being written any more, by whatever end. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.stagings);
  }

  _handleFile(
    _request: Request,
    file: Express.Multer.File,
    callback: (error?: unknown, info?: Partial<Express.Multer.File>) => void,
  ): void {
    const staging = stageStream(file.stream as AsyncIterable<Buffer>, this.folder, this.syncFile);
    this.stagings.push(staging);
    staging.then(
      (staged) => callback(null, staged as Partial<Express.Multer.File>),
      (error: unknown) => callback(error),
    );
  }

  _removeFile(_request: Request, file: Express.Multer.File, callback: (error: Error | null) => void): void {
    rm(file.path, { force: true }).then(() => callback(null), callback);
  }
}

/** @throws FileError, or what the stream fails with; then nothing is left */
export async function stageStream(
  source: Iterable<Buffer> | AsyncIterable<Buffer>,
  folder: string,
  syncFile: SyncFile,
): Promise<StagedFile> {
  const path = join(folder, `${randomUUID()}.upload`);
  const file = await onDisk('open', path, open(path, 'wx', 0o640));
  let complete = false;
  try {
    const staged = await copy(source, file, path);
    await syncFile(path);
    complete = true;
    return { path, ...staged };
  } finally {
    await file.close();
    if (!complete) await rm(path, { force: true });
  }
}

async function copy(source: Iterable<Buffer> | AsyncIterable<Buffer>, file: FileHandle, path: string): Promise<Omit<StagedFile, 'path'>> {
  const hash = createHash('sha256');
  const head: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of source) {
    hash.update(chunk);
    if (sizeBytes < HEAD_BYTES) head.push(Buffer.from(chunk.subarray(0, HEAD_BYTES - sizeBytes)));
    await onDisk('write', path, writeWhole(file, chunk));
    sizeBytes += chunk.length;
  }
  return { sizeBytes, sha256: hash.digest('hex'), head: Buffer.concat(head) };
}

async function writeWhole(file: FileHandle, chunk: Buffer): Promise<void> {
  for (let offset = 0; offset < chunk.length;) {
    offset += (await file.write(chunk, offset)).bytesWritten;
  }
}

async function onDisk<T>(operation: string, path: string, done: Promise<T>): Promise<T> {
  try {
    return await done;
  } catch (error) {
    throw new FileError(operation, path, error);
  }
}
