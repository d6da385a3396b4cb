import type { PdfLine, PdfPage } from './pdf-lines.js';

const largerThanBody = 1.15;
const headingCharactersMax = 120;
const levelsMax = 6;
/** More of them than this share of all lines, and size says nothing about headings: slides, forms, posters. */
const headingLinesShareMax = 0.25;

/** Tells headings from body text by font size alone: clearly larger than most of the document, and short. */
export class HeadingSizes {
  private readonly bodySize: number;
  private readonly levels: Map<number, number>;

  constructor(pages: readonly PdfPage[]) {
    const lines = pages.flatMap((page) => page.lines);
    this.bodySize = mostUsedSize(lines);
    const headings = lines.filter((line) => this.looksLikeHeading(line));
    const isTelling = headings.length <= Math.max(1, headingLinesShareMax * lines.length);
    const sizes = isTelling ? [...new Set(headings.map((line) => line.size))].sort((a, b) => b - a) : [];
    this.levels = new Map(sizes.map((size, index) => [size, Math.min(index + 1, levelsMax)]));
  }

  /** 1 is the largest; null for body text. */
  levelOf(line: PdfLine): number | null {
    return this.looksLikeHeading(line) ? (this.levels.get(line.size) ?? null) : null;
  }

  private looksLikeHeading(line: PdfLine): boolean {
    if (line.y === null || line.size < this.bodySize * largerThanBody || line.text.length > headingCharactersMax) return false;
    return /\p{L}.*\p{L}/u.test(line.text) && !/[.,;:…]$|\. ?\./u.test(line.text);
  }
}

function mostUsedSize(lines: readonly PdfLine[]): number {
  const characters = new Map<number, number>();
  for (const { size, text } of lines) characters.set(size, (characters.get(size) ?? 0) + text.length);
  let [most, size] = [0, 0];
  for (const [candidate, count] of characters) if (count > most) [most, size] = [count, candidate];
  return size;
}
