import * as tokenizers from '@huggingface/tokenizers';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { StopError } from '../platform/index.js';
import { wordByWord } from './word-counter.js';
import { wordPieceCounter, type WordPieceModel } from './word-piece.js';

/** The model's own tokenizer, in plain JavaScript: it loads no native code, so that a short-lived process can count too. */
export interface Tokenizer {
  /** Tokens of the text without the model's special tokens, however many the model would read of them. */
  readonly countTokens: (text: string) => number;
  /** Token ids as the model reads them, its special tokens around them; not cut. */
  readonly encode: (text: string) => number[];
}

/** What is used of the package, whose own declarations do not resolve in an ES module project. */
interface ModelTokenizer {
  encode(text: string, options?: { add_special_tokens?: boolean }): { ids: number[] };
  normalizer: ((text: string) => string) | null;
  pre_tokenizer: ((text: string) => string[]) | null;
}
const { Tokenizer: ModelTokenizer } = tokenizers as unknown as { Tokenizer: new (file: object, config: object) => ModelTokenizer };

interface TokenizerFile {
  normalizer?: { type?: string; clean_text?: boolean } | null;
  pre_tokenizer?: { type?: string } | null;
  model: { type?: string } | WordPieceModel;
  added_tokens?: { content: string }[];
}

/**
 * @param modelFolder absolute, with the model's tokenizer.json and tokenizer_config.json
 * @throws StopError naming the file that cannot be read
 */
export function loadTokenizer(modelFolder: string): Tokenizer {
  const file = readJson(join(modelFolder, 'tokenizer.json')) as TokenizerFile;
  const tokenizer = new ModelTokenizer(file, readJson(join(modelFolder, 'tokenizer_config.json')));
  return { countTokens: counterOf(file, tokenizer), encode: (text) => tokenizer.encode(text).ids };
}

function readJson(path: string): object {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as object;
  } catch (error) {
    throw new StopError(`The tokenizer's file ${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function counterOf(file: TokenizerFile, tokenizer: ModelTokenizer): (text: string) => number {
  const countWhole = (text: string): number => tokenizer.encode(text, { add_special_tokens: false }).ids.length;
  const { normalizer, pre_tokenizer: preTokenizer } = tokenizer;
  if (!normalizer || !preTokenizer || !followsBert(file)) return countWhole;
  const countPieces = wordPieceCounter(file.model);
  const added = (file.added_tokens ?? []).map(({ content }) => content);
  return wordByWord((word) => {
    if (added.some((token) => word.includes(token))) return countWhole(word);
    return preTokenizer(normalizer(word)).reduce((sum, part) => sum + countPieces(part), 0);
  });
}

function followsBert(file: TokenizerFile): file is TokenizerFile & { model: WordPieceModel } {
  return (
    file.normalizer?.type === 'BertNormalizer' &&
    file.normalizer.clean_text === true &&
    file.pre_tokenizer?.type === 'BertPreTokenizer' &&
    file.model.type === 'WordPiece'
  );
}
