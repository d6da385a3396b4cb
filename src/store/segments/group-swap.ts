/** Opens new segments as groups and puts them in the place of old ones: the same living rows, whatever died meanwhile. */
import type { FaissIndex } from '../../faiss-index/index.js';
import type { Disk } from '../../platform/index.js';
import type { StoreState } from '../store-state.js';
import type { MergedSegment } from './segment-merge.js';
import { RowGroup } from './row-group.js';
import { openChunks, pathOf } from './segment-files.js';

export interface GroupFiles {
  disk: Disk;
  faiss: FaissIndex;
  folder: string;
  dimension: number;
}

/** All rows live. */
export async function openGroup({ disk, faiss, folder, dimension }: GroupFiles, segment: MergedSegment): Promise<RowGroup> {
  const { entry, vectorIds, documentIds, changes } = segment;
  const source = await openChunks(disk, folder, entry, dimension);
  try {
    const index =
      entry.rows > 0
        ? await faiss.open(pathOf(folder, entry, 'vectors'), entry.rows, dimension, entry.kind)
        : await faiss.create(dimension);
    const group = new RowGroup(entry.name, entry.kind, index, source, Math.max(entry.rows, 1));
    group.append(documentIds, vectorIds);
    group.changes = changes;
    return group;
  } catch (error) {
    await source.close();
    throw error;
  }
}

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
