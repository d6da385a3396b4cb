import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import {
  FaissIndexClosedError,
  IndexWriteError,
  InvalidVectorRequestError,
  WorkerFaissIndex,
  type IndexHandle,
} from '../../src/faiss-index/index.js';

describe('a value that native code must not see', () => {
  const dimension = 4;
  const vectors = Float32Array.of(1, 0, 0, 0, 0, 1, 0, 0);
  const query = Float32Array.of(1, 0, 0, 0);
  const folder = mkdtempSync(join(tmpdir(), 'hvs-faiss-'));
  let faiss: WorkerFaissIndex;
  let index: IndexHandle;

  beforeAll(async () => {
    faiss = new WorkerFaissIndex();
    index = await faiss.create(dimension);
    await faiss.add(index, vectors);
  });
  afterAll(async () => {
    await faiss.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** As a caller without types would pass it. */
  const wrong = <T>(value: unknown): T => value as T;
  const numbers = [0, -1, 0.5, NaN, Infinity, 2 ** 53, '5', null, undefined, {}, 5n];
  const shown = (value: unknown): string => inspect(value);

  const refused: [string, () => Promise<unknown>][] = [
    ...[...numbers, 65_537].map((value): [string, () => Promise<unknown>] => [
      `a dimension of ${shown(value)}`,
      () => faiss.create(wrong(value)),
    ]),
    ...[...numbers, 10_001].map((value): [string, () => Promise<unknown>] => [
      `a k of ${shown(value)}`,
      () => faiss.search(query, wrong(value), [{ index }]),
    ]),
    ...[...numbers, 99].map((value): [string, () => Promise<unknown>] => [
      `an index ${shown(value)} to search`,
      () => faiss.search(query, 1, [{ index }, { index: wrong(value) }]),
    ]),
    ...[...numbers, 99].map((value): [string, () => Promise<unknown>] => [
      `an index ${shown(value)} to add to`,
      () => faiss.add(wrong(value), vectors),
    ]),
    ['an index that is not there to write', () => faiss.write(99, join(folder, 'x'))],
    ['an index that is not there to reconstruct', () => faiss.reconstruct(99, 0, 1)],
    ['an index that is not there to release', () => faiss.release(99)],
    ['vectors as an array of numbers', () => faiss.add(index, wrong([1, 0, 0, 0]))],
    ['vectors as doubles', () => faiss.add(index, wrong(new Float64Array(4)))],
    ['vectors that are null', () => faiss.add(index, wrong(null))],
    ['a float too many', () => faiss.add(index, new Float32Array(5))],
    ['vectors with NaN', () => faiss.add(index, Float32Array.of(1, 0, 0, 0, 0, NaN, 0, 0))],
    ['vectors with infinity', () => faiss.add(index, Float32Array.of(1, 0, 0, -Infinity))],
    ['a query with NaN', () => faiss.search(Float32Array.of(1, NaN, 0, 0), 1, [{ index }])],
    ['a query with infinity', () => faiss.search(Float32Array.of(Infinity, 0, 0, 0), 1, [{ index }])],
    ['a query of another dimension', () => faiss.search(new Float32Array(3), 1, [{ index }])],
    ['a query without floats', () => faiss.search(new Float32Array(0), 1, [{ index }])],
    ['a query as an array of numbers', () => faiss.search(wrong([1, 0, 0, 0]), 1, [{ index }])],
    ['parts that are no array', () => faiss.search(query, 1, wrong({ index }))],
    ['a part that is null', () => faiss.search(query, 1, [wrong(null)])],
    ['a bitmap that is an array', () => faiss.search(query, 1, [{ index, allowed: wrong([1]) }])],
    ['a bitmap of words', () => faiss.search(query, 1, [{ index, allowed: wrong(new Uint32Array(1)) }])],
    ['an empty path to open', () => faiss.open('', 1, dimension)],
    ['a path with NUL to open', () => faiss.open('/tmp/a\0b', 1, dimension)],
    ['a path that is a number to open', () => faiss.open(wrong(7), 1, dimension)],
    ['a negative count of rows to open', () => faiss.open('/tmp/x', -1, dimension)],
    ['an empty path to write', () => faiss.write(index, '')],
    ['a path with NUL to write', () => faiss.write(index, join(folder, 'a\0b'))],
    ['a negative row', () => faiss.reconstruct(index, -1, 1)],
    ['half a row', () => faiss.reconstruct(index, 0, 0.5)],
    ['rows beyond the last', () => faiss.reconstruct(index, 1, 2)],
    ['rows far beyond the last', () => faiss.reconstruct(index, 2 ** 31 - 1, 2 ** 31 - 1)],
  ];

  it.each(refused)('is refused, nothing changed and the worker alive: %s', async (_name, request) => {
    await expect(request()).rejects.toThrow(InvalidVectorRequestError);
    const { rows } = await faiss.search(query, 10, [{ index }]);
    expect(Array.from(rows)).toEqual([0, 1]);
  });

  it('is named with its place in the error', async () => {
    await expect(faiss.add(index, Float32Array.of(1, 0, 0, 0, 0, NaN, 0, 0))).rejects.toThrow('Float 1 of vector 1 is NaN');
  });

  it('is refused as a write error when the path cannot be written', async () => {
    await expect(faiss.write(index, join(folder, 'missing', 'x'))).rejects.toThrow(IndexWriteError);
    await expect(faiss.write(index, folder)).rejects.toThrow(IndexWriteError);
    await expect(faiss.write(index, '/dev/full')).rejects.toThrow(IndexWriteError);
    expect(Array.from(await faiss.reconstruct(index, 0, 2))).toEqual(Array.from(vectors));
  });

  it('is refused after the close, what was asked before is answered', async () => {
    const other = new WorkerFaissIndex();
    const handle = await other.create(1);
    const before = other.add(handle, Float32Array.of(1)).then(() => other);
    const [, answer] = await Promise.all([other.close(), before, other.close()]);
    expect(answer).toBe(other);
    await expect(other.create(1)).rejects.toThrow(FaissIndexClosedError);
  });
});
