import { Injectable } from '@nestjs/common';
import { VectorStore } from '../store/index.js';
import { MetadataConflictError, SyncService, type MetadataEntry, type SyncReport } from '../sync/index.js';
import { engineMetadata } from './engine-metadata.js';

/** A document that changes while it is looked at is looked at again, this many times. */
const looksMax = 5;

/** What POST /vectors/sync asks for. All of it rejects with DATABASE_UNAVAILABLE while PostgreSQL is away. */
@Injectable()
export class SyncCalls {
  constructor(
    private readonly store: VectorStore,
    private readonly sync: SyncService,
  ) {}

  /** Everything, to the engine's state. */
  all(options: { dryRun: boolean }): Promise<SyncReport> {
    return options.dryRun ? this.lookAtAll() : this.sync.syncNow();
  }

  /** The documents that the rows name. Rejects with METADATA_CONFLICT unless the rows are the engine's. */
  rows(entries: AsyncIterable<MetadataEntry>, options: { dryRun: boolean }): Promise<SyncReport> {
    return this.sync.compareRows(entries, options);
  }

  private async lookAtAll(): Promise<SyncReport> {
    for (let look = 1; ; look++) {
      try {
        return await this.sync.compareRows(entriesOf(this.store), { dryRun: true });
      } catch (error) {
        if (!(error instanceof MetadataConflictError) || look === looksMax) throw error;
      }
    }
  }
}

async function* entriesOf(store: VectorStore): AsyncGenerator<MetadataEntry> {
  for await (const entries of engineMetadata(store)) yield* entries;
}
