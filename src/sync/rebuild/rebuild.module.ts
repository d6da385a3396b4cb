import { Global, Module, type DynamicModule } from '@nestjs/common';
import { LostStore } from '../../store/index.js';
import { VectorMetadataModule } from '../../vector-metadata/index.js';
import { DamagedDocuments, OriginalsAtHand } from './damaged-documents.js';
import { DatabaseContents } from './database-contents.js';
import { DatabaseRebuildSource } from './database-rebuild-source.js';
import { DatabaseLostStore, RestoreSettings } from './database-lost-store.js';
import { StoredHistory } from './stored-history.js';

/**
 * What makes a store, or its index, again from PostgreSQL. The store itself is opened with LostStore, so that one asks the
 * database alone and no store.
 */
@Global()
@Module({})
export class RebuildModule {
  static with(settings: RestoreSettings & OriginalsAtHand): DynamicModule {
    return {
      module: RebuildModule,
      imports: [VectorMetadataModule],
      providers: [
        { provide: RestoreSettings, useValue: settings },
        { provide: OriginalsAtHand, useValue: settings },
        DatabaseContents,
        DamagedDocuments,
        StoredHistory,
        DatabaseLostStore,
        DatabaseRebuildSource,
        { provide: LostStore, useExisting: DatabaseLostStore },
      ],
      exports: [LostStore],
    };
  }
}
