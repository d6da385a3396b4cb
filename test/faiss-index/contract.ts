import fc from 'fast-check';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FaissIndex, SearchResult } from '../../src/faiss-index/index.js';
import { naiveSearch, randomVectors, type NaiveHit } from './naive-index.js';

const hits = ({ parts, rows, scores }: SearchResult): NaiveHit[] =>
  Array.from(parts, (part, at) => ({ part, row: rows[at], score: scores[at] }));

const bitmapOf = (rows: number[], shared = false): Uint8Array => {
  const bytes = Math.max(0, ...rows.map((row) => (row >> 3) + 1));
  const bitmap = new Uint8Array(shared ? new SharedArrayBuffer(bytes) : new ArrayBuffer(bytes));
  for (const row of rows) bitmap[row >> 3] |= 1 << (row & 7);
  return bitmap;
};

/** Small integers: their inner products are exact in floats, and tie often. */
const integers = (length: number) => fc.array(fc.integer({ min: -3, max: 3 }), { minLength: length, maxLength: length });

const searchCase = fc.integer({ min: 1, max: 6 }).chain((dimension) =>
  fc.record({
    dimension: fc.constant(dimension),
    query: integers(dimension),
    k: fc.oneof(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 90, max: 130 }), fc.constant(10_000)),
    parts: fc.array(
      fc.record({
        vectors: fc.integer({ min: 0, max: 150 }).chain((rows) => integers(rows * dimension)),
        allowed: fc.option(fc.uint8Array({ maxLength: 20 }), { nil: undefined }),
        shared: fc.boolean(),
      }),
      { maxLength: 4 },
    ),
  }),
);

/** What every FaissIndex keeps to, whatever it is made of. */
export function faissIndexContract(name: string, start: () => { index: FaissIndex; close: () => Promise<void> }): void {
  describe(name, () => {
    let faiss: FaissIndex;
    let close: () => Promise<void>;
    let folder: string;

    beforeAll(() => {
      ({ index: faiss, close } = start());
      folder = mkdtempSync(join(tmpdir(), 'hvs-faiss-'));
    });
    afterAll(async () => {
      rmSync(folder, { recursive: true, force: true });
      await close();
    });

    const filled = async (dimension: number, vectors: Float32Array) => {
      const index = await faiss.create(dimension);
      await faiss.add(index, vectors);
      return index;
    };

    it('finds what a naive scan finds, over any parts, bitmaps and k, ties in order', async () => {
      const property = fc.asyncProperty(searchCase, async ({ dimension, query, k, parts }) => {
        const vectors = parts.map((part) => Float32Array.from(part.vectors));
        const indexes = await Promise.all(vectors.map((rows) => filled(dimension, rows)));
        const asked = parts.map(({ allowed, shared }, at) => {
          const bitmap = allowed && shared ? new Uint8Array(new SharedArrayBuffer(allowed.length)) : allowed;
          if (bitmap !== allowed) bitmap?.set(allowed!);
          return { index: indexes[at], allowed: bitmap };
        });
        const found = hits(await faiss.search(Float32Array.from(query), k, asked));
        expect(found).toEqual(naiveSearch(vectors, dimension, Float32Array.from(query), k, asked));
        await Promise.all(indexes.map((index) => faiss.release(index)));
      });
      await fc.assert(property, { numRuns: 150 });
    });

    it('finds the same rows as a naive scan among 2,000 vectors of 384 floats', async () => {
      const vectors = randomVectors(2000, 384);
      const index = await filled(384, vectors);
      const query = randomVectors(1, 384);
      const expected = naiveSearch([vectors], 384, query, 150, [{}]);
      const found = hits(await faiss.search(query, 150, [{ index }]));
      expect(found.map(({ row }) => row)).toEqual(expected.map(({ row }) => row));
      found.forEach(({ score }, at) => expect(score).toBeCloseTo(expected[at].score, 3));
    });

    it('answers the lowest rows when thousands tie', async () => {
      const index = await filled(2, new Float32Array(10_000).fill(1));
      const { rows } = await faiss.search(Float32Array.of(1, 1), 3, [{ index, allowed: bitmapOf([4000, 7, 90, 4999, 3]) }]);
      expect(Array.from(rows)).toEqual([3, 7, 90]);
      expect(Array.from((await faiss.search(Float32Array.of(1, 1), 3, [{ index }])).rows)).toEqual([0, 1, 2]);
    });

    it('answers fewer rows than k when fewer are allowed, and none when none are', async () => {
      const index = await filled(2, new Float32Array(200).fill(1));
      const search = async (allowed: Uint8Array) => Array.from((await faiss.search(Float32Array.of(1, 0), 50, [{ index, allowed }])).rows);
      expect(await search(bitmapOf([5, 9]))).toEqual([5, 9]);
      expect(await search(new Uint8Array(13))).toEqual([]);
      expect(await search(new Uint8Array(0))).toEqual([]);
      expect(hits(await faiss.search(Float32Array.of(1, 0), 50, []))).toEqual([]);
    });

    it('allows no row beyond the end of the bitmap', async () => {
      const index = await filled(
        1,
        Float32Array.from({ length: 100 }, (_, row) => row),
      );
      const { rows } = await faiss.search(Float32Array.of(1), 10, [{ index, allowed: Uint8Array.of(0xff) }]);
      expect(Array.from(rows)).toEqual([7, 6, 5, 4, 3, 2, 1, 0]);
    });

    it('reads a shared bitmap when it comes to it, and any other as it was when it was given', async () => {
      const index = await filled(1, Float32Array.of(1, 2, 3));
      const given = bitmapOf([0, 1, 2]);
      const answer = faiss.search(Float32Array.of(1), 3, [{ index, allowed: given }]);
      given[0] = 0;
      expect(Array.from((await answer).rows)).toEqual([2, 1, 0]);
      const shared = bitmapOf([0, 1, 2], true);
      shared[0] = 0b101;
      expect(Array.from((await faiss.search(Float32Array.of(1), 3, [{ index, allowed: shared }])).rows)).toEqual([2, 0]);
    });

    it('reads only the bytes of a view into a larger buffer', async () => {
      const index = await faiss.create(2);
      const large = Float32Array.of(9, 9, 1, 0, 0, 1, 9, 9);
      await faiss.add(index, large.subarray(2, 6));
      const allowed = Uint8Array.of(0xff, 0b10, 0xff).subarray(1, 2);
      const result = await faiss.search(large.subarray(1, 3), 5, [{ index, allowed }]);
      expect(hits(result)).toEqual([{ part: 0, row: 1, score: 1 }]);
      expect(Array.from(await faiss.reconstruct(index, 0, 2))).toEqual([1, 0, 0, 1]);
    });

    it('leaves the arrays that it was given usable and unchanged', async () => {
      const vectors = Float32Array.of(1, 2);
      const query = Float32Array.of(3, 4);
      const allowed = Uint8Array.of(1);
      const index = await filled(2, vectors);
      await faiss.search(query, 1, [{ index, allowed }]);
      expect([Array.from(vectors), Array.from(query), Array.from(allowed)]).toEqual([[1, 2], [3, 4], [1]]);
    });

    it('takes the vectors as they were when add was called', async () => {
      const index = await faiss.create(1);
      const vectors = Float32Array.of(5);
      const added = faiss.add(index, vectors);
      vectors[0] = 7;
      await added;
      expect(Array.from(await faiss.reconstruct(index, 0, 1))).toEqual([5]);
    });

    it('carries requests out in the order in which they were made', async () => {
      const index = await faiss.create(1);
      const seen: Promise<number>[] = [];
      for (let round = 0; round < 100; round++) {
        void faiss.add(index, Float32Array.of(round));
        seen.push(faiss.search(Float32Array.of(1), 1000, [{ index }]).then(({ rows }) => rows.length));
      }
      expect(await Promise.all(seen)).toEqual(Array.from({ length: 100 }, (_, round) => round + 1));
      const before = faiss.search(Float32Array.of(1), 1, [{ index }]);
      const released = faiss.release(index);
      await expect(faiss.search(Float32Array.of(1), 1, [{ index }])).rejects.toMatchObject({ code: 'INVALID_VECTOR_REQUEST' });
      expect((await before).rows.length).toBe(1);
      await released;
    });

    it('opens what it wrote, and goes on adding to it', async () => {
      const vectors = randomVectors(300, 24);
      const path = join(folder, 'round-trip.faiss');
      expect(await faiss.write(await filled(24, vectors), path)).toBe(45 + 4 * 300 * 24);
      const index = await faiss.open(path, 300, 24);
      expect(Array.from(await faiss.reconstruct(index, 0, 300))).toEqual(Array.from(vectors));
      await faiss.add(index, vectors.subarray(0, 24));
      expect(Array.from(await faiss.reconstruct(index, 300, 1))).toEqual(Array.from(vectors.subarray(0, 24)));
    });

    it('writes and opens an index without rows', async () => {
      const path = join(folder, 'empty.faiss');
      expect(await faiss.write(await faiss.create(384), path)).toBe(45);
      const index = await faiss.open(path, 0, 384);
      expect(hits(await faiss.search(new Float32Array(384), 5, [{ index }]))).toEqual([]);
    });

    it('reconstructs any range of what was added', async () => {
      const vectors = randomVectors(50, 3);
      const index = await filled(3, vectors);
      const range = fc.tuple(fc.nat(50), fc.nat(50)).map(([one, other]) => [Math.min(one, other), Math.abs(one - other)]);
      await fc.assert(
        fc.asyncProperty(range, async ([start, count]) => {
          const found = await faiss.reconstruct(index, start, count);
          expect(Array.from(found)).toEqual(Array.from(vectors.subarray(start * 3, (start + count) * 3)));
        }),
      );
    });
  });
}
