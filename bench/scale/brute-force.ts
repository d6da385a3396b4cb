import type { ClusteredDocuments } from '../clustered-documents.js';
import { dimension } from '../clustered-vectors.js';
import { topK, type Questions } from './questions.js';

/**
 * The best scores of the first queries of each kind, best first, without the store: every vector is made once more and
 * compared. It is what the store's own exact search is held against.
 */
export function bruteForceScores(documents: ClusteredDocuments, kinds: readonly Questions[], queriesOfEach: number): Float32Array[][] {
  const asked = kinds.map(({ queries, allows }) => ({
    allows,
    queries: queries.slice(0, queriesOfEach).map((query) => ({ query, best: new Float32Array(topK).fill(-Infinity) })),
  }));
  for (let document = 0; document < documents.count; document++) {
    const concerned = asked.filter(({ allows }) => allows(document));
    if (concerned.length === 0) continue;
    const vectors = documents.vectors.ofDocument(document);
    for (const { queries } of concerned) {
      for (const { query, best } of queries)
        for (let start = 0; start < vectors.length; start += dimension) keep(best, innerProduct(query, vectors, start));
    }
  }
  return asked.map(({ queries }) => queries.map(({ best }) => best.filter((score) => score > -Infinity)));
}

/** Into its place in a descending list, whose last falls out. */
function keep(best: Float32Array, score: number): void {
  if (score <= best[topK - 1]) return;
  let at = topK - 1;
  for (; at > 0 && best[at - 1] < score; at--) best[at] = best[at - 1];
  best[at] = score;
}

function innerProduct(query: Float32Array, vectors: Float32Array, start: number): number {
  let [even, odd] = [0, 0];
  for (let n = 0; n < dimension; n += 2) {
    even += query[n] * vectors[start + n];
    odd += query[n + 1] * vectors[start + n + 1];
  }
  return even + odd;
}
