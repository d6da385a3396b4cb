import { Global, Inject, Injectable, Module, type OnApplicationShutdown } from '@nestjs/common';
import { FaissIndex, FaissIndexModule, IndexBuilder } from '../faiss-index/index.js';
import { DataConfig, EmbeddingConfig, EventBus, HealthRegistry, ProcessStop, StoreConfig } from '../platform/index.js';
import { openVectorStore } from './open-vector-store.js';
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

/** Recovery is part of making the provider: nobody sees a store that is not whole. */
@Global()
@Module({
  imports: [FaissIndexModule],
  providers: [
    {
      provide: VectorStore,
      inject: [FaissIndex, IndexBuilder, DataConfig, EmbeddingConfig, StoreConfig, EventBus, HealthRegistry, ProcessStop],
      useFactory: async (
        faiss: FaissIndex,
        builder: IndexBuilder,
        { dataDir }: DataConfig,
        { dimension, model }: EmbeddingConfig,
        { sealVectors, hnswVectors, journalBytesMax }: StoreConfig,
        events: EventBus,
        health: HealthRegistry,
        process: ProcessStop,
      ): Promise<VectorStore> => {
        const onFatal = (error: Error): void => process.stop(error);
        const store = await openVectorStore({
          ...{ faiss, builder, dataDir, dimension, embeddingModel: model, events, onFatal },
          ...{ sealVectors, hnswVectors, journalBytesMax },
        });
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
    StoreCloser,
  ],
  exports: [VectorStore],
})
export class StoreModule {}
