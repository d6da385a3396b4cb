import type { Heading, PageSpan, ReadableText } from '../../../chunking/index.js';
import { HeadingSizes } from './pdf-headings.js';
import { Hyphens } from './pdf-hyphens.js';
import type { PdfLine, PdfPage } from './pdf-lines.js';

/** Baseline to baseline, in font sizes, where a document does not show its own habit. */
const usualLeading = 1.2;
/** A gap this much larger than the usual one begins a paragraph. */
const paragraphGap = 1.3;

/** The pages' lines as one text: an empty line between paragraphs, words that a line end broke made whole, headings found. */
export function assemble(pages: readonly PdfPage[]): ReadableText {
  const assembly = new Assembly(new HeadingSizes(pages), new Hyphens(pages), leadingOf(pages));
  for (const page of pages) assembly.addPage(page);
  return assembly.build();
}

class Assembly {
  private readonly pieces: string[] = [];
  private length = 0;
  private readonly pages: PageSpan[] = [];
  private readonly headings: Heading[] = [];

  constructor(
    private readonly sizes: HeadingSizes,
    private readonly hyphens: Hyphens,
    private readonly leading: number,
  ) {}

  addPage({ page, lines }: PdfPage): void {
    const blocks = this.blocksOf(lines);
    if (blocks.length > 0 && this.length > 0) this.append('\n\n');
    const charStart = this.length;
    blocks.forEach((block, index) => {
      if (index > 0) this.append('\n\n');
      const blockStart = this.length;
      this.append(block.text);
      if (block.level === null) return;
      const text = block.text.replaceAll('\n', ' ');
      this.headings.push({ level: block.level, text, charStart: blockStart, charEnd: this.length });
    });
    this.pages.push({ page, charStart, charEnd: this.length });
  }

  build(): ReadableText {
    return { text: this.pieces.join(''), pages: this.pages, headings: this.headings };
  }

  private blocksOf(lines: readonly PdfLine[]): { text: string; level: number | null }[] {
    const blocks: { lines: string[]; level: number | null }[] = [];
    lines.forEach((line, index) => {
      const level = this.sizes.levelOf(line);
      const block = blocks.at(-1);
      if (!block || level !== block.level || this.isParagraphBreak(lines[index - 1], line)) {
        blocks.push({ lines: [line.text], level });
        return;
      }
      const joined = this.hyphens.join(block.lines[block.lines.length - 1], line.text);
      if (joined === null) block.lines.push(line.text);
      else block.lines[block.lines.length - 1] = joined;
    });
    return blocks.map((block) => ({ text: block.lines.join('\n'), level: block.level }));
  }

  /** Upwards is a new column or the page's margin; downwards more than a line is a gap that somebody left on purpose. */
  private isParagraphBreak(above: PdfLine, below: PdfLine): boolean {
    if (above.y === null || below.y === null) return above.y !== below.y;
    const gap = above.y - below.y;
    const size = Math.max(above.size, below.size);
    if (gap < -0.5 * size) return true;
    return gap > this.leading * paragraphGap * size;
  }

  private append(piece: string): void {
    this.pieces.push(piece);
    this.length += piece.length;
  }
}

/** The document's usual distance of lines, in font sizes: the median between neighbours of one size. */
function leadingOf(pages: readonly PdfPage[]): number {
  const ratios: number[] = [];
  for (const { lines } of pages) {
    for (let index = 1; index < lines.length; index++) {
      const [above, below] = [lines[index - 1], lines[index]];
      if (above.y === null || below.y === null || above.size !== below.size || above.size === 0) continue;
      const ratio = (above.y - below.y) / above.size;
      if (ratio > 0.7 && ratio < 3) ratios.push(ratio);
    }
  }
  if (ratios.length < 8) return usualLeading;
  return ratios.sort((a, b) => a - b)[Math.floor(ratios.length / 2)];
}
