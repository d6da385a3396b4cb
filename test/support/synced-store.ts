import { Global, Logger, Module } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import { rmSync } from 'node:fs';
import { migrations } from '../../migrations/index.js';
import {
  ConsistencyConfig,
  Database,
  DatabaseConfig,
  DatabaseModule,
  DataConfig,
  EventBus,
  HealthRegistry,
  ProcessStop,
  StartNotes,
} from '../../src/platform/index.js';
import { openVectorStore, VectorStore, type StoredDocument } from '../../src/store/index.js';
import { PostgresSync, SyncModule, SyncService } from '../../src/sync/index.js';
import type { IndexBuilder } from '../../src/faiss-index/index.js';
import { VectorMetadataModule, vectorMetadataTables } from '../../src/vector-metadata/index.js';
import { ScanningFaissIndex } from './scanning-faiss-index.js';
import { temporaryFolder } from './temporary-folder.js';
import { until } from './until.js';

export const DIMENSION = 8;

export interface SyncedStoreOptions {
  /** Small: segments, and a journal that is soon trimmed. */
  sealVectors?: number;
  journalBytesMax?: number;
  hnswVectors?: number;
  builder?: IndexBuilder;
  dimension?: number;
  checkCron?: string | null;
}

/** A real store on the disk with a real database behind it, and all of the sync between them; no HTTP. */
export class SyncedStore {
  /** What asked for the process to end, as the last line says it. */
  readonly stops: string[] = [];
  private module: TestingModule;

  private constructor(
    readonly dataDir: string,
    readonly store: VectorStore,
  ) {}

  /** Boots as the application does: the store, then the database. */
  static async open(databaseUrl: string | null, dataDir = temporaryFolder(), options: SyncedStoreOptions = {}): Promise<SyncedStore> {
    const { checkCron = null, ...storeOptions } = options;
    const events = new EventBus();
    const store = await openVectorStore({
      faiss: new ScanningFaissIndex(),
      dataDir,
      dimension: DIMENSION,
      embeddingModel: 'model-a',
      events,
      ...storeOptions,
    });
    const opened = new SyncedStore(dataDir, store);
    const platform = [
      { provide: EventBus, useValue: events },
      { provide: HealthRegistry, useValue: new HealthRegistry() },
      { provide: StartNotes, useValue: new StartNotes() },
      { provide: ProcessStop, useValue: { stop: (reason: Error) => void opened.stops.push(reason.message) } },
      { provide: DatabaseConfig, useValue: { databaseUrl } },
      { provide: DataConfig, useValue: { dataDir } },
      { provide: ConsistencyConfig, useValue: { checkCron } },
      { provide: VectorStore, useValue: store },
    ];
    @Global()
    @Module({ providers: platform, exports: platform.map(({ provide }) => provide) })
    class TestPlatformModule {}
    opened.module = await Test.createTestingModule({
      imports: [
        TestPlatformModule,
        DatabaseModule.forRoot({ entities: vectorMetadataTables, migrations }),
        VectorMetadataModule,
        SyncModule,
      ],
    }).compile();
    Logger.overrideLogger(false);
    await opened.module.init();
    try {
      await opened.database.start();
    } catch (error) {
      await opened.close();
      throw error;
    }
    return opened;
  }

  get<T>(type: abstract new (...args: never[]) => T): T {
    return this.module.get<T>(type, { strict: false });
  }

  get database(): Database {
    return this.get(Database);
  }

  get sync(): PostgresSync {
    return this.get(PostgresSync);
  }

  get service(): SyncService {
    return this.get(SyncService);
  }

  get health() {
    return this.get(HealthRegistry).report();
  }

  async accept(title: string, more: { ownerId?: string; metadata?: Record<string, string> } = {}): Promise<StoredDocument> {
    const { document } = await this.store.acceptDocument({
      ownerId: more.ownerId ?? null,
      title,
      titleGiven: true,
      filename: `${title}.txt`,
      mimeType: 'text/plain',
      sizeBytes: title.length,
      sha256: Buffer.from(title).toString('hex').padEnd(64, '0').slice(-64),
      metadata: more.metadata ?? {},
    });
    return document;
  }

  /** A document with one chunk a text. */
  async save(title: string, texts: string[], more: { ownerId?: string } = {}): Promise<StoredDocument> {
    const { id, generation } = await this.accept(title, more);
    return this.saveChunks(id, generation, texts);
  }

  async saveChunks(documentId: number, generation: number, texts: string[]): Promise<StoredDocument> {
    const vectors = new Float32Array(texts.length * DIMENSION);
    texts.forEach((text, place) => (vectors[place * DIMENSION + (text.length % DIMENSION)] = 1));
    const chunks = texts.map((text, place) => ({
      text,
      pageStart: 1,
      pageEnd: 1,
      charStart: place * 100,
      charEnd: place * 100 + text.length,
      headingPath: [],
    }));
    return this.store.saveDocument({ documentId, generation, title: '', pageCount: 1, charCount: 9, warnings: [], chunks, vectors });
  }

  /** Until PostgreSQL holds everything; rejects after 60 s. */
  async settle(): Promise<void> {
    await until(() => this.database.connected && this.sync.lag === 0);
  }

  rows<Row>(statement: string, parameters: unknown[] = []): Promise<Row[]> {
    return this.database.query<Row>(statement, parameters);
  }

  async close(): Promise<void> {
    await this.module.close();
    await this.store.close();
  }

  /** Closes, and removes the folder. */
  async dispose(): Promise<void> {
    await this.close();
    rmSync(this.dataDir, { recursive: true, force: true });
  }
}
