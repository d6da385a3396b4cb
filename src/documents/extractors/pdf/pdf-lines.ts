import type { TextContent, TextItem } from 'pdfjs-dist/types/src/display/api.js';
import { cleanText } from '../clean-text.js';

/** One line of a page as it is printed. Lengths in the page's units, 1/72 inch as a rule; y grows upwards. */
export interface PdfLine {
  text: string;
  /** Of the baseline; null for text that does not run horizontally, which has no place among the others. */
  y: number | null;
  /** Font size of most of its characters. */
  size: number;
}

export interface PdfPage {
  /** From 1. */
  page: number;
  lines: PdfLine[];
}

/** The dots of a table of contents: each one would cost a token and says nothing. */
const dotLeader = / ?(?:[.·…] ?){5,}/g;

/** The items of a page in the order in which they are drawn, put together to lines. */
export function linesOf(items: TextContent['items']): PdfLine[] {
  const lines: PdfLine[] = [];
  let line = new OpenLine();
  const close = (): void => {
    const done = line.finish();
    if (done) lines.push(done);
    line = new OpenLine();
  };
  for (const item of items) {
    if (!('str' in item)) continue;
    if (line.standsApartFrom(item)) close();
    line.add(item);
    if (item.hasEOL) close();
  }
  close();
  return lines;
}

class OpenLine {
  private text = '';
  private y: number | null | undefined;
  private end: number | null = null;
  private readonly charactersOfSize = new Map<number, number>();

  /** The parser marks most line ends itself; a jump up or down of most of a line's height is one too. */
  standsApartFrom(item: TextItem): boolean {
    const y = baseline(item);
    if (this.y == null || y === null || !item.str.trim()) return false;
    return Math.abs(y - this.y) > 0.8 * Math.max(sizeOf(item), this.size());
  }

  add(item: TextItem): void {
    const text = cleanText(item.str).replace(/\s+/gu, ' ');
    if (this.isGapBefore(item)) this.text += ' ';
    this.text += text;
    if (text.trim()) {
      this.y ??= baseline(item);
      const size = sizeOf(item);
      this.charactersOfSize.set(size, (this.charactersOfSize.get(size) ?? 0) + text.trim().length);
    }
    this.end = item.dir === 'ltr' && baseline(item) !== null ? x(item) + item.width : null;
  }

  finish(): PdfLine | null {
    const text = this.text.replace(dotLeader, ' … ').replace(/ {2,}/g, ' ').trim();
    return text ? { text, y: this.y ?? null, size: this.size() } : null;
  }

  /** A gap of a quarter of the font size reads as a space where the parser has not put one. */
  private isGapBefore(item: TextItem): boolean {
    if (this.end === null || !item.str || item.dir !== 'ltr' || baseline(item) === null) return false;
    if (/\s$/u.test(this.text) || /^\s/u.test(item.str)) return false;
    return x(item) - this.end > 0.25 * sizeOf(item);
  }

  private size(): number {
    let [most, size] = [0, 0];
    for (const [candidate, characters] of this.charactersOfSize) if (characters > most) [most, size] = [characters, candidate];
    return size;
  }
}

function transformOf(item: TextItem): number[] {
  return item.transform as number[];
}

function x(item: TextItem): number {
  return transformOf(item)[4];
}

function baseline(item: TextItem): number | null {
  const [a, b, c, d, , y] = transformOf(item);
  const isHorizontal = Math.abs(b) <= 0.05 * Math.abs(a) && Math.abs(c) <= 0.5 * Math.abs(d);
  return isHorizontal && Number.isFinite(y) ? y : null;
}

/** To half a unit, so that rounding in the file does not make two sizes of one. */
function sizeOf(item: TextItem): number {
  const [, , c, d] = transformOf(item);
  const size = Math.hypot(c, d);
  return Number.isFinite(size) ? Math.round(size * 2) / 2 : 0;
}
