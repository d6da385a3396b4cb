import { crc32 } from 'node:zlib';
import type { AppendFile, Disk } from '../../platform/index.js';
import type { FileSeal } from './manifest.js';

/** Collected before they are written: few steps on the disk, and short enough for the event loop. */
const PIECE_BYTES = 1024 * 1024;

/** One file of a segment while it is written, under a temporary name; its checksum is made on the way. */
export class PartFile {
  private waiting: Uint8Array[] = [];
  private waitingBytes = 0;
  private bytes = 0;
  private crc = 0;

  private constructor(
    private readonly disk: Disk,
    private readonly path: string,
    private readonly file: AppendFile,
  ) {}

  static async begin(disk: Disk, path: string): Promise<PartFile> {
    return new PartFile(disk, path, await disk.create(`${path}.tmp`));
  }

  /** @param piece must not be changed afterwards */
  async write(piece: Uint8Array): Promise<void> {
    this.waiting.push(piece);
    this.waitingBytes += piece.length;
    if (this.waitingBytes >= PIECE_BYTES) await this.flush();
  }

  /** The file is durable, and has its name, when this resolves. */
  async finish(): Promise<FileSeal> {
    try {
      await this.flush();
      await this.file.sync();
    } finally {
      await this.file.close();
    }
    await this.disk.renameDurably(`${this.path}.tmp`, this.path);
    return { bytes: this.bytes, crc32: this.crc };
  }

  /** For a file that is given up; its temporary name is the caller's to remove. Idempotent, also after `finish`. */
  async close(): Promise<void> {
    await this.file.close();
  }

  private async flush(): Promise<void> {
    if (this.waitingBytes === 0) return;
    const data = this.waiting.length === 1 ? this.waiting[0] : Buffer.concat(this.waiting);
    [this.waiting, this.waitingBytes] = [[], 0];
    this.crc = crc32(data, this.crc);
    this.bytes += data.length;
    await this.file.append([data]);
  }
}
