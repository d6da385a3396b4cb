import { Injectable } from '@nestjs/common';
import { SyncService, type MetadataEntry, type SyncReport } from '../sync/index.js';

/** What POST /vectors/sync asks for. All of it rejects with DATABASE_UNAVAILABLE while PostgreSQL is away. */
@Injectable()
export class SyncCalls {
  constructor(private readonly sync: SyncService) {}

  /** Everything, to the engine's state. */
  all(options: { dryRun: boolean }): Promise<SyncReport> {
    return this.sync.syncNow(options);
  }

  /** The documents that the rows name. Rejects with METADATA_CONFLICT unless the rows are the engine's. */
  rows(entries: AsyncIterable<MetadataEntry>, options: { dryRun: boolean }): Promise<SyncReport> {
    return this.sync.compareRows(entries, options);
  }
}
