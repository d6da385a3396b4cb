import type { VectorStore } from '../store/index.js';
import type { DocumentScope } from '../vector-metadata/index.js';

/** Documents that are compared together. */
export interface ComparedScope {
  /** Of the engine's. */
  ids: readonly number[];
  /** Where PostgreSQL is asked: for these ids, or for all in a range, known to the engine or not. */
  rows: DocumentScope;
}

const DOCUMENTS_MAX = 200;
const ROWS_MAX = 5_000;
const ID_MIN = -(2 ** 31);
const ID_MAX = 2 ** 31 - 1;

/** Every document of either side, so many at a time that their rows fit in memory: the ranges cover all ids that a row can have. */
export function* allScopes(store: VectorStore): Generator<ComparedScope> {
  let after = ID_MIN - 1;
  let ids: number[] = [];
  for (const batch of batches(
    store,
    Array.from(store.documents(), ({ id }) => id),
  )) {
    if (ids.length > 0) yield { ids, rows: { after, upTo: ids.at(-1)! } };
    after = ids.at(-1) ?? after;
    ids = batch;
  }
  yield { ids, rows: { after, upTo: ID_MAX } };
}

/** Given documents, whether or not either side knows them. */
export function* scopesOf(store: VectorStore, documentIds: Iterable<number>): Generator<ComparedScope> {
  for (const ids of batches(store, documentIds)) yield { ids, rows: { ids } };
}

function* batches(store: VectorStore, documentIds: Iterable<number>): Generator<number[]> {
  let batch: number[] = [];
  let rows = 0;
  for (const id of documentIds) {
    batch.push(id);
    rows += store.findDocument(id)?.chunkCount ?? 0;
    if (batch.length < DOCUMENTS_MAX && rows < ROWS_MAX) continue;
    yield batch;
    [batch, rows] = [[], 0];
  }
  if (batch.length > 0) yield batch;
}
