import { Module } from '@nestjs/common';
import { VectorMetadataModule } from '../vector-metadata/index.js';
import { ContainsIndexUpkeep } from './contains-index-upkeep.js';
import { DocumentComparison } from './document-comparison.js';
import { DocumentRepair } from './document-repair.js';
import { JournalApplier } from './journal-applier.js';
import { JournalledVectors } from './journalled-vectors.js';
import { PostgresSync } from './postgres-sync.js';
import { RecordAcceptedDocumentsListener } from './record-accepted-documents.listener.js';
import { RecordChangedDocumentsListener } from './record-changed-documents.listener.js';
import { RecordDeletedVectorsListener } from './record-deleted-vectors.listener.js';
import { RecordSavedVectorsListener } from './record-saved-vectors.listener.js';
import { RepairWriter } from './repair-writer.js';
import { StrayRows } from './stray-rows.js';
import { SyncHealth } from './sync-health.js';
import { SyncService } from './sync.service.js';

@Module({
  imports: [VectorMetadataModule],
  providers: [
    PostgresSync,
    JournalApplier,
    ContainsIndexUpkeep,
    SyncHealth,
    RecordAcceptedDocumentsListener,
    RecordChangedDocumentsListener,
    RecordSavedVectorsListener,
    RecordDeletedVectorsListener,
    SyncService,
    DocumentComparison,
    DocumentRepair,
    RepairWriter,
    JournalledVectors,
    StrayRows,
  ],
  exports: [PostgresSync, SyncService],
})
export class SyncModule {}
