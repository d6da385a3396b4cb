import type { PdfPage } from './pdf-lines.js';

const words = /\p{L}+(?:-\p{L}+)*/gu;
const brokenEnd = /(\p{L}+)([-\u2010\u00ad])$/u;
const continued = /^\p{Ll}+/u;

/**
 * Decides whether a word that a line end has broken is written with its hyphen, by how the same document writes it elsewhere.
 * Where it says nothing, the hyphen goes: typesetters break far more words than they end at a hyphen.
 */
export class Hyphens {
  private readonly seen = new Set<string>();

  constructor(pages: readonly PdfPage[]) {
    for (const page of pages)
      for (const line of page.lines) for (const [word] of line.text.matchAll(words)) if (word.length > 3) this.seen.add(word.toLowerCase());
  }

  /** Both lines as one; null when the first does not end within a word. */
  join(first: string, second: string): string | null {
    const end = brokenEnd.exec(first);
    const start = continued.exec(second);
    if (!end || !start) return null;
    const [ending, head, mark] = end;
    const withoutEnding = first.slice(0, first.length - ending.length);
    const joined = (head + start[0]).toLowerCase();
    const hyphenated = `${head}-${start[0]}`.toLowerCase();
    const keepsHyphen = mark !== '\u00ad' && !this.seen.has(joined) && this.seen.has(hyphenated);
    return withoutEnding + head + (keepsHyphen ? '-' : '') + second;
  }
}
