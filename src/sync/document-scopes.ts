import type { VectorStore } from '../store/index.js';
import type { DocumentScope } from '../vector-metadata/index.js';
import { batchesOf } from './document-batches.js';

/** Documents that are compared together. */
export interface ComparedScope {
  /** Of the engine's. */
  ids: readonly number[];
  /** Where PostgreSQL is asked: for these ids, or for all in a range, known to the engine or not. */
  rows: DocumentScope;
}

const BATCH = { rowsMax: 5_000, documentsMax: 200 };
const ID_MIN = -(2 ** 31);
const ID_MAX = 2 ** 31 - 1;

/** Every document of either side, so many at a time that their rows fit in memory: the ranges cover all ids that a row can have. */
export function* allScopes(store: VectorStore): Generator<ComparedScope> {
  let after = ID_MIN - 1;
  let ids: number[] = [];
  const all = Array.from(store.documents(), ({ id }) => id);
  for (const batch of batchesOf(all, (id) => rowsOf(store, id), BATCH)) {
    if (ids.length > 0) yield { ids, rows: { after, upTo: ids.at(-1)! } };
    after = ids.at(-1) ?? after;
    ids = batch;
  }
  yield { ids, rows: { after, upTo: ID_MAX } };
}

/** Given documents, whether or not either side knows them. */
export function* scopesOf(store: VectorStore, documentIds: Iterable<number>): Generator<ComparedScope> {
  for (const ids of batchesOf(documentIds, (id) => rowsOf(store, id), BATCH)) yield { ids, rows: { ids } };
}

function rowsOf(store: VectorStore, documentId: number): number {
  return store.findDocument(documentId)?.chunkCount ?? 0;
}
