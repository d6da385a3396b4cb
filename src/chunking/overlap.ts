import type { ChunkLimits, CountTokens } from './chunk.js';
import { charsMax, type Piece } from './pieces.js';
import { Break } from './sentences.js';

/** The end of the chunk before, repeated so that what is said across the border is found as a whole. */
export interface Overlap {
  charStart: number;
  tokens: number;
}

const words = new Intl.Segmenter('en', { granularity: 'word' });

/**
 * What a chunk that begins with piece `first` repeats: whole sentences if any fit, else the last words. Nothing across a
 * heading, never all of the chunk before.
 * @param previousFirst the first piece that was new in the chunk before
 */
export function overlapBefore(
  text: string,
  pieces: Piece[],
  previousFirst: number,
  first: number,
  limits: ChunkLimits,
  countTokens: CountTokens,
): Overlap | null {
  const tokensMax = Math.min(limits.overlapTokens, limits.chunkTokens - pieces[first].tokens);
  if (tokensMax <= 0 || pieces[first].break === Break.Heading) return null;
  const end = pieces[first - 1].end;
  const repeatable = (piece: Piece): boolean => piece.section === pieces[first].section && !piece.heading;

  let from = first;
  let sum = 0;
  while (from - 1 > previousFirst && repeatable(pieces[from - 1]) && sum + pieces[from - 1].tokens <= tokensMax) {
    from--;
    sum += pieces[from].tokens;
  }
  for (; from < first; from++) {
    if (pieces[from].break === Break.InsideWord || end - pieces[from].start > charsMax(tokensMax)) continue;
    const tokens = countTokens(text.slice(pieces[from].start, end));
    if (tokens <= tokensMax) return { charStart: pieces[from].start, tokens };
  }
  if (pieces[first].break === Break.InsideWord || !repeatable(pieces[first - 1])) return null;
  return lastWords(text, pieces[first - 1], tokensMax, countTokens);
}

function lastWords(text: string, piece: Piece, tokensMax: number, countTokens: CountTokens): Overlap | null {
  let best: Overlap | null = null;
  const floor = Math.max(piece.start, piece.end - charsMax(tokensMax));
  let tokens = 0;
  for (let wordEnd = piece.end; wordEnd > floor;) {
    let start = wordEnd;
    while (start > floor && !/\s/.test(text[start - 1])) start--;
    if (start <= floor) break;
    tokens += countTokens(text.slice(start, wordEnd));
    if (tokens > tokensMax) break;
    best = { charStart: start, tokens };
    wordEnd = start;
    while (wordEnd > floor && /\s/.test(text[wordEnd - 1])) wordEnd--;
  }
  best ??= lastUnspacedWords(text, piece, tokensMax, countTokens);
  if (!best) return null;
  const exact = countTokens(text.slice(best.charStart, piece.end));
  return exact <= tokensMax ? { charStart: best.charStart, tokens: exact } : null;
}

/** For scripts that put no spaces between words; there a character is a token, more or less. */
function lastUnspacedWords(text: string, piece: Piece, tokensMax: number, countTokens: CountTokens): Overlap | null {
  const windowStart = Math.max(piece.start, piece.end - tokensMax);
  for (const { index, isWordLike } of words.segment(text.slice(windowStart, piece.end))) {
    if (index === 0 || isWordLike !== true) continue; // the window's first word may have begun before it
    const charStart = windowStart + index;
    const tokens = countTokens(text.slice(charStart, piece.end));
    if (tokens <= tokensMax) return { charStart, tokens };
  }
  return null;
}
