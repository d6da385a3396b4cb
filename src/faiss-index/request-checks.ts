import { types } from 'node:util';
import { firstNotFinite } from './finite.js';
import { InvalidVectorRequestError } from './faiss-index.errors.js';
import type { SearchPart } from './faiss-index.port.js';

const dimensionMax = 65_536;
const resultsMax = 10_000;
const rowsMax = 2 ** 31 - 1;

/** For an error's text: short, and without surprises. */
const shown = (value: unknown): string =>
  typeof value === 'number' || typeof value === 'bigint'
    ? String(value)
    : typeof value === 'string'
      ? JSON.stringify(value.slice(0, 80))
      : `of type ${typeof value}`;

function checkInteger(name: string, value: unknown, min: number, max: number): void {
  if (Number.isInteger(value) && (value as number) >= min && (value as number) <= max) return;
  throw new InvalidVectorRequestError(`${name} is ${shown(value)}; it must be an integer from ${min} to ${max}.`);
}

export const checkDimension = (value: unknown): void => checkInteger('The dimension', value, 1, dimensionMax);
export const checkHandle = (value: unknown): void => checkInteger('The index handle', value, 1, Number.MAX_SAFE_INTEGER);
export const checkRows = (name: string, value: unknown): void => checkInteger(name, value, 0, rowsMax);
export const checkResults = (value: unknown): void => checkInteger('k', value, 1, resultsMax);

export function checkKind(value: unknown): void {
  if (value === 'flat' || value === 'hnsw') return;
  throw new InvalidVectorRequestError(`The kind of index is ${shown(value)}; it must be "flat" or "hnsw".`);
}

export function checkPath(value: unknown): void {
  if (typeof value === 'string' && value !== '' && !value.includes('\0')) return;
  throw new InvalidVectorRequestError(`The path is ${shown(value)}; it must be text, not empty and without NUL.`);
}

export function checkVectors(value: unknown): void {
  if (!types.isFloat32Array(value)) throw new InvalidVectorRequestError(`The vectors are ${shown(value)}; they must be a Float32Array.`);
}

export function checkQuery(value: unknown): void {
  if (!types.isFloat32Array(value)) throw new InvalidVectorRequestError(`The query is ${shown(value)}; it must be a Float32Array.`);
  const wrong = firstNotFinite(value);
  if (wrong >= 0) throw new InvalidVectorRequestError(`Float ${wrong} of the query is ${value[wrong]}, which is no finite number.`);
}

export function checkParts(value: unknown): void {
  if (!Array.isArray(value)) throw new InvalidVectorRequestError(`The parts are ${shown(value)}; they must be an array.`);
  (value as unknown[]).forEach((part, position) => {
    if (typeof part !== 'object' || part === null)
      throw new InvalidVectorRequestError(`Part ${position} is ${shown(part)}, not an object.`);
    const { index, allowed, exact } = part as Partial<SearchPart>;
    checkHandle(index);
    if (exact !== undefined && typeof exact !== 'boolean') {
      throw new InvalidVectorRequestError(`"exact" of part ${position} is ${shown(exact)}; it must be true or false.`);
    }
    if (allowed !== undefined && !types.isUint8Array(allowed)) {
      throw new InvalidVectorRequestError(`The bitmap of part ${position} is ${shown(allowed)}; it must be a Uint8Array.`);
    }
  });
}
