import { Module, type DynamicModule } from '@nestjs/common';
import { migrations } from '../migrations/index.js';
import { DocumentsModule, originalIsWhole } from './documents/index.js';
import { EmbeddingModule } from './embedding/index.js';
import { FaissIndexModule } from './faiss-index/index.js';
import { DatabaseModule, PlatformModule, type Config } from './platform/index.js';
import { SearchModule } from './search/index.js';
import { StoreModule } from './store/index.js';
import { RebuildModule, SyncModule } from './sync/index.js';
import { VectorMetadataModule, vectorMetadataTables } from './vector-metadata/index.js';
import { VectorsModule } from './vectors/index.js';

/**
 * Puts the rooms together; nothing else imports them all.
 *
 * The stop walks backwards, a kind of hook for each step, whatever the order of the imports: the server has answered what was
 * under way, then `onModuleDestroy`: ingestion parks and listeners end; `beforeApplicationShutdown`: the store closes its files;
 * `onApplicationShutdown`: the database closes.
 */
@Module({})
export class AppModule {
  /** @param signal aborted when the process is to end before the application stands */
  static forRoot(config: Config, signal: AbortSignal): DynamicModule {
    const { dataDir } = config.data;
    const has = (sha256: string, sizeBytes: number): Promise<boolean> => originalIsWhole(dataDir, sha256, sizeBytes);
    const schema = { entities: vectorMetadataTables, migrations };
    return {
      module: AppModule,
      // in the order in which data walks; the floor first
      imports: [
        PlatformModule.forRoot(config),
        DatabaseModule.forRoot(schema),
        FaissIndexModule,
        EmbeddingModule,
        RebuildModule.with({ schema, signal, has }),
        StoreModule,
        VectorMetadataModule,
        SyncModule,
        DocumentsModule,
        SearchModule,
        VectorsModule,
      ],
    };
  }
}
