import { join } from 'node:path';
import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { ChunkingConfig, DataConfig, EmbeddingConfig, ExtractionConfig, SPECIAL_TOKENS } from '../../platform/index.js';
import { DocumentReader, type ReadOptions, type ReadRequest, type ReadResult } from './document-reader.js';
import { ReadingChild } from './reading-child.js';
import { ReaderClosedError } from './reading-failures.js';
import type { ReadMessage } from './reading.messages.js';

/**
 * Reads in a child process of low priority that is kept warm between documents, and killed when one takes too long or too
 * much memory, or is called off. One at a time: the other processor core embeds what was read before.
 */
@Injectable()
export class ProcessDocumentReader implements DocumentReader, OnModuleDestroy {
  private child: ReadingChild | null = null;
  /** Those that have not ended yet. */
  private readonly children = new Set<ReadingChild>();
  /** Settles with the last document that was queued. */
  private queue: Promise<void> = Promise.resolve();
  private closed = false;

  constructor(
    private readonly data: DataConfig,
    private readonly extraction: ExtractionConfig,
    private readonly chunking: ChunkingConfig,
    private readonly embedding: EmbeddingConfig,
  ) {}

  read(request: ReadRequest, options: ReadOptions = {}): Promise<ReadResult> {
    return new Promise((resolve, reject) => {
      const { signal } = options;
      if (this.closed) return reject(new ReaderClosedError());
      if (signal?.aborted) return reject(reasonOf(signal));
      // One that waits is called off at once; its turn then comes to nothing.
      const onAbort = (): void => reject(signal ? reasonOf(signal) : new Error('called off'));
      signal?.addEventListener('abort', onAbort, { once: true });
      const turn = this.queue.then(async () => {
        signal?.removeEventListener('abort', onAbort);
        if (this.closed) throw new ReaderClosedError();
        if (!signal?.aborted) resolve(await this.readNow(request, options));
      });
      this.queue = turn.catch(reject);
    });
  }

  async close(): Promise<void> {
    this.closed = true;
    for (const child of this.children) child.kill(new ReaderClosedError());
    await this.queue;
    await Promise.all([...this.children].map((child) => child.ended));
  }

  onModuleDestroy(): Promise<void> {
    return this.close();
  }

  private async readNow(request: ReadRequest, { signal, onProgress }: ReadOptions): Promise<ReadResult> {
    const child = await this.fitChild();
    const onAbort = (): void => child.kill(signal ? reasonOf(signal) : null);
    signal?.addEventListener('abort', onAbort, { once: true });
    try {
      if (signal?.aborted) throw reasonOf(signal);
      return await child.read(this.messageOf(request), (progress) => onProgress?.(progress));
    } finally {
      signal?.removeEventListener('abort', onAbort);
    }
  }

  private messageOf({ path, mimeType, filename, givenTitle }: ReadRequest): ReadMessage {
    const { chunkTokens, overlapTokens } = this.chunking;
    const limits = { chunkTokens, overlapTokens, embeddingTokensMax: this.embedding.tokensMax - SPECIAL_TOKENS };
    return { path, mimeType, filename, givenTitle, limits, modelFolder: this.embedding.modelFolder };
  }

  /** The warm process, or a new one in place of one that is spent. */
  private async fitChild(): Promise<ReadingChild> {
    if (this.child?.isFit) return this.child;
    this.child?.kill(new ReaderClosedError());
    const child = await ReadingChild.start(join(this.data.dataDir, 'tmp'), this.extraction);
    this.child = child;
    this.children.add(child);
    void child.ended.then(() => this.children.delete(child));
    if (this.closed) child.kill(new ReaderClosedError());
    return child;
  }
}

function reasonOf(signal: AbortSignal): Error {
  return signal.reason instanceof Error ? signal.reason : new Error(String(signal.reason));
}
