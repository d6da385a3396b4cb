/** A question, and what is right as an answer. Documents are known by a key: a set's id, or the name of a file. */
export interface EvaluationQuestion {
  id: string;
  text: string;
  /** How good a document is as an answer, by its key. Only documents that are (above 0) are in here; at least one. */
  grades: ReadonlyMap<string, number>;
  /** Where the answer stands; null when only the document is known. */
  page: number | null;
  /** What kind of question its author calls it; null when nothing. */
  kind: string | null;
}

export interface CorpusDocument {
  id: string;
  title: string;
  text: string;
}

/** Questions with answers, as they are evaluated. */
export interface Collection {
  name: string;
  questions: EvaluationQuestion[];
  /** What was left out and why, a line each. */
  notes: string[];
}

/** At most `limit` of them, spread evenly over all, so that a sample has of everything that stands together in a file. */
export function spread<T>(items: readonly T[], limit: number | null): T[] {
  if (limit === null || limit >= items.length) return [...items];
  return Array.from({ length: limit }, (_, at) => items[Math.floor((at * items.length) / limit)]);
}
