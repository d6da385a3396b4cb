import { Module } from '@nestjs/common';
import { FaissIndex } from './faiss-index.port.js';
import { WorkerFaissIndex } from './worker-faiss-index.js';

@Module({ providers: [{ provide: FaissIndex, useClass: WorkerFaissIndex }], exports: [FaissIndex] })
export class FaissIndexModule {}
