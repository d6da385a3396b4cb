import type { ChunkFilter, StoredDocument } from '../../src/store/index.js';
import { jsonContains } from '../../src/store/search/json-containment.js';

interface Held {
  document: StoredDocument;
  vectors: readonly { id: number; vector: Float32Array }[];
}

export interface BruteHit {
  id: number;
  score: number;
}

/** Whether a filter allows a document, condition by condition, and without an index. */
export function isAllowed({ ownerId, mimeType, createdAt, metadata, id }: StoredDocument, filter: ChunkFilter): boolean {
  const created = new Date(createdAt);
  return (
    (filter.ownerId === undefined || filter.ownerId === ownerId) &&
    (filter.documentIds === undefined || filter.documentIds.includes(id)) &&
    (filter.mimeTypes === undefined || filter.mimeTypes.includes(mimeType)) &&
    (filter.metadata === undefined || jsonContains(metadata, filter.metadata)) &&
    (filter.createdAfter === undefined || created >= new Date(filter.createdAfter)) &&
    (filter.createdBefore === undefined || created < new Date(filter.createdBefore))
  );
}

/** All that the filter allows, best first, equal scores by id. */
export function bruteSearch(documents: Iterable<Held>, query: Float32Array, filter: ChunkFilter): BruteHit[] {
  const hits: BruteHit[] = [];
  for (const { document, vectors } of documents) {
    if (!isAllowed(document, filter)) continue;
    for (const { id, vector } of vectors) hits.push({ id, score: vector.reduce((sum, value, n) => sum + value * query[n], 0) });
  }
  return hits.sort(byRank);
}

export const byRank = (a: BruteHit, b: BruteHit): number => b.score - a.score || a.id - b.id;

/**
 * Which share of the true k best was found. One that scores as the last of them counts as one of them: which of two equal
 * ones stands in the answer is a matter of their ids, not of recall.
 */
export function recall(found: readonly { score: number }[], truth: readonly BruteHit[], k: number): number {
  const best = truth.slice(0, k);
  if (best.length === 0) return found.length === 0 ? 1 : 0;
  const last = best[best.length - 1].score;
  return Math.min(1, found.filter(({ score }) => score >= last - 1e-5).length / best.length);
}
