import { Module } from '@nestjs/common';
import { StoreModule } from '../store/index.js';
import { SyncModule } from '../sync/index.js';
import { VectorMetadataModule } from '../vector-metadata/index.js';
import { ChunkLengths } from './chunk-lengths.js';
import { ChunkList } from './chunk-list.js';
import { IndexConsistencyController } from './index-consistency.controller.js';
import { IndexRebuildController } from './index-rebuild.controller.js';
import { IndexRebuild } from './index-rebuild.js';
import { IndexStatusController } from './index-status.controller.js';
import { VectorStatistics } from './vector-statistics.js';
import { VectorsController } from './vectors.controller.js';
import { VectorsService } from './vectors.service.js';
import { VectorsSyncController } from './vectors-sync.controller.js';

@Module({
  imports: [StoreModule, SyncModule, VectorMetadataModule],
  controllers: [VectorsController, VectorsSyncController, IndexStatusController, IndexConsistencyController, IndexRebuildController],
  providers: [VectorsService, VectorStatistics, ChunkLengths, ChunkList, IndexRebuild],
})
export class VectorsModule {}
