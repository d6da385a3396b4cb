import type { ReadableText } from '../../chunking/index.js';
import { loadTokenizer, type Embedder, type Tokenizer } from '../../embedding/index.js';
import { Disk, type DataConfig, type EmbeddingConfig } from '../../platform/index.js';
import type { StoredChunk, StoredDocument } from '../../store/index.js';
import { ExtractedTexts } from '../originals/extracted-texts.js';
import { embeddedTexts } from './embedded-text.js';

/** Tokens that the model puts around every text. */
const SPECIAL_TOKENS = 2;
/** While one is embedded the next is with the model already. */
const CHUNKS_WITH_MODEL = 2;

/** Embeds what is stored again: the same model gives the same vectors, another one those of its own. */
export class TextRebuild {
  private readonly texts: ExtractedTexts;
  private tokenizer: Tokenizer | undefined;

  constructor(
    private readonly embedder: Embedder,
    private readonly model: EmbeddingConfig,
    data: DataConfig,
    disk = new Disk(),
  ) {
    this.texts = new ExtractedTexts(data, disk);
  }

  /** @returns chunks.length × dimension floats of unit length, in the chunks' order */
  async vectorsOf(document: StoredDocument, chunks: readonly StoredChunk[]): Promise<Float32Array> {
    const { dimension, tokensMax } = this.model;
    const vectors = new Float32Array(chunks.length * dimension);
    if (chunks.length === 0) return vectors;
    const { countTokens } = (this.tokenizer ??= loadTokenizer(this.model.modelFolder));
    const texts = embeddedTexts(document.title, chunks, await this.readable(document), tokensMax - SPECIAL_TOKENS, countTokens);
    const withModel: Promise<Float32Array>[] = [];
    for (let done = 0, next = 0; done < texts.length; done++) {
      for (; next < texts.length && withModel.length < CHUNKS_WITH_MODEL; next++) {
        const vector = this.embed(texts[next], countTokens(texts[next]) + SPECIAL_TOKENS);
        vector.catch(() => undefined); // its turn to be awaited may never come, when one before it fails
        withModel.push(vector);
      }
      vectors.set(await (withModel.shift() as Promise<Float32Array>), done * dimension);
    }
    return vectors;
  }

  /** An imported chunk may be longer than the model reads: it then stands for its beginning. */
  private embed(text: string, tokens: number): Promise<Float32Array> {
    return tokens > this.model.tokensMax ? this.embedder.embedQuery(text) : this.embedder.embedText(text);
  }

  private async readable({ id, textGeneration }: StoredDocument): Promise<ReadableText | null> {
    return textGeneration === null ? null : this.texts.read(id, textGeneration);
  }
}
