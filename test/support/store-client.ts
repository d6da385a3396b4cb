import { StopError } from '../../src/platform/index.js';
import type { JsonObject, StoredDocument, VectorStore } from '../../src/store/index.js';
import { DIMENSION, reading, upload } from './store-fixture.js';
import { vectorOfText, type Shown, type StorePromises, type Version } from './store-promises.js';

/** Does to a store what clients do, and notes what they were told. Documents go by the names that the client gives. */
export class StoreClient {
  constructor(
    public store: VectorStore,
    readonly promises: StorePromises,
    /** Whether an error leaves open what happened: the process is dead, or about to end. */
    private readonly isOver: () => boolean = () => false,
  ) {}

  accept(name: string, ownerId: string | null = null): Promise<boolean> {
    const version = { title: name, ownerId, metadata: {}, status: 'queued', texts: [] };
    return this.does(fileOf(name), version, async () => (await this.store.acceptDocument(upload(name, ownerId))).document);
  }

  save(name: string, texts: string[]): Promise<boolean> {
    const document = this.find(name);
    const request = withVectors({ ...reading(document, texts), title: document.title });
    return this.does(fileOf(name), { ...this.version(name), status: 'indexed', texts }, () => this.store.saveDocument(request));
  }

  requeue(name: string): Promise<boolean> {
    const { id } = this.find(name);
    return this.does(fileOf(name), { ...this.version(name), status: 'queued' }, () => this.store.requeueDocument(id));
  }

  /** A new version of the document: it is queued, and saved in the place of the old one. */
  async replace(name: string, texts: string[]): Promise<boolean> {
    return (await this.requeue(name)) && this.save(name, texts);
  }

  async add(name: string, texts: string[], ownerId: string | null = null): Promise<boolean> {
    return (await this.accept(name, ownerId)) && this.save(name, texts);
  }

  import(name: string, texts: string[], ownerId: string | null = null): Promise<boolean> {
    const { filename, mimeType, sha256 } = upload(name);
    const { chunks, vectors } = withVectors(reading({ id: 0, generation: 0, title: name } as StoredDocument, texts));
    const request = { ownerId, title: name, filename, mimeType, sha256, metadata: {}, pageCount: null, charCount: null, chunks, vectors };
    const version = { title: name, ownerId, metadata: {}, status: 'indexed', texts };
    return this.does(filename, version, async () => (await this.store.importDocument(request)).document);
  }

  patch(name: string, change: { title?: string; metadata?: JsonObject; ownerId?: string | null }): Promise<boolean> {
    const { id, status } = this.find(name);
    const before = this.version(name);
    const isRenamed = change.title !== undefined && change.title !== before.title;
    const isQueued = isRenamed && (status === 'indexed' || status === 'queued');
    const version = { ...before, ...change, ...(isQueued ? { status: 'queued' } : {}) };
    return this.does(fileOf(name), version, () => this.store.patchDocument(id, change));
  }

  fail(name: string): Promise<boolean> {
    const { id, generation } = this.find(name);
    const request = { documentId: id, generation, code: 'NO_TEXT_FOUND', detail: 'images only' };
    return this.does(fileOf(name), { ...this.version(name), status: 'failed' }, () => this.store.failDocument(request));
  }

  deleteVectors(name: string): Promise<boolean> {
    const { id } = this.find(name);
    const version = { ...this.version(name), status: 'unindexed', texts: [] };
    return this.does(fileOf(name), version, async () => (await this.store.deleteVectors(id)).document);
  }

  delete(name: string): Promise<boolean> {
    const { id } = this.find(name);
    return this.does(fileOf(name), null, async () => void (await this.store.deleteDocument(id)));
  }

  find(name: string): StoredDocument {
    for (const document of this.store.documents()) if (document.filename === fileOf(name)) return document;
    throw new Error(`${name} is not there`);
  }

  version(name: string): Version {
    return this.promises.newest(fileOf(name))!;
  }

  /** @returns whether it was acknowledged */
  private async does(name: string, version: Shown, act: () => Promise<StoredDocument | void>): Promise<boolean> {
    this.promises.asked(name, version);
    try {
      const document = await act();
      this.promises.acknowledged(name, version);
      if (document)
        this.promises.noteIds(
          name,
          document,
          this.store.findDocument(document.id) ? this.store.vectorIds(document.id) : [],
          version!.texts,
        );
      return true;
    } catch (error) {
      // what ends the process leaves open whether its record is on the disk
      if (!this.isOver() && !(error instanceof StopError)) this.promises.refused(name, version);
      return false;
    }
  }
}

export const fileOf = (name: string): string => `${name}.txt`;

function withVectors<T extends { chunks: { text: string }[] }>(request: T): T & { vectors: Float32Array } {
  const vectors = new Float32Array(request.chunks.length * DIMENSION);
  for (const [place, { text }] of request.chunks.entries()) vectors.set(vectorOfText(text), place * DIMENSION);
  return { ...request, vectors };
}
