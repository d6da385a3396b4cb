import { StopError } from '../platform/index.js';
import type { Run } from './segments/row-group.js';
import type { StoreState } from './store-state.js';

/** Says from the segments' rows where each document's live vectors stand, and buries the dead ones. */
export function rebuildRuns(state: StoreState, dead: ReadonlySet<number>): void {
  const runsOf = new Map<number, Run[]>();
  for (const group of state.groups) {
    const [vectorIds, documentIds] = [group.vectorIds(), group.documentIds()];
    for (let row = 0; row < group.rows;) {
      if (dead.has(vectorIds[row])) {
        group.bury(row++, 1);
        continue;
      }
      const start = row;
      const documentId = documentIds[row];
      while (row < group.rows && documentIds[row] === documentId && !dead.has(vectorIds[row])) row++;
      const runs = runsOf.get(documentId) ?? [];
      runs.push({ group, start, count: row - start });
      runsOf.set(documentId, runs);
    }
  }
  for (const [documentId, runs] of runsOf) {
    const document = state.documents.find(documentId);
    if (!document)
      throw new StopError(
        `The segment ${runs[0].group.name} holds vectors of document ${documentId}, which no segment knows. Nothing was changed. Restore the store folder from a backup.`,
      );
    state.documents.put(document, runs);
  }
}
