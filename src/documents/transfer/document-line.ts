import { createHash } from 'node:crypto';
import type { ImportRequest, JsonObject } from '../../store/index.js';
import { OWNER_CHARACTERS_MAX, TITLE_CHARACTERS_MAX } from '../dto/upload.dto.js';
import { sizesFromChunks } from '../document-text.js';
import { metadataFault } from '../metadata.js';
import { cleanFileName, fileNameFromTitle } from '../upload/file-name.js';
import { DOCUMENT_FIELDS } from './export-format.js';
import { readChunks } from './line-chunks.js';
import { checkNames, instant, refuse, shortText, wholeNumber, type Fields } from './line-fields.js';
import { checkOrigin, LineVectors, readModelName, type StoreVectors, type VectorOrigin } from './line-vectors.js';
import { InvalidLineError } from './transfer.errors.js';

const FILE_NAME_CHARACTERS_MAX = 1_000;
const MIME_TYPE = /^[a-z0-9][\w.+-]{0,60}\/[a-z0-9][\w.+-]{0,100}$/i;
const SHA256 = /^[0-9a-f]{64}$/i;
const COUNT_MAX = 2 ** 31 - 1;

/** A line that is sound: what the store is asked for, with vectors that may still be missing. */
export interface DocumentLine {
  request: ImportRequest;
  /** Positions of chunks that are to be embedded here; their floats are zeros. */
  missing: readonly number[];
  /** Vectors that came with another length than 1. */
  normalised: number;
}

/** @param header what the lines in front of this one say about vectors @throws a Problem that names the property, or the chunk */
export function readDocumentLine(fields: Fields, header: VectorOrigin, store: StoreVectors): DocumentLine {
  checkNames(fields, DOCUMENT_FIELDS);
  const title = readTitle(fields.title);
  const chunks = readChunks(fields.chunks);
  const sizes = sizesFromChunks(chunks);
  const vectors = readVectors(fields, header, store);
  const request: ImportRequest = {
    ownerId: optional(fields.owner_id, null, (value) => (value === null ? null : shortText(value, 'owner_id', OWNER_CHARACTERS_MAX))),
    title,
    filename: optional(fields.filename, fileNameFromTitle(title, '.txt'), (value) =>
      cleanFileName(shortText(value, 'filename', FILE_NAME_CHARACTERS_MAX)),
    ),
    mimeType: optional(fields.mime_type, 'text/plain', (value) => match(value, 'mime_type', MIME_TYPE, 'a type such as application/pdf')),
    sha256:
      fields.sha256 === undefined ? hashOf(title, chunks) : match(fields.sha256, 'sha256', SHA256, '64 hexadecimal digits').toLowerCase(),
    metadata: optional(fields.metadata, {}, readMetadata),
    ...(fields.created_at === undefined ? {} : { createdAt: instant(fields.created_at, 'created_at') }),
    pageCount: optional(fields.page_count ?? undefined, sizes.pageCount, (value) => wholeNumber(value, 'page_count', 0, COUNT_MAX)),
    charCount: optional(fields.char_count ?? undefined, sizes.charCount, (value) => wholeNumber(value, 'char_count', 0, COUNT_MAX)),
    chunks,
    vectors: vectors.floats,
  };
  return { request, missing: vectors.missing, normalised: vectors.normalised };
}

function optional<T>(value: unknown, otherwise: T, read: (value: unknown) => T): T {
  return value === undefined ? otherwise : read(value);
}

function readTitle(value: unknown): string {
  if (value === undefined) throw new InvalidLineError('`title` is missing');
  return shortText(value, 'title', TITLE_CHARACTERS_MAX);
}

function readMetadata(value: unknown): JsonObject {
  const fault = metadataFault(value);
  if (fault !== null) throw new InvalidLineError(`\`metadata\` ${fault}`);
  return value as JsonObject;
}

function match(value: unknown, name: string, pattern: RegExp, must: string): string {
  return typeof value === 'string' && pattern.test(value) ? value : refuse(name, must);
}

function readVectors(fields: Fields, header: VectorOrigin, store: StoreVectors): LineVectors {
  const chunks = fields.chunks as Fields[];
  const model = optional(fields.embedding_model, undefined, readModelName);
  // A line of another model than the header's says nothing of its dimension.
  const origin: VectorOrigin = model === undefined || model === header.embeddingModel ? header : { embeddingModel: model };
  if (chunks.some(({ vector }) => vector !== undefined)) checkOrigin(origin, store);
  const vectors = new LineVectors(chunks.length, store.dimension);
  for (const [n, { vector }] of chunks.entries()) vectors.set(n, vector);
  return vectors;
}

/**
 * What stands for the bytes of a document that came without their hash: title and texts, so that what is sent again, after an
 * import that was cut off, is known to be there.
 */
function hashOf(title: string, chunks: readonly { text: string }[]): string {
  const hash = createHash('sha256').update(JSON.stringify(title));
  for (const { text } of chunks) hash.update('\n').update(JSON.stringify(text));
  return hash.digest('hex');
}
