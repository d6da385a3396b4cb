import { Injectable, Logger } from '@nestjs/common';
import { Mutex } from 'async-mutex';
import { Embedder } from '../../embedding/index.js';
import { Problem } from '../../platform/index.js';
import { SaveRefusedError, VectorStore } from '../../store/index.js';
import { IngestionFailedError } from '../documents.errors.js';
import { ExtractedTexts } from '../originals/extracted-texts.js';
import type { ReadResult } from '../reading/index.js';
import { DiskPatience } from './disk-patience.js';
import { embedInOrder } from './embed-in-order.js';
import { CalledOff, type IngestionJob } from './ingestion-job.js';
import { IngestionSource } from './ingestion-source.js';

/**
 * Read, embed, save: one document's way in. Several are on it at once (the queue bounds how many): while one is embedded
 * others are read or saved. One at a time is embedded, whole, since two together would only both be late.
 */
@Injectable()
export class IngestionPipeline {
  readonly patience = new DiskPatience();
  private readonly logger = new Logger(IngestionPipeline.name);
  private readonly embedding = new Mutex();

  constructor(
    private readonly store: VectorStore,
    private readonly source: IngestionSource,
    private readonly embedder: Embedder,
    private readonly texts: ExtractedTexts,
  ) {}

  /**
   * Ends with the document saved or failed, or, when the job was called off or the store is closing, with nothing changed.
   * Never rejects.
   */
  async run(job: IngestionJob): Promise<void> {
    try {
      const read = await this.patience.untilThereIsRoom(job, () => job.unlessCalledOff(this.read(job)));
      const vectors = await job.unlessCalledOff(this.embedding.runExclusive(() => this.embed(job, read)));
      await this.save(job, read, vectors);
    } catch (error) {
      if (!isNoFailure(job, error)) await this.fail(job, error);
    }
  }

  private async read(job: IngestionJob): Promise<ReadResult> {
    const read = await this.source.read(job);
    job.report('embedding', 0, read.chunks.length);
    return read;
  }

  private embed(job: IngestionJob, { chunks }: ReadResult): Promise<Float32Array> {
    const texts = chunks.map(({ embeddingText }) => embeddingText);
    const onDone = (done: number): void => job.report('embedding', done, chunks.length);
    return embedInOrder(this.embedder, texts, this.store.dimension, { signal: job.signal, onDone });
  }

  private async save(job: IngestionJob, read: ReadResult, vectors: Float32Array): Promise<void> {
    const { id, generation, textGeneration } = job.document;
    job.report('saving', 0, 1);
    let isSaved = false;
    try {
      await this.patience.untilThereIsRoom(job, () => this.texts.write(id, generation, read.readable));
      await this.patience.untilThereIsRoom(job, () =>
        this.store.saveDocument({ documentId: id, generation, vectors, ...savedParts(read) }),
      );
      isSaved = true;
    } finally {
      if (!isSaved) await this.removeText(id, generation);
    }
    if (textGeneration !== null && textGeneration !== generation) await this.removeText(id, textGeneration);
  }

  /** What cannot be removed now is removed at the next start. */
  private async removeText(id: number, generation: number): Promise<void> {
    try {
      await this.texts.remove(id, generation);
    } catch (error) {
      this.logger.warn(`The text of document ${id} as of ${generation} could not be removed: ${String(error)}`);
    }
  }

  private async fail(job: IngestionJob, error: unknown): Promise<void> {
    const { id, generation, filename } = job.document;
    const problem = error instanceof Problem ? error : new IngestionFailedError(filename, error);
    if (problem instanceof IngestionFailedError)
      this.logger.error(`Document ${id} failed`, error instanceof Error ? error.stack : String(error));
    else this.logger.warn(`Document ${id} failed with ${problem.code}: ${problem.detail}`);
    try {
      const { code, detail } = problem;
      await this.patience.untilThereIsRoom(job, () => this.store.failDocument({ documentId: id, generation, code, detail }));
    } catch (refusal) {
      if (!isNoFailure(job, refusal))
        this.logger.error(`Document ${id} could not be marked as failed; the next start reads it again`, String(refusal));
    }
  }
}

function savedParts(read: ReadResult) {
  const { title, pageCount, charCount, warnings } = read;
  const chunks = read.chunks.map(({ text, pageStart, pageEnd, charStart, charEnd, headingPath }) => ({
    ...{ text, pageStart, pageEnd, charStart, charEnd },
    headingPath,
  }));
  return { title, pageCount, charCount, warnings, chunks };
}

/** The document is gone or changed, or a part of the service is stopping (503) and the next start takes it up. */
function isNoFailure(job: IngestionJob, error: unknown): boolean {
  if (job.signal.aborted || error instanceof CalledOff || error instanceof SaveRefusedError) return true;
  return error instanceof Problem && error.status === 503;
}
