/**
 * What PostgreSQL refuses in text (U+0000) and in JSON (lone surrogates too) becomes U+FFFD, one code unit for one: every
 * offset stays right.
 */
import type { JsonObject, JsonValue } from './document.js';

export const cleanText = (text: string): string => text.replaceAll('\0', '\uFFFD').toWellFormed();

export const cleanJson = (object: JsonObject): JsonObject => cleanValue(object) as JsonObject;

function cleanValue(value: JsonValue): JsonValue {
  if (typeof value === 'string') return cleanText(value);
  if (Array.isArray(value)) return value.map(cleanValue);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [cleanText(key), cleanValue(inner)]));
}
