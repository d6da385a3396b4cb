import { DocumentNotFoundError, type StoredChunk, type StoredContents, type StoredDocument, type VectorStore } from '../../store/index.js';
import { EXPORT_FORMAT, type ChunkJson, type DocumentJson, type HeaderJson } from './export-format.js';

export interface ExportRequest {
  ownerId?: string;
  documentIds?: readonly number[];
  withVectors: boolean;
}

/** Characters of one piece of the answer: large enough to be worth a write, small enough to hold. */
const PIECE_CHARACTERS = 64 * 1024;

/**
 * Ids of the documents that are exported, ascending: those with chunks, for a document without any has nothing that could be
 * imported. Throws DocumentNotFoundError for ids that are not there, or not that owner's.
 */
export function exportedIds(store: VectorStore, { ownerId, documentIds }: ExportRequest): number[] {
  const isOwners = (document: StoredDocument): boolean => ownerId === undefined || document.ownerId === ownerId;
  if (documentIds === undefined) return idsOf(store.documents(), isOwners);
  const ids = [...new Set(documentIds)].sort((a, b) => a - b);
  const documents = ids.map((id) => store.findDocument(id)).filter((found) => found !== undefined && isOwners(found)) as StoredDocument[];
  if (documents.length < ids.length) {
    const there = new Set(documents.map(({ id }) => id));
    throw new DocumentNotFoundError(
      ids
        .filter((id) => !there.has(id))
        .slice(0, 20)
        .join(', '),
    );
  }
  return idsOf(documents, () => true);
}

function idsOf(documents: Iterable<StoredDocument>, isWanted: (document: StoredDocument) => boolean): number[] {
  const ids: number[] = [];
  for (const document of documents) if (document.chunkCount > 0 && isWanted(document)) ids.push(document.id);
  return ids;
}

/**
 * The export in pieces of text. A document is of one moment; one that loses its chunks before its turn comes is left out, so
 * that there may be fewer lines than the header says. Memory holds one document.
 */
export async function* exportLines(store: VectorStore, ids: readonly number[], withVectors: boolean): AsyncGenerator<string> {
  const { embeddingModel, dimension } = store;
  const header: HeaderJson = { format: EXPORT_FORMAT, embedding_model: embeddingModel, dimension, documents: ids.length };
  yield `${JSON.stringify(header)}\n`;
  for (const id of ids) {
    const contents = await contentsOf(store, id);
    if (contents && contents.chunks.length > 0) yield* documentPieces(contents, withVectors);
  }
}

async function contentsOf(store: VectorStore, id: number): Promise<StoredContents | null> {
  try {
    return await store.readContents(id);
  } catch (error) {
    if (error instanceof DocumentNotFoundError) return null;
    throw error;
  }
}

/** One line; that of a large document never stands in memory whole. */
function* documentPieces({ document, chunks, vectors }: StoredContents, withVectors: boolean): Generator<string> {
  const dimension = vectors.length / chunks.length;
  let piece = `${JSON.stringify(attributesOf(document)).slice(0, -1)},"chunks":[`;
  for (const [n, chunk] of chunks.entries()) {
    const vector = withVectors ? vectors.subarray(n * dimension, (n + 1) * dimension) : null;
    piece += (n === 0 ? '' : ',') + JSON.stringify(chunkOf(chunk, vector));
    if (piece.length < PIECE_CHARACTERS) continue;
    yield piece;
    piece = '';
  }
  yield `${piece}]}\n`;
}

function attributesOf(document: StoredDocument): Omit<DocumentJson, 'chunks'> {
  return {
    title: document.title,
    filename: document.filename,
    mime_type: document.mimeType,
    owner_id: document.ownerId,
    metadata: document.metadata,
    sha256: document.sha256,
    created_at: document.createdAt,
    page_count: document.pageCount,
    char_count: document.charCount,
  };
}

function chunkOf(chunk: StoredChunk, vector: Float32Array | null): ChunkJson {
  return {
    text: chunk.text,
    page_start: chunk.pageStart,
    page_end: chunk.pageEnd,
    char_start: chunk.charStart,
    char_end: chunk.charEnd,
    heading_path: [...chunk.headingPath],
    ...(vector && { vector: Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength).toString('base64') }),
  };
}
