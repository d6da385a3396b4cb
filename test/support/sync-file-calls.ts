import * as fs from 'node:fs';
import type { FileCalls, OpenFile } from '../../src/platform/index.js';

/**
 * The system's calls, made at once: promises resolve in the order of the program, never of the machine, so that a run with
 * the same choices takes the same steps. Nothing is fsynced: who needs to know what would survive asks the model.
 */
export class SyncFileCalls implements FileCalls {
  async open(path: string, flags: string | number, mode?: number): Promise<OpenFile> {
    return new SyncOpenFile(fs.openSync(path, flags, mode));
  }

  async readFile(path: string): Promise<Buffer> {
    return fs.readFileSync(path);
  }

  async readdir(path: string): Promise<string[]> {
    return fs.readdirSync(path);
  }

  async stat(path: string): Promise<{ size: number }> {
    return fs.statSync(path);
  }

  async mkdir(path: string, options: { recursive: true }): Promise<string | undefined> {
    return fs.mkdirSync(path, options);
  }

  async rename(from: string, to: string): Promise<void> {
    fs.renameSync(from, to);
  }

  async unlink(path: string): Promise<void> {
    fs.unlinkSync(path);
  }

  async rm(path: string, options: { recursive: true; force: true }): Promise<void> {
    fs.rmSync(path, options);
  }

  async copyFile(from: string, to: string): Promise<void> {
    fs.copyFileSync(from, to);
  }
}

class SyncOpenFile implements OpenFile {
  constructor(private fd: number) {}

  async read(into: Uint8Array, offset: number, length: number, position: number): Promise<{ bytesRead: number }> {
    return { bytesRead: fs.readSync(this.fd, into, offset, length, position) };
  }

  async write(data: Uint8Array, offset: number, length: number, position: number): Promise<{ bytesWritten: number }> {
    return { bytesWritten: fs.writeSync(this.fd, data, offset, length, position) };
  }

  async sync(): Promise<void> {}

  async datasync(): Promise<void> {}

  async truncate(bytes: number): Promise<void> {
    fs.ftruncateSync(this.fd, bytes);
  }

  async stat(): Promise<{ size: number }> {
    return fs.fstatSync(this.fd);
  }

  async close(): Promise<void> {
    if (this.fd >= 0) fs.closeSync(this.fd);
    this.fd = -1;
  }
}
