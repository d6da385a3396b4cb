import type { JsonValue } from '../document.js';

/**
 * Whether `whole` contains `part`, as PostgreSQL's jsonb @>: objects by key, arrays as sets, a scalar within an array at the
 * top of an array, else equality.
 */
export function jsonContains(whole: JsonValue, part: JsonValue): boolean {
  if (Array.isArray(part)) return Array.isArray(whole) && part.every((item) => whole.some((candidate) => jsonContains(candidate, item)));
  if (part !== null && typeof part === 'object') {
    if (whole === null || typeof whole !== 'object' || Array.isArray(whole)) return false;
    return Object.entries(part).every(([key, value]) => Object.hasOwn(whole, key) && jsonContains(whole[key], value));
  }
  return whole === part;
}
