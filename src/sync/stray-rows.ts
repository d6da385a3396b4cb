import { Injectable } from '@nestjs/common';
import { Database } from '../platform/index.js';
import { VectorStore } from '../store/index.js';
import { ChunkRowsRepository, DocumentRowsRepository } from '../vector-metadata/index.js';

const IDS_PER_PAGE = 5_000;

/** What PostgreSQL holds besides the engine's documents. */
@Injectable()
export class StrayRows {
  constructor(
    private readonly store: VectorStore,
    private readonly database: Database,
    private readonly documents: DocumentRowsRepository,
    private readonly chunks: ChunkRowsRepository,
  ) {}

  async *unknownDocuments(): AsyncGenerator<number[]> {
    for (let after = 0; ;) {
      const ids = await this.documents.idsAfter(this.database, after, IDS_PER_PAGE);
      if (ids.length === 0) return;
      after = ids.at(-1)!;
      yield ids.filter((id) => !this.store.findDocument(id));
    }
  }

  /** Rows of no document at all; returns how many there were. */
  async removeUnowned(dryRun: boolean): Promise<number> {
    return dryRun ? this.chunks.countUnowned(this.database) : this.chunks.deleteUnowned(this.database);
  }
}
