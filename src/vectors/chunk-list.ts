import { Injectable } from '@nestjs/common';
import { decodeCursor, encodeCursor } from '../platform/index.js';
import { VectorStore, type StoredChunk } from '../store/index.js';
import { PostgresSync } from '../sync/index.js';
import { ChunkRowsRepository } from '../vector-metadata/index.js';
import type { ChunkListQueryDto } from './dto/vector-queries.dto.js';
import type { ChunkPageDto, FoundChunkDto } from './dto/vector-chunk.dto.js';
import { toVectorChunk } from './vector-chunk.js';

/** How long a list waits for PostgreSQL to reach the newest record; then it answers from what is there. */
const watermarkWaitMsMax = 1000;

interface Place {
  /** Id of the last chunk of the page before. */
  after: number;
}

/**
 * Chunks by SQL. PostgreSQL says which and in which order, the engine says what is true: a row whose vector the engine has
 * deleted or replaced is left out, and so is one whose document has another owner by now.
 */
@Injectable()
export class ChunkList {
  constructor(
    private readonly store: VectorStore,
    private readonly sync: PostgresSync,
    private readonly rows: ChunkRowsRepository,
  ) {}

  /** Rejects with DATABASE_UNAVAILABLE while PostgreSQL is away. */
  async page(query: ChunkListQueryDto): Promise<ChunkPageDto> {
    const place = query.cursor === undefined ? { after: 0 } : decodeCursor<Place>(query.cursor, isPlace);
    await this.sync.waitFor(this.store.lastSequence, watermarkWaitMsMax);
    // One more than asked for tells whether there is a next page.
    const found = await this.find(query, place.after, query.limit + 1);
    const items = found.slice(0, query.limit);
    const more = found.length > items.length;
    return { items, next_cursor: more ? encodeCursor({ after: items[items.length - 1].id } satisfies Place) : null };
  }

  private async find(query: ChunkListQueryDto, start: number, count: number): Promise<FoundChunkDto[]> {
    const found: FoundChunkDto[] = [];
    const current = new CurrentChunks(this.store);
    for (let after = start; found.length < count;) {
      const rows = await this.rows.search({
        contains: query.contains,
        documentId: query.document_id,
        ownerId: query.owner_id,
        afterId: after,
        limit: count,
      });
      for (const { id, documentId } of rows) {
        const chunk = await current.find(documentId, id, query.owner_id);
        if (chunk !== undefined && found.length < count)
          found.push({ document_id: documentId, ...toVectorChunk(chunk, this.store.embeddingModel) });
      }
      if (rows.length < count) break;
      after = rows[rows.length - 1].id;
    }
    return found;
  }
}

/** The engine's chunks behind rows, which come document by document: the last document's are kept. */
class CurrentChunks {
  private documentId = 0;
  private chunks = new Map<number, StoredChunk>();

  constructor(private readonly store: VectorStore) {}

  async find(documentId: number, vectorId: number, ownerId: string | undefined): Promise<StoredChunk | undefined> {
    const document = this.store.findDocument(documentId);
    if (document === undefined || (ownerId !== undefined && document.ownerId !== ownerId)) return undefined;
    if (documentId !== this.documentId) {
      this.chunks = new Map((await this.store.readChunks(documentId)).map((chunk) => [chunk.vectorId, chunk]));
      this.documentId = documentId;
    }
    // Looked up anew for each row: a document may have been deleted while others were read.
    return this.store.findDocument(documentId) === undefined ? undefined : this.chunks.get(vectorId);
  }
}

function isPlace(value: Record<string, unknown>): boolean {
  return Object.keys(value).length === 1 && Number.isInteger(value.after) && Number(value.after) >= 1 && Number(value.after) < 2 ** 31;
}
