import { isCleanText } from '../platform/index.js';
import type { JsonObject } from '../store/index.js';

export const METADATA_BYTES_MAX = 64 * 1024;
export const METADATA_DEPTH_MAX = 16;
/** Names that would reach an object's prototype when the value is copied. */
const UNSAFE_NAMES = new Set(['__proto__', 'constructor', 'prototype']);

/**
 * What is wrong with a document's metadata, in words that follow "metadata"; null when nothing is. What passes can be
 * journalled, kept by PostgreSQL as jsonb, and read back unchanged.
 */
export function metadataFault(value: unknown): string | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'must be a JSON object';
  const pending: { value: unknown; depth: number }[] = [{ value, depth: 1 }];
  while (pending.length > 0) {
    const { value: part, depth } = pending.pop() as { value: unknown; depth: number };
    const fault = scalarFault(part);
    if (fault !== null) return fault;
    if (typeof part !== 'object' || part === null) continue;
    if (depth > METADATA_DEPTH_MAX) return `must not be nested more than ${METADATA_DEPTH_MAX} deep`;
    for (const [key, inner] of Object.entries(part) as [string, unknown][]) {
      if (UNSAFE_NAMES.has(key)) return `must not have a key named ${key}`;
      if (!Array.isArray(part) && !isCleanText(key)) return 'has a key with a NUL or an unpaired surrogate, which cannot be kept';
      pending.push({ value: inner, depth: depth + 1 });
    }
  }
  const bytes = Buffer.byteLength(JSON.stringify(value));
  return bytes > METADATA_BYTES_MAX ? `must not exceed ${METADATA_BYTES_MAX} bytes as JSON (it has ${bytes})` : null;
}

/** @returns the metadata, or what is wrong with it, in words that follow "metadata" */
export function parseMetadata(json: string): { metadata: JsonObject } | { fault: string } {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return { fault: 'must be JSON, such as {"product": "X200"}' };
  }
  const fault = metadataFault(value);
  return fault === null ? { metadata: value as JsonObject } : { fault };
}

function scalarFault(value: unknown): string | null {
  if (typeof value === 'string' && !isCleanText(value)) return 'holds a NUL or an unpaired surrogate, which cannot be kept';
  if (typeof value === 'number' && !Number.isFinite(value)) return 'holds a number that is too large';
  if (typeof value === 'bigint' || typeof value === 'function' || typeof value === 'symbol') return 'must hold JSON only';
  return null;
}
