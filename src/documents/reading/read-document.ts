import { readFile } from 'node:fs/promises';
import { chunkText } from '../../chunking/index.js';
import { loadTokenizer } from '../../embedding/index.js';
import { extractorOf } from '../extractors/extractor-of.js';
import { ExtractionError, NoTextFoundError } from '../extractors/extractors.errors.js';
import type { ReadProgress, ReadResult } from './document-reader.js';
import { titleOf } from './document-title.js';
import type { ReadMessage } from './reading.messages.js';

type Tokenizer = ReturnType<typeof loadTokenizer>;
const tokenizers = new Map<string, Tokenizer>();

/** Extracts and chunks one document, in the process that it is called in. */
export async function readDocument(message: ReadMessage, onProgress: (progress: ReadProgress) => void): Promise<ReadResult> {
  const bytes = await readOriginal(message.path);
  const extracted = await extractorOf(message.mimeType).extract(bytes, (done, total) => onProgress({ stage: 'extracting', done, total }));
  onProgress({ stage: 'chunking', done: 0, total: 1 });
  const title = titleOf([message.givenTitle, extracted.title], message.filename);
  const tokenizer = tokenizerOf(message.modelFolder);
  const chunks = chunkText(extracted.readable, title, message.limits, (text) => tokenizer.countTokens(text));
  if (chunks.length === 0) throw new NoTextFoundError('The document holds no text that can be searched', 'Upload one that does.');
  onProgress({ stage: 'chunking', done: 1, total: 1 });
  const { readable, pageCount, warnings } = extracted;
  return { title, readable, chunks, pageCount, charCount: readable.text.length, warnings };
}

async function readOriginal(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (error) {
    const why = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    const detail = `The original cannot be read from the disk (${why}); nothing of it is searchable. Restore it or upload the document again.`;
    throw new ExtractionError('ORIGINAL_UNREADABLE', detail, error);
  }
}

/** Loaded with the first document, kept for the next ones. */
function tokenizerOf(modelFolder: string): Tokenizer {
  const loaded = tokenizers.get(modelFolder) ?? loadTokenizer(modelFolder);
  tokenizers.set(modelFolder, loaded);
  return loaded;
}
