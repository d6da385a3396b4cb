import { Global, Inject, Injectable, Module, type OnApplicationShutdown } from '@nestjs/common';
import { FaissIndex, FaissIndexModule, IndexBuilder } from '../faiss-index/index.js';
import { DataConfig, EmbeddingConfig, Disk, EventBus, HealthRegistry, ProcessStop, StoreConfig } from '../platform/index.js';
import { LostStore } from './recovery/lost-store.port.js';
import { openVectorStore } from './open-vector-store.js';
import { RebuildSources } from './rebuild-sources.js';
import { openOrRestore } from './recovery/restore-lost-store.js';
import { storageHealth } from './storage-health.js';
import { VectorStore } from './vector-store.port.js';

/** Closes the store after everybody who writes to it has stopped. */
@Injectable()
class StoreCloser implements OnApplicationShutdown {
  constructor(@Inject(VectorStore) private readonly store: VectorStore) {}

  onApplicationShutdown(): Promise<void> {
    return this.store.close();
  }
}

/**
 * Recovery is part of making the provider, and so is coming back from the database (LostStore, which a global module
 * provides): nobody sees a store that is not whole.
 */
@Global()
@Module({
  imports: [FaissIndexModule],
  providers: [
    {
      provide: VectorStore,
      inject: [
        FaissIndex,
        IndexBuilder,
        DataConfig,
        EmbeddingConfig,
        StoreConfig,
        EventBus,
        HealthRegistry,
        ProcessStop,
        { token: LostStore, optional: true },
      ],
      useFactory: async (
        faiss: FaissIndex,
        builder: IndexBuilder,
        { dataDir }: DataConfig,
        { dimension, model }: EmbeddingConfig,
        { sealVectors, hnswVectors, journalBytesMax }: StoreConfig,
        events: EventBus,
        health: HealthRegistry,
        process: ProcessStop,
        lost?: LostStore,
      ): Promise<VectorStore> => {
        const onFatal = (error: Error): void => process.stop(error);
        const disk = new Disk();
        const open = (): Promise<VectorStore> =>
          openVectorStore({
            ...{ disk, faiss, builder, dataDir, dimension, embeddingModel: model, events, onFatal },
            ...{ sealVectors, hnswVectors, journalBytesMax },
          });
        const store = lost ? await openOrRestore(disk, dataDir, lost, open) : await open();
        health.register('store', () => {
          const { vectorsLive, documents, putOff } = store.statistics();
          return {
            ...(putOff.length === 0
              ? { status: 'ok' }
              : { status: 'degraded', detail: `${putOff.join(' ')} It is tried again by itself.` }),
            documents,
            vectors: vectorsLive,
            last_sequence: store.lastSequence,
          };
        });
        health.register('storage', () => storageHealth(dataDir));
        return store;
      },
    },
    RebuildSources,
    StoreCloser,
  ],
  exports: [VectorStore, RebuildSources],
})
export class StoreModule {}
