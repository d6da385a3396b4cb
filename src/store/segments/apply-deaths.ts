import { StopError } from '../../platform/index.js';
import type { IdRange } from '../document-table.js';
import type { StoreState } from '../store-state.js';

/** Buries the dead rows of loaded segments, and says of each document which vectors it has: the rows that are left. */
export function applyDeaths(state: StoreState, dead: ReadonlySet<number>): void {
  const rangesOf = new Map<number, IdRange[]>();
  for (const group of state.groups) {
    const [vectorIds, documentIds] = [group.vectorIds(), group.documentIds()];
    for (let row = 0; row < group.rows;) {
      if (dead.has(vectorIds[row])) {
        group.bury(row++, 1);
        continue;
      }
      const start = row;
      const documentId = documentIds[row];
      // an id that is not the next one begins another save
      for (row++; row < group.rows && documentIds[row] === documentId && vectorIds[row] === vectorIds[row - 1] + 1; row++)
        if (dead.has(vectorIds[row])) break;
      const ranges = rangesOf.get(documentId) ?? [];
      ranges.push({ first: vectorIds[start], count: row - start });
      rangesOf.set(documentId, ranges);
    }
  }
  for (const [documentId, ranges] of rangesOf) {
    const document = state.documents.find(documentId);
    if (!document)
      throw new StopError(
        `The segments hold vectors of document ${documentId}, which none of them knows. Nothing was changed. Restore the store folder from a backup, or make it again from the database: npm run rebuild -- --source database`,
      );
    state.documents.put(document, ranges);
  }
}
