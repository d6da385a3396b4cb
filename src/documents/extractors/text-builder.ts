import type { Heading, ReadableText } from '../../chunking/index.js';
import { cleanLine, cleanText } from './clean-text.js';

/** What comes before the next character, from nothing to an empty line; the widest that was asked for wins. */
const gaps = ['', ' ', '\n', '\n\n'];
const [none, space, line, block] = [0, 1, 2, 3];

/**
 * Puts the text of a format without pages together, block by block, and keeps where each heading stands. White space between
 * pieces collapses the way a browser collapses it; what is verbatim keeps its own.
 */
export class TextBuilder {
  private readonly pieces: string[] = [];
  private length = 0;
  private gap = none;
  private readonly headings: Heading[] = [];
  private openHeading: { level: number; firstPiece: number; charStart: number } | null = null;
  /** A list mark or cell separator that waits for something to stand before; while it waits, breaks are not wanted. */
  private mark: string | null = null;

  /** Running text: line ends in it are spaces. */
  flow(text: string): void {
    const words = cleanText(text).split(/[ \t\n]+/);
    words.forEach((word, index) => {
      if (index > 0) this.widen(space);
      if (word) this.put(word);
    });
  }

  /** Text whose spaces and line ends mean something, such as code. */
  verbatim(text: string): void {
    const clean = cleanText(text);
    if (clean) this.put(clean);
  }

  line(): void {
    if (this.mark === null) this.widen(line);
  }

  block(): void {
    if (this.mark === null) this.widen(block);
  }

  /** Begins a line with a mark that is written only if something follows it. */
  beginItem(mark: string): void {
    this.mark = null;
    this.line();
    this.mark = mark;
  }

  /** Begins a further cell of a row: what the cell before it ended with does not break the row. */
  beginCell(): void {
    if (this.mark === null) this.gap = none;
    this.mark = this.mark === '' ? '| ' : `${this.mark ?? ''} | `;
  }

  /** Ends an item or a row, without an empty line after it; a mark that nothing followed is dropped. */
  endItem(): void {
    this.mark = null;
    if (this.length > 0) this.gap = line;
  }

  beginHeading(level: number): void {
    this.mark = null;
    this.block();
    this.openHeading = { level, firstPiece: -1, charStart: 0 };
  }

  endHeading(): void {
    const open = this.openHeading;
    this.openHeading = null;
    this.block();
    if (!open || open.firstPiece < 0) return;
    const text = cleanLine(this.pieces.slice(open.firstPiece).join(''));
    this.headings.push({ level: open.level, text, charStart: open.charStart, charEnd: this.length });
  }

  build(): ReadableText {
    const text = this.pieces.join('');
    return { text, pages: [{ page: 1, charStart: 0, charEnd: text.length }], headings: this.headings };
  }

  private widen(gap: number): void {
    if (this.length > 0 && gap > this.gap) this.gap = gap;
  }

  private put(text: string): void {
    this.append(gaps[this.gap] + (this.mark ?? ''));
    this.gap = none;
    this.mark = null;
    if (this.openHeading && this.openHeading.firstPiece < 0) {
      this.openHeading.firstPiece = this.pieces.length;
      this.openHeading.charStart = this.length;
    }
    this.append(text);
  }

  private append(piece: string): void {
    if (!piece) return;
    this.pieces.push(piece);
    this.length += piece.length;
  }
}
