import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { chooseMerge } from '../../src/store/segments/merge-policy.js';
import type { VectorStore } from '../../src/store/index.js';
import { CopyingIndexBuilder } from '../support/copying-index-builder.js';
import { addDocument, contentOf, openStore, reading, upload, vectorOf } from '../support/store-fixture.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { until } from '../support/until.js';

const options = { sealVectors: 4, hnswVectors: 40, builder: new CopyingIndexBuilder() };

const sealedSegments = (store: VectorStore) => store.statistics().segments.filter(({ kind }) => kind !== 'tail');

/** Seals and merges what there is to be sealed and merged. */
async function settle(store: VectorStore): Promise<void> {
  await store.seal();
  const candidates = () =>
    sealedSegments(store).map(({ vectorsLive, vectorsDead }) => ({ rows: vectorsLive + vectorsDead, liveRows: vectorsLive }));
  await until(() => chooseMerge(candidates(), options.sealVectors) === null);
}

describe('Merging', () => {
  let dataDir: string;
  let store: VectorStore;
  beforeEach(async () => {
    dataDir = temporaryFolder('merging');
    store = await openStore(dataDir, options);
  });
  afterEach(() => store.close());

  const reopen = async (): Promise<void> => {
    await store.close();
    store = await openStore(dataDir, options);
  };

  it('keeps the count of segments small, and every document as it is, over a restart too', async () => {
    for (let n = 0; n < 120; n++) {
      await addDocument(store, `document ${n}`, [`${n} a`, `${n} b`]);
      if (n % 5 === 4) await store.deleteDocument(n - 1);
      if (n % 7 === 6) await store.patchDocument(n, { metadata: { n } });
    }
    await settle(store);
    const before = await contentOf(store);
    expect(sealedSegments(store).length).toBeLessThan(12);
    expect(sealedSegments(store).some(({ kind }) => kind === 'hnsw')).toBe(true);
    await reopen();
    expect(await contentOf(store)).toEqual(before);
  });

  it('brings nothing back that died or was patched after its segment was sealed, when the journal is trimmed', async () => {
    const old = await addDocument(store, 'old', ['old a', 'old b', 'old c', 'old d']);
    const patched = await addDocument(store, 'patched', ['p a', 'p b', 'p c', 'p d']);
    const replaced = await addDocument(store, 'replaced', ['r a', 'r b', 'r c', 'r d']);
    await settle(store);
    await store.deleteDocument(old.id);
    await store.patchDocument(patched.id, { ownerId: 'new owner', metadata: { is: 'new' } });
    const again = await store.requeueDocument(replaced.id);
    await store.saveDocument(reading(again, ['new a'], 900));
    for (let round = 0; round < 6; round++) {
      await addDocument(store, `later ${round}`, ['1', '2', '3', '4']);
      await settle(store);
      store.noteCopied(store.lastSequence);
    }
    await until(() => store.oldestSequence > 12);
    const before = await contentOf(store);
    await reopen();
    expect(await contentOf(store)).toEqual(before);
    expect(store.findDocument(old.id)).toBeUndefined();
    expect(store.getDocument(patched.id)).toMatchObject({ ownerId: 'new owner', metadata: { is: 'new' } });
    expect((await store.readChunks(replaced.id)).map(({ text }) => text)).toEqual(['new a']);
    const found = await store.search({ vector: vectorOf(1), topK: 100 });
    expect(found.map(({ chunk }) => chunk.text).filter((text) => /^(old|r) /.test(text))).toEqual([]);
  });

  it('rewrites a segment whose rows are dead, also when all of them are', async () => {
    const documents = [];
    for (let n = 0; n < 2; n++) documents.push(await addDocument(store, `gone ${n}`, ['a', 'b']));
    await settle(store);
    for (const { id } of documents) await store.deleteDocument(id);
    await settle(store);
    expect(store.statistics()).toMatchObject({ vectorsLive: 0, vectorsDead: 0 });
    await addDocument(store, 'after', ['a']);
    await reopen();
    expect(Array.from(store.documents(), ({ title }) => title)).toEqual(['after']);
  });

  it('removes the files of merged segments, and keeps those that the older manifest names', async () => {
    for (let n = 0; n < 40; n++) await addDocument(store, `document ${n}`, ['a', 'b']);
    await settle(store);
    const files = (): string[] => readdirSync(join(dataDir, 'store'));
    await until(() => files().filter((name) => name.startsWith('manifest-')).length === 2);
    await until(() => files().filter((name) => name.endsWith('.rows')).length < 14);
    expect(files().filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  it('never gives an id again, also after everything was deleted and the journal trimmed', async () => {
    const { id } = await addDocument(store, 'one', ['a', 'b', 'c', 'd']);
    const [vectorId] = store.vectorIds(id).slice(-1);
    await store.deleteDocument(id);
    await settle(store);
    store.noteCopied(store.lastSequence);
    await store.seal();
    await reopen();
    const next = await addDocument(store, 'two', ['a']);
    expect(next.id).toBe(id + 1);
    expect(store.vectorIds(next.id)[0]).toBe(vectorId + 1);
  });

  it('answers searches with what lives while segments are swapped', async () => {
    let stop = false;
    const searching = (async () => {
      while (!stop) {
        const hits = await store.search({ vector: vectorOf(3), topK: 1000 });
        const ids = hits.map(({ chunk }) => chunk.vectorId);
        expect(new Set(ids).size).toBe(ids.length);
        for (const { document } of hits) expect(document.status).toBe('indexed');
        await new Promise(setImmediate);
      }
    })();
    for (let n = 0; n < 150; n++) {
      const { id } = await addDocument(store, `document ${n}`, ['a', 'b']);
      if (n % 3 === 0) {
        await store.deleteDocument(id);
        expect((await store.search({ vector: vectorOf(id * 100), topK: 5 })).every(({ document }) => document.id !== id)).toBe(true);
      }
    }
    stop = true;
    await searching;
  });
});

describe('A rebuild', () => {
  it('writes all segments anew, keeps what is written meanwhile, and changes no answer', async () => {
    const dataDir = temporaryFolder('rebuild');
    let store = await openStore(dataDir, options);
    for (let n = 1; n <= 30; n++) await addDocument(store, `document ${n}`, [`${n} a`, `${n} b`]);
    await store.acceptDocument(upload('waiting'));
    await store.deleteDocument(3);
    let asked = 0;
    const counts = await store.rebuild(async (documents) => {
      if (asked++ === 0) {
        await store.deleteDocument(5);
        await store.saveDocument(reading(await store.requeueDocument(6), ['six anew'], 777));
        await addDocument(store, 'meanwhile', ['m']);
      }
      const living = documents.filter(({ id }) => store.findDocument(id));
      return Promise.all(living.map(({ id }) => store.readContents(id)));
    });
    expect(counts).toMatchObject({ vectors: 58 });
    const before = await contentOf(store);
    await store.close();
    store = await openStore(dataDir, options);
    expect(await contentOf(store)).toEqual(before);
    expect(store.findDocument(5)).toBeUndefined();
    expect((await store.readChunks(6)).map(({ text }) => text)).toEqual(['six anew']);
    await store.close();
  });

  it('that lacks a document names it and leaves everything as it was', async () => {
    const store = await openStore(temporaryFolder('rebuild'), options);
    for (let n = 1; n <= 5; n++) await addDocument(store, `document ${n}`, ['a', 'b']);
    const before = await contentOf(store);
    const lacking = store.rebuild(async (documents) =>
      Promise.all(documents.filter(({ id }) => id !== 4).map(({ id }) => store.readContents(id))),
    );
    await expect(lacking).rejects.toMatchObject({ code: 'REBUILD_INCOMPLETE', members: { document_id: 4 } });
    expect(await contentOf(store)).toEqual(before);
    await store.close();
  });
});
