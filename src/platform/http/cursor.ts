import { InvalidCursorError } from './http.errors.js';

/** A place in a list as opaque text. Clients send it back as it came. */
export function encodeCursor(place: object): string {
  return Buffer.from(JSON.stringify(place)).toString('base64url');
}

/**
 * @param isPlace says whether the decoded value has the shape that the list wrote; nothing else vouches for it
 * Throws InvalidCursorError.
 */
export function decodeCursor<T extends object>(cursor: string, isPlace: (value: Record<string, unknown>) => boolean): T {
  const place = parsePlace(cursor);
  if (place === null || encodeCursor(place) !== cursor || !isPlace(place)) throw new InvalidCursorError();
  return place as T;
}

function parsePlace(cursor: string): Record<string, unknown> | null {
  if (cursor.length > 1000 || !/^[\w-]+$/.test(cursor)) return null;
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}
