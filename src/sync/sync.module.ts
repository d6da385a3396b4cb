import { Module } from '@nestjs/common';
import { VectorMetadataModule } from '../vector-metadata/index.js';
import { ContainsIndexUpkeep } from './contains-index-upkeep.js';
import { ChangedDocuments } from './changed-documents.js';
import { ComparisonWalk } from './comparison-walk.js';
import { ConsistencyService } from './consistency.service.js';
import { ConsistencyWatch } from './consistency-watch.js';
import { DocumentComparison } from './document-comparison.js';
import { DocumentRepair } from './document-repair.js';
import { EngineCopy } from './engine-copy.js';
import { JournalApplier } from './journal-applier.js';
import { PostgresSync } from './postgres-sync.js';
import { RecordAcceptedDocumentsListener } from './record-accepted-documents.listener.js';
import { RecordChangedDocumentsListener } from './record-changed-documents.listener.js';
import { RecordDeletedVectorsListener } from './record-deleted-vectors.listener.js';
import { RecordSavedVectorsListener } from './record-saved-vectors.listener.js';
import { RepairWriter } from './repair-writer.js';
import { SyncHealth } from './sync-health.js';
import { SyncStep } from './sync-step.js';
import { SyncService } from './sync.service.js';
import { Watermark } from './watermark.js';

@Module({
  imports: [VectorMetadataModule],
  providers: [
    PostgresSync,
    Watermark,
    SyncStep,
    JournalApplier,
    EngineCopy,
    ChangedDocuments,
    ContainsIndexUpkeep,
    SyncHealth,
    RecordAcceptedDocumentsListener,
    RecordChangedDocumentsListener,
    RecordSavedVectorsListener,
    RecordDeletedVectorsListener,
    SyncService,
    ConsistencyService,
    ConsistencyWatch,
    ComparisonWalk,
    DocumentComparison,
    DocumentRepair,
    RepairWriter,
  ],
  exports: [PostgresSync, SyncService, ConsistencyService],
})
export class SyncModule {}
