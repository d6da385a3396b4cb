import fc from 'fast-check';
import { join } from 'node:path';
import {
  ProcessIndexBuilder,
  WorkerFaissIndex,
  type IndexHandle,
  type SearchPart,
  type SearchResult,
} from '../../src/faiss-index/index.js';
import { writeFlatIndex } from '../support/flat-index-file.js';
import { randomFrom } from '../support/promises.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { clusteredRows } from './clustered-rows.js';
import { bitmapOf, isSet } from './row-bitmaps.js';

const [rows, dimension, clusterRows, twins] = [10_000, 16, 100, 600];

describe('an HNSW index', () => {
  const faiss = new WorkerFaissIndex();
  const builder = new ProcessIndexBuilder();
  const folder = temporaryFolder('graph');
  const source = join(folder, 'flat');
  const vectors = clusteredRows(rows, dimension, clusterRows);
  const queryAt = (row: number): Float32Array => vectors.slice(row * dimension, (row + 1) * dimension);
  let graph: IndexHandle;
  let flat: IndexHandle;

  beforeAll(async () => {
    // a third of those in the middle are copies of ten others, and the last rows are all the same one
    const copy = (row: number, of: number) => vectors.copyWithin(row * dimension, of * dimension, (of + 1) * dimension);
    for (let row = 3_000; row < 6_000; row += 3) copy(row, 10 + (row % 10));
    for (let row = rows - twins; row < rows; row++) copy(row, 0);
    writeFlatIndex(source, vectors, dimension);
    const output = join(folder, 'graph');
    await builder.build({ sources: [{ path: source, rows }], dimension, kind: 'hnsw', output });
    graph = await faiss.open(output, rows, dimension, 'hnsw');
    flat = await faiss.open(source, rows, dimension);
  });
  afterAll(() => Promise.all([faiss.close(), builder.close()]));

  const plain = ({ rows: found, scores }: SearchResult) => ({ rows: Array.from(found), scores: Array.from(scores) });
  const search = async (query: Float32Array, k: number, part: Omit<SearchPart, 'index'> = {}, index = graph) =>
    plain(await faiss.search(query, k, [{ index, ...part }]));
  /** A query near no row in particular: between a row and another one of its cluster. */
  const nearby = (row: number): Float32Array => queryAt(row).map((value, at) => value + 0.7 * vectors[((row ^ 1) % rows) * dimension + at]);

  it('finds what a scan finds, at least 99 of 100, without a filter', async () => {
    let [same, all] = [0, 0];
    for (let row = 0; row < rows - twins; row += 97) {
      const [found, expected] = [await search(nearby(row), 10), await search(nearby(row), 10, {}, flat)];
      const rowsExpected = new Set(expected.rows);
      same += found.rows.filter((found) => rowsExpected.has(found)).length;
      all += expected.rows.length;
    }
    expect(same / all).toBeGreaterThanOrEqual(0.99);
  });

  const filters = fc.oneof(
    fc.record({ kind: fc.constant('random' as const), share: fc.constantFrom(0.999, 0.9, 0.5, 0.05, 0.005), seed: fc.nat() }),
    fc.record({ kind: fc.constantFrom('only' as const, 'without' as const), clusters: fc.integer({ min: 1, max: 50 }) }),
  );

  it('answers only what is allowed and at least 99 of 100 of it, at random and where the filter follows the meaning', async () => {
    let [same, all] = [0, 0];
    const property = fc.asyncProperty(filters, fc.nat(rows - 1), fc.constantFrom(1, 10, 30), async (filter, row, k) => {
      const random = randomFrom('seed' in filter ? filter.seed : 1);
      const near = (other: number) => Math.abs(Math.floor(other / clusterRows) - Math.floor(row / clusterRows));
      const allowed = bitmapOf(rows, (other) => {
        if (filter.kind === 'random') return random() < filter.share;
        return filter.kind === 'only' ? near(other) < filter.clusters : near(other) >= filter.clusters;
      });
      const [found, expected] = [await search(nearby(row), k, { allowed }), await search(nearby(row), k, { allowed }, flat)];
      expect(found.rows.every((each) => isSet(allowed, each))).toBe(true);
      expect(found.rows.length).toBe(expected.rows.length);
      expect(await search(nearby(row), k, { allowed, exact: true })).toEqual(expected);
      const rowsExpected = new Set(expected.rows);
      same += found.rows.filter((each) => rowsExpected.has(each)).length;
      all += expected.rows.length;
    });
    await fc.assert(property, { numRuns: 150 });
    expect(same / all).toBeGreaterThanOrEqual(0.99);
  });

  it('answers the lowest of hundreds of equal rows', async () => {
    const expected = await search(queryAt(0), 10, {}, flat);
    expect(expected.rows.slice(0, 3)).toEqual([0, rows - twins, rows - twins + 1]);
    expect(await search(queryAt(0), 10)).toEqual(expected);
    const allowed = bitmapOf(rows, (row) => row > rows - 100);
    expect((await search(queryAt(0), 2, { allowed })).rows).toEqual([rows - 99, rows - 98]);
  });

  it('answers fewer rows than k when fewer are allowed, and none when none are', async () => {
    expect((await search(queryAt(3), 10, { allowed: bitmapOf(rows, (row) => row === 3 || row === 5_000) })).rows).toEqual([3, 5_000]);
    expect((await search(queryAt(3), 10, { allowed: new Uint8Array(Math.ceil(rows / 8)) })).rows).toEqual([]);
    expect((await search(queryAt(3), 10, { allowed: new Uint8Array(0) })).rows).toEqual([]);
    expect((await search(queryAt(3), 50, { allowed: Uint8Array.of(0xff) })).rows.sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });

  it('answers every row when so many are asked for', async () => {
    expect(await search(queryAt(7), 10_000)).toEqual(await search(queryAt(7), 10_000, {}, flat));
  });

  it('scores as a flat index does, and shares an answer with others by part, then row', async () => {
    const both = await faiss.search(queryAt(7_042), 10, [{ index: flat }, { index: graph }]);
    expect(Array.from(both.parts)).toEqual([0, 1, 0, 1, 0, 1, 0, 1, 0, 1]);
    for (let at = 0; at < 10; at += 2) {
      expect(both.rows[at]).toBe(both.rows[at + 1]);
      expect(both.scores[at]).toBe(both.scores[at + 1]);
    }
  });

  it('gives its rows back, and is not added to', async () => {
    expect(await faiss.reconstruct(graph, 4_711, 20)).toEqual(vectors.slice(4_711 * dimension, 4_731 * dimension));
    await expect(faiss.add(graph, queryAt(1))).rejects.toMatchObject({ code: 'INVALID_VECTOR_REQUEST' });
  });

  it('is written and opened again', async () => {
    const path = join(folder, 'again');
    const bytes = await faiss.write(graph, path);
    expect(bytes).toBeGreaterThan(4 * rows * dimension);
    const again = await faiss.open(path, rows, dimension, 'hnsw');
    expect(await search(nearby(17), 10, {}, again)).toEqual(await search(nearby(17), 10));
    await faiss.release(again);
  });

  it.each([0, 1, 2, 3])('of %i rows answers them all', async (count) => {
    const output = join(folder, `graph-${count}`);
    const taken = bitmapOf(rows, (row) => row < count);
    await builder.build({ sources: [{ path: source, rows, taken }], dimension, kind: 'hnsw', output });
    const index = await faiss.open(output, count, dimension, 'hnsw');
    expect((await search(queryAt(0), 10, {}, index)).rows.sort()).toEqual([0, 1, 2].slice(0, count));
    await faiss.release(index);
  });

  it('of rows that are all the same answers the lowest of them', async () => {
    const output = join(folder, 'graph-of-twins');
    const same = { path: source, rows, taken: bitmapOf(rows, (row) => row >= rows - twins) };
    const copies = 15 * twins; // enough for the graph to be asked
    await builder.build({ sources: Array.from({ length: 15 }, () => same), dimension, kind: 'hnsw', output });
    const index = await faiss.open(output, copies, dimension, 'hnsw');
    expect((await search(queryAt(0), 3, {}, index)).rows).toEqual([0, 1, 2]);
    const allowed = bitmapOf(copies, (row) => row % 2 === 1);
    expect((await search(queryAt(0), 3, { allowed }, index)).rows).toEqual([1, 3, 5]);
    await faiss.release(index);
  });
});
