import { sortTies, type Rows } from './best-rows.js';
import type { NativeIndex } from './native-index.js';

/** Fewer than this find too little: the walk ends before it has come to the nearest. See decision 0012. */
const candidatesMin = 256;
/** FAISS looks through all of its candidates at each step, so that the cost of a walk grows with their square in the end. */
const candidatesMax = 2_000;
/** A walk costs about as much for each candidate as a scan for so many rows. */
const rowsPerCandidate = 32;

/**
 * The k best allowed rows among what the graph finds, best first, ties by row; null when only a scan can answer:
 * - the walk would cost as much as a scan;
 * - fewer than half of the candidates are allowed, as where a filter or deletions follow the meaning: what is nearest among
 *   the allowed ones then lies behind candidates that the walk never came to;
 * - the walk ended early, in a part of the graph that leads nowhere else;
 * - the last row that counts ties with the last candidate, so that more of its equals may lie beyond.
 */
export function graphRows(index: NativeIndex, query: Float32Array, k: number, allowed: Uint8Array | undefined): Rows | null {
  const wanted = Math.max(candidatesMin, 4 * k);
  if (wanted > candidatesMax || wanted * rowsPerCandidate > index.ntotal()) return null;
  const { distances, labels } = index.searchGraph(query, wanted);
  if (labels[wanted - 1] < 0) return null;
  const kept = allowed ? keep(distances, labels, allowed) : { rows: labels, scores: distances };
  if (kept.rows.length * 2 < wanted || kept.scores[k - 1] <= distances[wanted - 1]) return null;
  return sortTies(kept, k);
}

function keep(distances: Float32Array, labels: Int32Array, allowed: Uint8Array): Rows {
  const kept: Rows = { rows: new Int32Array(labels.length), scores: new Float32Array(labels.length) };
  let count = 0;
  labels.forEach((row, at) => {
    // beyond its end the bitmap reads as undefined, which allows nothing
    if ((allowed[row >> 3] & (1 << (row & 7))) === 0) return;
    kept.rows[count] = row;
    kept.scores[count++] = distances[at];
  });
  return { rows: kept.rows.subarray(0, count), scores: kept.scores.subarray(0, count) };
}
