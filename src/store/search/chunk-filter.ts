/** What a filter asks for, in the forms in which it is used: a question to one document, and a list that holds all it allows. */
import type { StoredDocument } from '../document.js';
import type { ChunkFilter } from '../vector-store.port.js';
import type { AttributeIndex } from './attribute-index.js';
import { containedPart, metadataMatcher } from './metadata-condition.js';
import { plainTitle } from './plain-title.js';
import { metadataKeys, mimeTypeKey, ownerKey } from './property-keys.js';

/** One way to come by documents that a filter may allow: each allowed one is among them. */
interface Candidates {
  count: number;
  ids: Iterable<number>;
}

/** Counting by time reads every document's time; not worth it beside so short a list. */
const SHORT_LIST = 1000;
const ALL_TIMES = { after: -Infinity, before: Infinity };

export function allowsOf(filter: ChunkFilter): (document: StoredDocument) => boolean {
  const { ownerId } = filter;
  const metadata = filter.metadata && metadataMatcher(filter.metadata);
  const title = filter.titleContains !== undefined ? plainTitle(filter.titleContains) : null;
  const documentIds = filter.documentIds && new Set(filter.documentIds);
  const mimeTypes = filter.mimeTypes && new Set(filter.mimeTypes);
  const times = timesOf(filter);
  return (document) => {
    if (ownerId !== undefined && document.ownerId !== ownerId) return false;
    if (documentIds && !documentIds.has(document.id)) return false;
    if (mimeTypes && !mimeTypes.has(document.mimeType)) return false;
    if (times) {
      const created = Date.parse(document.createdAt);
      if (!(created >= times.after && created < times.before)) return false;
    }
    if (title !== null && !plainTitle(document.title).includes(title)) return false;
    return metadata === undefined || metadata(document.metadata);
  };
}

/** Of the conditions' lists the shortest, all documents where no condition has one: what it holds may still be disallowed. */
export function candidatesOf(filter: ChunkFilter, { postings, times }: AttributeIndex): Iterable<number> {
  const { ownerId, documentIds, mimeTypes, metadata } = filter;
  const lists: Candidates[] = [];
  const offer = (keys: number[]): void => {
    const count = keys.reduce((sum, key) => sum + postings.count(key), 0);
    lists.push({ count, ids: inTurn(keys.map((key) => postings.ids(key))) });
  };
  if (documentIds) lists.push({ count: documentIds.length, ids: documentIds });
  if (ownerId !== undefined) offer([ownerKey(ownerId)]);
  if (mimeTypes) offer([...new Set(mimeTypes)].map(mimeTypeKey));
  if (metadata) for (const key of metadataKeys(containedPart(metadata))) offer([key]);
  const range = timesOf(filter) ?? (lists.length === 0 ? ALL_TIMES : null);
  if (range && !lists.some(({ count }) => count <= SHORT_LIST))
    lists.push({ count: times.count(range.after, range.before), ids: times.ids(range.after, range.before) });
  return lists.reduce((best, list) => (list.count < best.count ? list : best)).ids;
}

function* inTurn(lists: Iterable<number>[]): Iterable<number> {
  for (const list of lists) yield* list;
}

function timesOf({ createdAfter, createdBefore }: ChunkFilter): { after: number; before: number } | null {
  if (createdAfter === undefined && createdBefore === undefined) return null;
  return {
    after: createdAfter === undefined ? -Infinity : Date.parse(createdAfter),
    before: createdBefore === undefined ? Infinity : Date.parse(createdBefore),
  };
}
