import type { SearchResult } from '../faiss-index.port.js';
import type { NativeIndex } from './native-index.js';

interface Row {
  row: number;
  score: number;
}

/**
 * The k best allowed rows of one index, best first, ties by row. FAISS keeps any of the rows that tie for the last place,
 * so it is asked for one more, and for more still while that one ties with the last that counts: which rows are answered
 * then depends on the vectors alone.
 */
export function bestRows(index: NativeIndex, query: Float32Array, k: number, allowed: Uint8Array | undefined): Row[] {
  const total = index.ntotal();
  if (total === 0 || allowed?.length === 0) return [];
  for (let wanted = Math.min(k + 1, total); ; wanted = Math.min(wanted * 4, total)) {
    const { distances, labels } = index.search(query, wanted, allowed);
    const missing = labels.indexOf(-1);
    const found = missing < 0 ? wanted : missing;
    const complete = found < wanted || wanted === total || distances[found - 1] < distances[k - 1];
    if (complete) return inOrder(distances, labels, found).slice(0, k);
  }
}

function inOrder(scores: Float32Array, rows: Int32Array, found: number): Row[] {
  const order = Array.from({ length: found }, (_, at) => ({ row: rows[at], score: scores[at] }));
  return order.sort((one, other) => other.score - one.score || one.row - other.row);
}

/** Collects the k best rows over several parts, which must come in their order: a tie goes to the earlier part. */
export class BestOfParts {
  private best: (Row & { part: number })[] = [];

  constructor(private readonly k: number) {}

  /** @param rows best first, ties by row */
  take(part: number, rows: readonly Row[]): void {
    const merged: (Row & { part: number })[] = [];
    const count = Math.min(this.k, this.best.length + rows.length);
    for (let old = 0, next = 0; merged.length < count;) {
      const oldWins = next >= rows.length || (old < this.best.length && this.best[old].score >= rows[next].score);
      merged.push(oldWins ? this.best[old++] : { part, ...rows[next++] });
    }
    this.best = merged;
  }

  result(): SearchResult {
    return {
      parts: Int32Array.from(this.best, ({ part }) => part),
      rows: Int32Array.from(this.best, ({ row }) => row),
      scores: Float32Array.from(this.best, ({ score }) => score),
    };
  }
}
