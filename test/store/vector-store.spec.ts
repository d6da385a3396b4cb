import {
  DocumentAccepted,
  DocumentChanged,
  VectorsDeleted,
  VectorsSaved,
  type StoredDocument,
  type VectorStore,
} from '../../src/store/index.js';
import { EventBus } from '../../src/platform/index.js';
import { addDocument, contentOf, DIMENSION, openStore, reading, upload, vectorOf } from '../support/store-fixture.js';
import { temporaryFolder } from '../support/temporary-folder.js';

describe('the vector store', () => {
  let dataDir: string;
  let store: VectorStore;

  beforeEach(async () => {
    dataDir = temporaryFolder('store');
    store = await openStore(dataDir);
  });
  afterEach(() => store.close());

  const reopen = async (): Promise<void> => {
    await store.close();
    store = await openStore(dataDir);
  };
  const ids = async (seed: number): Promise<number[]> =>
    (await store.search({ vector: vectorOf(seed), topK: 100 })).map(({ chunk }) => chunk.vectorId);

  it('finds a saved chunk by its vector, with its text, span and document', async () => {
    const document = await addDocument(store, 'manual', ['first part', 'second part']);
    const [best] = await store.search({ vector: vectorOf(document.id * 100 + 1), topK: 1 });
    expect(best.score).toBeCloseTo(1, 5);
    expect(best.document).toEqual(store.getDocument(document.id));
    expect(best.chunk).toMatchObject({
      documentId: document.id,
      chunkIndex: 1,
      text: 'second part',
      charStart: 10,
      charEnd: 21,
      pageStart: 1,
    });
  });

  it('finds nothing of a deleted document, at once and after a restart', async () => {
    const kept = await addDocument(store, 'kept', ['a']);
    const gone = await addDocument(store, 'gone', ['b', 'c']);
    expect(await store.deleteDocument(gone.id)).toMatchObject({ deletedVectors: 2 });
    for (const restart of [false, true]) {
      if (restart) await reopen();
      expect(store.findDocument(gone.id)).toBeUndefined();
      expect(await ids(gone.id * 100)).toEqual([...store.vectorIds(kept.id)]);
      await expect(store.readChunks(gone.id)).rejects.toMatchObject({ code: 'DOCUMENT_NOT_FOUND', status: 404 });
    }
  });

  it('shows after a restart exactly what it showed before', async () => {
    await addDocument(store, 'one', ['a', 'b'], 'owner');
    await store.acceptDocument(upload('two'));
    const three = await addDocument(store, 'three', ['c']);
    await store.patchDocument(three.id, { metadata: { product: 'router' }, ownerId: 'other' });
    const { document } = await store.acceptDocument(upload('four'));
    await store.failDocument({ documentId: document.id, generation: document.generation, code: 'NO_TEXT_FOUND', detail: 'images only' });
    const before = await contentOf(store);
    await reopen();
    expect(await contentOf(store)).toEqual(before);
  });

  it('never gives an id twice, not even that of the last document after a restart', async () => {
    const first = await addDocument(store, 'first', ['a', 'b']);
    await store.deleteDocument(first.id);
    await reopen();
    const second = await addDocument(store, 'second', ['a']);
    expect(second.id).toBeGreaterThan(first.id);
    expect(store.vectorIds(second.id)[0]).toBe(3);
  });

  it('takes the same bytes of the same owner once, also when they come at once', async () => {
    const results = await Promise.all(Array.from({ length: 8 }, () => store.acceptDocument(upload('same', 'owner'))));
    expect(results.map(({ outcome }) => outcome).sort()).toEqual(['accepted', ...Array<string>(7).fill('duplicate')]);
    expect(new Set(results.map(({ document }) => document.id)).size).toBe(1);
    expect((await store.acceptDocument(upload('same', 'another'))).outcome).toBe('accepted');
    expect((await store.acceptDocument(upload('same'))).outcome).toBe('accepted');
  });

  it('queues a failed or unindexed document again when its bytes come again', async () => {
    const { document } = await store.acceptDocument(upload('doc'));
    await store.failDocument({ documentId: document.id, generation: document.generation, code: 'X', detail: 'y' });
    const again = await store.acceptDocument(upload('doc'));
    expect(again).toMatchObject({ outcome: 'requeued', document: { id: document.id, status: 'queued', error: null } });
    await store.saveDocument(reading(again.document, ['text']));
    await store.deleteVectors(document.id);
    expect((await store.acceptDocument(upload('doc'))).outcome).toBe('requeued');
  });

  it('refuses a save that began before a delete, a delete of the vectors, or a newer generation', async () => {
    const { document: deleted } = await store.acceptDocument(upload('deleted'));
    await store.deleteDocument(deleted.id);
    await expect(store.saveDocument(reading(deleted, ['ghost']))).rejects.toMatchObject({ code: 'SAVE_REFUSED' });

    const { document: emptied } = await store.acceptDocument(upload('emptied'));
    await store.deleteVectors(emptied.id);
    await expect(store.saveDocument(reading(emptied, ['ghost']))).rejects.toMatchObject({ code: 'SAVE_REFUSED' });

    const { document: older } = await store.acceptDocument(upload('retitled'));
    await store.patchDocument(older.id, { title: 'new title' });
    await expect(store.saveDocument(reading(older, ['old title']))).rejects.toMatchObject({ code: 'SAVE_REFUSED' });
    expect(await ids(1)).toEqual([]);
  });

  it('saves under the title, owner and metadata of the moment of the save', async () => {
    const { document } = await store.acceptDocument(upload('doc'));
    await store.patchDocument(document.id, { ownerId: 'new owner', metadata: { a: 1 } });
    const saved = await store.saveDocument({ ...reading(document, ['text']), title: 'found in the file' });
    expect(saved).toMatchObject({ ownerId: 'new owner', metadata: { a: 1 }, title: 'found in the file', status: 'indexed' });
  });

  it('keeps a title that a person gave, whatever the file says', async () => {
    const { document } = await store.acceptDocument({ ...upload('doc'), title: 'given', titleGiven: true });
    expect(await store.saveDocument({ ...reading(document, ['text']), title: 'found' })).toMatchObject({ title: 'given' });
  });

  it('keeps answering with the old vectors until a document that was queued again is saved', async () => {
    const document = await addDocument(store, 'doc', ['old']);
    const requeued = await store.requeueDocument(document.id);
    expect(await ids(document.id * 100)).toEqual([1]);
    await store.saveDocument(reading(requeued, ['new', 'newer']));
    expect(await ids(document.id * 100)).toEqual([2, 3]);
    await reopen();
    expect((await store.readChunks(document.id)).map(({ text }) => text)).toEqual(['new', 'newer']);
  });

  it('queues an indexed document again when its title changes, and only then', async () => {
    const document = await addDocument(store, 'doc', ['text']);
    expect(await store.patchDocument(document.id, { metadata: { a: 1 }, title: document.title })).toMatchObject({ status: 'indexed' });
    expect(await store.patchDocument(document.id, { title: 'another' })).toMatchObject({ status: 'queued', title: 'another' });
    expect(store.queuedDocuments().map(({ id }) => id)).toEqual([document.id]);
  });

  it('refuses to give a document to an owner who has the same bytes', async () => {
    const mine = (await store.acceptDocument(upload('same', 'a'))).document;
    const theirs = (await store.acceptDocument(upload('same', 'b'))).document;
    await expect(store.patchDocument(mine.id, { ownerId: 'b' })).rejects.toMatchObject({
      code: 'DUPLICATE_DOCUMENT',
      status: 409,
      members: { document_id: theirs.id },
    });
    expect(store.getDocument(mine.id).ownerId).toBe('a');
  });

  it('refuses vectors that are not sound, and writes nothing', async () => {
    const { document } = await store.acceptDocument(upload('doc'));
    const sound = reading(document, ['a', 'b']);
    const before = store.lastSequence;
    const bad = [
      { ...sound, vectors: sound.vectors.subarray(0, DIMENSION) },
      { ...sound, vectors: sound.vectors.map((value, n) => (n === 5 ? NaN : value)) },
      { ...sound, vectors: new Float32Array(2 * DIMENSION) },
      { ...sound, chunks: [] },
      { ...sound, chunks: sound.chunks.map((chunk) => ({ ...chunk, charEnd: 1.5 })) },
    ];
    for (const request of bad) await expect(store.saveDocument(request)).rejects.toMatchObject({ code: 'INVALID_SAVE' });
    expect(store.lastSequence).toBe(before);
    expect((await store.saveDocument(sound)).chunkCount).toBe(2);
  });

  it('replaces what PostgreSQL would refuse in texts, one character for one', async () => {
    const { document } = await store.acceptDocument({ ...upload('doc'), title: 'a\0b\uD800', metadata: { 'k\0': ['\uDC00'] } });
    expect(document).toMatchObject({ title: 'a\uFFFDb\uFFFD', metadata: { 'k\uFFFD': ['\uFFFD'] } });
    await store.saveDocument(reading(document, ['x\0y \u{1F600}']));
    expect((await store.readChunks(document.id))[0].text).toBe('x\uFFFDy \u{1F600}');
  });

  it('publishes an event for each record, after it can be read', async () => {
    const events = new EventBus();
    const seen: string[] = [];
    await store.close();
    store = await openStore(temporaryFolder('store'), { events });
    for (const type of [DocumentAccepted, DocumentChanged, VectorsSaved, VectorsDeleted])
      events.on(
        type,
        'test',
        (event: { sequence: number }) => void seen.push(`${event.constructor.name} ${event.sequence}/${store.lastSequence}`),
      );
    const document = await addDocument(store, 'doc', ['a', 'b']);
    await store.patchDocument(document.id, { metadata: {} });
    await store.patchDocument(document.id, { title: 'new' });
    await store.deleteVectors(document.id);
    await store.deleteDocument(document.id);
    expect(seen).toEqual([
      'DocumentAccepted 1/1',
      'VectorsSaved 2/2',
      'DocumentChanged 3/3',
      'DocumentAccepted 4/4',
      'VectorsDeleted 5/5',
      'VectorsDeleted 6/6',
    ]);
  });

  it('hands out its records in order, with vectors, within the limits', async () => {
    const one = await addDocument(store, 'one', ['a', 'b']);
    const two = await addDocument(store, 'two', ['c']);
    const all = await store.readRecords(0, { recordsMax: 10, bytesMax: 1e9 });
    expect(all.map(({ sequence, kind }) => [sequence, kind])).toEqual([
      [1, 'accept'],
      [2, 'save'],
      [3, 'accept'],
      [4, 'save'],
    ]);
    expect(all[1]).toMatchObject({ vectors: reading(one, ['a', 'b']).vectors, removedVectorIds: [], document: { id: one.id } });
    expect((await store.readRecords(2, { recordsMax: 1, bytesMax: 1e9 })).map(({ sequence }) => sequence)).toEqual([3]);
    expect((await store.readRecords(0, { recordsMax: 10, bytesMax: 1 })).map(({ sequence }) => sequence)).toEqual([1]);
    expect(await store.readRecords(4, { recordsMax: 10, bytesMax: 1 })).toEqual([]);
    expect(await Promise.all([0, 1, 4, 5].map((n) => store.chainAt(n)))).toEqual([0, all[0].chain, all[3].chain, null]);
    expect(two.id).toBe(2);
  });

  it('refuses writes once it is closed', async () => {
    await store.close();
    await expect(store.acceptDocument(upload('late'))).rejects.toMatchObject({ code: 'SHUTTING_DOWN', status: 503 });
  });

  it('refuses a store that holds the vectors of another model', async () => {
    await store.close();
    await expect(openStore(dataDir, { embeddingModel: 'another' })).rejects.toThrow(
      /holds vectors of test-model .* EMBEDDING_MODEL=another/,
    );
    store = await openStore(dataDir);
  });
});

describe('An imported document whose vectors were deleted', () => {
  it('has an original when the same bytes are uploaded', async () => {
    const store = await openStore(temporaryFolder('import'));
    const { title, filename, mimeType, sha256 } = upload('bytes');
    const { chunks, vectors } = reading({ id: 1, generation: 1, title } as StoredDocument, ['a']);
    const request = { ownerId: null, title, filename, mimeType, sha256, metadata: {}, pageCount: null, charCount: null, chunks, vectors };
    const { document } = await store.importDocument(request);
    expect(document).toMatchObject({ status: 'indexed', sizeBytes: 0, chunkCount: 1 });
    expect((await store.importDocument(request)).outcome).toBe('duplicate');
    await store.deleteVectors(document.id);
    const again = await store.acceptDocument(upload('bytes'));
    expect(again).toMatchObject({ outcome: 'requeued', document: { id: document.id, sizeBytes: 5 } });
    await store.close();
  });
});
