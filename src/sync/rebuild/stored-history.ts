import { Injectable } from '@nestjs/common';
import { EmbeddingConfig, type Database } from '../../platform/index.js';
import type { FoundStore, StoredContents, StoreOrigin } from '../../store/index.js';
import {
  ChunkRowsRepository,
  DocumentRowsRepository,
  IdMarksRepository,
  RowSummariesRepository,
  StoredRowsRepository,
  SyncStateRepository,
  type RowModel,
  type RowSummary,
  type SyncState,
} from '../../vector-metadata/index.js';
import { DamagedDocuments, type OriginalsAtHand } from './damaged-documents.js';
import { DatabaseContents } from './database-contents.js';

/** The store that a database holds, whole, as another folder can be made of it. */
@Injectable()
export class StoredHistory {
  constructor(
    private readonly contents: DatabaseContents,
    private readonly damaged: DamagedDocuments,
    private readonly summaries: RowSummariesRepository,
    private readonly marks: IdMarksRepository,
    private readonly states: SyncStateRepository,
    private readonly embedding: EmbeddingConfig,
  ) {}

  /** Null when it holds no record of any store. */
  async find(database: Database, signal: AbortSignal): Promise<FoundStore | null> {
    const state = await this.states.find(database);
    if (!state || state.appliedSequence === 0) return null;
    const model = (await this.summaries.model(database)) ?? { embeddingModel: this.embedding.model, dimension: this.embedding.dimension };
    return { origin: await this.originOf(database, state, model), contents: this.allContents(database, model, signal) };
  }

  private async originOf(database: Database, state: SyncState, model: RowModel): Promise<StoreOrigin> {
    const given = await this.marks.read(database);
    return {
      ...model,
      storeId: state.storeId,
      sequence: state.appliedSequence,
      chain: state.chain,
      nextDocumentId: given.documentId + 1,
      nextVectorId: given.vectorId + 1,
    };
  }

  /** Whole documents by lowest vector id, then, with nothing but themselves, those that are not. */
  private async *allContents(database: Database, model: RowModel, signal: AbortSignal): AsyncGenerator<StoredContents> {
    const summaries = new Map((await this.summaries.ofDocuments(database, model)).map((summary) => [summary.documentId, summary]));
    const damaged: RowSummary[] = [];
    for await (const contents of this.contents.read(database, [...summaries.values()], (id) => damaged.push(summaries.get(id)!))) {
      signal.throwIfAborted();
      yield contents;
    }
    yield* await this.damaged.settle(database, damaged);
  }
}

/** Where no container puts it together: for what works on a database while no service runs. */
export function storedHistoryOf(database: Database, embedding: EmbeddingConfig, originals: OriginalsAtHand): StoredHistory {
  const [rows, states] = [new StoredRowsRepository(), new SyncStateRepository()];
  const [documents, chunks] = [new DocumentRowsRepository(database), new ChunkRowsRepository(database)];
  const damaged = new DamagedDocuments(rows, documents, chunks, states, originals);
  return new StoredHistory(new DatabaseContents(rows), damaged, new RowSummariesRepository(), new IdMarksRepository(), states, embedding);
}
