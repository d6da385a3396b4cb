import { Module } from '@nestjs/common';
import { EmbeddingModule } from '../embedding/index.js';
import { StoreModule } from '../store/index.js';
import { HitContexts } from './hits/hit-context.js';
import { SearchBatchController } from './search-batch.controller.js';
import { SearchController } from './search.controller.js';
import { SearchService } from './search.service.js';

@Module({
  imports: [StoreModule, EmbeddingModule],
  controllers: [SearchController, SearchBatchController],
  providers: [HitContexts, SearchService],
})
export class SearchModule {}
