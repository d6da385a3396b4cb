/**
 * What a filter asks of a document's metadata. Without operators it is JSON containment, as PostgreSQL's `@>`. With them it
 * reads as a filter of MongoDB or Chroma does:
 *
 *   { "product": "Alder 400", "year": { "$gte": 2024 }, "$or": [{ "tags": { "$in": ["beta"] } }, { "site": { "$exists": false } }] }
 *
 * All members must hold. An operator holds for an array when it holds for one of its items. What is not there equals nothing,
 * and is neither greater nor less than anything; so `$ne` and `$nin` hold for it.
 */
import { isDeepStrictEqual } from 'node:util';
import type { JsonObject, JsonValue } from '../document.js';
import { jsonContains } from './json-containment.js';

type Matches = (value: JsonValue | undefined) => boolean;

const DEPTH_MAX = 10;
const ORDERS: Record<string, (value: number | string, bound: number | string) => boolean> = {
  $gt: (value, bound) => value > bound,
  $gte: (value, bound) => value >= bound,
  $lt: (value, bound) => value < bound,
  $lte: (value, bound) => value <= bound,
};
const OPERATORS = ['$eq', '$ne', '$in', '$nin', ...Object.keys(ORDERS), '$exists', '$not'];

/** The condition as a question to one document's metadata. Of a condition without a fault. */
export function metadataMatcher(condition: JsonObject): (metadata: JsonObject) => boolean {
  if (!hasOperators(condition)) return (metadata) => jsonContains(metadata, condition);
  const members = Object.entries(condition).map(([name, asked]) => memberMatcher(name, asked));
  return (metadata) => members.every((matches) => matches(metadata));
}

/** What is asked for without operators: whoever matches the condition contains it. */
export function containedPart(condition: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(condition).filter(([name, asked]) => !name.startsWith('$') && !hasOperators(asked)));
}

/** What is wrong with a condition, with the place in it; null when nothing is. */
export function metadataConditionFault(condition: JsonObject, place = '', depth = 1): string | null {
  if (depth > DEPTH_MAX) return `${place} is nested deeper than ${DEPTH_MAX} conditions`;
  for (const [name, asked] of Object.entries(condition)) {
    const at = place === '' ? name : `${place}.${name}`;
    const fault = name.startsWith('$') ? combinationFault(name, asked, at, depth) : fieldFault(asked, at, depth);
    if (fault) return fault;
  }
  return null;
}

function memberMatcher(name: string, asked: JsonValue): (metadata: JsonObject) => boolean {
  if (name === '$not') {
    const matches = metadataMatcher(asked as JsonObject);
    return (metadata) => !matches(metadata);
  }
  if (name === '$and' || name === '$or') {
    const all = (asked as JsonObject[]).map(metadataMatcher);
    return name === '$and'
      ? (metadata) => all.every((matches) => matches(metadata))
      : (metadata) => all.some((matches) => matches(metadata));
  }
  const matches = fieldMatcher(asked);
  return (metadata) => matches(Object.hasOwn(metadata, name) ? metadata[name] : undefined);
}

function fieldMatcher(asked: JsonValue): Matches {
  if (!isObject(asked) || !hasOperators(asked)) return (value) => value !== undefined && contains(value, asked);
  if (!isOperation(asked)) {
    const matches = metadataMatcher(asked);
    return (value) => isObject(value) && matches(value);
  }
  const operators = Object.entries(asked).map(([operator, operand]) => operatorMatcher(operator, operand));
  return (value) => operators.every((matches) => matches(value));
}

/** As a member of the whole metadata: a scalar is not contained in an array. */
const contains = (value: JsonValue, asked: JsonValue): boolean => jsonContains({ value }, { value: asked });

function operatorMatcher(operator: string, operand: JsonValue): Matches {
  if (operator === '$exists') return (value) => (value !== undefined) === operand;
  if (operator === '$eq') return (value) => equals(value, operand);
  if (operator === '$ne') return (value) => !equals(value, operand);
  if (operator === '$in') return (value) => (operand as JsonValue[]).some((item) => equals(value, item));
  if (operator === '$nin') return (value) => !(operand as JsonValue[]).some((item) => equals(value, item));
  if (operator === '$not') {
    const matches = fieldMatcher(operand);
    return (value) => !matches(value);
  }
  const inOrder = (value: JsonValue | undefined): boolean =>
    (typeof value === 'number' || typeof value === 'string') &&
    typeof value === typeof operand &&
    ORDERS[operator](value, operand as number | string);
  return (value) => (Array.isArray(value) ? value.some(inOrder) : inOrder(value));
}

const equals = (value: JsonValue | undefined, operand: JsonValue): boolean =>
  isDeepStrictEqual(value, operand) || (Array.isArray(value) && value.some((item) => isDeepStrictEqual(item, operand)));

function combinationFault(name: string, asked: JsonValue, at: string, depth: number): string | null {
  if (name === '$not') return isObject(asked) ? metadataConditionFault(asked, at, depth + 1) : `${at} must be a condition`;
  if (name !== '$and' && name !== '$or') return `${at} is no operator here; conditions are combined by $and, $or and $not`;
  if (!Array.isArray(asked) || asked.length === 0 || !asked.every(isObject)) return `${at} must be a list of conditions, at least one`;
  for (const [n, each] of asked.entries()) {
    const fault = metadataConditionFault(each, `${at}[${n}]`, depth + 1);
    if (fault) return fault;
  }
  return null;
}

function fieldFault(asked: JsonValue, at: string, depth: number): string | null {
  if (!hasOperators(asked)) return null;
  if (!isObject(asked)) return `${at} must not have operators within a list`;
  const names = Object.keys(asked);
  if (!names.some((name) => name.startsWith('$'))) return metadataConditionFault(asked, at, depth + 1);
  if (!isOperation(asked)) return `${at} must hold either operators or names, not both`;
  for (const [operator, operand] of Object.entries(asked)) {
    const fault = operatorFault(operator, operand, `${at}.${operator}`, depth);
    if (fault) return fault;
  }
  return null;
}

function operatorFault(operator: string, operand: JsonValue, at: string, depth: number): string | null {
  if (!OPERATORS.includes(operator)) return `${at} is no operator; there are ${OPERATORS.join(', ')}`;
  if (operator in ORDERS) return typeof operand === 'number' || typeof operand === 'string' ? null : `${at} must be a number or a text`;
  if (operator === '$in' || operator === '$nin') return Array.isArray(operand) ? null : `${at} must be a list`;
  if (operator === '$exists') return typeof operand === 'boolean' ? null : `${at} must be true or false`;
  if (operator !== '$not') return null;
  if (depth >= DEPTH_MAX) return `${at} is nested deeper than ${DEPTH_MAX} conditions`;
  return isObject(operand) && isOperation(operand) ? fieldFault(operand, at, depth + 1) : `${at} must hold operators`;
}

const isObject = (value: JsonValue | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isOperation = (asked: JsonObject): boolean => {
  const names = Object.keys(asked);
  return names.length > 0 && names.every((name) => name.startsWith('$'));
};

/** Whether an operator stands anywhere in it, however deep it is. */
function hasOperators(asked: JsonValue): boolean {
  const waiting = [asked];
  for (let value = waiting.pop(); value !== undefined; value = waiting.pop()) {
    if (typeof value !== 'object' || value === null) continue;
    if (isObject(value) && Object.keys(value).some((name) => name.startsWith('$'))) return true;
    for (const inner of Object.values(value)) waiting.push(inner);
  }
  return false;
}
