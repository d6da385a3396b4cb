/** All offsets are UTF-16 code units (a JavaScript string's), ends exclusive. */
export interface PageSpan {
  /** From 1; a format without pages is one page. */
  page: number;
  charStart: number;
  charEnd: number;
}

export interface Heading {
  /** 1 is the outermost. */
  level: number;
  text: string;
  /** Where the heading's own line stands in the text. */
  charStart: number;
  charEnd: number;
}

/** A document as an extractor leaves it. Pages are in order and do not overlap; between two there may be a separator. */
export interface ReadableText {
  text: string;
  pages: PageSpan[];
  headings: Heading[];
}

export interface Chunk {
  chunkIndex: number;
  /** `text.slice(charStart, charEnd)`, to the letter. */
  text: string;
  charStart: number;
  charEnd: number;
  pageStart: number;
  pageEnd: number;
  /** Titles of the headings that the chunk stands under, outermost first. */
  headingPath: string[];
  /** What is embedded: title, heading path and text, within the model's tokens. */
  embeddingText: string;
}

export interface ChunkLimits {
  /** Tokens of a chunk's own text. */
  chunkTokens: number;
  /** Tokens that a chunk repeats of the one before it. */
  overlapTokens: number;
  /** Tokens of title, heading path and chunk together, without the model's two special tokens. */
  embeddingTokensMax: number;
}

/** Tokens of a text by the model's own tokenizer, without special tokens. */
export type CountTokens = (text: string) => number;
