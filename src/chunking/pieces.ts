import type { ChunkLimits, CountTokens } from './chunk.js';
import { codePointCut, graphemeCut } from './safe-cut.js';
import type { Section } from './sections.js';
import { Break, sentencesIn, type Span } from './sentences.js';

/** What is packed whole: a sentence, or a part of one that is too long for a chunk. Without outer whitespace, never empty. */
export interface Piece extends Span {
  tokens: number;
  /** Position in the document's sections. */
  section: number;
  /** Part of a heading's own line. */
  heading: boolean;
  /** Holds a letter or a digit. */
  readable: boolean;
}

/** A long run of signs can be one unknown token: a chunk has at most this many characters for each token that it may have. */
const CHARS_PER_TOKEN_MAX = 10;
/** Words are cut into parts of this many characters when they are too long for a chunk. */
const WORD_PART_CHARS = 64;
const LETTER_OR_DIGIT = /[\p{L}\p{N}]/u;

export function charsMax(tokens: number): number {
  return tokens * CHARS_PER_TOKEN_MAX;
}

/** The document as pieces in order. Together they hold every character but whitespace, each once. */
export function piecesOf(text: string, sections: Section[], { chunkTokens }: ChunkLimits, countTokens: CountTokens): Piece[] {
  const cutter = new PieceCutter(text, chunkTokens, countTokens);
  sections.forEach((section, index) => {
    cutter.add(section.charStart, section.bodyStart, index, true);
    cutter.add(section.bodyStart, section.charEnd, index, false);
  });
  return cutter.pieces;
}

class PieceCutter {
  readonly pieces: Piece[] = [];
  /** Of the headings that wait for their first sentence, which must fit into one chunk with them. */
  private headingTokens = 0;

  constructor(
    private readonly text: string,
    private readonly chunkTokens: number,
    private readonly countTokens: CountTokens,
  ) {}

  add(start: number, end: number, section: number, heading: boolean): void {
    let first = section > 0 && this.startsSection(section);
    for (const sentence of sentencesIn(this.text, start, end)) {
      const span = this.trimmed(sentence);
      if (!span) continue;
      if (first) span.break = Break.Heading;
      first = false;
      for (const { start, end, break: before, tokens } of this.fitting(span, this.room(heading))) {
        const readable = LETTER_OR_DIGIT.test(this.text.slice(start, end));
        this.pieces.push({ start, end, break: before, tokens, section, heading, readable });
        this.headingTokens = heading ? this.headingTokens + tokens : 0;
      }
    }
  }

  private startsSection(section: number): boolean {
    return this.pieces[this.pieces.length - 1]?.section !== section;
  }

  private room(heading: boolean): number {
    const beside = heading || this.headingTokens > this.chunkTokens / 2 ? 0 : this.headingTokens;
    return this.chunkTokens - beside;
  }

  private trimmed({ start, end, break: before }: Span): Span | null {
    const text = this.text.slice(start, end);
    const from = start + (text.length - text.trimStart().length);
    const to = start + text.trimEnd().length;
    return from < to ? { start: from, end: to, break: before } : null;
  }

  private *fitting(span: Span, room: number): Generator<Span & { tokens: number }> {
    const tokens = span.end - span.start > charsMax(room) ? Infinity : this.count(span.start, span.end);
    if (tokens <= room) {
      yield { start: span.start, end: span.end, break: span.break, tokens };
      return;
    }
    let before = span.break;
    for (const match of this.text.slice(span.start, span.end).matchAll(/\S+/g)) {
      const start = span.start + match.index;
      yield* this.wordParts({ start, end: start + match[0].length, break: before });
      before = Break.Word;
    }
  }

  private *wordParts(word: Span): Generator<Span & { tokens: number }> {
    const tokens = word.end - word.start > charsMax(this.chunkTokens) ? Infinity : this.count(word.start, word.end);
    if (tokens <= this.chunkTokens) {
      yield { start: word.start, end: word.end, break: word.break, tokens };
      return;
    }
    let before = word.break;
    for (let at = word.start; at < word.end;) {
      const part = this.partFrom(at, word.end);
      yield { start: at, end: part.end, break: before, tokens: part.tokens };
      before = Break.InsideWord;
      at = part.end;
    }
  }

  /** A single character beyond the limit stays whole: something must go on. */
  private partFrom(start: number, wordEnd: number): { end: number; tokens: number } {
    let end = graphemeCut(this.text, start, start + WORD_PART_CHARS, wordEnd);
    let tokens = this.count(start, end);
    while (tokens > this.chunkTokens) {
      const half = start + Math.ceil((end - start) / 2);
      let shorter = graphemeCut(this.text, start, half, wordEnd);
      if (shorter >= end) shorter = codePointCut(this.text, start, half);
      if (shorter >= end) break;
      end = shorter;
      tokens = this.count(start, end);
    }
    return { end, tokens };
  }

  private count(start: number, end: number): number {
    return this.countTokens(this.text.slice(start, end));
  }
}
