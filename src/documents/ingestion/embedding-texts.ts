import { Injectable } from '@nestjs/common';
import { performance } from 'node:perf_hooks';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { storedEmbeddingText } from '../../chunking/index.js';
import { loadTokenizer, type Tokenizer } from '../../embedding/index.js';
import { EmbeddingConfig } from '../../platform/index.js';
import type { ChunkToSave } from '../../store/index.js';

/** Tokens that the model adds in front of and behind every text. */
const SPECIAL_TOKENS = 2;
/** Tokens are counted in this thread: everybody else gets a turn in between. */
const TURN_MS = 5;

export interface EmbeddingText {
  text: string;
  /** The chunk is longer than the model reads: only its beginning is embedded. */
  isCut: boolean;
}

/** What is embedded for chunks that are at hand without the document that they were cut from. */
@Injectable()
export class EmbeddingTexts {
  private tokenizer: Tokenizer | null = null;

  constructor(private readonly config: EmbeddingConfig) {}

  /** In the chunks' order. Rejects with the signal's reason when it is aborted. */
  async of(title: string, chunks: readonly Pick<ChunkToSave, 'text' | 'headingPath'>[], signal: AbortSignal): Promise<EmbeddingText[]> {
    const { countTokens } = (this.tokenizer ??= loadTokenizer(this.config.modelFolder));
    const texts: EmbeddingText[] = [];
    let turnEnds = performance.now() + TURN_MS;
    for (const chunk of chunks) {
      texts.push(storedEmbeddingText(title, chunk, this.config.tokensMax - SPECIAL_TOKENS, countTokens));
      if (performance.now() < turnEnds) continue;
      await nextTurn();
      signal.throwIfAborted();
      turnEnds = performance.now() + TURN_MS;
    }
    return texts;
  }
}
