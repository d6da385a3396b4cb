import { Tokenizer } from '@streamparser/json';
import type { MetadataEntry } from '../sync/index.js';
import { MetadataGrammar, type RawRow } from './metadata-grammar.js';
import { InvalidMetadataError } from './vectors.errors.js';

/** What one row may take before it is read to its end; a chunk's text is a hundredth of it. */
const rowBytesMax = 4 * 1024 * 1024;
const idMax = 2 ** 31 - 1;

const fields = new Set(['document_id', 'chunk_index', 'text', 'faiss_index', 'embedding_model', 'chunk_length']);

/**
 * Reads metadata rows from JSON as it arrives: memory holds one row and what the last piece of the body held, however long
 * the body is. Throws InvalidMetadataError at the first row that is wrong, and at a body that ends too early.
 */
export async function* readMetadataRows(body: AsyncIterable<Uint8Array>): AsyncGenerator<MetadataEntry> {
  let rows: MetadataEntry[] = [];
  const grammar = new MetadataGrammar(fields, (row, number) => rows.push(toMetadataEntry(row, number)));
  // With a buffer, texts of a chunk's length take half the time that joined strings do.
  const tokenizer = new Tokenizer({ stringBufferSize: 64 * 1024 });
  tokenizer.onToken = ({ token, value }) => grammar.accept(token, value);
  let rowBytes = 0;
  for await (const piece of body) {
    held(grammar, () => tokenizer.write(piece));
    rowBytes = rows.length > 0 ? 0 : rowBytes + piece.length;
    if (rowBytes > rowBytesMax) throw new InvalidMetadataError(Math.max(grammar.rowsBegun, 1), `takes more than ${rowBytesMax} bytes`);
    yield* rows;
    rows = [];
  }
  // A number at the very end is told only now: nothing before said that it was over.
  if (!tokenizer.isEnded) held(grammar, () => tokenizer.end());
  if (!grammar.isComplete)
    throw new InvalidMetadataError(
      grammar.rowsBegun || null,
      grammar.rowsBegun === 0 ? 'ends before its first row' : 'is the last one that was begun: the body ends too early',
    );
}

/** Runs the tokenizer; what it refuses becomes a problem that names the row. */
function held(grammar: MetadataGrammar, work: () => void): void {
  try {
    work();
  } catch (error) {
    if (error instanceof InvalidMetadataError) throw error;
    throw new InvalidMetadataError(grammar.rowsBegun || null, 'is cut off, or is not valid JSON in UTF-8');
  }
}

function toMetadataEntry(row: RawRow, number: number): MetadataEntry {
  const integer = (name: string, least: number): number | undefined => {
    const value = row.get(name);
    if (value === undefined) return undefined;
    if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= idMax) return value;
    throw new InvalidMetadataError(number, `needs as \`${name}\` an integer from ${least} to ${idMax}`);
  };
  const text = (name: string): string | undefined => {
    const value = row.get(name);
    if (value === undefined || typeof value === 'string') return value;
    throw new InvalidMetadataError(number, `needs as \`${name}\` a text`);
  };
  const required = <T>(name: string, value: T | undefined): T => {
    if (value === undefined) throw new InvalidMetadataError(number, `lacks \`${name}\``);
    return value;
  };
  return {
    document_id: required('document_id', integer('document_id', 1)),
    chunk_index: required('chunk_index', integer('chunk_index', 0)),
    text: required('text', text('text')),
    faiss_index: integer('faiss_index', 1),
    embedding_model: text('embedding_model'),
    chunk_length: integer('chunk_length', 0),
  };
}
