import { graphRows } from '../../src/faiss-index/native/graph-rows.js';
import type { NativeIndex, NativeRows } from '../../src/faiss-index/native/native-index.js';
import { bitmapOf } from './row-bitmaps.js';

const rows = 100_000;
const query = Float32Array.of(1);

/** An index whose graph answers what it is told to, and notes how many candidates it was asked for. */
function graphAnswering(found: (candidates: number) => NativeRows, total = rows): { index: NativeIndex; asked: number[] } {
  const asked: number[] = [];
  const searchGraph = (_query: Float32Array, candidates: number): NativeRows => {
    asked.push(candidates);
    return found(candidates);
  };
  return { index: { ntotal: () => total, searchGraph } as unknown as NativeIndex, asked };
}

/** The rows 0, 1, 2, … with falling scores. */
const descending = (candidates: number): NativeRows => ({
  labels: Int32Array.from({ length: candidates }, (_, at) => at),
  distances: Float32Array.from({ length: candidates }, (_, at) => 1 - at / 1024),
});

describe("a graph's answer", () => {
  it.each([
    [1, 256],
    [10, 256],
    [64, 256],
    [100, 400],
  ])('to the %i best comes from %i candidates', (k, candidates) => {
    const { index, asked } = graphAnswering(descending);
    const found = graphRows(index, query, k, undefined);
    expect(Array.from(found?.rows ?? [])).toEqual(Array.from({ length: k }, (_, row) => row));
    expect(asked).toEqual([candidates]);
  });

  it('counts while half of its candidates are allowed, and not with one less', () => {
    const { index } = graphAnswering(descending);
    const allowing = (count: number) => bitmapOf(rows, (row) => row >= 256 - count);
    expect(Array.from(graphRows(index, query, 10, allowing(128))?.rows ?? [])).toEqual(Array.from({ length: 10 }, (_, at) => 128 + at));
    expect(graphRows(index, query, 10, allowing(127))).toBeNull();
    expect(graphRows(index, query, 10, new Uint8Array(0))).toBeNull();
  });

  it('does not count when the walk ended early', () => {
    const { index } = graphAnswering((candidates) => {
      const { labels, distances } = descending(candidates);
      labels[candidates - 1] = -1;
      return { labels, distances };
    });
    expect(graphRows(index, query, 10, undefined)).toBeNull();
  });

  it('does not count when more equals of the last row may lie beyond its candidates', () => {
    const alike = (from: number) => (candidates: number) => {
      const { labels, distances } = descending(candidates);
      return { labels, distances: distances.fill(distances[from], from) };
    };
    expect(graphRows(graphAnswering(alike(9)).index, query, 10, undefined)).toBeNull();
    expect(graphRows(graphAnswering(alike(10)).index, query, 10, undefined)).not.toBeNull();
  });

  it('sorts equals by row', () => {
    const { index } = graphAnswering((candidates) => {
      const { labels, distances } = descending(candidates);
      return { labels: labels.map((row) => rows - row), distances: distances.fill(1, 0, 20) };
    });
    expect(Array.from(graphRows(index, query, 3, undefined)?.rows ?? [])).toEqual([rows - 19, rows - 18, rows - 17]);
  });

  it('is not asked for where a scan is no dearer', () => {
    for (const [k, total] of [
      [10, 8_000],
      [500, 60_000],
      [501, 100_000_000],
      [10_000, 2_000_000],
    ]) {
      const { index, asked } = graphAnswering(descending, total);
      expect(graphRows(index, query, k, undefined)).toBeNull();
      expect(asked).toEqual([]);
    }
  });
});
