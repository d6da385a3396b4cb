/**
 * Which neighbouring segments become one. Size-tiered: a tier spans a factor of FAN_IN, and FAN_IN neighbours of one tier
 * are merged into one of the next, so a row is rewritten once a tier: log₄(n / tail) times in all. Whatever waits beside
 * them goes along, so that a long queue of small segments is one merge and not a cascade.
 */

/** Neighbours of a tier that are merged, at least. */
const FAN_IN = 4;
/** Rows that one merge may hold: an index of two million takes some 4 GB. Larger segments are left as they are. */
const MERGED_ROWS_MAX = 4_000_000;
/** A segment is rewritten when so many of its rows are dead: below, a search loses less than the rewriting costs. */
const DEAD_SHARE_MAX = 0.25;

export interface MergeCandidate {
  rows: number;
  liveRows: number;
}

/** Positions of the first and the last segment to be merged, in the order of the journal; null when there is nothing to do. */
export function chooseMerge(segments: readonly MergeCandidate[], smallestRows: number): { from: number; to: number } | null {
  return tierToMerge(segments, smallestRows) ?? segmentToRewrite(segments, smallestRows);
}

/** The smallest tier first: its merges are quick, and every search gains. */
function tierToMerge(segments: readonly MergeCandidate[], smallestRows: number): { from: number; to: number } | null {
  const tiers = segments.map(({ liveRows }) => tierOf(liveRows, smallestRows));
  for (const tier of [...new Set(tiers)].sort((a, b) => a - b)) {
    // smaller ones between them go along, since only neighbours can be merged
    for (let to = segments.length - 1; to >= 0; to--) {
      let [from, ofTier, rows] = [to, 0, 0];
      for (let at = to; at >= 0 && tiers[at] <= tier; at--) {
        rows += segments[at].liveRows;
        if (rows > MERGED_ROWS_MAX) break;
        if (tiers[at] === tier) ofTier++;
        from = at;
      }
      if (ofTier >= FAN_IN) return { from, to };
    }
  }
  return null;
}

function segmentToRewrite(segments: readonly MergeCandidate[], smallestRows: number): { from: number; to: number } | null {
  const at = segments.findIndex(
    ({ rows, liveRows }) => rows - liveRows > rows * DEAD_SHARE_MAX && (rows > smallestRows / FAN_IN || liveRows === 0),
  );
  return at < 0 ? null : { from: at, to: at };
}

/** Segments of less than a full tail's rows are of the lowest tier. */
const tierOf = (rows: number, smallestRows: number): number =>
  rows < smallestRows * FAN_IN ? 0 : Math.floor(Math.log(rows / smallestRows) / Math.log(FAN_IN) + 1e-9);
