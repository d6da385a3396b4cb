import { createHash } from 'node:crypto';
import type { JsonValue } from '../document.js';
import type { ChunkFilter } from '../vector-store.port.js';
import { plainTitle } from './plain-title.js';

/** The same text for filters that ask for the same, however they were written; null when nothing is asked for. */
export function filterKey(filter: ChunkFilter): string | null {
  const { ownerId, documentIds, mimeTypes, metadata, titleContains, createdAfter, createdBefore } = filter;
  const asked: string[] = [];
  if (ownerId !== undefined) asked.push(`owner ${JSON.stringify(ownerId)}`);
  if (documentIds) asked.push(`documents ${digest(documentIds)}`);
  if (mimeTypes) asked.push(`types ${JSON.stringify([...new Set(mimeTypes)].sort())}`);
  if (metadata && Object.keys(metadata).length > 0) asked.push(`metadata ${canonical(metadata)}`);
  if (titleContains !== undefined) asked.push(`title ${JSON.stringify(plainTitle(titleContains))}`);
  if (createdAfter !== undefined) asked.push(`after ${Date.parse(createdAfter)}`);
  if (createdBefore !== undefined) asked.push(`before ${Date.parse(createdBefore)}`);
  return asked.length > 0 ? asked.join('\n') : null;
}

/** Ten thousand ids would make a long key. */
function digest(ids: readonly number[]): string {
  return createHash('sha256').update(Float64Array.from(ids).sort()).digest('base64');
}

/** JSON with the keys of every object in order. */
function canonical(value: JsonValue): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const members = Object.keys(value).sort();
  return `{${members.map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`).join()}}`;
}
