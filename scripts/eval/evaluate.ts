import type { EvaluationQuestion } from './collection.js';
import { firstRelevant, ndcg, rankDocuments, recall, reciprocalRank } from './metrics.js';
import type { EvaluatedHit, Mode } from './search-answer.js';
import type { SearchClient } from './search-client.js';

/** What was found for one question in one mode. */
export interface Finding {
  /** By the measure's name, each from 0 to 1. */
  measures: Record<string, number>;
  /** Of the first right document; null when it is not among those found. */
  rank: number | null;
  /** The first five passages: `document`, or `document, page 3`. */
  found: string[];
  /** Milliseconds in the service, without the embedding of the question. */
  search_ms: number;
}

export interface QuestionResult {
  id: string;
  question: string;
  /** `document`, or `document, page 3`. */
  expected: string;
  kind: string | null;
  /** Milliseconds; of the first mode alone, since the embedding is remembered for the next ones. */
  embedding_ms: number;
  modes: Partial<Record<Mode, Finding>>;
}

export interface AskOptions {
  modes: readonly Mode[];
  /** The key of a hit's document, as the questions have it. */
  keyOf: (hit: EvaluatedHit) => string;
  signal: AbortSignal;
  onProgress: (done: number) => void;
}

/** Asks every question in every mode, in turns, so that whatever else the machine does meets all modes alike. */
export async function evaluate(
  client: SearchClient,
  questions: readonly EvaluationQuestion[],
  { modes, keyOf, signal, onProgress }: AskOptions,
): Promise<{ results: QuestionResult[]; refused: Mode[] }> {
  const refused = new Set<Mode>();
  const results: QuestionResult[] = [];
  for (const question of questions) {
    const result = emptyResult(question);
    for (const mode of modes) {
      signal.throwIfAborted();
      if (refused.has(mode)) continue;
      const answer = await client.ask(question.text, mode);
      if (answer === null) {
        refused.add(mode);
        continue;
      }
      const { embedding, total } = answer.took_ms;
      if (Object.keys(result.modes).length === 0) result.embedding_ms = embedding;
      result.modes[mode] = judge(question, answer.hits, keyOf, total - embedding);
    }
    results.push(result);
    onProgress(results.length);
  }
  return { results, refused: [...refused] };
}

/** @param hits passages, best first */
export function judge(
  question: EvaluationQuestion,
  hits: readonly EvaluatedHit[],
  keyOf: (hit: EvaluatedHit) => string,
  searchMs: number,
): Finding {
  const ranking = rankDocuments(hits.map(keyOf));
  const { grades, page } = question;
  const isRight = (hit: EvaluatedHit): boolean => grades.has(keyOf(hit));
  const isOnPage = (hit: EvaluatedHit): boolean =>
    isRight(hit) && page !== null && page >= hit.chunk.page_start && page <= hit.chunk.page_end;
  const among = (count: number, test: (hit: EvaluatedHit) => boolean): number => (hits.slice(0, count).some(test) ? 1 : 0);
  return {
    measures: {
      'nDCG@10': ndcg(ranking, grades, 10),
      'recall@5': recall(ranking, grades, 5),
      'recall@10': recall(ranking, grades, 10),
      'recall@100': recall(ranking, grades, 100),
      'MRR@10': reciprocalRank(ranking, grades, 10),
      ...(page === null
        ? {}
        : {
            'document@1': among(1, isRight),
            'document@5': among(5, isRight),
            'page@1': among(1, isOnPage),
            'page@5': among(5, isOnPage),
          }),
    },
    rank: firstRelevant(ranking, grades),
    found: hits.slice(0, 5).map((hit) => placeOf(keyOf(hit), page === null ? null : hit.chunk)),
    search_ms: searchMs,
  };
}

function emptyResult({ id, text, grades, page, kind }: EvaluationQuestion): QuestionResult {
  const best = [...grades].sort(([, a], [, b]) => b - a).map(([key]) => key);
  const documents = best.length > 3 ? `${best.slice(0, 3).join(', ')} and ${best.length - 3} more` : best.join(', ');
  const expected = placeOf(documents, page === null ? null : { page_start: page, page_end: page });
  return { id, question: text, expected, kind, embedding_ms: 0, modes: {} };
}

function placeOf(key: string, pages: { page_start: number; page_end: number } | null): string {
  if (pages === null) return key;
  const { page_start: start, page_end: end } = pages;
  return start === end ? `${key}, page ${start}` : `${key}, pages ${start}–${end}`;
}
