import { Injectable } from '@nestjs/common';
import { join } from 'node:path';
import type { ReadableText } from '../../chunking/index.js';
import { DataConfig, Disk, FileError } from '../../platform/index.js';
import { parseTextFileName, TEXT_FOLDER, textFileName } from './file-names.js';

/**
 * The texts that chunks' spans point into, a file for each reading of a document. The text of a generation is durable
 * before its chunks are saved, and the one before it is removed after that: at every moment the text is there that the
 * stored spans belong to.
 */
@Injectable()
export class ExtractedTexts {
  private readonly folder: string;

  constructor(
    data: DataConfig,
    private readonly disk: Disk,
  ) {
    this.folder = join(data.dataDir, 'files', TEXT_FOLDER);
  }

  async write(documentId: number, generation: number, readable: ReadableText): Promise<void> {
    const { text, pages, headings } = readable;
    await this.disk.writeDurably(this.pathOf(documentId, generation), [Buffer.from(JSON.stringify({ text, pages, headings }))]);
  }

  /** Null when it is not there. */
  async read(documentId: number, generation: number): Promise<ReadableText | null> {
    try {
      return JSON.parse((await this.disk.read(this.pathOf(documentId, generation))).toString()) as ReadableText;
    } catch (error) {
      if (error instanceof FileError && error.code === 'ENOENT') return null;
      throw error;
    }
  }

  async remove(documentId: number, generation: number): Promise<void> {
    await this.disk.remove(this.pathOf(documentId, generation));
  }

  /** At start, when `files/` is there: makes the folder and removes the texts that no document's spans point into. */
  async prepare(isNeeded: (documentId: number, generation: number) => boolean): Promise<void> {
    await this.disk.makeFolder(this.folder);
    for (const name of await this.disk.list(this.folder)) {
      const parsed = parseTextFileName(name);
      if (!parsed || !isNeeded(parsed.documentId, parsed.generation)) await this.disk.remove(join(this.folder, name));
    }
  }

  private pathOf(documentId: number, generation: number): string {
    return join(this.folder, textFileName(documentId, generation));
  }
}
