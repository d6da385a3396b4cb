import type { CountTokens } from './chunk.js';
import { codePointCut } from './safe-cut.js';

/** Of a title, when it stands above a chunk. */
const TITLE_CHARS_MAX = 500;

/**
 * What is embedded for a chunk: title, headings and text, a line each. The text always stands whole; what is above it
 * takes the room that is left, the title at most half of that when there are headings, the deepest headings first.
 * @param headings that the text stands under and does not itself hold, outermost first
 */
export function embeddingTextOf(
  title: string,
  headings: string[],
  chunk: { text: string; tokens: number },
  tokensMax: number,
  countTokens: CountTokens,
): string {
  const lines = fitting(title.slice(0, TITLE_CHARS_MAX).replace(/\s+/g, ' ').trim(), headings, tokensMax - chunk.tokens, countTokens);
  for (;;) {
    const whole = [...lines, chunk.text].join('\n');
    // A tokenizer whose counts do not add up exactly costs a line, never the limit.
    if (lines.length === 0 || countTokens(whole) <= tokensMax) return whole;
    lines.shift();
  }
}

/** Whether the two read the same to a person. */
export function sameTitle(a: string, b: string): boolean {
  const plain = (title: string): string => title.replace(/\s+/g, ' ').trim().toLowerCase();
  return plain(a) === plain(b);
}

function fitting(title: string, headings: string[], room: number, countTokens: CountTokens): string[] {
  const titleTokens = countTokens(title);
  const all = titleTokens + headings.reduce((sum, heading) => sum + countTokens(heading), 0);
  if (all <= room) return [title, ...headings].filter((line) => line !== '');

  const titleShare = headings.length === 0 ? room : Math.floor(room / 2);
  let left = room - Math.min(titleTokens, titleShare);
  const kept: string[] = [];
  for (const heading of [...headings].reverse()) {
    const tokens = countTokens(heading);
    if (tokens <= left) kept.unshift(heading);
    else if (kept.length === 0) kept.unshift(shortened(heading, left, countTokens));
    else break;
    left -= Math.min(tokens, left);
  }
  return [shortened(title, Math.min(titleTokens, titleShare) + left, countTokens), ...kept].filter((line) => line !== '');
}

/** As many of the first words as fit; of a first word that alone does not fit, its beginning. */
function shortened(line: string, tokensMax: number, countTokens: CountTokens): string {
  if (countTokens(line) <= tokensMax) return line;
  let end = 0;
  let tokens = 0;
  for (const match of line.matchAll(/\S+/g)) {
    tokens += countTokens(match[0]);
    if (tokens > tokensMax) break;
    end = match.index + match[0].length;
  }
  if (end > 0 || tokensMax <= 0) return line.slice(0, end);
  for (let length = line.indexOf(' ') < 0 ? line.length : line.indexOf(' '); length > 1;) {
    length = codePointCut(line, 0, Math.floor(length / 2));
    if (countTokens(line.slice(0, length)) <= tokensMax) return line.slice(0, length);
    if (length <= 2) break;
  }
  return '';
}
