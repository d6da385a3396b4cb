import { Module, type OnApplicationBootstrap } from '@nestjs/common';
import { EmbeddingModule } from '../embedding/index.js';
import { Disk, ProcessStop, StrictDisk } from '../platform/index.js';
import { VectorStore } from '../store/index.js';
import { VectorMetadataModule } from '../vector-metadata/index.js';
import { DatabaseWatermark } from './database-watermark.js';
import { DocumentAnswers } from './document-answers.js';
import { DocumentContentController } from './document-content.controller.js';
import { DocumentIntake } from './document-intake.js';
import { DocumentListController } from './document-list.controller.js';
import { DocumentList } from './document-list.js';
import { DocumentsController } from './documents.controller.js';
import { DocumentsService } from './documents.service.js';
import { EmbeddingTexts } from './ingestion/embedding-texts.js';
import { IngestionPipeline } from './ingestion/ingestion-pipeline.js';
import { IngestionQueue } from './ingestion/ingestion-queue.js';
import { IngestionSource } from './ingestion/ingestion-source.js';
import { SettledDocuments } from './ingestion/settled-documents.js';
import { ExtractedTexts } from './originals/extracted-texts.js';
import { OriginalFiles } from './originals/original-files.js';
import { readingProviders } from './reading/index.js';
import { TextRebuildSource } from './rebuild/text-rebuild-source.js';
import { TextRebuild } from './rebuild/text-rebuild.js';
import { transferControllers, transferProviders } from './transfer/index.js';
import { UploadInterceptor } from './upload/upload.interceptor.js';
import { UploadReceiver } from './upload/upload-receiver.js';

/** Documents: their intake, their files, their way into the store, and the calls about them. Needs a recovered VectorStore. */
@Module({
  imports: [EmbeddingModule, VectorMetadataModule],
  controllers: [DocumentListController, DocumentContentController, DocumentsController, ...transferControllers],
  providers: [
    ...readingProviders,
    {
      provide: Disk,
      inject: [ProcessStop],
      useFactory: (process: ProcessStop) => new StrictDisk((reason) => process.stop(reason)),
    },
    OriginalFiles,
    ExtractedTexts,
    DocumentsService,
    DocumentIntake,
    DocumentAnswers,
    DatabaseWatermark,
    DocumentList,
    UploadReceiver,
    UploadInterceptor,
    EmbeddingTexts,
    IngestionSource,
    IngestionPipeline,
    IngestionQueue,
    SettledDocuments,
    TextRebuild,
    TextRebuildSource,
    ...transferProviders,
  ],
})
export class DocumentsModule implements OnApplicationBootstrap {
  constructor(
    private readonly store: VectorStore,
    private readonly originals: OriginalFiles,
    private readonly texts: ExtractedTexts,
    private readonly queue: IngestionQueue,
  ) {}

  /** Before anything is listened to: what a crash left is removed, then what was queued is taken up. */
  async onApplicationBootstrap(): Promise<void> {
    await this.originals.prepare((sha256) => this.store.hasContent(sha256));
    await this.texts.prepare((id, generation) => this.store.findDocument(id)?.textGeneration === generation);
    this.queue.start();
  }
}
