import { Module } from '@nestjs/common';
import { EmbeddingModule } from '../../src/embedding/index.js';
import { FaissIndexModule } from '../../src/faiss-index/index.js';
import { SearchModule } from '../../src/search/index.js';
import { StoreModule } from '../../src/store/index.js';
import { startHttp, type RunningApplication } from '../support/application.js';

@Module({ imports: [FaissIndexModule, StoreModule, EmbeddingModule, SearchModule] })
class EngineModule {}

/** The engine with the real model and real FAISS, and no PostgreSQL at all: searches must not need one. */
export function startEngine(): Promise<RunningApplication> {
  return startHttp(EngineModule);
}
