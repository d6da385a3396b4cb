import { ConsoleLogger, Global, Module, type Provider } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { migrations } from '../../migrations/index.js';
import {
  ConsistencyConfig,
  Database,
  DatabaseConfig,
  DatabaseModule,
  DataConfig,
  Disk,
  EmbeddingConfig,
  EventBus,
  HealthRegistry,
  ProcessStop,
  StartNotes,
} from '../../src/platform/index.js';
import { LostStore, openOrRestore, openVectorStore, RebuildSources, VectorStore, type StoredDocument } from '../../src/store/index.js';
import { RebuildModule, PostgresSync, SyncModule } from '../../src/sync/index.js';
import { VectorMetadataModule, vectorMetadataTables } from '../../src/vector-metadata/index.js';
import { RecordedStop } from './real-model.js';
import { ScanningFaissIndex } from './scanning-faiss-index.js';
import { DIMENSION, reading, upload, vectorOf } from './store-fixture.js';
import { until } from './until.js';

export interface RestoringOptions {
  databaseUrl: string;
  dataDir: string;
  disk?: Disk;
  signal?: AbortSignal;
  /** `test-model` of 4 dimensions when absent. */
  model?: { model: string; dimension: number };
}

/** A store that comes back from its database when its folder is gone, as the application opens it; no HTTP, no model. */
export class RestoringStore {
  readonly stop = new RecordedStop();
  private module: TestingModule;

  private constructor(
    readonly dataDir: string,
    private readonly dimension: number,
  ) {}

  static async open({
    databaseUrl,
    dataDir,
    disk = new Disk(),
    signal = new AbortController().signal,
    model = { model: 'test-model', dimension: DIMENSION },
  }: RestoringOptions): Promise<RestoringStore> {
    const opened = new RestoringStore(dataDir, model.dimension);
    const schema = { entities: vectorMetadataTables, migrations };
    const has = (sha256: string, bytes: number): Promise<boolean> => Promise.resolve(opened.holdsOriginal(sha256, bytes));
    const events = new EventBus();
    const store = { faiss: new ScanningFaissIndex(), dataDir, dimension: model.dimension, embeddingModel: model.model, disk, events };
    const platform: Provider[] = [
      { provide: EventBus, useValue: events },
      { provide: HealthRegistry, useValue: new HealthRegistry() },
      { provide: StartNotes, useValue: new StartNotes() },
      { provide: ProcessStop, useValue: opened.stop },
      { provide: DatabaseConfig, useValue: { databaseUrl } },
      { provide: DataConfig, useValue: { dataDir } },
      { provide: ConsistencyConfig, useValue: { checkCron: null } },
      { provide: EmbeddingConfig, useValue: model },
      RebuildSources,
      {
        provide: VectorStore,
        inject: [LostStore],
        useFactory: (lost: LostStore) => openOrRestore(disk, dataDir, lost, () => openVectorStore(store)),
      },
    ];
    @Global()
    @Module({ providers: platform, exports: platform.map((provider) => ('provide' in provider ? provider.provide : provider)) })
    class TestPlatformModule {}
    opened.module = await Test.createTestingModule({
      imports: [
        TestPlatformModule,
        DatabaseModule.forRoot(schema),
        RebuildModule.with({ schema, signal, has }),
        VectorMetadataModule,
        SyncModule,
      ],
    })
      .setLogger(new ConsoleLogger({ logLevels: [] }))
      .compile();
    try {
      await opened.module.init();
      await opened.get(Database).start();
      return opened;
    } catch (error) {
      await opened.close();
      throw error;
    }
  }

  get<T>(type: abstract new (...args: never[]) => T): T {
    return this.module.get<T>(type, { strict: false });
  }

  get store(): VectorStore {
    return this.get(VectorStore);
  }

  get database(): Database {
    return this.get(Database);
  }

  /** Its original is in `files/` too. */
  async save(title: string, texts: string[]): Promise<StoredDocument> {
    const { document } = await this.store.acceptDocument(upload(title));
    this.placeOriginal(title);
    return this.store.saveDocument({ ...reading(document, texts), vectors: this.vectors(document.id * 100, texts.length) });
  }

  /** Without an original. */
  async importOne(title: string, texts: string[]): Promise<StoredDocument> {
    const { chunks } = reading({ id: 77 } as StoredDocument, texts);
    const vectors = this.vectors(7_700, texts.length);
    const { document } = await this.store.importDocument({
      ...{ title, chunks, vectors, ownerId: null, filename: '', mimeType: 'text/plain', metadata: {}, pageCount: null, charCount: null },
      sha256: createHash('sha256').update(title).digest('hex'),
    });
    return document;
  }

  placeOriginal(title: string): string {
    const { sha256 } = upload(title);
    const path = join(this.dataDir, 'files', sha256.slice(0, 2), sha256);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, title);
    return path;
  }

  /** Until PostgreSQL holds everything. */
  async settle(): Promise<void> {
    const sync = this.get(PostgresSync);
    await until(() => this.database.connected && sync.lag === 0);
  }

  async close(): Promise<void> {
    await this.module.close();
    await this.store.close();
  }

  private vectors(seed: number, count: number): Float32Array {
    const vectors = new Float32Array(count * this.dimension);
    for (let n = 0; n < count; n++) vectors.set(vectorOf(seed + n), n * this.dimension);
    return vectors;
  }

  private holdsOriginal(sha256: string, bytes: number): boolean {
    const path = join(this.dataDir, 'files', sha256.slice(0, 2), sha256);
    return existsSync(path) && statSync(path).size === bytes;
  }
}

/** All that a store holds, vectors included. */
export async function wholeOf(store: VectorStore): Promise<unknown> {
  const { storeId, lastSequence } = store;
  const contents = await Promise.all(Array.from(store.documents(), ({ id }) => store.readContents(id)));
  return { storeId, lastSequence, contents: contents.map((one) => ({ ...one, vectors: [...one.vectors] })) };
}
