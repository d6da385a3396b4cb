import { Injectable } from '@nestjs/common';
import { EmbeddingConfig, type Database } from '../../platform/index.js';
import type { FoundStore, StoredContents, StoreOrigin } from '../../store/index.js';
import {
  StoredRowsRepository,
  SyncStateRepository,
  type StoredModel,
  type StoredRange,
  type SyncState,
} from '../../vector-metadata/index.js';
import { DamagedDocuments } from './damaged-documents.js';
import { DatabaseContents } from './database-contents.js';

/**
 * Ids that the engine gave and the rows never showed, such as those of writes that the disk refused: the marks of a store
 * that is made again stay this far from the highest that is known.
 */
const IDS_LEFT_OUT = 10_000;

/** The store that a database holds, whole, as another folder can be made of it. */
@Injectable()
export class StoredHistory {
  constructor(
    private readonly contents: DatabaseContents,
    private readonly damaged: DamagedDocuments,
    private readonly rows: StoredRowsRepository,
    private readonly states: SyncStateRepository,
    private readonly embedding: EmbeddingConfig,
  ) {}

  /** Null when it holds no record of any store. */
  async find(database: Database, signal: AbortSignal): Promise<FoundStore | null> {
    const state = await this.states.find(database);
    if (!state || state.appliedSequence === 0) return null;
    const model = (await this.rows.model(database)) ?? {
      embeddingModel: this.embedding.model,
      vectorBytes: this.embedding.dimension * Float32Array.BYTES_PER_ELEMENT,
    };
    return { origin: await this.originOf(database, state, model), contents: this.allContents(database, model, signal) };
  }

  private async originOf(database: Database, state: SyncState, model: StoredModel): Promise<StoreOrigin> {
    const highest = await this.rows.highestIds(database);
    return {
      storeId: state.storeId,
      embeddingModel: model.embeddingModel,
      dimension: model.vectorBytes / Float32Array.BYTES_PER_ELEMENT,
      sequence: state.appliedSequence,
      chain: state.chain,
      // a record makes one document at most
      nextDocumentId: Math.max(highest.document, state.appliedSequence) + IDS_LEFT_OUT,
      nextVectorId: highest.vector + IDS_LEFT_OUT,
    };
  }

  /** Whole documents by lowest vector id, then, with nothing but themselves, those that are not. */
  private async *allContents(database: Database, model: StoredModel, signal: AbortSignal): AsyncGenerator<StoredContents> {
    const ranges = new Map((await this.rows.ranges(database, model)).map((range) => [range.documentId, range]));
    const damaged: StoredRange[] = [];
    for await (const contents of this.contents.read(database, [...ranges.values()], (id) => damaged.push(ranges.get(id)!))) {
      signal.throwIfAborted();
      yield contents;
    }
    yield* await this.damaged.settle(database, damaged);
  }
}
