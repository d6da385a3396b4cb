import type { CountTokens } from '../../src/chunking/index.js';

/** A word is a token: counts add up over words. */
export const wordCounter: CountTokens = (text) => text.match(/\S+/g)?.length ?? 0;

/** Every four characters of a word are a token, as with a model's tokenizer more or less. */
export const fourCharCounter: CountTokens = (text) => (text.match(/\S+/g) ?? []).reduce((sum, word) => sum + Math.ceil(word.length / 4), 0);

/** Every character is a token, spaces too: counts of parts do not add up to the whole's. */
export const charCounter: CountTokens = (text) => text.length;
