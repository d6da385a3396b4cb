import { Injectable } from '@nestjs/common';
import { decodeCursor, encodeCursor } from '../platform/index.js';
import { VectorStore, type StoredDocument } from '../store/index.js';
import { DocumentRowsRepository, type DocumentPageRequest } from '../vector-metadata/index.js';
import { DatabaseWatermark } from './database-watermark.js';
import { statusOf } from './document-view.js';
import type { ListDocumentsDto } from './dto/list-documents.dto.js';
import { IngestionQueue } from './ingestion/ingestion-queue.js';

const DATABASE_WAIT_MS = 1_000;

/** A place in the list: behind this document. */
interface Place {
  created_at: string;
  id: number;
}

/**
 * Pages of documents, newest first. PostgreSQL says which and in what order; what each of them is, and whether it still is,
 * says the engine: a database that lags shows no document that is gone, and none as what it was.
 */
@Injectable()
export class DocumentList {
  constructor(
    private readonly rows: DocumentRowsRepository,
    private readonly watermark: DatabaseWatermark,
    private readonly store: VectorStore,
    private readonly queue: IngestionQueue,
  ) {}

  /** Rejects with DATABASE_UNAVAILABLE or INVALID_CURSOR. */
  async page(query: ListDocumentsDto): Promise<{ documents: StoredDocument[]; nextCursor: string | null }> {
    const after = query.cursor === undefined ? undefined : decodeCursor<Place>(query.cursor, isPlace);
    await this.watermark.reach(this.store.lastSequence, DATABASE_WAIT_MS);
    const conditions = { ...this.conditionsOf(query), ...(after && { after: { createdAt: after.created_at, id: after.id } }) };
    // One more than is shown tells whether there is a next page. What the engine leaves out is made up for by asking for more.
    for (let asked = query.limit + 1; ; asked *= 2) {
      const ids = await this.rows.pageOfIds({ ...conditions, limit: asked });
      const found = ids.map((id) => this.store.findDocument(id)).filter((document) => document !== undefined);
      const meant = found.filter((document) => this.isMeant(document, query));
      if (meant.length <= query.limit && ids.length === asked) continue;
      const documents = meant.slice(0, query.limit);
      const last = documents.at(-1);
      const nextCursor = last && meant.length > query.limit ? encodeCursor(placeOf(last)) : null;
      return { documents, nextCursor };
    }
  }

  /** `processing` is known here alone: in the database such a document is queued. */
  private conditionsOf({ owner_id: ownerId, status, q: text }: ListDocumentsDto): Omit<DocumentPageRequest, 'limit'> {
    const inWork = this.queue.documentsInWork().map(({ id }) => id);
    return {
      ...(ownerId === undefined ? {} : { ownerId }),
      ...(text === undefined ? {} : { text }),
      ...(status === undefined ? {} : status === 'processing' ? { ids: inWork } : { statuses: [status] }),
      ...(status === 'queued' ? { exceptIds: inWork } : {}),
    };
  }

  private isMeant(document: StoredDocument, { owner_id: ownerId, status, q }: ListDocumentsDto): boolean {
    if (ownerId !== undefined && document.ownerId !== ownerId) return false;
    if (status !== undefined && statusOf(document, this.queue.progressOf(document)) !== status) return false;
    return q === undefined || contains(document.title, q) || contains(document.filename, q);
  }
}

function contains(text: string, part: string): boolean {
  return text.toLowerCase().includes(part.toLowerCase());
}

function placeOf({ createdAt, id }: StoredDocument): Place {
  return { created_at: createdAt, id };
}

function isPlace({ created_at: createdAt, id, ...others }: Record<string, unknown>): boolean {
  if (typeof createdAt !== 'string' || !Number.isInteger(id) || Object.keys(others).length > 0) return false;
  const time = new Date(createdAt);
  return !Number.isNaN(time.valueOf()) && time.toISOString() === createdAt && (id as number) > 0 && (id as number) <= 2_147_483_647;
}
