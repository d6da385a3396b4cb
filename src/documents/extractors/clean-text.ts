const lineEnds = /\r\n?|[\u0085\u2028\u2029\v\f]/g;
/** C0 without tab and line feed, DEL, C1; a byte order mark inside of a text is a zero-width space of old and says nothing. */
const controls = /(?![\t\n])[\p{Cc}\ufeff]/gu;
const loneSurrogates = /\p{Surrogate}/gu;
const anythingVisible = /[\p{L}\p{N}\p{P}\p{S}]/u;

/**
 * Text as the store, PostgreSQL and JSON all take it: `\n` alone ends a line, no U+0000 or other control character but tab,
 * no lone surrogate. Nothing else is changed; composed and decomposed letters stay as they are.
 */
export function cleanText(text: string): string {
  return text.replace(lineEnds, '\n').replace(controls, '').replace(loneSurrogates, '\ufffd');
}

/** The same, for text that must stay on one line; runs of white space become one space. */
export function cleanLine(text: string): string {
  return cleanText(text).replace(/\s+/gu, ' ').trim();
}

/** False for text that has nothing to find in it: white space, zero-width and formatting characters only. */
export function holdsText(text: string): boolean {
  return anythingVisible.test(text);
}
