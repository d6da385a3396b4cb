import { embeddingTextOf, sameTitle, storedEmbeddingText, type CountTokens, type Section } from '../../chunking/index.js';
import type { StoredChunk } from '../../store/index.js';

/**
 * What was embedded for a chunk when its document was read, put together again: title, headings and text. A heading whose own
 * line stands in the chunk is no line above it: where it stands in the document's text says so, to the letter.
 * @param sections of the document's text
 * @param tokensMax without the model's special tokens
 */
export function embeddedText(
  title: string,
  chunk: StoredChunk,
  sections: readonly Section[],
  tokensMax: number,
  countTokens: CountTokens,
): string {
  const { text, headingPath } = chunk;
  const tokens = countTokens(text);
  const places = placesOf(chunk, sections);
  // another model may read less than the one that the chunks were cut for
  if (!places || tokens > tokensMax) return storedEmbeddingText(title, chunk, tokensMax, countTokens).text;
  const isTitled = headingPath.length > 0 && sameTitle(headingPath[0], title);
  const above = headingPath.filter((_, depth) => places[depth] < chunk.charStart || places[depth] >= chunk.charEnd);
  return embeddingTextOf(isTitled ? '' : title, above, { text, tokens }, tokensMax, countTokens);
}

/** Where the headings of a chunk's path stand in the text; null when no section of the chunk is below them. */
function placesOf({ headingPath, charStart, charEnd }: StoredChunk, sections: readonly Section[]): number[] | null {
  // from the back: what a chunk repeats of the one before it may stand below headings of the same words
  for (let at = firstFrom(sections, charEnd) - 1; at >= 0 && sections[at].charEnd > charStart; at--) {
    const { path } = sections[at];
    if (headingPath.every((heading, depth) => path[depth]?.text === heading)) return path.map((heading) => heading.charStart);
  }
  return null;
}

/** The first section that begins at or behind the position, by halving. */
function firstFrom(sections: readonly Section[], position: number): number {
  let [low, high] = [0, sections.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sections[middle].charStart < position) low = middle + 1;
    else high = middle;
  }
  return low;
}
