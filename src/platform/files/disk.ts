import { constants } from 'node:fs';
import { dirname, join } from 'node:path';
import { crc32 } from 'node:zlib';
import { systemCalls, type FileCalls, type OpenFile } from './file-calls.js';
import { FileError } from './file.errors.js';

/** What changes the disk; a fault in a test is planted before or inside one of these. */
export type DiskStep = 'write' | 'sync' | 'truncate' | 'rename' | 'remove' | 'sync-folder' | 'make-folder';

const CHECKSUM_PIECE_BYTES = 4 * 1024 * 1024;

/**
 * The one way to the file system for everything that must survive a crash. Errors carry the path. Nothing is durable
 * before its `sync`, and no name before the `sync-folder` of the folder that it stands in.
 */
export class Disk {
  /** The seam below: how the system is asked. */
  protected readonly calls: FileCalls = systemCalls;

  /** Every step passes here before it is done: the seam where tests let a process die. */
  protected async before(_step: DiskStep, _path: string): Promise<void> {}

  /** How bytes reach a file; all of them, or an error after which any part of them may stand there. */
  protected async writeAll(file: OpenFile, data: readonly Uint8Array[], position: number): Promise<void> {
    let at = position;
    for (const piece of data) {
      for (let done = 0; done < piece.length;) {
        const { bytesWritten } = await file.write(piece, done, piece.length - done, at);
        done += bytesWritten;
        at += bytesWritten;
      }
    }
  }

  /** With the folders above it that are not there yet. */
  async makeFolder(path: string): Promise<void> {
    const highestMade = await this.step('make-folder', path, () => this.calls.mkdir(path, { recursive: true }));
    await this.syncFolder(dirname(path));
    for (let made = path; highestMade !== undefined && made !== highestMade;) {
      made = dirname(made);
      await this.syncFolder(dirname(made));
    }
  }

  /** Opens for reading and writing, making an empty file when there is none. */
  openForAppend(path: string): Promise<AppendFile> {
    return named('open', path, async () => {
      const handle = await this.calls.open(path, constants.O_RDWR | constants.O_CREAT, 0o640);
      return new AppendFile(path, handle, (await handle.stat()).size, this.appendSteps(path, handle));
    });
  }

  /** Opens a new file for writing; one that is there loses what it held. */
  create(path: string): Promise<AppendFile> {
    return named('open', path, async () => {
      const handle = await this.calls.open(path, 'w+', 0o640);
      return new AppendFile(path, handle, 0, this.appendSteps(path, handle));
    });
  }

  openForReading(path: string): Promise<ReadFile> {
    return named('open', path, async () => new ReadFile(path, await this.calls.open(path, 'r')));
  }

  read(path: string): Promise<Buffer> {
    return named('read', path, () => this.calls.readFile(path));
  }

  /** Length and CRC-32 of a file of any length, read piece by piece. */
  async checksum(path: string): Promise<{ bytes: number; crc32: number }> {
    return named('read', path, async () => {
      const handle = await this.calls.open(path, 'r');
      try {
        const piece = Buffer.allocUnsafe(CHECKSUM_PIECE_BYTES);
        for (let bytes = 0, crc = 0; ;) {
          const { bytesRead } = await handle.read(piece, 0, piece.length, bytes);
          if (bytesRead === 0) return { bytes, crc32: crc };
          crc = crc32(piece.subarray(0, bytesRead), crc);
          bytes += bytesRead;
        }
      } finally {
        await handle.close();
      }
    });
  }

  /** Names in a folder, sorted; none when the folder is not there. */
  async list(path: string): Promise<string[]> {
    try {
      return (await this.calls.readdir(path)).sort();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
      throw new FileError('list', path, error);
    }
  }

  /** Bytes; null when there is no such file. */
  async size(path: string): Promise<number | null> {
    try {
      return (await this.calls.stat(path)).size;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw new FileError('look at', path, error);
    }
  }

  /** Writes a whole new file under a temporary name and puts it in its place: the rename is the commit point. */
  async writeDurably(path: string, data: readonly Uint8Array[]): Promise<void> {
    const temporary = `${path}.tmp`;
    const handle = await named('open', temporary, () => this.calls.open(temporary, 'w', 0o640));
    try {
      try {
        await this.step('write', temporary, () => this.writeAll(handle, data, 0));
        await this.step('sync', temporary, () => handle.sync());
      } finally {
        await handle.close();
      }
      await this.step('rename', path, () => this.calls.rename(temporary, path));
    } catch (error) {
      // on a full disk it would hold the room that others need; what cannot be removed goes at the next start
      await this.remove(temporary).catch(() => undefined);
      throw error;
    }
    await this.syncFolder(dirname(path));
  }

  /** For a file that other code wrote: its bytes are on the disk when this returns. */
  async syncFile(path: string): Promise<void> {
    const handle = await named('open', path, () => this.calls.open(path, 'r+'));
    try {
      await this.step('sync', path, () => handle.sync());
    } finally {
      await handle.close();
    }
  }

  async renameDurably(from: string, to: string): Promise<void> {
    await this.step('rename', to, () => this.calls.rename(from, to));
    await this.syncFolder(dirname(to));
    if (dirname(from) !== dirname(to)) await this.syncFolder(dirname(from));
  }

  /** A file that is gone already is no error. */
  async remove(path: string): Promise<void> {
    await this.step('remove', path, () =>
      this.calls.unlink(path).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'ENOENT') throw error;
      }),
    );
  }

  /** A folder with all that is in it; one that is gone already is no error. */
  async removeTree(path: string): Promise<void> {
    await this.step('remove', path, () => this.calls.rm(path, { recursive: true, force: true }));
    await this.syncFolder(dirname(path));
  }

  async syncFolder(path: string): Promise<void> {
    await this.step('sync-folder', path, async () => {
      const folder = await this.calls.open(path, 'r');
      try {
        await folder.sync();
      } finally {
        await folder.close();
      }
    });
  }

  /** Puts a copy beside, for people to look at. */
  async copy(from: string, to: string): Promise<void> {
    await this.step('write', to, () => this.calls.copyFile(from, to));
  }

  private async step<T>(step: DiskStep, path: string, act: () => Promise<T>): Promise<T> {
    return named(step, path, async () => {
      await this.before(step, path);
      return act();
    });
  }

  private appendSteps(path: string, handle: OpenFile): AppendSteps {
    return {
      write: (data, position) => this.step('write', path, () => this.writeAll(handle, data, position)),
      sync: () => this.step('sync', path, () => handle.datasync()),
      truncate: (bytes) => this.step('truncate', path, () => handle.truncate(bytes)),
    };
  }
}

interface AppendSteps {
  write: (data: readonly Uint8Array[], position: number) => Promise<void>;
  sync: () => Promise<void>;
  truncate: (bytes: number) => Promise<void>;
}

/** A file read by position; many reads may run at once. */
export class ReadFile {
  constructor(
    readonly path: string,
    protected readonly handle: OpenFile,
  ) {}

  /** Exactly `bytes` bytes from `position`; an error when the file ends before. */
  read(position: number, bytes: number): Promise<Buffer> {
    return named('read', this.path, async () => {
      const data = Buffer.allocUnsafe(bytes);
      for (let done = 0; done < bytes;) {
        const { bytesRead } = await this.handle.read(data, done, bytes - done, position + done);
        if (bytesRead === 0) throw new Error(`ends at byte ${position + done}, before byte ${position + bytes}`);
        done += bytesRead;
      }
      return data;
    });
  }

  close(): Promise<void> {
    return this.handle.close();
  }
}

/** A file that grows at its end. */
export class AppendFile extends ReadFile {
  constructor(
    path: string,
    handle: OpenFile,
    /** Bytes; where the next append goes. */
    public size: number,
    private readonly steps: AppendSteps,
  ) {
    super(path, handle);
  }

  /** Not durable before `sync`. After an error the file may be longer than `size`: cut it. */
  async append(data: readonly Uint8Array[]): Promise<void> {
    await this.steps.write(data, this.size);
    for (const piece of data) this.size += piece.length;
  }

  sync(): Promise<void> {
    return this.steps.sync();
  }

  async truncate(bytes: number): Promise<void> {
    await this.steps.truncate(bytes);
    this.size = bytes;
  }
}

async function named<T>(operation: string, path: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    throw error instanceof FileError ? error : new FileError(operation, path, error);
  }
}

/** Where a file that is in the way goes: beside, under a name that is free. */
export function asideName(folder: string, name: string, taken: readonly string[]): string {
  for (let n = 1; ; n++) {
    const candidate = `${name}.${n}`;
    if (!taken.includes(candidate)) return join(folder, candidate);
  }
}
