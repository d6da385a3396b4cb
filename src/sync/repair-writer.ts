import { Injectable } from '@nestjs/common';
import { Database } from '../platform/index.js';
import {
  ChunkRowsRepository,
  DocumentRowsRepository,
  IdMarksRepository,
  SyncStateRepository,
  type ChunkRow,
  type IdMarks,
} from '../vector-metadata/index.js';
import type { DocumentDifference } from './document-comparison.js';
import { chunksAndVectors } from './net-change.js';

/** Writes documents as the engine has them, all in one transaction; they are then no longer set aside. */
@Injectable()
export class RepairWriter {
  constructor(
    private readonly database: Database,
    private readonly documents: DocumentRowsRepository,
    private readonly chunks: ChunkRowsRepository,
    private readonly states: SyncStateRepository,
    private readonly marks: IdMarksRepository,
  ) {}

  async write(differences: readonly DocumentDifference[], embeddingModel: string): Promise<void> {
    const gone = differences.filter(({ contents }) => !contents).map(({ documentId }) => documentId);
    const kept = differences.flatMap(({ contents, row }) => (contents && row !== 'equal' ? [contents.document] : []));
    const { chunks, vectors } = chunksAndVectors(differences.flatMap((difference) => rowsToWrite(difference, embeddingModel)));
    const documentId = highest(kept.map(({ id }) => id));
    const vectorId = highest(chunks.map((chunk) => chunk.vectorId));
    await this.database.transaction(async (sql) => {
      for (const { documentId, orphaned } of differences) {
        const ids = orphaned.map((print) => print.vectorId);
        await this.chunks.deleteFrom(sql, documentId, ids);
      }
      await this.documents.delete(sql, gone);
      await this.documents.upsert(sql, kept);
      await this.chunks.insert(sql, chunks, vectors);
      await this.marks.keepAhead(sql, { documentId, vectorId });
      const ids = differences.map((difference) => difference.documentId);
      await this.states.clearSetAside(sql, ids);
    });
  }

  /** Ids whose rows are gone already are remembered too. */
  async keepIdsAhead(marks: IdMarks): Promise<void> {
    await this.database.transaction((sql) => this.marks.keepAhead(sql, marks));
  }

  /** What belongs to no document. */
  async deleteUnowned(): Promise<void> {
    await this.database.transaction((sql) => this.chunks.deleteUnowned(sql));
  }
}

function rowsToWrite(
  { contents, missing, differing }: DocumentDifference,
  embeddingModel: string,
): { row: ChunkRow; vector: Float32Array }[] {
  if (!contents) return [];
  const wanted = new Set([...missing, ...differing].map(({ vectorId }) => vectorId));
  const dimension = contents.vectors.length / Math.max(1, contents.chunks.length);
  return contents.chunks.flatMap((chunk, place) =>
    wanted.has(chunk.vectorId)
      ? [{ row: { ...chunk, embeddingModel }, vector: contents.vectors.subarray(place * dimension, (place + 1) * dimension) }]
      : [],
  );
}

function highest(ids: readonly number[]): number {
  return ids.reduce((most, id) => Math.max(most, id), 0);
}
