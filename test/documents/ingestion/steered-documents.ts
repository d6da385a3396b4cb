import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { DocumentsService } from '../../../src/documents/documents.service.js';
import { EmbeddingTexts } from '../../../src/documents/ingestion/embedding-texts.js';
import { IngestionPipeline } from '../../../src/documents/ingestion/ingestion-pipeline.js';
import { IngestionQueue } from '../../../src/documents/ingestion/ingestion-queue.js';
import { IngestionSource } from '../../../src/documents/ingestion/ingestion-source.js';
import { SettledDocuments } from '../../../src/documents/ingestion/settled-documents.js';
import { ExtractedTexts } from '../../../src/documents/originals/extracted-texts.js';
import { OriginalFiles } from '../../../src/documents/originals/original-files.js';
import { stageStream } from '../../../src/documents/upload/upload-storage.js';
import { Disk, EventBus, HealthRegistry } from '../../../src/platform/index.js';
import type { StoredDocument, VectorStore } from '../../../src/store/index.js';
import { embeddingConfig } from '../../support/real-model.js';
import { DIMENSION, openStore } from '../../support/store-fixture.js';
import { SteeredEmbedder, SteeredReader } from '../../support/steered-ingestion.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

/** A real store with all of the ingestion over it; what is read and embedded, and when, is the test's to say. */
export class SteeredDocuments {
  store!: VectorStore;
  reader!: SteeredReader;
  embedder!: SteeredEmbedder;
  health!: HealthRegistry;
  pipeline!: IngestionPipeline;
  queue!: IngestionQueue;
  documents!: DocumentsService;
  originals!: OriginalFiles;
  private settled!: SettledDocuments;

  private constructor(readonly dataDir: string) {}

  static async open(): Promise<SteeredDocuments> {
    const opened = new SteeredDocuments(temporaryFolder('ingestion'));
    await opened.open();
    return opened;
  }

  /** Again on the same folder, after `close`. */
  async open(): Promise<void> {
    const { dataDir } = this;
    const events = new EventBus();
    const disk = new Disk();
    this.store = await openStore(dataDir, { events });
    this.reader = new SteeredReader();
    this.embedder = new SteeredEmbedder(DIMENSION);
    this.health = new HealthRegistry();
    this.originals = new OriginalFiles({ dataDir }, disk);
    const texts = new ExtractedTexts({ dataDir }, disk);
    const source = new IngestionSource(this.store, this.reader, this.originals, new EmbeddingTexts(embeddingConfig()));
    this.pipeline = new IngestionPipeline(this.store, source, this.embedder, texts);
    this.queue = new IngestionQueue(this.store, events, this.pipeline, this.health);
    this.settled = new SettledDocuments(this.store, events);
    this.documents = new DocumentsService(this.store, this.originals, texts);
    await this.originals.prepare((sha256) => this.store.hasContent(sha256));
    await texts.prepare((id, generation) => this.store.findDocument(id)?.textGeneration === generation);
  }

  async close(): Promise<void> {
    await this.queue.onModuleDestroy();
    await this.store.close();
  }

  async accept(text: string, ownerId: string | null = null): Promise<StoredDocument> {
    const file = await stageStream([Buffer.from(text)], this.originals.temporaryFolder, (path) => this.originals.syncStaged(path));
    const labels = { title: null, provisionalTitle: text, filename: 'a.txt', mimeType: 'text/plain', metadata: {} };
    return (await this.documents.accept(file, { ownerId, ...labels })).document;
  }

  /** The document once it has left the queue; undefined when it was deleted. */
  async settle(document: StoredDocument): Promise<StoredDocument | undefined> {
    await this.settled.wait(document.id, 10_000, new AbortController().signal);
    return this.store.findDocument(document.id);
  }

  /** Names of the files under a folder of `files/`. */
  filesOf(folder: string): string[] {
    return readdirSync(join(this.dataDir, 'files', folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ name }) => name);
  }
}
