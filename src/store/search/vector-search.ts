/** The best rows over all groups: of what lives and what the filter allows, and nothing else. */
import type { FaissIndex, SearchPart, SearchResult } from '../../faiss-index/index.js';
import { bitmapBytes, type RowGroup } from '../segments/row-group.js';
import type { RowRange, StoreState } from '../store-state.js';
import type { ChunkFilter, ChunkHit } from '../vector-store.port.js';
import { allowedRows } from './chunk-filter.js';

export interface VectorSearchRequest {
  vector: Float32Array;
  topK: number;
  filter?: ChunkFilter;
  minScore?: number;
  exact?: boolean;
}

interface RowHit {
  group: RowGroup;
  row: number;
  score: number;
}

/** Up to so many allowed rows are compared one by one: that is quicker than a graph, and exact. */
const EXACT_ROWS_MAX = 200_000;
/** A delete may come between asking FAISS and its answer; then the search is made again on what is there now. */
const ATTEMPTS_MAX = 5;

export async function searchVectors(state: StoreState, faiss: FaissIndex, request: VectorSearchRequest): Promise<ChunkHit[]> {
  for (let attempt = 1; ; attempt++) {
    const parts = partsOf(state, request);
    const hits = await usingAll(
      parts.map(({ group }) => group),
      () => searchParts(state, faiss, request, parts),
    );
    if (hits.some((hit) => hit === null) && attempt < ATTEMPTS_MAX) continue;
    return hits.filter((hit) => hit !== null);
  }
}

type GroupPart = SearchPart & { group: RowGroup };

/** Null for what died while it was looked for. */
async function searchParts(
  state: StoreState,
  faiss: FaissIndex,
  { vector, topK, minScore = -Infinity }: VectorSearchRequest,
  parts: GroupPart[],
): Promise<(ChunkHit | null)[]> {
  if (parts.length === 0) return [];
  const result = await faiss.search(
    vector,
    topK,
    parts.map(({ index, allowed, exact }) => ({ index, allowed, exact })),
  );
  const found = rowHits(result, parts).filter(({ score }) => score >= minScore);
  return Promise.all(found.map((hit) => readHit(state, hit)));
}

function partsOf(state: StoreState, { filter, exact = false }: VectorSearchRequest): GroupPart[] {
  if (!filter)
    return state.searchable.map((group) => ({ group, index: group.index, exact, ...(group.deadRows > 0 ? { allowed: group.live } : {}) }));
  const allowed = allowedRows(state, filter);
  let rows = 0;
  for (const ranges of allowed.values()) for (const { count } of ranges) rows += count;
  const isExact = exact || rows <= EXACT_ROWS_MAX;
  return Array.from(allowed, ([group, ranges]) => ({ group, index: group.index, exact: isExact, allowed: bitmapOf(group, ranges) }));
}

/** A bitmap in which exactly these rows are set. */
function bitmapOf(group: RowGroup, ranges: readonly RowRange[]): Uint8Array {
  const bits = new Uint8Array(bitmapBytes(group.rows));
  for (const { start, count } of ranges) for (let row = start; row < start + count; row++) bits[row >> 3] |= 1 << (row & 7);
  return bits;
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

/** Reading takes its time, and the group may have been replaced: what counts is whether the document has the vector now. */
async function readHit(state: StoreState, { group, row, score }: RowHit): Promise<ChunkHit | null> {
  const [vectorId, documentId] = [group.vectorIds(row, 1)[0], group.documentIds()[row]];
  if (!state.documents.holds(documentId, vectorId)) return null;
  const [chunk] = await group.source.read(row, 1);
  const document = state.documents.find(documentId);
  return document && state.documents.holds(documentId, vectorId) ? { score, document, chunk } : null;
}
