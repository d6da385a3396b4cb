/** The best rows over all groups: of what lives and what the filter allows, and nothing else. */
import type { FaissIndex, SearchPart, SearchResult } from '../../faiss-index/index.js';
import type { StoredChunk } from '../document.js';
import type { RowGroup } from '../segments/row-group.js';
import type { StoreState } from '../store-state.js';
import type { ChunkFilter, ChunkHit } from '../vector-store.port.js';
import type { AllowedRows, StandingFilter } from './standing-filter.js';

export interface VectorSearchRequest {
  vector: Float32Array;
  topK: number;
  filter?: ChunkFilter;
  minScore?: number;
  exact?: boolean;
  includeVectors?: boolean;
  /** Up to so many allowed rows are compared one by one: that is quicker than a graph, and exact. */
  exactRowsMax?: number;
}

type GroupPart = SearchPart & { group: RowGroup };

interface RowHit {
  group: RowGroup;
  row: number;
  score: number;
}

interface FoundChunk {
  score: number;
  documentId: number;
  chunk: StoredChunk;
  vector?: Float32Array;
}

const EXACT_ROWS_MAX = 200_000;
/** A write may come between asking FAISS and its answer; then the search is made again on what is there now. */
const ATTEMPTS_MAX = 5;

export function searchVectors(state: StoreState, faiss: FaissIndex, request: VectorSearchRequest): Promise<ChunkHit[]> {
  return state.filters.use(request.filter, async (filter) => {
    for (let attempt = 1; ; attempt++) {
      let allowed: AllowedRows[] | null = null;
      while (filter && !(allowed = filter.allowedRows())) await filter.prepare();
      // from here until the groups are in use nothing may come between: a merge would close them
      const parts = allowed ? allowedParts(allowed, request) : livingParts(state, request);
      const found = await usingAll(
        parts.map(({ group }) => group),
        () => searchParts(state, faiss, request, parts),
      );
      const hits = found.map((hit) => hit && asOfNow(state, filter, hit)).filter((hit) => hit !== null);
      if (hits.length === found.length || attempt === ATTEMPTS_MAX) return hits;
    }
  });
}

const livingParts = (state: StoreState, { exact = false }: VectorSearchRequest): GroupPart[] =>
  state.searchable.map((group) => ({ group, index: group.index, exact, ...(group.deadRows > 0 ? { allowed: group.live } : {}) }));

function allowedParts(allowed: readonly AllowedRows[], { exact = false, exactRowsMax = EXACT_ROWS_MAX }: VectorSearchRequest): GroupPart[] {
  const rows = allowed.reduce((sum, { count }) => sum + count, 0);
  const isExact = exact || rows <= exactRowsMax;
  return allowed.map(({ group, bits }) => ({ group, index: group.index, exact: isExact, allowed: bits }));
}

/** Null for what died while it was looked for. */
async function searchParts(
  state: StoreState,
  faiss: FaissIndex,
  { vector, topK, minScore = -Infinity, includeVectors = false }: VectorSearchRequest,
  parts: GroupPart[],
): Promise<(FoundChunk | null)[]> {
  if (parts.length === 0) return [];
  const result = await faiss.search(
    vector,
    topK,
    parts.map(({ index, allowed, exact }) => ({ index, allowed, exact })),
  );
  const found = rowHits(result, parts).filter(({ score }) => score >= minScore);
  return Promise.all(found.map((hit) => readChunk(state, hit, includeVectors)));
}

/** What a search looks at stays until its end, whatever is merged meanwhile. */
function usingAll<T>(groups: readonly RowGroup[], work: () => Promise<T>): Promise<T> {
  return groups.reduceRight<() => Promise<T>>((inner, group) => () => group.use(inner), work)();
}

/** Equal scores by vector id: the same question, the same answer. */
function rowHits({ parts: numbers, rows, scores }: SearchResult, parts: readonly GroupPart[]): RowHit[] {
  const hits = Array.from(rows, (row, n) => ({ group: parts[numbers[n]].group, row, score: scores[n] }));
  const idOf = ({ group, row }: RowHit): number => group.vectorIds(row, 1)[0];
  return hits.sort((a, b) => b.score - a.score || idOf(a) - idOf(b));
}

async function readChunk(state: StoreState, { group, row, score }: RowHit, withVector: boolean): Promise<FoundChunk | null> {
  const documentId = group.documentIds()[row];
  if (!state.documents.holds(documentId, group.vectorIds(row, 1)[0])) return null;
  const [[chunk], vector] = await Promise.all([group.source.read(row, 1), withVector ? group.source.readVectors(row, 1) : undefined]);
  return { score, documentId, chunk, ...(vector && { vector }) };
}

/**
 * Looking and reading take their time: a document may have been deleted, replaced or given to another owner meanwhile. What
 * counts is what it has and is when the answer goes out; all hits are of that one moment.
 */
function asOfNow(state: StoreState, filter: StandingFilter | null, { documentId, ...found }: FoundChunk): ChunkHit | null {
  const document = state.documents.find(documentId);
  if (!document || !state.documents.holds(documentId, found.chunk.vectorId)) return null;
  return filter && !filter.allows(document) ? null : { document, ...found };
}
