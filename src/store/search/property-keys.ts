/** What a document can be found by, as 32-bit hashes: its owner, its type, and each leaf of its metadata with the path to it. */
import type { JsonObject, JsonValue } from '../document.js';

/** FNV-1a over UTF-16 code units (Fowler, Noll, Vo; 32 bit), and the length. Of a long text only the beginning counts. */
const FNV_OFFSET = 0x811c9dc5 | 0;
const FNV_PRIME = 0x01000193;
const UNITS_MAX = 128;

const OWNER = hash(FNV_OFFSET, 'owner');
const MIME_TYPE = hash(FNV_OFFSET, 'type');
const METADATA = hash(FNV_OFFSET, 'metadata');

export const ownerKey = (ownerId: string): number => hash(OWNER, ownerId);
export const mimeTypeKey = (mimeType: string): number => hash(MIME_TYPE, mimeType);

/**
 * A key for each scalar with its path, where every place in an array is the same step, and for each object and array within.
 * Whatever contains `metadata` (jsonContains) has all of its keys, and perhaps more.
 */
export function metadataKeys(metadata: JsonObject, keys = new Set<number>()): Set<number> {
  for (const [name, value] of Object.entries(metadata)) collect(value, hash(METADATA, name), keys);
  return keys;
}

function collect(value: JsonValue, path: number, keys: Set<number>): void {
  if (Array.isArray(value)) {
    const item = hash(path, '[]');
    keys.add(item);
    for (const inner of value) collect(inner, item, keys);
  } else if (value !== null && typeof value === 'object') {
    const object = hash(path, '{}');
    keys.add(object);
    for (const [name, inner] of Object.entries(value)) collect(inner, hash(object, name), keys);
  } else keys.add(hash(hash(path, typeof value), String(value)));
}

function hash(seed: number, text: string): number {
  let value = Math.imul(seed ^ text.length, FNV_PRIME);
  const units = Math.min(text.length, UNITS_MAX);
  for (let at = 0; at < units; at++) value = Math.imul(value ^ text.charCodeAt(at), FNV_PRIME);
  return value;
}
