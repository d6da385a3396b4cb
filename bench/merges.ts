import { setTimeout as pause } from 'node:timers/promises';
import { chooseMerge } from '../src/store/segments/merge-policy.js';
import type { VectorStore } from '../src/store/index.js';

const lookMs = 100;

/** Waits until no tail is being sealed and nothing is left that the store would merge. Rejects when it puts that off. */
export async function mergesDone(store: VectorStore, sealVectors: number): Promise<void> {
  while (isSealing(store) || wouldMerge(store, sealVectors)) {
    const { putOff } = store.statistics();
    if (putOff.length > 0) throw new Error(`Segments were not merged: ${putOff.join(' ')}`);
    await pause(lookMs);
  }
}

/** A tail that is being sealed stands there beside the one that took over. */
export function isSealing(store: VectorStore): boolean {
  return store.statistics().segments.filter(({ kind }) => kind === 'tail').length > 1;
}

function wouldMerge(store: VectorStore, sealVectors: number): boolean {
  const sealed = store.statistics().segments.filter(({ kind }) => kind !== 'tail');
  const candidates = sealed.map(({ vectorsLive, vectorsDead }) => ({ rows: vectorsLive + vectorsDead, liveRows: vectorsLive }));
  return chooseMerge(candidates, sealVectors) !== null;
}
