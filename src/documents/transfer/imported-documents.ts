import { Injectable } from '@nestjs/common';
import { Mutex } from 'async-mutex';
import { Embedder } from '../../embedding/index.js';
import { VectorStore, type ImportResult } from '../../store/index.js';
import { embedInOrder } from '../ingestion/embed-in-order.js';
import { EmbeddingTexts } from '../ingestion/embedding-texts.js';
import type { DocumentLine } from './document-line.js';

export interface ImportedDocument extends ImportResult {
  /** Chunks that were embedded here. */
  embedded: number;
  /** Positions of those that are longer than the model reads. */
  cut: number[];
}

/** Brings the document of a line into the store: embeds what came without a vector, and saves all of it in one record. */
@Injectable()
export class ImportedDocuments {
  /** One document at a time: the model is one, and two together would only both be late. */
  private readonly embedding = new Mutex();

  constructor(
    private readonly store: VectorStore,
    private readonly embedder: Embedder,
    private readonly texts: EmbeddingTexts,
  ) {}

  /** Durable when it resolves. What is not embedded yet when `left` is aborted is given up, with the signal's reason. */
  async save({ request, missing }: DocumentLine, left: AbortSignal): Promise<ImportedDocument> {
    let cut: number[] = [];
    if (missing.length > 0) {
      const release = await this.embedding.acquire();
      try {
        left.throwIfAborted();
        // An import that was cut off is sent again, whole: what it stored is not embedded once more to be found there.
        const there = this.store.findByContent(request.ownerId, request.sha256);
        if (there) return { document: there, outcome: 'duplicate', embedded: 0, cut };
        cut = await this.embed({ request, missing }, left);
      } finally {
        release();
      }
    }
    return { ...(await this.store.importDocument(request)), embedded: missing.length, cut };
  }

  /** Puts the vectors that are missing into their places. */
  private async embed({ request, missing }: Pick<DocumentLine, 'request' | 'missing'>, left: AbortSignal): Promise<number[]> {
    const { dimension } = this.store;
    const chunks = missing.map((n) => request.chunks[n]);
    const texts = await this.texts.of(request.title, chunks, left);
    const vectors = await embedInOrder(
      this.embedder,
      texts.map(({ text }) => text),
      dimension,
      { signal: left },
    );
    for (const [at, n] of missing.entries()) request.vectors.set(vectors.subarray(at * dimension, (at + 1) * dimension), n * dimension);
    return missing.filter((_, at) => texts[at].isCut);
  }
}
