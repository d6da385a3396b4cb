import * as fs from 'node:fs';
import type { FileCalls, OpenFile } from '../../src/platform/index.js';

/** What a call answers, or throws, as a promise that is settled already. */
function atOnce<T>(call: () => T): Promise<T> {
  return new Promise((resolve) => resolve(call()));
}

/**
 * The system's calls, made at once: promises resolve in the order of the program, never of the machine, so that a run with
 * the same choices takes the same steps. Nothing is fsynced: who needs to know what would survive asks the model.
 */
export class SyncFileCalls implements FileCalls {
  open = (path: string, flags: string | number, mode?: number): Promise<OpenFile> =>
    atOnce(() => new SyncOpenFile(fs.openSync(path, flags, mode)));
  readFile = (path: string): Promise<Buffer> => atOnce(() => fs.readFileSync(path));
  readdir = (path: string): Promise<string[]> => atOnce(() => fs.readdirSync(path));
  stat = (path: string): Promise<{ size: number }> => atOnce(() => fs.statSync(path));
  mkdir = (path: string, options: { recursive: true }): Promise<string | undefined> => atOnce(() => fs.mkdirSync(path, options));
  rename = (from: string, to: string): Promise<void> => atOnce(() => fs.renameSync(from, to));
  unlink = (path: string): Promise<void> => atOnce(() => fs.unlinkSync(path));
  rm = (path: string, options: { recursive: true; force: true }): Promise<void> => atOnce(() => fs.rmSync(path, options));
  copyFile = (from: string, to: string): Promise<void> => atOnce(() => fs.copyFileSync(from, to));
}

class SyncOpenFile implements OpenFile {
  constructor(private fd: number) {}

  read = (into: Uint8Array, offset: number, length: number, position: number): Promise<{ bytesRead: number }> =>
    atOnce(() => ({ bytesRead: fs.readSync(this.fd, into, offset, length, position) }));
  write = (data: Uint8Array, offset: number, length: number, position: number): Promise<{ bytesWritten: number }> =>
    atOnce(() => ({ bytesWritten: fs.writeSync(this.fd, data, offset, length, position) }));
  sync = (): Promise<void> => Promise.resolve();
  datasync = (): Promise<void> => Promise.resolve();
  truncate = (bytes: number): Promise<void> => atOnce(() => fs.ftruncateSync(this.fd, bytes));
  stat = (): Promise<{ size: number }> => atOnce(() => fs.fstatSync(this.fd));

  /** Idempotent, as Node's own. */
  close = (): Promise<void> =>
    atOnce(() => {
      if (this.fd >= 0) fs.closeSync(this.fd);
      this.fd = -1;
    });
}
