import { isUtf8 } from 'node:buffer';
import type { BodyLine } from './body-lines.js';
import { readDocumentLine, type DocumentLine } from './document-line.js';
import { EXPORT_FORMAT, HEADER_FIELDS, LINE_BYTES_MAX } from './export-format.js';
import { checkNames, wholeNumber, type Fields } from './line-fields.js';
import { readModelName, type StoreVectors, type VectorOrigin } from './line-vectors.js';
import { LineTooLargeError, MalformedLineError, UnusableHeaderError } from './transfer.errors.js';

const COUNT_MAX = Number.MAX_SAFE_INTEGER;
const DIMENSION_MAX = 65_536;

/** Reads the lines of one import in their order: a header counts for what stands behind it, so that exports can be joined. */
export class LineReader {
  private header: VectorOrigin = {};
  /** Line of a header that was refused: what stands behind it cannot be understood. */
  private refusedHeader: number | null = null;

  constructor(private readonly store: StoreVectors) {}

  /** Null for a header. Throws the Problem of the line. */
  read({ number, bytes }: BodyLine): DocumentLine | null {
    if (bytes === null) throw new LineTooLargeError(LINE_BYTES_MAX);
    const fields = parse(bytes);
    if ('format' in fields) {
      this.readHeader(fields, number);
      return null;
    }
    if (this.refusedHeader !== null) throw new UnusableHeaderError(`The header in line ${this.refusedHeader} was refused`);
    return readDocumentLine(fields, this.header, this.store);
  }

  private readHeader(fields: Fields, number: number): void {
    this.refusedHeader = number;
    if (fields.format !== EXPORT_FORMAT)
      throw new UnusableHeaderError(`The header names the format ${JSON.stringify(fields.format).slice(0, 60)}`);
    checkNames(fields, HEADER_FIELDS);
    const { embedding_model: model, dimension, documents } = fields;
    if (documents !== undefined) wholeNumber(documents, 'documents', 0, COUNT_MAX);
    this.header = {
      ...(model === undefined ? {} : { embeddingModel: readModelName(model) }),
      ...(dimension === undefined ? {} : { dimension: wholeNumber(dimension, 'dimension', 1, DIMENSION_MAX) }),
    };
    this.refusedHeader = null;
  }
}

function parse(bytes: Buffer): Fields {
  if (!isUtf8(bytes)) throw new MalformedLineError('is not valid UTF-8');
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString('utf8'));
  } catch (error) {
    throw new MalformedLineError(`does not parse: ${(error as Error).message.slice(0, 200)}`, error);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new MalformedLineError('is no JSON object, in braces');
  return value as Fields;
}
