import { Module } from '@nestjs/common';
import { EmbeddingModule } from '../embedding/index.js';
import { StoreModule } from '../store/index.js';
import { SearchController } from './search.controller.js';
import { SearchService } from './search.service.js';

@Module({
  imports: [StoreModule, EmbeddingModule],
  controllers: [SearchController],
  providers: [SearchService],
})
export class SearchModule {}
