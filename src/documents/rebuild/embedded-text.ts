import { embeddingTextOf, sameTitle, sectionsOf, type CountTokens, type ReadableText, type Section } from '../../chunking/index.js';
import type { StoredChunk } from '../../store/index.js';

/**
 * What was embedded for each chunk of a document when it was read, put together again: title, headings and text. A heading
 * whose own line stands in the chunk is no line above it; where the document's text is kept its place says so, else the words.
 * @param readable the document's extracted text; null when there is none
 * @param tokensMax without the model's special tokens
 */
export function embeddedTexts(
  title: string,
  chunks: readonly StoredChunk[],
  readable: ReadableText | null,
  tokensMax: number,
  countTokens: CountTokens,
): string[] {
  const sections = readable ? sectionsOf(readable) : [];
  return chunks.map((chunk) => {
    const { text, headingPath } = chunk;
    const isTitled = headingPath.length > 0 && sameTitle(headingPath[0], title);
    const places = placesOf(chunk, sections);
    const isInside = (heading: string, depth: number): boolean =>
      places ? places[depth] >= chunk.charStart && places[depth] < chunk.charEnd : hasLine(text, heading);
    const above = headingPath.filter((heading, depth) => !isInside(heading, depth));
    return embeddingTextOf(isTitled ? '' : title, above, { text, tokens: countTokens(text) }, tokensMax, countTokens);
  });
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

function hasLine(text: string, heading: string): boolean {
  return text.split('\n').some((line) => sameTitle(line.replace(/^[#\s]+/, ''), heading));
}
