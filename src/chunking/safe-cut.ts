const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });
/** A cluster longer than this (a letter under hundreds of marks) is cut like any text: between code points. */
const CLUSTER_CHARS_MAX = 256;

/**
 * Where to cut text[from…end) near `target` without tearing a character apart: the last grapheme boundary up to it, else
 * the first one behind it, else a code point's end. Always beyond `from`.
 */
export function graphemeCut(text: string, from: number, target: number, end: number): number {
  if (target >= end) return end;
  let cut = from;
  // The segmenter's cost per step grows with its input: it only ever sees a short window.
  for (const { index } of graphemes.segment(text.slice(from, Math.min(end, from + CLUSTER_CHARS_MAX, Math.max(target, from + 1) + 2)))) {
    if (from + index <= target) cut = from + index;
  }
  if (cut > from) return cut;
  for (const { index } of graphemes.segment(text.slice(from, Math.min(end, from + CLUSTER_CHARS_MAX)))) {
    if (from + index > target) return from + index;
  }
  return codePointCut(text, from, target);
}

/** `target`, moved to a side of the code point that it would tear apart. Always beyond `from`. */
export function codePointCut(text: string, from: number, target: number): number {
  const cut = Math.max(target, from + 1);
  if (!tearsCharacter(text, cut)) return cut;
  return cut - 1 > from ? cut - 1 : cut + 1;
}

/** Whether a cut at `at` would part a surrogate pair. */
export function tearsCharacter(text: string, at: number): boolean {
  return isHighSurrogate(text.charCodeAt(at - 1)) && isLowSurrogate(text.charCodeAt(at));
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}

function isLowSurrogate(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff;
}
