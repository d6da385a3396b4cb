import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DocumentsService } from '../../../src/documents/documents.service.js';
import { EmbeddingTexts } from '../../../src/documents/ingestion/embedding-texts.js';
import { IngestionPipeline } from '../../../src/documents/ingestion/ingestion-pipeline.js';
import { IngestionQueue } from '../../../src/documents/ingestion/ingestion-queue.js';
import { IngestionSource } from '../../../src/documents/ingestion/ingestion-source.js';
import { SettledDocuments } from '../../../src/documents/ingestion/settled-documents.js';
import { ExtractedTexts } from '../../../src/documents/originals/extracted-texts.js';
import { OriginalFiles } from '../../../src/documents/originals/original-files.js';
import { stageStream } from '../../../src/documents/upload/upload-storage.js';
import { Disk, EventBus, HealthRegistry, Problem } from '../../../src/platform/index.js';
import { StorageFullError, type StoredDocument, type VectorStore } from '../../../src/store/index.js';
import { embeddingConfig } from '../../support/real-model.js';
import { DIMENSION, openStore, vectorOf } from '../../support/store-fixture.js';
import { SteeredEmbedder, SteeredReader } from '../../support/steered-ingestion.js';

describe('the way of documents into the store', () => {
  let dataDir: string;
  let store: VectorStore;
  let reader: SteeredReader;
  let embedder: SteeredEmbedder;
  let health: HealthRegistry;
  let pipeline: IngestionPipeline;
  let queue: IngestionQueue;
  let settled: SettledDocuments;
  let documents: DocumentsService;
  let originals: OriginalFiles;

  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'hvs-ingestion-'));
    await open();
  });
  afterEach(async () => {
    await close();
    await rm(dataDir, { recursive: true });
  });

  const open = async (): Promise<void> => {
    const events = new EventBus();
    const disk = new Disk();
    store = await openStore(dataDir, { events });
    reader = new SteeredReader();
    embedder = new SteeredEmbedder(DIMENSION);
    health = new HealthRegistry();
    originals = new OriginalFiles({ dataDir }, disk);
    const texts = new ExtractedTexts({ dataDir }, disk);
    const source = new IngestionSource(store, reader, originals, new EmbeddingTexts(embeddingConfig()));
    pipeline = new IngestionPipeline(store, source, embedder, texts);
    queue = new IngestionQueue(store, events, pipeline, health);
    settled = new SettledDocuments(store, events);
    documents = new DocumentsService(store, originals, texts);
    await originals.prepare((sha256) => store.hasContent(sha256));
    await texts.prepare((id, generation) => store.findDocument(id)?.textGeneration === generation);
  };
  const close = async (): Promise<void> => {
    await queue.onModuleDestroy();
    await store.close();
  };

  const accept = async (text: string, ownerId: string | null = null): Promise<StoredDocument> => {
    const file = await stageStream([Buffer.from(text)], originals.temporaryFolder, (path) => originals.syncStaged(path));
    const labels = { title: null, provisionalTitle: text, filename: 'a.txt', mimeType: 'text/plain', metadata: {} };
    return (await documents.accept(file, { ownerId, ...labels })).document;
  };
  const settle = async (document: StoredDocument): Promise<StoredDocument | undefined> => {
    await settled.wait(document.id, 10_000, new AbortController().signal);
    return store.findDocument(document.id);
  };
  const filesOf = (folder: string): string[] =>
    readdirSync(join(dataDir, 'files', folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ name }) => name);
  const until = async (condition: () => boolean): Promise<void> => {
    for (let tries = 0; tries < 1_000 && !condition(); tries++) await sleep(5);
    expect(condition()).toBe(true);
  };

  it('saves what was read, each chunk with the vector of its own text', async () => {
    queue.start();
    const document = await accept('one two three');
    expect(await settle(document)).toMatchObject({ status: 'indexed', chunkCount: 3, title: 'one', pageCount: 1, charCount: 13 });
    expect((await store.readChunks(document.id)).map(({ text }) => text)).toEqual(['one', 'two', 'three']);
    const [best] = await store.search({ vector: vectorOf('three'.length), topK: 1 });
    expect(best.chunk.text).toBe('three');
    expect(filesOf('text')).toEqual([`${document.id}.${document.generation}.json`]);
  });

  it('keeps the order in which documents were queued, those of before the start first', async () => {
    const early = [await accept('early one'), await accept('early two')];
    queue.start();
    const late = await accept('late one');
    for (const document of [...early, late]) await settle(document);
    expect(reader.read_).toEqual(['early one', 'early two', 'late one']);
  });

  it('shows how far a document is, and nothing of it once it is done', async () => {
    embedder.hold();
    queue.start();
    const document = await accept('one two three');
    await until(() => queue.progressOf(store.getDocument(document.id))?.stage === 'embedding');
    expect(queue.progressOf(store.getDocument(document.id))).toEqual({ stage: 'embedding', done: 0, total: 3 });
    expect(queue.documentsInWork().map(({ id }) => id)).toEqual([document.id]);
    expect(health.report().checks.ingestion).toMatchObject({ status: 'ok', queued: 0, in_work: 1 });
    embedder.release(1);
    await until(() => queue.progressOf(store.getDocument(document.id))?.done === 1);
    embedder.letGo();
    expect(await settle(document)).toMatchObject({ status: 'indexed' });
    expect(queue.progressOf(store.getDocument(document.id))).toBeNull();
    await until(() => queue.documentsInWork().length === 0);
  });

  it('reads the next document while one is embedded, and looks no further ahead than that', async () => {
    embedder.hold();
    queue.start();
    const accepted = [];
    for (let n = 0; n < 6; n++) accepted.push(await accept(`document ${n}`));
    await until(() => reader.read_.length === 3);
    await sleep(50);
    expect(reader.read_).toHaveLength(3);
    expect(embedder.asked).toEqual(['document', '0']);
    embedder.letGo();
    for (const document of accepted) expect(await settle(document)).toMatchObject({ status: 'indexed' });
  });

  it('has the next chunk with the model before the one before it is done', async () => {
    embedder.hold();
    queue.start();
    const document = await accept('a b c d');
    await until(() => embedder.asked.length === 2);
    embedder.release(1);
    await until(() => embedder.asked.length === 3);
    embedder.letGo();
    await settle(document);
  });

  it('marks a bad document as failed, with the code of what is wrong, and goes on with the others', async () => {
    reader.fail('bad', new Problem({ code: 'PDF_DAMAGED', status: 422, title: 'Damaged' }, 'It has no pages. Export it again.'));
    reader.fail('strange', new TypeError('x is not a function'));
    queue.start();
    const [bad, strange, empty, good] = [await accept('bad'), await accept('strange'), await accept(' '), await accept('good')];
    expect(await settle(bad)).toMatchObject({
      status: 'failed',
      error: { code: 'PDF_DAMAGED', detail: 'It has no pages. Export it again.' },
    });
    expect(await settle(strange)).toMatchObject({ status: 'failed', error: { code: 'INGESTION_FAILED' } });
    expect(await settle(empty)).toMatchObject({ status: 'failed', error: { code: 'NO_TEXT_FOUND' }, chunkCount: 0 });
    expect(await settle(good)).toMatchObject({ status: 'indexed' });
    expect(filesOf('text')).toEqual([`${good.id}.${good.generation}.json`]);
  });

  it('says so when the original is gone', async () => {
    const document = await accept('gone');
    await originals.remove(document.sha256);
    queue.start();
    expect(await settle(document)).toMatchObject({ status: 'failed', error: { code: 'ORIGINAL_LOST' } });
  });

  it('keeps the vectors that are there when a document is read again and fails', async () => {
    queue.start();
    const document = await accept('one two');
    await settle(document);
    reader.fail('one two', new Error('not this time'));
    expect(await settle(await documents.reindex(document.id))).toMatchObject({ status: 'failed', chunkCount: 2 });
    expect(filesOf('text')).toEqual([`${document.id}.${document.generation}.json`]);
    expect((await store.readChunks(document.id)).map(({ text }) => text)).toEqual(['one', 'two']);
  });

  it('leaves nothing of a document that is deleted in work', async () => {
    embedder.hold();
    queue.start();
    const document = await accept('one two');
    const next = await accept('next');
    await until(() => embedder.asked.length === 2);
    await documents.delete(document.id);
    expect(queue.documentsInWork().map(({ id }) => id)).toEqual([next.id]);
    embedder.letGo();
    expect(await settle(next)).toMatchObject({ status: 'indexed' });
    expect(store.findDocument(document.id)).toBeUndefined();
    expect(filesOf('').sort()).toEqual([`${next.id}.${next.generation}.json`, next.sha256].sort());
  });

  it('calls a reading off at once when its document is deleted', async () => {
    reader.hang('slow');
    queue.start();
    const slow = await accept('slow');
    await until(() => reader.read_.includes('slow'));
    await documents.delete(slow.id);
    await until(() => reader.calledOff.includes('slow'));
  });

  it('does not bring back what was taken out of the index while it was in work', async () => {
    embedder.hold();
    queue.start();
    const document = await accept('one two');
    await until(() => embedder.asked.length === 2);
    await store.deleteVectors(document.id);
    embedder.letGo();
    expect(await settle(await accept('another'))).toMatchObject({ status: 'indexed' });
    expect(store.getDocument(document.id)).toMatchObject({ status: 'unindexed', chunkCount: 0 });
    await close();
    await open();
    queue.start();
    expect(store.queuedDocuments()).toEqual([]);
    expect(store.getDocument(document.id)).toMatchObject({ status: 'unindexed', chunkCount: 0 });
  });

  it('leaves no text of a document that is taken out of the index in the moment of its save', async () => {
    const save = store.saveDocument.bind(store);
    store.saveDocument = async (request) => {
      expect(filesOf('text')).toHaveLength(1);
      await store.deleteVectors(request.documentId);
      return save(request);
    };
    queue.start();
    const document = await accept('one two');
    expect(await settle(document)).toMatchObject({ status: 'unindexed', error: null, chunkCount: 0 });
    await until(() => filesOf('text').length === 0);
  });

  it('begins anew with the new title when it is changed in work', async () => {
    embedder.hold();
    queue.start();
    const document = await accept('one two');
    await until(() => embedder.asked.length === 2);
    await documents.change(document.id, { title: 'Given' });
    embedder.letGo();
    expect(await settle(document)).toMatchObject({ status: 'indexed', title: 'Given' });
    expect(reader.titles).toEqual([null, 'Given']);
    expect(filesOf('text')).toEqual([`${document.id}.${store.getDocument(document.id).generation}.json`]);
  });

  it('goes on with a document whose metadata or owner is changed in work, and saves it as it is then', async () => {
    embedder.hold();
    queue.start();
    const document = await accept('one two');
    await until(() => embedder.asked.length === 2);
    await documents.change(document.id, { metadata: { product: 'X200' }, ownerId: 'me' });
    embedder.letGo();
    expect(await settle(document)).toMatchObject({ status: 'indexed', metadata: { product: 'X200' }, ownerId: 'me' });
    expect(reader.read_).toEqual(['one two']);
  });

  it('parks what is in work when it stops, quickly, and takes it up at the next start', async () => {
    reader.hang('slow');
    embedder.hold();
    queue.start();
    const [fast, slow] = [await accept('fast'), await accept('slow')];
    await until(() => embedder.asked.length === 1 && reader.read_.includes('slow'));
    await close();
    expect(reader.calledOff).toEqual(['slow']);
    await open();
    expect(store.queuedDocuments().map(({ id }) => id)).toEqual([fast.id, slow.id]);
    expect(filesOf('text')).toEqual([]);
    queue.start();
    for (const document of [fast, slow]) expect(await settle(document)).toMatchObject({ status: 'indexed' });
  });

  it('waits for room when the disk is full, without reading or embedding anything again', async () => {
    const save = store.saveDocument.bind(store);
    let refusals = 2;
    store.saveDocument = (request) =>
      refusals-- > 0 ? Promise.reject(new StorageFullError('journal', new Error('ENOSPC'))) : save(request);
    queue.start();
    const document = await accept('one two');
    await until(() => pipeline.patience.documentsWaiting === 1);
    expect(health.report()).toMatchObject({ status: 'degraded', checks: { ingestion: { status: 'degraded' } } });
    expect(store.getDocument(document.id).status).toBe('queued');
    expect(await settle(document)).toMatchObject({ status: 'indexed' });
    expect(reader.read_).toEqual(['one two']);
    expect(embedder.asked).toEqual(['one', 'two']);
    expect(health.report().status).toBe('ok');
  });

  it('shares one original between owners, and removes it with the last', async () => {
    const mine = await accept('shared', 'me');
    const yours = await accept('shared', 'you');
    const again = await accept('shared', 'me');
    expect(again.id).toBe(mine.id);
    expect(mine.id).not.toBe(yours.id);
    const hash = createHash('sha256').update('shared').digest('hex');
    expect(filesOf('')).toEqual([hash]);
    await documents.delete(mine.id);
    expect(filesOf('')).toEqual([hash]);
    await documents.delete(yours.id);
    expect(filesOf('')).toEqual([]);
  });

  it('keeps the original whatever order uploads and deletes of the same bytes come in', async () => {
    for (let round = 0; round < 20; round++) {
      const first = await accept('contested', 'me');
      const [second] = await Promise.all([accept('contested', 'you'), documents.delete(first.id), accept('contested', 'me')]);
      const left = [...store.documents()];
      expect(await originals.isWhole(second.sha256, second.sizeBytes)).toBe(left.length > 0);
      for (const { id } of left) await documents.delete(id);
      expect(filesOf('')).toEqual([]);
    }
  });

  it('makes one document of the same file uploaded twice at once', async () => {
    const accepted = await Promise.all(Array.from({ length: 8 }, () => accept('twice', 'me')));
    expect(new Set(accepted.map(({ id }) => id)).size).toBe(1);
    expect([...store.documents()]).toHaveLength(1);
  });

  it('leaves no original behind when the store refuses the document', async () => {
    store.acceptDocument = () => Promise.reject(new StorageFullError('journal', new Error('ENOSPC')));
    await expect(accept('no room')).rejects.toMatchObject({ code: 'STORAGE_FULL' });
    expect(filesOf('')).toEqual([]);
  });
});
