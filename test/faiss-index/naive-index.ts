import type { SearchPart } from '../../src/faiss-index/index.js';
import { isSet } from './row-bitmaps.js';

export interface NaiveHit {
  part: number;
  row: number;
  score: number;
}

/** The plainest search there can be: every row's inner product, sorted. `vectors` holds a part's rows at its position. */
export function naiveSearch(
  vectors: Float32Array[],
  dimension: number,
  query: Float32Array,
  k: number,
  parts: Omit<SearchPart, 'index'>[],
): NaiveHit[] {
  const hits: NaiveHit[] = [];
  parts.forEach(({ allowed }, part) => {
    for (let row = 0; row < vectors[part].length / dimension; row++) {
      if (allowed && !isSet(allowed, row)) continue;
      let score = 0;
      for (let at = 0; at < dimension; at++) score += vectors[part][row * dimension + at] * query[at];
      hits.push({ part, row, score });
    }
  });
  return hits.sort((one, other) => other.score - one.score || one.part - other.part || one.row - other.row).slice(0, k);
}

export function randomVectors(rows: number, dimension: number, random: () => number = Math.random): Float32Array {
  return Float32Array.from({ length: rows * dimension }, () => random() * 2 - 1);
}
