import { createHash } from 'node:crypto';
import { jsonbText } from './jsonb-text.js';

/**
 * A digest that PostgreSQL computes from a row as it stands and the engine from what the row should hold: 60 bits of a
 * SHA-256 over the columns' texts, so that the digests of many rows can be added up, in any order.
 *
 * Every text is quoted as JSON, which says itself where it ends, and only an absent value leaves nothing between its
 * commas: no two contents have the same text.
 */
export type ColumnKind = 'number' | 'flag' | 'text' | 'texts' | 'json' | 'time';

/** `name` is the column's, `value` what the row should hold there. */
export type DigestColumn<Row> = readonly [name: string, kind: ColumnKind, value: (row: Row) => unknown];

/** Microseconds and the era stand in it: to_char of a year BC would else equal that of its namesake. */
const TIME_FORMAT = 'YYYY-MM-DD"T"HH24:MI:SS.USBC';
const DIGEST_BYTES = 8;
const SPARE_BITS = 4n;

const columnSql: Record<ColumnKind, (column: string) => string> = {
  number: (column) => column,
  flag: (column) => column,
  text: (column) => `to_json(${column})`,
  texts: (column) => `to_json(${column})`,
  json: (column) => column,
  // to_char gives nothing for an infinite time.
  time: (column) => `coalesce(to_char(${column}, '${TIME_FORMAT}'), ${column}::text)`,
};

const columnText: Record<ColumnKind, (value: NonNullable<unknown>) => string> = {
  number: (value) => JSON.stringify(value),
  flag: (value) => (value === true ? 't' : 'f'),
  text: (value) => JSON.stringify(value),
  texts: (value) => JSON.stringify(value),
  json: (value) => jsonbText(value),
  time: (value) => timeText(value as string),
};

/** SQL for the text of a row's columns; `table` is its alias. */
export function rowTextSql<Row>(table: string, columns: readonly DigestColumn<Row>[]): string {
  return columns.map(([name, kind]) => columnSql[kind](`${table}.${name}`)).join(`, ',', `);
}

/** What `rowTextSql` gives for a row that holds the same. */
export function rowText<Row>(row: Row, columns: readonly DigestColumn<Row>[]): string {
  return columns
    .map(([, kind, value]) => {
      const held = value(row);
      return held === null || held === undefined ? '' : columnText[kind](held);
    })
    .join(',');
}

/** SQL for `digestOf` over a bytea expression; a bigint. */
export function digestSql(bytes: string): string {
  return `('x' || left(encode(sha256(${bytes}), 'hex'), 15))::bit(60)::bigint`;
}

export function digestOf(text: string, bytes?: Uint8Array): bigint {
  const hash = createHash('sha256').update(text);
  if (bytes) hash.update(bytes);
  return hash.digest().subarray(0, DIGEST_BYTES).readBigUInt64BE() >> SPARE_BITS;
}

/** ISO 8601 in UTC, with any number of decimals up to six, as TIME_FORMAT shows it. */
function timeText(iso: string): string {
  const [, seconds, decimals = ''] = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,6}))?Z$/.exec(iso) ?? timeParts(iso);
  return `${seconds}.${decimals.padEnd(6, '0')}AD`;
}

function timeParts(iso: string): string[] {
  const exact = new Date(iso).toISOString();
  return [exact, exact.slice(0, -5), exact.slice(-4, -1)];
}
