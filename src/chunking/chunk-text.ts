/**
 * A document's text as chunks, each whole for the embedding model.
 *
 * Holds, for any text: every character but whitespace is in some chunk; chunks are in order, each with something new;
 * `text.slice(charStart, charEnd)` is the chunk's text; neither a chunk nor what is embedded for it is over its limit.
 * The time grows with the text, not with its square.
 */
import type { Chunk, ChunkLimits, CountTokens, ReadableText } from './chunk.js';
import { embeddingTextOf, sameTitle } from './embedding-text.js';
import { overlapBefore } from './overlap.js';
import { pageAt } from './page-range.js';
import { charsMax, piecesOf, type Piece } from './pieces.js';
import { sectionsOf, type Section } from './sections.js';
import { Break } from './sentences.js';

/** A running chunk below this share of its limit may take in the next section, when that fits as a whole. */
const TINY_SHARE = 1 / 5;
/** A chunk is never ended before this share of what would fit, for however good an end. */
const FILLED_SHARE = 1 / 2;

/** @param title of the document, put in front of what is embedded */
export function chunkText(readable: ReadableText, title: string, limits: ChunkLimits, countTokens: CountTokens): Chunk[] {
  const packer = new Packer(readable, title, limits, countTokens);
  const chunks: Chunk[] = [];
  for (let chunk = packer.next(); chunk; chunk = packer.next()) chunks.push(chunk);
  return chunks;
}

class Packer {
  private readonly text: string;
  private readonly sections: Section[];
  private readonly pieces: Piece[];
  /** Tokens of all pieces before this one. */
  private readonly tokensBefore: number[] = [0];
  /** The first piece after a section's last. */
  private readonly sectionEnds: number[] = [];
  private first = 0;
  private previousFirst = -1;
  private chunkIndex = 0;

  constructor(
    private readonly readable: ReadableText,
    private readonly title: string,
    private readonly limits: ChunkLimits,
    private readonly countTokens: CountTokens,
  ) {
    this.text = readable.text;
    this.sections = sectionsOf(readable);
    this.pieces = piecesOf(this.text, this.sections, limits, countTokens);
    this.pieces.forEach((piece, i) => {
      this.tokensBefore.push(this.tokensBefore[i] + piece.tokens);
      this.sectionEnds[piece.section] = i + 1;
    });
  }

  next(): Chunk | null {
    const { first, pieces } = this;
    if (first >= pieces.length) return null;
    const overlap = first > 0 ? overlapBefore(this.text, pieces, this.previousFirst, first, this.limits, this.countTokens) : null;
    let charStart = overlap?.charStart ?? pieces[first].start;
    let end = this.endFor(first, charStart, overlap?.tokens ?? 0);
    let tokens = this.count(charStart, pieces[end - 1].end);
    // Words count for themselves with the model's tokenizer; where pieces do not, the chunk gives way.
    while (tokens > this.limits.chunkTokens && (charStart < pieces[first].start || end > first + 1)) {
      if (charStart < pieces[first].start) charStart = pieces[first].start;
      else end = first + Math.max(1, Math.floor((end - first) * 0.75));
      tokens = this.count(charStart, pieces[end - 1].end);
    }
    this.previousFirst = first;
    this.first = end;
    return this.chunk(charStart, first, end, tokens);
  }

  /** The piece behind the last one of a chunk that begins with `first`. */
  private endFor(first: number, charStart: number, overlapTokens: number): number {
    const { pieces, limits } = this;
    const tokensMax = this.tokensBefore[first] + limits.chunkTokens - overlapTokens;
    let hasBody = false;
    for (let end = first; end < pieces.length; end++) {
      const piece = pieces[end];
      if (end > first) {
        const fits = this.tokensBefore[end + 1] <= tokensMax && piece.end - charStart <= charsMax(limits.chunkTokens);
        if (!fits) return this.readableEnd(first, this.bestEnd(first, end));
        if (piece.break === Break.Heading && hasBody && !this.joins(first, end, tokensMax)) return end;
      }
      hasBody ||= !piece.heading && piece.readable;
    }
    return pieces.length;
  }

  /** A tiny section and the next one at its level or below it are one chunk, when the next one fits as a whole. */
  private joins(first: number, end: number, tokensMax: number): boolean {
    const { section } = this.pieces[end];
    const isTiny = this.tokensBefore[end] - this.tokensBefore[first] < this.limits.chunkTokens * TINY_SHARE;
    const staysBelow = this.sections[section].level >= this.sections[this.pieces[end - 1].section].level;
    return isTiny && staysBelow && this.tokensBefore[this.sectionEnds[section]] <= tokensMax;
  }

  /** The last of the best ends in the chunk's later half: a paragraph's before a sentence's before a word's. */
  private bestEnd(first: number, end: number): number {
    const filled = this.tokensBefore[end] - this.tokensBefore[first];
    let best = end;
    let bestRank = -1;
    for (let i = end; i > first && this.tokensBefore[i] - this.tokensBefore[first] >= filled * FILLED_SHARE; i--) {
      const rank: number = this.pieces[i - 1].heading ? -1 : this.pieces[i].break;
      if (rank > bestRank) [best, bestRank] = [i, rank];
    }
    return best;
  }

  /** Ends earlier when nothing but signs would be left for the next chunk, so that it has a readable piece too. */
  private readableEnd(first: number, end: number): number {
    const nextTokensMax = this.tokensBefore[end] + this.limits.chunkTokens;
    for (let i = end; i < this.pieces.length && this.tokensBefore[i + 1] <= nextTokensMax; i++) {
      if (this.pieces[i].readable) return end;
    }
    let moved = end - 1;
    while (moved > first && !this.pieces[moved].readable) moved--;
    const isReadableBefore = this.pieces.slice(first, moved).some(({ readable }) => readable);
    return moved > first && isReadableBefore ? moved : end;
  }

  private chunk(charStart: number, first: number, end: number, tokens: number): Chunk {
    const charEnd = this.pieces[end - 1].end;
    const text = this.text.slice(charStart, charEnd);
    const path = this.pathOf(first, end);
    const isTitled = path.length > 0 && sameTitle(path[0].text, this.title);
    const above = path.filter((heading) => heading.charStart < charStart || heading.charStart >= charEnd).map((heading) => heading.text);
    return {
      chunkIndex: this.chunkIndex++,
      text,
      charStart,
      charEnd,
      pageStart: pageAt(this.readable.pages, charStart),
      pageEnd: pageAt(this.readable.pages, charEnd - 1),
      headingPath: path.map((heading) => heading.text),
      embeddingText: embeddingTextOf(isTitled ? '' : this.title, above, { text, tokens }, this.limits.embeddingTokensMax, this.countTokens),
    };
  }

  /** The headings that all of a chunk's sections stand under; a section that is only its heading counts when all are that. */
  private pathOf(first: number, end: number): Section['path'] {
    const inside = this.pieces.slice(first, end);
    const bodies = inside.filter(({ heading }) => !heading);
    const numbers = new Set((bodies.length > 0 ? bodies : inside).map(({ section }) => section));
    const [path, ...others] = [...numbers].map((section) => this.sections[section].path);
    const isShared = (heading: Section['path'][number], depth: number): boolean =>
      others.every((other) => other[depth]?.charStart === heading.charStart);
    const shared = path.findIndex((heading, depth) => !isShared(heading, depth));
    return shared < 0 ? path : path.slice(0, shared);
  }

  private count(start: number, end: number): number {
    return this.countTokens(this.text.slice(start, end));
  }
}
