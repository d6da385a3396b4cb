import { StorageFullError } from '../../../src/store/index.js';
import { until } from '../../support/until.js';
import { SteeredDocuments } from './steered-documents.js';

describe('a document that something happens to while it is in work', () => {
  let ingestion: SteeredDocuments;

  beforeEach(async () => {
    ingestion = await SteeredDocuments.open();
  });
  afterEach(() => ingestion.close());

  it('leaves nothing of a document that is deleted in work', async () => {
    ingestion.embedder.hold();
    ingestion.queue.start();
    const document = await ingestion.accept('one two');
    const next = await ingestion.accept('next');
    await until(() => ingestion.embedder.asked.length === 2);
    await ingestion.documents.delete(document.id);
    expect(ingestion.queue.documentsInWork().map(({ id }) => id)).toEqual([next.id]);
    ingestion.embedder.letGo();
    expect(await ingestion.settle(next)).toMatchObject({ status: 'indexed' });
    expect(ingestion.store.findDocument(document.id)).toBeUndefined();
    expect(ingestion.filesOf('').sort()).toEqual([`${next.id}.${next.generation}.json`, next.sha256].sort());
  });

  it('calls a reading off at once when its document is deleted', async () => {
    ingestion.reader.hang('slow');
    ingestion.queue.start();
    const slow = await ingestion.accept('slow');
    await until(() => ingestion.reader.read_.includes('slow'));
    await ingestion.documents.delete(slow.id);
    await until(() => ingestion.reader.calledOff.includes('slow'));
  });

  it('does not bring back what was taken out of the index while it was in work', async () => {
    ingestion.embedder.hold();
    ingestion.queue.start();
    const document = await ingestion.accept('one two');
    await until(() => ingestion.embedder.asked.length === 2);
    await ingestion.store.deleteVectors(document.id);
    ingestion.embedder.letGo();
    expect(await ingestion.settle(await ingestion.accept('another'))).toMatchObject({ status: 'indexed' });
    expect(ingestion.store.getDocument(document.id)).toMatchObject({ status: 'unindexed', chunkCount: 0 });
    await ingestion.close();
    await ingestion.open();
    ingestion.queue.start();
    expect(ingestion.store.queuedDocuments()).toEqual([]);
    expect(ingestion.store.getDocument(document.id)).toMatchObject({ status: 'unindexed', chunkCount: 0 });
  });

  it('leaves no text of a document that is taken out of the index in the moment of its save', async () => {
    const save = ingestion.store.saveDocument.bind(ingestion.store);
    ingestion.store.saveDocument = async (request) => {
      expect(ingestion.filesOf('text')).toHaveLength(1);
      await ingestion.store.deleteVectors(request.documentId);
      return save(request);
    };
    ingestion.queue.start();
    const document = await ingestion.accept('one two');
    expect(await ingestion.settle(document)).toMatchObject({ status: 'unindexed', error: null, chunkCount: 0 });
    await until(() => ingestion.filesOf('text').length === 0);
  });

  it('begins anew with the new title when it is changed in work', async () => {
    ingestion.embedder.hold();
    ingestion.queue.start();
    const document = await ingestion.accept('one two');
    await until(() => ingestion.embedder.asked.length === 2);
    await ingestion.documents.change(document.id, { title: 'Given' });
    ingestion.embedder.letGo();
    expect(await ingestion.settle(document)).toMatchObject({ status: 'indexed', title: 'Given' });
    expect(ingestion.reader.titles).toEqual([null, 'Given']);
    expect(ingestion.filesOf('text')).toEqual([`${document.id}.${ingestion.store.getDocument(document.id).generation}.json`]);
  });

  it('goes on with a document whose metadata or owner is changed in work, and saves it as it is then', async () => {
    ingestion.embedder.hold();
    ingestion.queue.start();
    const document = await ingestion.accept('one two');
    await until(() => ingestion.embedder.asked.length === 2);
    await ingestion.documents.change(document.id, { metadata: { product: 'X200' }, ownerId: 'me' });
    ingestion.embedder.letGo();
    expect(await ingestion.settle(document)).toMatchObject({ status: 'indexed', metadata: { product: 'X200' }, ownerId: 'me' });
    expect(ingestion.reader.read_).toEqual(['one two']);
  });

  it('parks what is in work when it stops, quickly, and takes it up at the next start', async () => {
    ingestion.reader.hang('slow');
    ingestion.embedder.hold();
    ingestion.queue.start();
    const [fast, slow] = [await ingestion.accept('fast'), await ingestion.accept('slow')];
    await until(() => ingestion.embedder.asked.length === 1 && ingestion.reader.read_.includes('slow'));
    await ingestion.close();
    expect(ingestion.reader.calledOff).toEqual(['slow']);
    await ingestion.open();
    expect(ingestion.store.queuedDocuments().map(({ id }) => id)).toEqual([fast.id, slow.id]);
    expect(ingestion.filesOf('text')).toEqual([]);
    ingestion.queue.start();
    for (const document of [fast, slow]) expect(await ingestion.settle(document)).toMatchObject({ status: 'indexed' });
  });

  it('waits for room when the disk is full, without reading or embedding anything again', async () => {
    const save = ingestion.store.saveDocument.bind(ingestion.store);
    let refusals = 2;
    ingestion.store.saveDocument = (request) =>
      refusals-- > 0 ? Promise.reject(new StorageFullError('journal', new Error('ENOSPC'))) : save(request);
    ingestion.queue.start();
    const document = await ingestion.accept('one two');
    await until(() => ingestion.pipeline.patience.documentsWaiting === 1);
    expect(ingestion.health.report()).toMatchObject({ status: 'degraded', checks: { ingestion: { status: 'degraded' } } });
    expect(ingestion.store.getDocument(document.id).status).toBe('queued');
    expect(await ingestion.settle(document)).toMatchObject({ status: 'indexed' });
    expect(ingestion.reader.read_).toEqual(['one two']);
    expect(ingestion.embedder.asked).toEqual(['one', 'two']);
    expect(ingestion.health.report().status).toBe('ok');
  });
});
