/**
 * Counts the tokens of a text word by word, each distinct word once. Holds for BERT's rules alone: there the count of a
 * text is the sum of its words' counts, whatever stands between them.
 */
const CACHED_WORDS_MAX = 50_000;
const CACHED_WORD_CHARS_MAX = 40;

/** @param countWord tokens of a text without spaces */
export function wordByWord(countWord: (word: string) => number): (text: string) => number {
  const known = new Map<string, number>();

  const remembered = (word: string): number => {
    const cached = known.get(word);
    if (cached !== undefined) return cached;
    const tokens = countWord(word);
    if (word.length <= CACHED_WORD_CHARS_MAX) {
      if (known.size >= CACHED_WORDS_MAX) known.clear();
      known.set(detached(word), tokens);
    }
    return tokens;
  };

  return (text) => {
    let tokens = 0;
    let wordStart = 0;
    for (let i = 0; i < text.length; i++) {
      if (!isSpace(text.charCodeAt(i))) continue;
      if (i > wordStart) tokens += remembered(text.slice(wordStart, i));
      wordStart = i + 1;
    }
    return wordStart < text.length ? tokens + remembered(text.slice(wordStart)) : tokens;
  };
}

/**
 * What BERT's normaliser keeps as a space between words. Narrower than `\s` on purpose: it drops form feed, vertical tab
 * and U+FEFF as control characters, so that the words on both sides of one become a single word.
 */
function isSpace(unit: number): boolean {
  if (unit <= 0x20) return unit === 0x20 || unit === 0x0a || unit === 0x09 || unit === 0x0d;
  if (unit < 0xa0) return false;
  return (
    unit === 0xa0 ||
    unit === 0x1680 ||
    (unit >= 0x2000 && unit <= 0x200a) ||
    unit === 0x2028 ||
    unit === 0x2029 ||
    unit === 0x202f ||
    unit === 0x205f ||
    unit === 0x3000
  );
}

/** A copy of its own: a substring keeps the whole document that it was cut from in memory. */
function detached(word: string): string {
  return Buffer.from(word, 'utf16le').toString('utf16le');
}
