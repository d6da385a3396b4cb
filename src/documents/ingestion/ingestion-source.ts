import { Injectable } from '@nestjs/common';
import { VectorStore, type StoredChunk } from '../../store/index.js';
import { sizesFromChunks, textFromChunks } from '../document-text.js';
import { NoTextFoundError, OriginalLostError, StoredTextGoneError } from '../documents.errors.js';
import { OriginalFiles } from '../originals/original-files.js';
import { DocumentReader, type ReadResult } from '../reading/index.js';
import { CHUNKS_TOO_LONG, EmbeddingTexts } from './embedding-texts.js';
import type { IngestionJob } from './ingestion-job.js';

/** Where a document's text comes from: its original, or, when it was imported without one, the chunks that are stored of it. */
@Injectable()
export class IngestionSource {
  constructor(
    private readonly store: VectorStore,
    private readonly reader: DocumentReader,
    private readonly originals: OriginalFiles,
    private readonly texts: EmbeddingTexts,
  ) {}

  /** Text, title and chunks, at least one. Rejects with the Problem that the document fails with. */
  read(job: IngestionJob): Promise<ReadResult> {
    return job.document.sizeBytes === 0 ? this.readStored(job) : this.readOriginal(job);
  }

  private async readOriginal(job: IngestionJob): Promise<ReadResult> {
    const { id, sha256, sizeBytes, filename, mimeType, title, titleGiven } = job.document;
    if (!(await this.originals.isWhole(sha256, sizeBytes))) throw new OriginalLostError(id, filename);
    const result = await this.reader.read(
      { path: this.originals.pathOf(sha256), mimeType, filename, givenTitle: titleGiven ? title : null },
      { signal: job.signal, onProgress: ({ stage, done, total }) => job.report(stage, done, total) },
    );
    if (result.chunks.length === 0) throw new NoTextFoundError(filename);
    return result;
  }

  /** Texts and spans stay to the letter: only what is embedded is put together anew, with the title of now. */
  private async readStored(job: IngestionJob): Promise<ReadResult> {
    const { id, title, pageCount, charCount } = job.document;
    job.report('chunking', 0, 1);
    const stored = await this.store.readChunks(id);
    if (stored.length === 0) throw new StoredTextGoneError(id);
    const embedded = await this.texts.of(title, stored, job.signal);
    const cut = stored.filter((_, n) => embedded[n].isCut);
    const sizes = sizesFromChunks(stored);
    return {
      title,
      readable: { ...textFromChunks(stored), headings: [] },
      chunks: stored.map((chunk, n) => ({ ...chunk, headingPath: [...chunk.headingPath], embeddingText: embedded[n].text })),
      ...{ pageCount: pageCount ?? sizes.pageCount, charCount: charCount ?? sizes.charCount },
      warnings: cut.length === 0 ? [] : [cutWarning(cut)],
    };
  }
}

function cutWarning(chunks: readonly StoredChunk[]): { code: string; detail: string } {
  const shown = chunks.slice(0, 10).map(({ chunkIndex }) => chunkIndex);
  const more = chunks.length > shown.length ? ' and more' : '';
  return {
    code: CHUNKS_TOO_LONG.code,
    detail: `${CHUNKS_TOO_LONG.detail(chunks.length)} (chunk_index ${shown.join(', ')}${more}).`,
  };
}
