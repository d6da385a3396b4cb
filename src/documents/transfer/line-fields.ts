import { isCleanText } from '../../platform/index.js';
import { InvalidLineError } from './transfer.errors.js';

export type Fields = Record<string, unknown>;

/** @param name as it stands in the line, such as `chunks[3].page_start` */
export function refuse(name: string, must: string): never {
  throw new InvalidLineError(`\`${name}\` must be ${must}`);
}

/** Refuses a property that nobody would look at. @param where in front of its name, such as `chunks[3].` */
export function checkNames(fields: Fields, known: ReadonlySet<string>, where = ''): void {
  for (const name of Object.keys(fields)) {
    if (known.has(name)) continue;
    throw new InvalidLineError(`\`${where}${name.slice(0, 60)}\` is not known here; known are ${[...known].join(', ')}`);
  }
}

/** 1 to `charactersMax` UTF-16 code units, not blank, without what PostgreSQL refuses. */
export function shortText(value: unknown, name: string, charactersMax: number): string {
  const isGood = typeof value === 'string' && value.length <= charactersMax && value.trim() !== '' && isCleanText(value);
  return isGood ? value : refuse(name, `text of 1 to ${charactersMax} characters without NUL and lone surrogates, and not blank`);
}

export function wholeNumber(value: unknown, name: string, min: number, max: number): number {
  const isGood = typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max;
  return isGood ? value : refuse(name, `a whole number from ${min} to ${max}`);
}

const INSTANT = /^(\d{4}-\d{2}-\d{2})T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/;

/** ISO 8601 with a zone, as the same instant in UTC. */
export function instant(value: unknown, name: string): string {
  const day = typeof value === 'string' ? INSTANT.exec(value)?.[1] : undefined;
  const midnight = new Date(`${day}T00:00:00Z`);
  const isDay = !Number.isNaN(midnight.getTime()) && midnight.toISOString().startsWith(day as string); // no 30 February
  const time = new Date(isDay ? (value as string) : Number.NaN);
  return Number.isNaN(time.getTime()) ? refuse(name, 'a time in ISO 8601 with its zone, such as 2026-11-24T09:30:00Z') : time.toISOString();
}
