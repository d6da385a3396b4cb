import type { ChunkHit } from '../../store/index.js';

/** Passages that are asked for at first, a document; more are asked for until there are documents enough. */
const PASSAGES_A_DOCUMENT = 4;
/** Beyond so many passages a document that has not come yet is too far away to matter. */
const PASSAGES_MAX = 10_000;

export interface DocumentGroup {
  best: ChunkHit;
  otherPassages: number;
}

/**
 * The best passage of each document, best document first: `documentsMax` of them, or as many as there are.
 * @param search answers the best `topK` passages
 */
export async function bestOfDocuments(documentsMax: number, search: (topK: number) => Promise<ChunkHit[]>): Promise<DocumentGroup[]> {
  for (let topK = documentsMax * PASSAGES_A_DOCUMENT; ; topK = Math.min(topK * PASSAGES_A_DOCUMENT, PASSAGES_MAX)) {
    const hits = await search(topK);
    const groups = groupsOf(hits);
    if (groups.length >= documentsMax || hits.length < topK || topK === PASSAGES_MAX) return groups.slice(0, documentsMax);
  }
}

function groupsOf(hits: readonly ChunkHit[]): DocumentGroup[] {
  const groups = new Map<number, DocumentGroup>();
  for (const hit of hits) {
    const group = groups.get(hit.document.id);
    if (group) group.otherPassages++;
    else groups.set(hit.document.id, { best: hit, otherPassages: 0 });
  }
  return [...groups.values()];
}
