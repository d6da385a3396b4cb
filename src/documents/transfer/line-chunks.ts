import type { ChunkToSave } from '../../store/index.js';
import { CHUNK_FIELDS } from './export-format.js';
import { checkNames, refuse, wholeNumber, type Fields } from './line-fields.js';
import { InvalidLineError } from './transfer.errors.js';

/** Of one chunk; PostgreSQL indexes each text. */
const TEXT_CHARACTERS_MAX = 1_000_000;
/** A text is put together again from its chunks: no span may make it longer than this. */
const CHAR_MAX = 2 ** 27;
const PAGE_MAX = 2 ** 31 - 1;
const HEADINGS_MAX = 100;
/** Between two chunks of a document without spans. */
const SEPARATOR_CHARACTERS = '\n\n'.length;

/** @param value of `chunks` in a line @returns at least one chunk; spans that were not given follow one another */
export function readChunks(value: unknown): ChunkToSave[] {
  if (!Array.isArray(value)) return refuse('chunks', 'an array');
  if (value.length === 0) throw new InvalidLineError('`chunks` is empty, and a document without text cannot be found');
  const chunks = value.map((chunk: unknown, n) => readChunk(chunk, `chunks[${n}]`));
  const spanned = chunks.filter(({ charStart }) => charStart >= 0).length;
  if (spanned === 0) return laidOut(chunks);
  if (spanned < chunks.length)
    throw new InvalidLineError('`char_start` and `char_end` stand in some chunks and not in others: give them for all, or for none');
  checkSpans(chunks);
  return chunks;
}

function readChunk(value: unknown, name: string): ChunkToSave {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return refuse(name, 'an object');
  const fields = value as Fields;
  checkNames(fields, CHUNK_FIELDS, `${name}.`);
  const text = readText(fields.text, `${name}.text`);
  const pageStart = fields.page_start === undefined ? 1 : wholeNumber(fields.page_start, `${name}.page_start`, 1, PAGE_MAX);
  const pageEnd = fields.page_end === undefined ? pageStart : wholeNumber(fields.page_end, `${name}.page_end`, pageStart, PAGE_MAX);
  return { text, pageStart, pageEnd, ...readSpan(fields, text, name), headingPath: readHeadings(fields.heading_path, name) };
}

/** Whatever a text holds that cannot be kept is replaced by the store, one code unit for one. */
function readText(value: unknown, name: string): string {
  if (typeof value !== 'string' || value.trim() === '') return refuse(name, 'text, and not blank');
  if (value.length > TEXT_CHARACTERS_MAX) refuse(name, `of ${TEXT_CHARACTERS_MAX} characters at most, and has ${value.length}`);
  return value;
}

/** −1 for a span that was not given. */
function readSpan({ char_start: start, char_end: end }: Fields, text: string, name: string): { charStart: number; charEnd: number } {
  if (start === undefined && end === undefined) return { charStart: -1, charEnd: -1 };
  const charStart = wholeNumber(start, `${name}.char_start`, 0, CHAR_MAX);
  const charEnd = wholeNumber(end, `${name}.char_end`, charStart, CHAR_MAX);
  if (charEnd - charStart !== text.length)
    throw new InvalidLineError(
      `\`${name}\` spans ${charEnd - charStart} characters from char_start to char_end, and its text has ${text.length} (UTF-16 code units, as in JavaScript)`,
    );
  return { charStart, charEnd };
}

function readHeadings(value: unknown, name: string): string[] {
  if (value === undefined) return [];
  if (!Array.isArray(value) || value.length > HEADINGS_MAX)
    return refuse(`${name}.heading_path`, `an array of ${HEADINGS_MAX} texts at most`);
  return value.map((heading: unknown, n) => readText(heading, `${name}.heading_path[${n}]`));
}

/** Spans that follow one another, for a document that came without any. */
function laidOut(chunks: readonly ChunkToSave[]): ChunkToSave[] {
  let next = 0;
  return chunks.map((chunk) => {
    const charStart = next;
    const charEnd = charStart + chunk.text.length;
    next = charEnd + SEPARATOR_CHARACTERS;
    return { ...chunk, charStart, charEnd };
  });
}

/** Spans point into one text: chunks are in its order, and where two overlap they say the same. */
function checkSpans(chunks: readonly ChunkToSave[]): void {
  /** The one that reaches furthest: all overlaps of the next chunk are with it. */
  let furthest = chunks[0];
  for (const [n, chunk] of chunks.entries()) {
    const { charStart, charEnd, text } = chunk;
    if (charStart < chunks[Math.max(0, n - 1)].charStart)
      throw new InvalidLineError(
        `\`chunks[${n}]\` begins at ${charStart}, before the chunk in front of it: chunks are in the order of the text`,
      );
    const overlap = Math.min(furthest.charEnd, charEnd) - charStart;
    const from = charStart - furthest.charStart;
    if (overlap > 0 && furthest.text.slice(from, from + overlap) !== text.slice(0, overlap))
      throw new InvalidLineError(
        `\`chunks[${n}]\` overlaps a chunk in front of it by ${overlap} characters, which are not the same in both`,
      );
    if (charEnd >= furthest.charEnd) furthest = chunk;
  }
}
