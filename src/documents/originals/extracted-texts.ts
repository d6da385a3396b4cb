import { Injectable } from '@nestjs/common';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ReadableText } from '../../chunking/index.js';
import { DataConfig } from '../../platform/index.js';
import { ensureFolder, writeDurably } from './durable-files.js';
import { parseTextFileName, TEXT_FOLDER, textFileName } from './file-names.js';

/**
 * The texts that chunks' spans point into, a file for each reading of a document. The text of a generation is durable
 * before its chunks are saved, and the one before it is removed after that: at every moment the text is there that the
 * stored spans belong to.
 */
@Injectable()
export class ExtractedTexts {
  private readonly folder: string;

  constructor(data: DataConfig) {
    this.folder = join(data.dataDir, 'files', TEXT_FOLDER);
  }

  async write(documentId: number, generation: number, readable: ReadableText): Promise<void> {
    const { text, pages, headings } = readable;
    await writeDurably(this.pathOf(documentId, generation), JSON.stringify({ text, pages, headings }));
  }

  /** Null when it is not there. */
  async read(documentId: number, generation: number): Promise<ReadableText | null> {
    try {
      return JSON.parse(await readFile(this.pathOf(documentId, generation), 'utf8')) as ReadableText;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw error;
    }
  }

  async remove(documentId: number, generation: number): Promise<void> {
    await rm(this.pathOf(documentId, generation), { force: true });
  }

  /** At start: makes the folder and removes the texts that no document's spans point into. */
  async prepare(isNeeded: (documentId: number, generation: number) => boolean): Promise<void> {
    await ensureFolder(this.folder);
    for (const name of await readdir(this.folder)) {
      const parsed = parseTextFileName(name);
      if (!parsed || !isNeeded(parsed.documentId, parsed.generation)) await rm(join(this.folder, name), { force: true });
    }
  }

  private pathOf(documentId: number, generation: number): string {
    return join(this.folder, textFileName(documentId, generation));
  }
}
