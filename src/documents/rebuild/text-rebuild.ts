import { Injectable } from '@nestjs/common';
import { sectionsOf } from '../../chunking/index.js';
import { Embedder } from '../../embedding/index.js';
import { Disk, EmbeddingConfig, type Config } from '../../platform/index.js';
import type { StoredChunk, StoredDocument } from '../../store/index.js';
import { embedInOrder } from '../ingestion/embed-in-order.js';
import { EmbeddingTexts } from '../ingestion/embedding-texts.js';
import { ExtractedTexts } from '../originals/extracted-texts.js';
import { embeddedText } from './embedded-text.js';

/** Embeds what is stored again: the same model gives the same vectors, another one those of its own. */
@Injectable()
export class TextRebuild {
  constructor(
    private readonly embedder: Embedder,
    private readonly model: EmbeddingConfig,
    private readonly extracted: ExtractedTexts,
    private readonly texts: EmbeddingTexts,
  ) {}

  /** For who has the data folder to himself. */
  static offline(embedder: Embedder, { embedding, data }: Pick<Config, 'embedding' | 'data'>): TextRebuild {
    return new TextRebuild(embedder, embedding, new ExtractedTexts(data, new Disk()), new EmbeddingTexts(embedding));
  }

  /** @returns chunks.length × dimension floats of unit length, in the chunks' order */
  async vectorsOf(document: StoredDocument, chunks: readonly StoredChunk[], signal: AbortSignal): Promise<Float32Array> {
    return embedInOrder(this.embedder, await this.textsOf(document, chunks, signal), this.model.dimension, { signal });
  }

  private async textsOf(document: StoredDocument, chunks: readonly StoredChunk[], signal: AbortSignal): Promise<string[]> {
    const { id, title, textGeneration } = document;
    const readable = textGeneration === null ? null : await this.extracted.read(id, textGeneration);
    if (!readable || readable.headings.length === 0) return (await this.texts.of(title, chunks, signal)).map(({ text }) => text);
    const sections = sectionsOf(readable);
    return this.texts.ofEach(
      chunks,
      (chunk, tokensMax, countTokens) => embeddedText(title, chunk, sections, tokensMax, countTokens),
      signal,
    );
  }
}
