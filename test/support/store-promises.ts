/**
 * What a store has promised, kept outside of it. Each document may show the version that was acknowledged last, or one that
 * was asked for since and never answered; after a look at the store it is what was seen. A document is known by its
 * filename, which nothing changes.
 */
import { crc32 } from 'node:zlib';
import { RecordsTrimmedError, type ChunkFilter, type JsonObject, type StoredDocument, type VectorStore } from '../../src/store/index.js';
import { DIMENSION, vectorOf } from './store-fixture.js';

export interface Version {
  readonly title: string;
  readonly ownerId: string | null;
  readonly metadata: JsonObject;
  readonly status: string;
  /** Of its chunks, in order; a text decides its vector. */
  readonly texts: readonly string[];
}

/** Null: the document is not there. */
export type Shown = Version | null;

export const vectorOfText = (text: string): Float32Array => vectorOf(crc32(text) % 1_000_000);

export class StorePromises {
  private readonly versions = new Map<string, Shown[]>();
  /** Text of each vector id that was acknowledged or seen: an id is given once. */
  private readonly textOfVector = new Map<number, string>();
  private readonly nameOfDocument = new Map<number, string>();
  /** What was promised and is not so; empty is well. */
  readonly broken: string[] = [];

  get names(): string[] {
    return [...this.versions.keys()];
  }

  /** The same promises, for another life of the same store. */
  copy(): StorePromises {
    const copy = new StorePromises();
    for (const [name, versions] of this.versions) copy.versions.set(name, [...versions]);
    for (const [id, text] of this.textOfVector) copy.textOfVector.set(id, text);
    for (const [id, name] of this.nameOfDocument) copy.nameOfDocument.set(id, name);
    return copy;
  }

  /** What it shows if the last that was asked for comes about. */
  newest(name: string): Shown {
    return this.versions.get(name)?.at(-1) ?? null;
  }

  asked(name: string, version: Shown): void {
    this.versions.set(name, [...(this.versions.get(name) ?? [null]), version]);
  }

  acknowledged(name: string, version: Shown): void {
    const versions = this.versions.get(name)!;
    versions.splice(0, versions.lastIndexOf(version));
  }

  /** It was answered that nothing was changed. */
  refused(name: string, version: Shown): void {
    const versions = this.versions.get(name)!;
    versions.splice(versions.lastIndexOf(version), 1);
  }

  noteIds(name: string, document: StoredDocument, vectorIds: Iterable<number>, texts: readonly string[]): void {
    this.once(this.nameOfDocument, document.id, name, 'document');
    let place = 0;
    for (const id of vectorIds) this.once(this.textOfVector, id, `${name}: ${texts[place++]}`, 'vector');
  }

  /** Everything that a reader can see, against everything that was promised. */
  async check(store: VectorStore): Promise<void> {
    const seen = new Map<string, StoredDocument>();
    for (const document of store.documents()) {
      if (seen.has(document.filename)) this.broken.push(`${document.filename} is there twice`);
      seen.set(document.filename, document);
    }
    const chunks = new Map<number, { text: string; document: StoredDocument }>();
    for (const name of new Set([...this.versions.keys(), ...seen.keys()])) {
      const document = seen.get(name);
      const shown = document ? await this.read(store, name, document, chunks) : null;
      this.settle(name, shown);
    }
    await this.checkSearch(store, chunks);
    await this.checkSearch(store, chunks, { ownerId: 'b' });
    await this.checkQueue(store, [...seen.values()]);
    const { vectorsLive, documents } = store.statistics();
    if (vectorsLive !== chunks.size || documents !== seen.size)
      this.broken.push(`counts ${documents} documents and ${vectorsLive} vectors, and shows ${seen.size} and ${chunks.size}`);
  }

  private settle(name: string, shown: Shown): void {
    const allowed = this.versions.get(name) ?? [null];
    const text = JSON.stringify(shown);
    const match = allowed.find((version) => JSON.stringify(version) === text);
    if (match === undefined) this.broken.push(`${name} shows ${text} instead of one of ${JSON.stringify(allowed)}`);
    this.versions.set(name, [match === undefined ? shown : match]);
  }

  private async read(
    store: VectorStore,
    name: string,
    document: StoredDocument,
    into: Map<number, { text: string; document: StoredDocument }>,
  ): Promise<Version> {
    const { chunks, vectors } = await store.readContents(document.id);
    const texts = chunks.map(({ text }) => text);
    const ids = chunks.map(({ vectorId }) => vectorId);
    this.noteIds(name, document, ids, texts);
    if (document.chunkCount !== chunks.length || [...store.vectorIds(document.id)].join() !== ids.join())
      this.broken.push(
        `${name} says ${document.chunkCount} chunks, ids ${[...store.vectorIds(document.id)].join()}, and has ${ids.join()}`,
      );
    for (const [place, chunk] of chunks.entries()) {
      into.set(chunk.vectorId, { text: chunk.text, document });
      const vector = vectors.subarray(place * DIMENSION, (place + 1) * DIMENSION);
      if (dot(vector, vectorOfText(chunk.text)) < 0.999) this.broken.push(`${name}: chunk ${place} has the vector of another text`);
      if (chunk.documentId !== document.id || chunk.chunkIndex !== place) this.broken.push(`${name}: chunk ${place} is not in its place`);
    }
    const { title, ownerId, metadata, status } = document;
    return { title, ownerId, metadata, status, texts };
  }

  /** All that lives and is allowed is found, with its own text and score, and nothing else. */
  private async checkSearch(
    store: VectorStore,
    chunks: Map<number, { text: string; document: StoredDocument }>,
    filter?: ChunkFilter,
  ): Promise<void> {
    const query = vectorOf(1);
    const hits = await store.search({ vector: query, topK: 10_000, exact: true, ...(filter ? { filter } : {}) });
    const expected = [...chunks].filter(([, { document }]) => !filter || document.ownerId === filter.ownerId);
    const found = new Map(hits.map(({ chunk, document, score }) => [chunk.vectorId, { text: chunk.text, title: document.title, score }]));
    if (hits.length !== expected.length || found.size !== expected.length)
      this.broken.push(`a search ${JSON.stringify(filter ?? {})} finds ${hits.length} chunks of ${expected.length}`);
    for (const [id, { text, document }] of expected) {
      const hit = found.get(id);
      if (!hit || hit.text !== text || hit.title !== document.title || Math.abs(hit.score - dot(query, vectorOfText(text))) > 1e-4)
        this.broken.push(`a search finds vector ${id} as ${JSON.stringify(hit)} instead of ${text} of ${document.title}`);
    }
  }

  private async checkQueue(store: VectorStore, documents: StoredDocument[]): Promise<void> {
    const queued = documents.filter(({ status }) => status === 'queued').map(({ id }) => id);
    const inQueue = store.queuedDocuments().map(({ id }) => id);
    if (queued.sort().join() !== inQueue.sort().join()) this.broken.push(`${inQueue.join()} are in the queue, not ${queued.join()}`);
    await this.checkJournal(store);
  }

  private async checkJournal(store: VectorStore): Promise<void> {
    const first = store.oldestSequence;
    try {
      const records = await store.readRecords(first - 1, { recordsMax: 10_000, bytesMax: 1e9 });
      const isWhole = records.every(({ sequence }, n) => sequence === first + n) && first + records.length - 1 === store.lastSequence;
      if (!isWhole) this.broken.push(`the journal reads ${records.length} records from ${first} on, and not to ${store.lastSequence}`);
    } catch (error) {
      if (!(error instanceof RecordsTrimmedError)) throw error;
      await this.checkJournal(store); // trimmed while it was read
    }
  }

  private once<T>(known: Map<number, T>, id: number, value: T, what: string): void {
    const before = known.get(id);
    if (before !== undefined && before !== value) this.broken.push(`${what} id ${id} was given twice: ${String(before)}, ${String(value)}`);
    known.set(id, value);
  }
}

const dot = (a: Float32Array, b: Float32Array): number => a.reduce((sum, value, n) => sum + value * b[n], 0);
