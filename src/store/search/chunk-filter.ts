import type { StoredDocument } from '../document.js';
import type { DocumentTable } from '../document-table.js';
import type { RowGroup } from '../segments/row-group.js';
import type { RowRange, StoreState } from '../store-state.js';
import type { ChunkFilter } from '../vector-store.port.js';
import { jsonContains } from './json-containment.js';

/** The rows of each group that the filter allows; a group without any is left out. */
export function allowedRows(state: StoreState, filter: ChunkFilter): Map<RowGroup, RowRange[]> {
  const allows = compile(filter);
  const rows = new Map<RowGroup, RowRange[]>();
  for (const document of candidates(state.documents, filter)) {
    if (!allows(document)) continue;
    for (const range of state.rowsOf(document.id)) {
      const ofGroup = rows.get(range.group);
      if (ofGroup) ofGroup.push(range);
      else rows.set(range.group, [range]);
    }
  }
  return rows;
}

function* candidates(documents: DocumentTable, { documentIds }: ChunkFilter): Iterable<StoredDocument> {
  if (!documentIds) {
    yield* documents.unordered();
    return;
  }
  for (const id of new Set(documentIds)) {
    const document = documents.find(id);
    if (document) yield document;
  }
}

function compile(filter: ChunkFilter): (document: StoredDocument) => boolean {
  const { ownerId, metadata } = filter;
  const mimeTypes = filter.mimeTypes && new Set(filter.mimeTypes);
  const after = filter.createdAfter === undefined ? -Infinity : Date.parse(filter.createdAfter);
  const before = filter.createdBefore === undefined ? Infinity : Date.parse(filter.createdBefore);
  const isTimed = filter.createdAfter !== undefined || filter.createdBefore !== undefined;
  return (document) => {
    if (ownerId !== undefined && document.ownerId !== ownerId) return false;
    if (mimeTypes && !mimeTypes.has(document.mimeType)) return false;
    if (isTimed) {
      const created = Date.parse(document.createdAt);
      if (!(created >= after && created < before)) return false;
    }
    return metadata === undefined || jsonContains(document.metadata, metadata);
  };
}
