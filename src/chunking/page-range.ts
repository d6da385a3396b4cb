import type { PageSpan } from './chunk.js';

/** The page that a character stands on; one in the separator behind a page belongs to that page. 1 when there are no pages. */
export function pageAt(pages: PageSpan[], char: number): number {
  let low = 0;
  let high = pages.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (pages[middle].charStart <= char) low = middle + 1;
    else high = middle;
  }
  return pages[Math.max(0, low - 1)]?.page ?? 1;
}
