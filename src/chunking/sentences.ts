import { graphemeCut } from './safe-cut.js';

/** What a place in the text is good for as the end of a chunk: the greater the better. */
export enum Break {
  InsideWord,
  Word,
  Sentence,
  Paragraph,
  Heading,
}

export interface Span {
  start: number;
  end: number;
  /** What lies between this span and the one before it. */
  break: Break;
}

const sentences = new Intl.Segmenter('en', { granularity: 'sentence' });
/** The segmenter's cost per step grows with its input, so it gets the text by windows; a longer sentence is cut at a word. */
const WINDOW_CHARS = 2_048;
/** A line that begins like this begins something new, though no blank line stands before it. */
const NEW_ITEM = /^\s*(?:[-*+•‣◦▪–]\s|\(?\d{1,3}[.)]\s|[|>]|#{1,6}\s)/;

/** Sentences of text[start…end): a line's end does not end one, a blank line or a new list item does. */
export function* sentencesIn(text: string, start: number, end: number): Generator<Span> {
  for (const block of blocksIn(text, start, end)) yield* sentencesOfBlock(text, block);
}

/** Runs of lines that belong together. */
function* blocksIn(text: string, start: number, end: number): Generator<Span> {
  let block: Span | null = null;
  let before = Break.Paragraph;
  for (let at = start; at < end;) {
    const newline = text.indexOf('\n', at);
    const lineEnd = newline < 0 || newline >= end ? end : newline + 1;
    const line = text.slice(at, lineEnd);
    const blank = line.trim() === '';
    const fresh = !blank && block !== null && NEW_ITEM.test(line);
    if (block && (blank || fresh)) {
      yield block;
      block = null;
      before = blank ? Break.Paragraph : Break.Sentence;
    }
    if (block) block.end = lineEnd;
    else if (!blank) block = { start: at, end: lineEnd, break: before };
    at = lineEnd;
  }
  if (block) yield block;
}

function* sentencesOfBlock(text: string, block: Span): Generator<Span> {
  let before = block.break;
  for (let at = block.start; at < block.end;) {
    const windowEnd = Math.min(at + WINDOW_CHARS, block.end);
    const window = text.slice(at, windowEnd).replace(/[\r\n]/g, ' ');
    let next = at;
    for (const { segment } of sentences.segment(window)) {
      const segmentEnd: number = next + segment.length;
      if (segmentEnd === windowEnd && windowEnd < block.end) break; // it may go on behind the window
      yield { start: next, end: segmentEnd, break: before };
      before = Break.Sentence;
      next = segmentEnd;
    }
    if (next === at) {
      next = lastWordStart(window, at) ?? graphemeCut(text, at, windowEnd, block.end);
      yield { start: at, end: next, break: before };
      before = /\s/.test(text[next - 1]) ? Break.Word : Break.InsideWord;
    }
    at = next;
  }
}

/** Behind the last whitespace that has a word before it. */
function lastWordStart(window: string, offset: number): number | null {
  const firstWord = window.search(/\S/);
  if (firstWord < 0) return offset + window.length;
  for (let i = window.length - 1; i > firstWord; i--) {
    if (/\s/.test(window[i])) return offset + i + 1;
  }
  return null;
}
