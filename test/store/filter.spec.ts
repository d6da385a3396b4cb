import fc from 'fast-check';
import type { FaissIndex, SearchResult } from '../../src/faiss-index/index.js';
import { jsonContains } from '../../src/store/search/json-containment.js';
import type { ChunkFilter, JsonObject, StoredDocument, VectorStore } from '../../src/store/index.js';
import { addDocument, openStore, upload, reading, vectorOf } from '../support/store-fixture.js';
import { ScanningFaissIndex } from '../support/scanning-faiss-index.js';
import { temporaryFolder } from '../support/temporary-folder.js';

describe('a filter', () => {
  let store: VectorStore;
  const documents: StoredDocument[] = [];

  beforeAll(async () => {
    store = await openStore(temporaryFolder('filter'), { sealVectors: 40 });
    for (let n = 0; n < 60; n++) {
      const request = {
        ...upload(`doc ${n}`, n % 3 === 0 ? null : `owner ${n % 3}`),
        metadata: { n, tags: [n % 2 ? 'odd' : 'even', `t${n % 5}`], deep: { level: n % 4 } },
      };
      const { document } = await store.acceptDocument({ ...request, mimeType: n % 2 ? 'application/pdf' : 'text/plain' });
      documents.push(await store.saveDocument(reading(document, [`a${n}`, `b${n}`, `c${n}`])));
    }
    for (const n of [5, 17, 44]) await store.deleteDocument(documents[n].id);
  });
  afterAll(() => store.close());

  const found = async (filter: ChunkFilter, seed = 7): Promise<number[]> => [
    ...new Set((await store.search({ vector: vectorOf(seed), topK: 100, filter })).map(({ document }) => document.id)),
  ];
  const living = (allows: (n: number) => boolean): number[] =>
    documents.filter((document, n) => allows(n) && store.findDocument(document.id)).map(({ id }) => id);

  it('finds all that it allows and nothing else', async () => {
    const cases: [ChunkFilter, (n: number) => boolean][] = [
      [{ ownerId: 'owner 1' }, (n) => n % 3 === 1],
      [{ mimeTypes: ['application/pdf'], ownerId: 'owner 2' }, (n) => n % 2 === 1 && n % 3 === 2],
      [{ metadata: { tags: ['odd', 't3'] } }, (n) => n % 2 === 1 && n % 5 === 3],
      [{ metadata: { deep: { level: 2 } } }, (n) => n % 4 === 2],
      [{ documentIds: [documents[5].id, documents[6].id, documents[6].id, 999_999] }, (n) => n === 6],
      [{ documentIds: [] }, () => false],
      [{ metadata: { n: '1' } }, () => false],
      [{ ownerId: 'nobody' }, () => false],
      [{ metadata: { n: { $gte: 20, $lt: 30 } } }, (n) => n >= 20 && n < 30],
      [{ metadata: { tags: { $in: ['t1', 't4'] }, deep: { level: 2 } } }, (n) => (n % 5 === 1 || n % 5 === 4) && n % 4 === 2],
      [
        { metadata: { $or: [{ n: 3 }, { tags: ['t0'] }], $not: { deep: { level: { $gt: 1 } } } } },
        (n) => (n === 3 || n % 5 === 0) && n % 4 < 2,
      ],
      [{ metadata: { nothing: { $exists: false } }, ownerId: 'owner 2' }, (n) => n % 3 === 2],
      [{ titleContains: 'DOC 1' }, (n) => n === 1 || (n >= 10 && n < 20)],
      [{ titleContains: 'doc 1', metadata: { n: { $ne: 1 } } }, (n) => n >= 10 && n < 20],
    ];
    for (const [filter, allows] of cases) expect((await found(filter)).sort((a, b) => a - b)).toEqual(living(allows));
  });

  it('follows a title that is changed, from the moment that it is', async () => {
    const { id, title } = documents[20];
    expect(await found({ titleContains: 'elderberry' })).toEqual([]);
    await store.patchDocument(id, { title: 'Ｅlderberry wine' });
    expect(await found({ titleContains: 'elderberry' })).toEqual([id]);
    await store.patchDocument(id, { title });
    expect(await found({ titleContains: 'elderberry' })).toEqual([]);
  });

  it('takes times from the first inclusive to the last exclusive', async () => {
    const at = store.getDocument(documents[30].id).createdAt;
    const before = (iso: string) => (n: number) => documents[n].createdAt < iso;
    expect((await found({ createdBefore: at })).length).toBe(Math.min(33, living(before(at)).length));
    expect(await found({ createdAfter: at, createdBefore: at })).toEqual([]);
  });

  it('gives the same best rows as a scan of what is allowed, for any documents and any k', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.integer({ min: 0, max: 59 })),
        fc.integer({ min: 1, max: 50 }),
        fc.integer(),
        async (picked, topK, seed) => {
          const filter = { documentIds: picked.map((n) => documents[n].id) };
          const hits = await store.search({ vector: vectorOf(seed), topK, filter });
          const expected = (await store.search({ vector: vectorOf(seed), topK: 1000 })).filter(({ document }) =>
            filter.documentIds.includes(document.id),
          );
          expect(hits.map(({ chunk }) => chunk.vectorId)).toEqual(expected.slice(0, topK).map(({ chunk }) => chunk.vectorId));
        },
      ),
      { numRuns: 60 },
    );
  });

  it('drops what is below the least score', async () => {
    const all = await store.search({ vector: vectorOf(3), topK: 100 });
    const minScore = all[10].score;
    const above = await store.search({ vector: vectorOf(3), topK: 100, minScore });
    expect(above.map(({ chunk }) => chunk.vectorId)).toEqual(
      all.filter(({ score }) => score >= minScore).map(({ chunk }) => chunk.vectorId),
    );
  });

  it('orders equal scores by id', async () => {
    const twins = await openStore(temporaryFolder('twins'), { sealVectors: 2 });
    for (let n = 0; n < 5; n++) {
      const { document } = await twins.acceptDocument(upload(`twin ${n}`));
      await twins.saveDocument(reading(document, ['same'], 1));
    }
    expect((await twins.search({ vector: vectorOf(1), topK: 3 })).map(({ chunk }) => chunk.vectorId)).toEqual([1, 2, 3]);
    await twins.close();
  });

  it('never shows what was deleted between the question to FAISS and its answer', async () => {
    class WaitingFaissIndex extends ScanningFaissIndex {
      answer = Promise.resolve();
      override async search(...request: Parameters<FaissIndex['search']>): Promise<SearchResult> {
        const result = await super.search(...request);
        await this.answer;
        return result;
      }
    }
    const faiss = new WaitingFaissIndex();
    const slow = await openStore(temporaryFolder('slow'), { faiss });
    const [kept, gone] = [await addDocument(slow, 'kept', ['x'], 'a'), await addDocument(slow, 'gone', ['y'], 'b')];
    let answer = (): void => undefined;
    faiss.answer = new Promise((resolve) => (answer = resolve));
    const search = slow.search({ vector: vectorOf(gone.id * 100), topK: 1 });
    await slow.deleteDocument(gone.id);
    answer();
    expect((await search).map(({ document }) => document.id)).toEqual([kept.id]);
    await slow.close();
  });
});

it('contains JSON as PostgreSQL does', () => {
  const whole = { a: 1, b: [1, { c: 2, d: 3 }], e: null, f: { g: ['x', 'y'] } };
  const contained: JsonObject[] = [{}, { a: 1 }, { b: [{ c: 2 }] }, { b: [] }, { e: null }, { f: { g: ['y'] } }];
  const notContained: JsonObject[] = [{ a: '1' }, { a: null }, { z: 1 }, { b: [3] }, { b: 1 }, { f: { g: 'x' } }, { toString: 1 }];
  for (const part of contained) expect(jsonContains(whole, part)).toBe(true);
  for (const part of notContained) expect(jsonContains(whole, part)).toBe(false);
});
