import { Module } from '@nestjs/common';
import { Embedder } from './embedder.port.js';
import { WorkerEmbedder } from './worker-embedder.js';

/** Needs EmbeddingConfig, ProcessStop and HealthRegistry from a global module. */
@Module({
  providers: [WorkerEmbedder, { provide: Embedder, useExisting: WorkerEmbedder }],
  exports: [Embedder],
})
export class EmbeddingModule {}
