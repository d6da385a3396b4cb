import { MalformedJsonError } from './http.errors.js';

const DEPTH_MAX = 100;
/** Names that would reach an object's prototype, or a class's rules, when the value is copied. */
const UNSAFE_NAMES = ['__proto__', 'constructor', 'prototype'];

/** Strict JSON: UTF-8, one object, nested at most 100 deep, finite numbers. Throws MalformedJsonError. */
export function parseJsonObject(bytes: Uint8Array): Record<string, unknown> {
  const value = parse(decode(bytes));
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new MalformedJsonError('must be a JSON object, in braces');
  checkValues(value);
  return value as Record<string, unknown>;
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw new MalformedJsonError('is not valid UTF-8', error);
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new MalformedJsonError(`does not parse: ${(error as Error).message.slice(0, 200)}`, error);
  }
}

/** Level by level, without recursion: a body of nothing but brackets must not take the call stack. */
function checkValues(value: object): void {
  let level: object[] = [value];
  for (let depth = 1; level.length > 0; depth++) {
    if (depth > DEPTH_MAX) throw new MalformedJsonError(`is nested more than ${DEPTH_MAX} deep`);
    const next: object[] = [];
    for (const parent of level) {
      if (!Array.isArray(parent)) checkNames(parent);
      for (const child of Object.values(parent) as unknown[]) {
        if (typeof child === 'object' && child !== null) next.push(child);
        else if (typeof child === 'number' && !Number.isFinite(child)) throw new MalformedJsonError('holds a number that is out of range');
      }
    }
    level = next;
  }
}

function checkNames(value: object): void {
  const unsafe = UNSAFE_NAMES.find((name) => Object.hasOwn(value, name));
  if (unsafe !== undefined) throw new MalformedJsonError(`has a member named ${unsafe}, which is not allowed`);
}
