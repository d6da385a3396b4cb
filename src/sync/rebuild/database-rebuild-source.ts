import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/index.js';
import { RebuildSources, VectorStore, type StoredContents, type StoredDocument } from '../../store/index.js';
import { RowSummariesRepository } from '../../vector-metadata/index.js';
import { DatabaseContents } from './database-contents.js';

/** Reads documents back from PostgreSQL's rows, for an index that is built again without the model. */
@Injectable()
export class DatabaseRebuildSource {
  constructor(
    private readonly store: VectorStore,
    private readonly database: Database,
    private readonly summaries: RowSummariesRepository,
    private readonly contents: DatabaseContents,
    sources: RebuildSources,
  ) {
    sources.register('database', (documents) => this.read(documents));
  }

  /** Those of the documents whose rows are whole. Rejects with DatabaseUnavailableError. */
  private async read(documents: readonly StoredDocument[]): Promise<StoredContents[]> {
    const { embeddingModel, dimension } = this.store;
    const ids = documents.map(({ id }) => id);
    const found: StoredContents[] = [];
    const summaries = await this.summaries.ofDocuments(this.database, { embeddingModel, dimension }, ids);
    for await (const contents of this.contents.read(this.database, summaries, () => undefined)) found.push(contents);
    return found;
  }
}
