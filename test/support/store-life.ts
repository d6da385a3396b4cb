import { cpSync, rmSync } from 'node:fs';
import type { ChunkFilter, StoredChunk, StoredDocument } from '../../src/store/index.js';
import type { Damage } from './durability-model.js';
import { FaultyDisk } from './faulty-disk.js';
import { randomFrom } from './promises.js';
import { idle } from './sound-starts.js';
import { StoreClient } from './store-client.js';
import { openStore, vectorOf, type StoreFixtureOptions } from './store-fixture.js';
import { StorePromises, vectorOfText, type Version } from './store-promises.js';
import { makeQuickFolder } from './temporary-folder.js';

/** A store over many starts: restarted, or cut off from power and opened on what the disk then shows. */
export class StoreLife {
  readonly promises = new StorePromises();
  disk!: FaultyDisk;
  client!: StoreClient;
  cuts = 0;
  private readonly folder = makeQuickFolder();

  private constructor(private readonly options: () => StoreFixtureOptions) {}

  static async begin(options: () => StoreFixtureOptions): Promise<StoreLife> {
    const life = new StoreLife(options);
    await life.open();
    return life;
  }

  idle = idle;

  get path(): string {
    return this.folder.path;
  }

  async check(): Promise<void> {
    await this.promises.check(this.client.store);
    this.assertKept();
  }

  async restart(): Promise<void> {
    await this.client.store.close();
    await this.open();
    await this.check();
  }

  /** Whatever is under way ends here. */
  async cut(damage: Damage, seed: number): Promise<void> {
    const { disk } = this;
    disk.goDark();
    this.cuts++;
    const shown = makeQuickFolder();
    disk.model.writeAfterCut(damage, randomFrom(seed), shown.path);
    await this.client.store.close().catch(() => undefined);
    rmSync(this.folder.path, { recursive: true });
    cpSync(shown.path, this.folder.path, { recursive: true });
    shown.remove();
    await this.open();
    await this.check();
  }

  async rebuild(): Promise<void> {
    const { store } = this.client;
    await store.rebuild((documents) => Promise.all(documents.map(({ id }) => store.readContents(id))));
  }

  /** The best of what is allowed, exactly, against all chunks compared one by one. */
  async search(seed: number): Promise<void> {
    const { store } = this.client;
    const random = randomFrom(seed);
    const query = vectorOf(seed);
    const topK = 1 + Math.floor(random() * 8);
    const documents = [...store.documents()];
    const filter = filterOf(random, documents);
    const chunks = await Promise.all(documents.filter((document) => allows(filter, document)).map(({ id }) => store.readChunks(id)));
    const score = ({ text }: StoredChunk): number => vectorOfText(text).reduce((sum, value, n) => sum + value * query[n], 0);
    const scores = chunks.flat().map(score);
    const expected = scores.sort((a, b) => b - a).slice(0, topK);
    const hits = await store.search({ vector: query, topK, ...(filter ? { filter } : {}) });
    const ids = new Set(chunks.flat().map(({ vectorId }) => vectorId));
    if (hits.length !== expected.length || !hits.every((hit, n) => Math.abs(hit.score - expected[n]) < 1e-4 && ids.has(hit.chunk.vectorId)))
      throw new Error(`found ${JSON.stringify(hits.map(({ score: s, chunk }) => [chunk.vectorId, s]))}, not ${JSON.stringify(expected)}`);
  }

  /** What the documents show by all that was acknowledged, and after a cut by what was seen. */
  learn(model: Map<string, Version>): void {
    model.clear();
    for (const file of this.promises.names) {
      const version = this.promises.newest(file);
      if (version) model.set(file.replace(/\.txt$/, ''), version);
    }
    this.assertKept();
  }

  async end(): Promise<void> {
    await this.client.store.close().catch(() => undefined);
    this.folder.remove();
  }

  private async open(): Promise<void> {
    const disk = new FaultyDisk(this.folder.path);
    const store = await openStore(this.folder.path, { ...this.options(), disk, onFatal: () => disk.goDark() });
    this.disk = disk;
    this.client = new StoreClient(store, this.promises, () => disk.isDark);
  }

  private assertKept(): void {
    if (this.promises.broken.length > 0) throw new Error(this.promises.broken.join('\n'));
  }
}

function filterOf(random: () => number, documents: readonly StoredDocument[]): ChunkFilter | undefined {
  const dice = random();
  if (dice < 0.25) return undefined;
  if (dice < 0.5) return { ownerId: random() < 0.5 ? 'a' : 'b' };
  if (dice < 0.75) return { metadata: { k: Math.floor(random() * 4) } };
  return { documentIds: documents.filter(() => random() < 0.4).map(({ id }) => id) };
}

const allows = (filter: ChunkFilter | undefined, { id, ownerId, metadata }: StoredDocument): boolean =>
  (filter?.ownerId === undefined || filter.ownerId === ownerId) &&
  (filter?.documentIds === undefined || filter.documentIds.includes(id)) &&
  (filter?.metadata === undefined || metadata.k === filter.metadata.k);
