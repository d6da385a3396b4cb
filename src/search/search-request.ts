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
  contextChunksMax: 10,
  batchMax: 64,
  ownerCharsMax: 200,
  titleCharsMax: 500,
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
  /** True: the best hit of each document alone. */
  groupByDocument: boolean;
  /** Neighbours on either side of a hit that are read with it. */
  contextChunks: number;
  includeVectors: boolean;
}

/** A passage as it is answered. */
export interface SearchHit extends ChunkHit {
  /** Of its document, further passages that were found; absent when hits are not grouped. */
  otherPassages?: number;
  /** Absent when none was asked for, or the document was replaced in the meantime. */
  context?: HitContext;
}

/** A hit's passage with its neighbours, joined without what they share. */
export interface HitContext {
  text: string;
  /** Of the first and the last chunk in it. */
  chunkIndexStart: number;
  chunkIndexEnd: number;
  charStart: number;
  charEnd: number;
  pageStart: number;
  pageEnd: number;
}

export interface SearchOutcome {
  hits: SearchHit[];
  mode: SearchMode;
  /** Milliseconds. */
  embeddingMs: number;
  searchMs: number;
  /** Reading what stands around the hits. */
  contextMs: number;
}
