import { Injectable } from '@nestjs/common';
import { performance } from 'node:perf_hooks';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { storedEmbeddingText, type CountTokens } from '../../chunking/index.js';
import { loadTokenizer, type Tokenizer } from '../../embedding/index.js';
import { EmbeddingConfig, SPECIAL_TOKENS } from '../../platform/index.js';
import type { ChunkToSave } from '../../store/index.js';

/** Tokens are counted in this thread: everybody else gets a turn in between. */
const TURN_MS = 5;

export interface EmbeddingText {
  text: string;
  /** The chunk is longer than the model reads: only its beginning is embedded. */
  isCut: boolean;
}

/** What is said of a document with chunks that are cut for the model. */
export const CHUNKS_TOO_LONG = {
  code: 'CHUNKS_TOO_LONG',
  detail: (chunks: number): string =>
    `${chunks} chunks are longer than the model reads: they are stored whole, and found by their beginning alone`,
};

/** What is embedded for chunks that are at hand without the reading that cut them. */
@Injectable()
export class EmbeddingTexts {
  private tokenizer: Tokenizer | null = null;

  constructor(private readonly config: EmbeddingConfig) {}

  /** Put together from the chunks alone, in their order. Rejects with the signal's reason when it is aborted. */
  of(title: string, chunks: readonly Pick<ChunkToSave, 'text' | 'headingPath'>[], signal: AbortSignal): Promise<EmbeddingText[]> {
    return this.ofEach(chunks, (chunk, tokensMax, countTokens) => storedEmbeddingText(title, chunk, tokensMax, countTokens), signal);
  }

  /**
   * Put together by who knows more of them.
   *
   * @param textOf gets the tokens that a text may have, without the model's special ones
   */
  async ofEach<Chunk, Text>(
    chunks: readonly Chunk[],
    textOf: (chunk: Chunk, tokensMax: number, countTokens: CountTokens) => Text,
    signal: AbortSignal,
  ): Promise<Text[]> {
    const { countTokens } = (this.tokenizer ??= loadTokenizer(this.config.modelFolder));
    const texts: Text[] = [];
    let turnEnds = performance.now() + TURN_MS;
    for (const chunk of chunks) {
      texts.push(textOf(chunk, this.config.tokensMax - SPECIAL_TOKENS, countTokens));
      if (performance.now() < turnEnds) continue;
      await nextTurn();
      signal.throwIfAborted();
      turnEnds = performance.now() + TURN_MS;
    }
    return texts;
  }
}
