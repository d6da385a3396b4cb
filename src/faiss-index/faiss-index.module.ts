import { Module } from '@nestjs/common';
import { FaissIndex } from './faiss-index.port.js';
import { IndexBuilder } from './index-builder.port.js';
import { ProcessIndexBuilder } from './process-index-builder.js';
import { WorkerFaissIndex } from './worker-faiss-index.js';

@Module({
  providers: [
    { provide: FaissIndex, useClass: WorkerFaissIndex },
    { provide: IndexBuilder, useClass: ProcessIndexBuilder },
  ],
  exports: [FaissIndex, IndexBuilder],
})
export class FaissIndexModule {}
