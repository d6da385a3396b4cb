/**
 * Measures of one question's answer. Rankings are document keys, best first, each once; grades are those of relevant
 * documents (above 0), at least one. All are from 0 to 1, more is better.
 */
type Ranking = readonly string[];
type Grades = ReadonlyMap<string, number>;

/**
 * Normalised discounted cumulative gain of the first `k`: DCG = Σ grade(i) / log2(i + 1) over ranks i from 1, divided by the DCG
 * of the best order of all judged documents. Järvelin and Kekäläinen, "Cumulated gain-based evaluation of IR techniques",
 * ACM TOIS 20(4), 2002, with the grade itself as the gain, as trec_eval's `ndcg_cut` has it, which BEIR reports.
 */
export function ndcg(ranking: Ranking, grades: Grades, k: number): number {
  const found = ranking.slice(0, k).map((key) => grades.get(key) ?? 0);
  const best = [...grades.values()].sort((a, b) => b - a).slice(0, k);
  return discountedGain(found) / discountedGain(best);
}

function discountedGain(gains: readonly number[]): number {
  return gains.reduce((sum, gain, at) => sum + gain / Math.log2(at + 2), 0);
}

/** The share of the relevant documents, of whatever grade, among the first `k` (trec_eval's `recall`). */
export function recall(ranking: Ranking, grades: Grades, k: number): number {
  return ranking.slice(0, k).filter((key) => grades.has(key)).length / grades.size;
}

/**
 * 1 / rank of the first relevant document, 0 when there is none among the first `k`; its mean over questions is the MRR.
 * Voorhees, "The TREC-8 question answering track report", 1999.
 */
export function reciprocalRank(ranking: Ranking, grades: Grades, k: number): number {
  const rank = firstRelevant(ranking.slice(0, k), grades);
  return rank === null ? 0 : 1 / rank;
}

/** From 1; null when no relevant document was found. */
export function firstRelevant(ranking: Ranking, grades: Grades): number | null {
  const at = ranking.findIndex((key) => grades.has(key));
  return at < 0 ? null : at + 1;
}

/** Documents by their best passage: each where its first one stands. @param keys of the passages' documents, best first */
export function rankDocuments(keys: Iterable<string>): string[] {
  return [...new Set(keys)];
}
