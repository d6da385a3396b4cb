import { Module } from '@nestjs/common';
import { ChunkRowsRepository } from './chunk-rows.repository.js';
import { ContainsIndex } from './contains-index.js';
import { DocumentRowsRepository } from './document-rows.repository.js';
import { IdMarksRepository } from './id-marks.repository.js';
import { RowDigestsRepository } from './row-digests.repository.js';
import { RowSummariesRepository } from './row-summaries.repository.js';
import { StoredRowsRepository } from './stored-rows.repository.js';
import { SyncStateRepository } from './sync-state.repository.js';

const repositories = [
  ChunkRowsRepository,
  ContainsIndex,
  DocumentRowsRepository,
  IdMarksRepository,
  RowDigestsRepository,
  RowSummariesRepository,
  StoredRowsRepository,
  SyncStateRepository,
];

@Module({ providers: repositories, exports: repositories })
export class VectorMetadataModule {}
