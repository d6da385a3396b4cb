import { setImmediate as nextTurn } from 'node:timers/promises';
import { sectionsOf } from '../../chunking/index.js';
import { loadTokenizer, type Embedder, type Tokenizer } from '../../embedding/index.js';
import { Disk, type DataConfig, type EmbeddingConfig } from '../../platform/index.js';
import type { StoredChunk, StoredDocument } from '../../store/index.js';
import { embedInOrder } from '../ingestion/embed-in-order.js';
import { EmbeddingTexts } from '../ingestion/embedding-texts.js';
import { ExtractedTexts } from '../originals/extracted-texts.js';
import { embeddedText } from './embedded-text.js';

/** Tokens that the model puts around every text. */
const SPECIAL_TOKENS = 2;
/** Chunks whose tokens are counted in one go: everybody else gets a turn in between. */
const CHUNKS_A_TURN = 20;

/** Embeds what is stored again: the same model gives the same vectors, another one those of its own. */
export class TextRebuild {
  private readonly texts: ExtractedTexts;
  private readonly textsOfImported: EmbeddingTexts;
  private tokenizer: Tokenizer | undefined;

  constructor(
    private readonly embedder: Embedder,
    private readonly model: EmbeddingConfig,
    data: DataConfig,
  ) {
    this.texts = new ExtractedTexts(data, new Disk());
    this.textsOfImported = new EmbeddingTexts(model);
  }

  /** @returns chunks.length × dimension floats of unit length, in the chunks' order */
  async vectorsOf(document: StoredDocument, chunks: readonly StoredChunk[], signal: AbortSignal): Promise<Float32Array> {
    return embedInOrder(this.embedder, await this.textsOf(document, chunks, signal), this.model.dimension, { signal });
  }

  private async textsOf(document: StoredDocument, chunks: readonly StoredChunk[], signal: AbortSignal): Promise<string[]> {
    const { id, title, textGeneration } = document;
    const readable = textGeneration === null ? null : await this.texts.read(id, textGeneration);
    if (!readable || readable.headings.length === 0) return (await this.textsOfImported.of(title, chunks, signal)).map(({ text }) => text);
    const { countTokens } = (this.tokenizer ??= loadTokenizer(this.model.modelFolder));
    const sections = sectionsOf(readable);
    const texts: string[] = [];
    for (const chunk of chunks) {
      texts.push(embeddedText(title, chunk, sections, this.model.tokensMax - SPECIAL_TOKENS, countTokens));
      if (texts.length % CHUNKS_A_TURN > 0) continue;
      await nextTurn();
      signal.throwIfAborted();
    }
    return texts;
  }
}
