import * as tokenizers from '@huggingface/tokenizers';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { StopError } from '../platform/index.js';

/** The model's own tokenizer, in plain JavaScript: it loads no native code, so that a short-lived process can count too. */
export interface Tokenizer {
  /** Tokens of the text without the model's special tokens, however many the model would read of them. */
  readonly countTokens: (text: string) => number;
  /** Token ids as the model reads them, its special tokens around them; not cut. */
  readonly encode: (text: string) => number[];
}

/**
 * Spaces that BERT's normaliser keeps as word boundaries. Narrower than `\s` on purpose: it drops form feed, vertical tab
 * and U+FEFF as control characters, so that the words on both sides of one become a single word.
 */
const WORD = /[^ \t\n\r\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/g;
const CACHED_WORDS_MAX = 50_000;
const CACHED_WORD_CHARS_MAX = 40;

/** What is used of the package, whose own declarations do not resolve in an ES module project. */
interface ModelTokenizer {
  encode(text: string, options?: { add_special_tokens?: boolean }): { ids: number[] };
}
const { Tokenizer: ModelTokenizer } = tokenizers as unknown as { Tokenizer: new (file: object, config: object) => ModelTokenizer };

interface TokenizerFile {
  normalizer?: { type?: string; clean_text?: boolean } | null;
  pre_tokenizer?: { type?: string } | null;
}

/**
 * @param modelFolder absolute, with the model's tokenizer.json and tokenizer_config.json
 * @throws StopError naming the file that cannot be read
 */
export function loadTokenizer(modelFolder: string): Tokenizer {
  const file = readJson(join(modelFolder, 'tokenizer.json')) as TokenizerFile;
  const tokenizer = new ModelTokenizer(file, readJson(join(modelFolder, 'tokenizer_config.json')));
  const countWhole = (text: string): number => tokenizer.encode(text, { add_special_tokens: false }).ids.length;
  return {
    countTokens: readsWordByWord(file) ? wordByWord(countWhole) : countWhole,
    encode: (text) => tokenizer.encode(text).ids,
  };
}

function readJson(path: string): object {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as object;
  } catch (error) {
    throw new StopError(`The tokenizer's file ${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** Only BERT's rules make the count of a text the sum of its words' counts, whatever stands between them. */
function readsWordByWord({ normalizer, pre_tokenizer: preTokenizer }: TokenizerFile): boolean {
  return normalizer?.type === 'BertNormalizer' && normalizer.clean_text === true && preTokenizer?.type === 'BertPreTokenizer';
}

/** Counts each distinct word once: a document's words repeat. */
function wordByWord(count: (word: string) => number): (text: string) => number {
  const known = new Map<string, number>();
  return (text) => {
    let tokens = 0;
    for (const [word] of text.matchAll(WORD)) {
      let wordTokens = known.get(word);
      if (wordTokens === undefined) {
        wordTokens = count(word);
        if (word.length <= CACHED_WORD_CHARS_MAX) {
          if (known.size >= CACHED_WORDS_MAX) known.clear();
          known.set(detached(word), wordTokens);
        }
      }
      tokens += wordTokens;
    }
    return tokens;
  };
}

/** A copy of its own: a substring keeps the whole document that it was cut from in memory. */
function detached(word: string): string {
  return Buffer.from(word, 'utf16le').toString('utf16le');
}
