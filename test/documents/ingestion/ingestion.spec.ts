import { setTimeout as sleep } from 'node:timers/promises';
import { Problem } from '../../../src/platform/index.js';
import { vectorOf } from '../../support/store-fixture.js';
import { until } from '../../support/until.js';
import { SteeredDocuments } from './steered-documents.js';

describe('the way of documents into the store', () => {
  let ingestion: SteeredDocuments;

  beforeEach(async () => {
    ingestion = await SteeredDocuments.open();
  });
  afterEach(() => ingestion.close());

  it('saves what was read, each chunk with the vector of its own text', async () => {
    ingestion.queue.start();
    const document = await ingestion.accept('one two three');
    expect(await ingestion.settle(document)).toMatchObject({ status: 'indexed', chunkCount: 3, title: 'one', pageCount: 1, charCount: 13 });
    expect((await ingestion.store.readChunks(document.id)).map(({ text }) => text)).toEqual(['one', 'two', 'three']);
    const [best] = await ingestion.store.search({ vector: vectorOf('three'.length), topK: 1 });
    expect(best.chunk.text).toBe('three');
    expect(ingestion.filesOf('text')).toEqual([`${document.id}.${document.generation}.json`]);
  });

  it('keeps the order in which documents were queued, those of before the start first', async () => {
    const early = [await ingestion.accept('early one'), await ingestion.accept('early two')];
    ingestion.queue.start();
    const late = await ingestion.accept('late one');
    for (const document of [...early, late]) await ingestion.settle(document);
    expect(ingestion.reader.read_).toEqual(['early one', 'early two', 'late one']);
  });

  it('shows how far a document is, and nothing of it once it is done', async () => {
    ingestion.embedder.hold();
    ingestion.queue.start();
    const document = await ingestion.accept('one two three');
    await until(() => ingestion.queue.progressOf(ingestion.store.getDocument(document.id))?.stage === 'embedding');
    expect(ingestion.queue.progressOf(ingestion.store.getDocument(document.id))).toEqual({ stage: 'embedding', done: 0, total: 3 });
    expect(ingestion.queue.documentsInWork().map(({ id }) => id)).toEqual([document.id]);
    expect(ingestion.health.report().checks.ingestion).toMatchObject({ status: 'ok', queued: 0, in_work: 1 });
    ingestion.embedder.release(1);
    await until(() => ingestion.queue.progressOf(ingestion.store.getDocument(document.id))?.done === 1);
    ingestion.embedder.letGo();
    expect(await ingestion.settle(document)).toMatchObject({ status: 'indexed' });
    expect(ingestion.queue.progressOf(ingestion.store.getDocument(document.id))).toBeNull();
    await until(() => ingestion.queue.documentsInWork().length === 0);
  });

  it('reads the next document while one is embedded, and looks no further ahead than that', async () => {
    ingestion.embedder.hold();
    ingestion.queue.start();
    const accepted = [];
    for (let n = 0; n < 6; n++) accepted.push(await ingestion.accept(`document ${n}`));
    await until(() => ingestion.reader.read_.length === 3);
    await sleep(50);
    expect(ingestion.reader.read_).toHaveLength(3);
    expect(ingestion.embedder.asked).toEqual(['document', '0']);
    ingestion.embedder.letGo();
    for (const document of accepted) expect(await ingestion.settle(document)).toMatchObject({ status: 'indexed' });
  });

  it('has the next chunk with the model before the one before it is done', async () => {
    ingestion.embedder.hold();
    ingestion.queue.start();
    const document = await ingestion.accept('a b c d');
    await until(() => ingestion.embedder.asked.length === 2);
    ingestion.embedder.release(1);
    await until(() => ingestion.embedder.asked.length === 3);
    ingestion.embedder.letGo();
    await ingestion.settle(document);
  });

  it('marks a bad document as failed, with the code of what is wrong, and goes on with the others', async () => {
    ingestion.reader.fail('bad', new Problem({ code: 'PDF_DAMAGED', status: 422, title: 'Damaged' }, 'It has no pages. Export it again.'));
    ingestion.reader.fail('strange', new TypeError('x is not a function'));
    ingestion.queue.start();
    const [bad, strange, empty, good] = [
      await ingestion.accept('bad'),
      await ingestion.accept('strange'),
      await ingestion.accept(' '),
      await ingestion.accept('good'),
    ];
    expect(await ingestion.settle(bad)).toMatchObject({
      status: 'failed',
      error: { code: 'PDF_DAMAGED', detail: 'It has no pages. Export it again.' },
    });
    expect(await ingestion.settle(strange)).toMatchObject({ status: 'failed', error: { code: 'INGESTION_FAILED' } });
    expect(await ingestion.settle(empty)).toMatchObject({ status: 'failed', error: { code: 'NO_TEXT_FOUND' }, chunkCount: 0 });
    expect(await ingestion.settle(good)).toMatchObject({ status: 'indexed' });
    expect(ingestion.filesOf('text')).toEqual([`${good.id}.${good.generation}.json`]);
  });

  it('says so when the original is gone', async () => {
    const document = await ingestion.accept('gone');
    await ingestion.originals.remove(document.sha256);
    ingestion.queue.start();
    expect(await ingestion.settle(document)).toMatchObject({ status: 'failed', error: { code: 'ORIGINAL_LOST' } });
  });

  it('keeps the vectors that are there when a document is read again and fails', async () => {
    ingestion.queue.start();
    const document = await ingestion.accept('one two');
    await ingestion.settle(document);
    ingestion.reader.fail('one two', new Error('not this time'));
    expect(await ingestion.settle(await ingestion.documents.reindex(document.id))).toMatchObject({ status: 'failed', chunkCount: 2 });
    expect(ingestion.filesOf('text')).toEqual([`${document.id}.${document.generation}.json`]);
    expect((await ingestion.store.readChunks(document.id)).map(({ text }) => text)).toEqual(['one', 'two']);
  });
});
