/** Puts groups in the place of others: the same living rows, whatever died meanwhile. */
import type { FaissIndex } from '../../faiss-index/index.js';
import type { StoreState } from '../store-state.js';
import type { RowGroup } from './row-group.js';

/** A group that is out of use gives its files and its index back. */
export function closeGroup(faiss: FaissIndex, group: RowGroup): void {
  group.retire(() => {
    group.source.close().catch(() => undefined);
    faiss.release(group.index).catch(() => undefined); // the worker has ended: nothing is left to free
  });
}

/** In one step, so that no search and no write sees anything between. @param before each replaced group's living rows when the copy began */
export function swapGroups(
  state: StoreState,
  faiss: FaissIndex,
  replaced: readonly { group: RowGroup; taken: Uint8Array }[],
  by: readonly RowGroup[],
): void {
  for (const { group, taken } of replaced)
    for (const vectorId of group.deathsSince(taken)) {
      const heir = by.find((next) => next.rowOf(vectorId) >= 0);
      heir?.bury(heir.rowOf(vectorId), 1);
    }
  state.replaceGroups(
    replaced.map(({ group }) => group),
    by,
  );
  for (const { group } of replaced) closeGroup(faiss, group);
}
