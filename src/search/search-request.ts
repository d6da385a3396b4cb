import type { ChunkFilter, ChunkHit } from '../store/index.js';

/** Best first; what it leaves out comes with the word leg. */
export const availableModes = ['vector'] as const;
export const knownModes = ['hybrid', 'vector', 'keyword'] as const;
export type SearchMode = (typeof knownModes)[number];

export const limits = {
  /** What a serial column of PostgreSQL holds. */
  idMax: 2 ** 31 - 1,
  queryCharsMax: 100_000,
  topKDefault: 10,
  topKMax: 100,
  ownerCharsMax: 200,
  documentIdsMax: 10_000,
  mimeTypesMax: 100,
  mimeTypeCharsMax: 200,
  metadataBytesMax: 64 * 1024,
};

/** A search as both endpoints hand it over: checked in its form, not yet against the index. */
export interface SearchRequest {
  query?: string;
  /** Numbers in the best case: the service checks them against the index. */
  vector?: readonly unknown[];
  topK: number;
  mode: SearchMode;
  filter: ChunkFilter;
  minScore?: number;
  /** True: no approximation. */
  exact: boolean;
}

export interface SearchOutcome {
  hits: ChunkHit[];
  mode: SearchMode;
  /** Milliseconds. */
  embeddingMs: number;
  searchMs: number;
}
