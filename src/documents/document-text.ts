import type { PageSpan } from '../chunking/index.js';
import type { ChunkToSave, StoredChunk } from '../store/index.js';

/**
 * A text that the chunks' spans point into, put together from the chunks alone: what no chunk holds is blank.
 *
 * @param chunks in order, at least one
 */
export function textFromChunks(chunks: readonly StoredChunk[]): { text: string; pages: PageSpan[] } {
  let text = '';
  for (const chunk of chunks) {
    text = text.padEnd(chunk.charStart, '\n');
    // An overlap with the chunk before stands there already.
    text += chunk.text.slice(text.length - chunk.charStart);
  }
  return { text, pages: pagesOf(chunks) };
}

/** How far the chunks reach: the least that their document has. */
export function sizesFromChunks(chunks: readonly ChunkToSave[]): { pageCount: number; charCount: number } {
  const most = (field: 'pageEnd' | 'charEnd'): number => chunks.reduce((furthest, chunk) => Math.max(furthest, chunk[field]), 0);
  return { pageCount: most('pageEnd'), charCount: most('charEnd') };
}

/** A page begins where the first chunk of it begins, as far as the chunks tell, and ends where the next one begins. */
function pagesOf(chunks: readonly StoredChunk[]): PageSpan[] {
  const pages: PageSpan[] = [];
  for (const { pageStart, charStart, charEnd } of chunks) {
    const last = pages.at(-1);
    if (last && last.page >= pageStart) {
      last.charEnd = Math.max(last.charEnd, charEnd);
      continue;
    }
    if (last) last.charEnd = Math.min(last.charEnd, charStart);
    pages.push({ page: pageStart, charStart, charEnd });
  }
  return pages;
}
