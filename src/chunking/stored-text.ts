import type { CountTokens } from './chunk.js';
import { embeddingTextOf, sameTitle } from './embedding-text.js';
import { codePointCut } from './safe-cut.js';

/** More characters than this a token never has, so that a text of any length is counted in bounded time. */
const CHARS_PER_TOKEN_MAX = 64;
/** Of the model's tokens, what a title may take from a text that is longer than the model reads. */
const TITLE_SHARE = 1 / 4;

/**
 * What is embedded for a chunk that is stored, or comes in, without the document around it: the same as `chunkText` puts
 * together. A text that the model cannot read to its end is cut for it, and said to be.
 *
 * @param title of the document
 * @param chunk its text and all headings that it stands under, outermost first
 * @param tokensMax without the model's special tokens
 */
export function storedEmbeddingText(
  title: string,
  chunk: { text: string; headingPath: readonly string[] },
  tokensMax: number,
  countTokens: CountTokens,
): { text: string; isCut: boolean } {
  const { text, tokens, isCut } = readable(title, chunk.text.trim(), tokensMax, countTokens);
  const path = chunk.headingPath;
  const isTitled = path.length > 0 && sameTitle(path[0], title);
  // A heading that the chunk holds itself stands there as a line.
  const lines = path.length > 0 ? text.split('\n') : [];
  const above = path.filter((heading) => !lines.some((line) => sameTitle(line, heading)));
  return { text: embeddingTextOf(isTitled ? '' : title, above, { text, tokens }, tokensMax, countTokens), isCut };
}

/** As much of the text as the model reads, with room for a title when the text must be cut anyway. */
function readable(title: string, text: string, tokensMax: number, countTokens: CountTokens) {
  const start = text.slice(0, tokensMax * CHARS_PER_TOKEN_MAX);
  const tokens = countTokens(start);
  if (start.length === text.length && tokens <= tokensMax) return { text, tokens, isCut: false };
  const room = tokensMax - Math.min(countTokens(title.slice(0, tokensMax * CHARS_PER_TOKEN_MAX)), Math.floor(tokensMax * TITLE_SHARE));
  const cut = longestStart(start, room, countTokens);
  return { text: cut, tokens: countTokens(cut), isCut: true };
}

/** The longest beginning of at most so many tokens, at least one character; it ends with a word where words allow it. */
function longestStart(text: string, tokensMax: number, countTokens: CountTokens): string {
  let fits = 1;
  let tooLong = text.length + 1;
  while (tooLong - fits > 1) {
    const middle = Math.floor((fits + tooLong) / 2);
    if (countTokens(text.slice(0, middle)) <= tokensMax) fits = middle;
    else tooLong = middle;
  }
  const start = text.slice(0, codePointCut(text, 0, fits));
  const word = /\s/.test(text.charAt(start.length)) ? start.length : start.search(/\s\S*$/);
  return start.slice(0, word > start.length / 2 ? word : start.length).trimEnd();
}
