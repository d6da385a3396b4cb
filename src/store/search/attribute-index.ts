import type { StoredDocument } from '../document.js';
import { CreationTimes } from './creation-times.js';
import { PostingLists } from './posting-lists.js';
import { metadataKeys, mimeTypeKey, ownerKey } from './property-keys.js';

/** Documents by what filters ask for. In memory, about 50 bytes a property of a document. */
export class AttributeIndex {
  readonly postings = new PostingLists();
  readonly times = new CreationTimes();

  /** The document is, or is no longer, as it was: undefined stands for a document that is not there. */
  change(before: StoredDocument | undefined, after: StoredDocument | undefined): void {
    if (before && after && haveSameAttributes(before, after)) return;
    if (before) {
      for (const key of keysOf(before)) this.postings.remove(key, before.id);
      this.times.delete(before.id);
    }
    if (after) {
      for (const key of keysOf(after)) this.postings.add(key, after.id);
      this.times.set(after.id, after.createdAt);
    }
  }
}

const haveSameAttributes = (one: StoredDocument, other: StoredDocument): boolean =>
  one.metadata === other.metadata && one.ownerId === other.ownerId && one.mimeType === other.mimeType && one.createdAt === other.createdAt;

function keysOf({ ownerId, mimeType, metadata }: StoredDocument): Set<number> {
  const keys = new Set([mimeTypeKey(mimeType)]);
  if (ownerId !== null) keys.add(ownerKey(ownerId));
  return metadataKeys(metadata, keys);
}
