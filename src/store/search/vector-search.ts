/** Exact search over all groups: what lives and what the filter allows, nothing else, with recall 1. */
import type { FaissIndex, SearchPart, SearchResult } from '../../faiss-index/index.js';
import type { RowGroup } from '../segments/row-group.js';
import type { StoreState } from '../store-state.js';
import type { ChunkFilter, ChunkHit } from '../vector-store.port.js';
import { allowedRuns } from './chunk-filter.js';

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

/** A delete may come between asking FAISS and its answer; then the search is made again on what is there now. */
const ATTEMPTS_MAX = 5;

export async function searchVectors(state: StoreState, faiss: FaissIndex, request: VectorSearchRequest): Promise<ChunkHit[]> {
  for (let attempt = 1; ; attempt++) {
    const found = await searchRows(state, faiss, request);
    const live = found.filter(({ group, row }) => group.isLive(row));
    if (live.length < found.length && attempt < ATTEMPTS_MAX) continue;
    const hits = await Promise.all(live.map((hit) => readHit(state, hit)));
    // reading takes its time too: what was deleted meanwhile is not shown
    return hits.filter((hit): hit is ChunkHit => hit !== null && state.documents.find(hit.document.id) !== undefined);
  }
}

async function searchRows(state: StoreState, faiss: FaissIndex, request: VectorSearchRequest): Promise<RowHit[]> {
  const { vector, topK, filter, minScore = -Infinity } = request;
  const { groups, parts } = filter ? filteredParts(state, filter) : liveParts(state);
  if (parts.length === 0) return [];
  const result = await faiss.search(vector, topK, parts);
  return rowHits(result, groups).filter(({ score }) => score >= minScore);
}

function liveParts(state: StoreState): { groups: RowGroup[]; parts: SearchPart[] } {
  const groups = state.searchable;
  return { groups, parts: groups.map(({ index, deadRows, live }) => (deadRows > 0 ? { index, allowed: live } : { index })) };
}

function filteredParts(state: StoreState, filter: ChunkFilter): { groups: RowGroup[]; parts: SearchPart[] } {
  const allowed = allowedRuns(state.documents, filter);
  const groups = state.searchable.filter((group) => allowed.has(group));
  return { groups, parts: groups.map((group) => ({ index: group.index, allowed: group.bitmapOf(allowed.get(group)!) })) };
}

/** Equal scores by vector id: the same question, the same answer. */
function rowHits({ parts, rows, scores }: SearchResult, groups: RowGroup[]): RowHit[] {
  const hits = Array.from(rows, (row, n) => ({ group: groups[parts[n]], row, score: scores[n] }));
  const idOf = ({ group, row }: RowHit): number => group.vectorIds(row, 1)[0];
  return hits.sort((a, b) => b.score - a.score || idOf(a) - idOf(b));
}

async function readHit(state: StoreState, { group, row, score }: RowHit): Promise<ChunkHit | null> {
  const [chunk] = await group.source.read(row, 1);
  const document = state.documents.find(chunk.documentId);
  return document && group.isLive(row) ? { score, document, chunk } : null;
}
