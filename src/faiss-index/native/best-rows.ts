import type { SearchResult } from '../faiss-index.port.js';
import type { NativeIndex } from './native-index.js';

/** Rows of one index with their scores, best first. */
export interface Rows {
  rows: Int32Array;
  scores: Float32Array;
}

const none: Rows = { rows: new Int32Array(0), scores: new Float32Array(0) };

/**
 * The k best allowed rows of one index, every one compared, best first, ties by row. FAISS keeps any of the rows that tie for the last place,
 * so it is asked for one more, and for more still when that one ties with the last that counts: which rows are answered
 * then depends on the vectors alone. Each step is another scan, so there are three at most.
 */
export function scannedRows(index: NativeIndex, query: Float32Array, k: number, allowed: Uint8Array | undefined): Rows {
  const total = index.ntotal();
  if (total === 0 || allowed?.length === 0) return none;
  for (const asked of [k + 1, k + 1000, total]) {
    const wanted = Math.min(asked, total);
    const { distances, labels } = index.scan(query, wanted, allowed);
    const missing = labels.indexOf(-1);
    const found = missing < 0 ? wanted : missing;
    if (found < wanted || wanted === total || distances[found - 1] < distances[k - 1]) {
      return sortTies({ rows: labels.subarray(0, found), scores: distances.subarray(0, found) }, k);
    }
  }
  throw new Error('unreachable: the last step asks for every row');
}

/** Sorts the rows of each run of equal scores that begins before k, in place, and cuts at k. */
export function sortTies({ rows, scores }: Rows, k: number): Rows {
  for (let start = 0, end = 0; start < Math.min(k, rows.length); start = end) {
    do end++;
    while (end < rows.length && scores[end] === scores[start]);
    rows.subarray(start, end).sort();
  }
  return { rows: rows.subarray(0, k), scores: scores.subarray(0, k) };
}

/** Collects the k best rows over several parts, which must come in their order: a tie goes to the earlier part. */
export class BestOfParts {
  private best: SearchResult = { parts: new Int32Array(0), ...none };

  constructor(private readonly k: number) {}

  /** @param next best first, ties by row */
  take(part: number, next: Rows): void {
    const { best } = this;
    const count = Math.min(this.k, best.rows.length + next.rows.length);
    const merged = { parts: new Int32Array(count), rows: new Int32Array(count), scores: new Float32Array(count) };
    for (let at = 0, old = 0, fresh = 0; at < count; at++) {
      const oldWins = fresh >= next.rows.length || (old < best.rows.length && best.scores[old] >= next.scores[fresh]);
      const [from, position] = oldWins ? [best, old++] : [next, fresh++];
      merged.parts[at] = oldWins ? best.parts[position] : part;
      merged.rows[at] = from.rows[position];
      merged.scores[at] = from.scores[position];
    }
    this.best = merged;
  }

  result(): SearchResult {
    return this.best;
  }
}
