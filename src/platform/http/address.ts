import type { RequestHandler } from 'express';
import { MalformedUrlError, ValidationFailedError } from './http.errors.js';

/** Names that would reach an object's prototype when they are copied. */
const UNSAFE_NAMES = new Set(['__proto__', 'constructor', 'prototype']);

/** Refuses addresses that could mean two things: bad percent-encoding, NUL, a parameter given twice. */
export function checkAddress(): RequestHandler {
  return (request, _response, next) => {
    const path = decode(request.path, 'The path');
    if (path.includes('\0')) throw new MalformedUrlError('The path holds a NUL character');
    const at = request.url.indexOf('?');
    if (at >= 0) parseQuery(request.url.slice(at + 1));
    next();
  };
}

/** The query parser of the application: names and values are plain strings, each name once. */
export function parseQuery(text: string | undefined): Record<string, string> {
  const values: Record<string, string> = {};
  const repeated: { path: string; message: string }[] = [];
  for (const pair of (text ?? '').split('&')) {
    if (pair === '') continue;
    const at = pair.indexOf('=');
    const name = decode(plusToSpace(at < 0 ? pair : pair.slice(0, at)), 'A query parameter');
    const value = decode(plusToSpace(at < 0 ? '' : pair.slice(at + 1)), 'A query parameter');
    if (UNSAFE_NAMES.has(name)) throw new ValidationFailedError([{ path: name, message: `property ${name} should not exist` }]);
    if (Object.hasOwn(values, name)) repeated.push({ path: name, message: `${name} must be given once` });
    values[name] = value;
  }
  if (repeated.length > 0) throw new ValidationFailedError(repeated);
  return values;
}

function plusToSpace(text: string): string {
  return text.replaceAll('+', ' ');
}

function decode(text: string, what: string): string {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    throw new MalformedUrlError(`${what} is not valid percent-encoded UTF-8`, error);
  }
}
