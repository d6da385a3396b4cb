import { Problem } from '../errors/problem.js';

/**
 * What a failed query says about the database. `lost`: the connection is gone or was never made; `busy`: it lives and
 * refuses for now; `refused`: it fails the same way again.
 */
export type Failure = 'lost' | 'busy' | 'refused';

const NETWORK_CODES = new Set([
  ...['ECONNREFUSED', 'ECONNRESET', 'ECONNABORTED', 'EPIPE', 'ETIMEDOUT', 'ENOENT', 'EACCES', 'EHOSTUNREACH', 'ENETUNREACH'],
  ...['EHOSTDOWN', 'ENETDOWN', 'EADDRNOTAVAIL', 'ENOTFOUND', 'EAI_AGAIN'],
]);
/** The server says that it is ending or not ready: admin and crash shutdown, cannot connect now, database dropped. */
const ENDING_STATES = new Set(['57P01', '57P02', '57P03', '57P04']);
/** No room or time now, a conflict, a lock, read-only, a transaction that the server found too long. */
const BUSY_STATES = /^(53|57|40|55P03|25006|25P03|25P04)/;
/**
 * Something about the database as a whole: rights, schema, state, its own disk, damage. No statement is to blame, and people
 * may be mending it: a restore in progress looks like this too.
 */
const UNFIT_STATES = /^(42501|42P01|42703|3F|3D|28|25|55|58|F0|XX001|XX002)/;
/** pg's own words where it gives no code. */
const LOST_WORDS =
  /connection terminated|connection error|not queryable|connection ended|query read timeout|connection timeout|client was closed/i;
/** pg's pool had no free connection in time, and TypeORM's data source was closed under a query. */
const BUSY_WORDS = /timeout exceeded when trying to connect|cannot use a pool after calling end|not established|already released/i;

/** SQLSTATE or network code of an error, its cause or its driver's error; undefined when it has none. */
export function errorCode(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const { code, driverError, cause, errors } = error as { code?: unknown; driverError?: unknown; cause?: unknown; errors?: unknown[] };
  // a problem's own code is for clients
  if (typeof code === 'string' && !(error instanceof Problem)) return code;
  return errorCode(driverError) ?? errorCode(cause) ?? errorCode(errors?.[0]);
}

/** The five characters of PostgreSQL's own verdict; undefined when the error did not come from the server. */
export function sqlState(error: unknown): string | undefined {
  const code = errorCode(error);
  return code !== undefined && /^[0-9A-Z]{5}$/.test(code) && !NETWORK_CODES.has(code) ? code : undefined;
}

export function failureOf(error: unknown): Failure {
  const code = errorCode(error);
  if (code !== undefined && NETWORK_CODES.has(code)) return 'lost';
  const state = sqlState(error);
  if (state !== undefined) {
    if (ENDING_STATES.has(state) || (state.startsWith('08') && state !== '08P01')) return 'lost';
    return BUSY_STATES.test(state) ? 'busy' : 'refused';
  }
  const words = error instanceof Error ? error.message : '';
  if (LOST_WORDS.test(words)) return 'lost';
  return BUSY_WORDS.test(words) ? 'busy' : 'refused';
}

/** Whether a statement was refused because the database is not as it must be, whatever the statement. */
export function isUnfit(error: unknown): boolean {
  return UNFIT_STATES.test(sqlState(error) ?? '');
}

/** Every connection is lent: that says nothing about the server. */
export function isPoolExhausted(error: unknown): boolean {
  return error instanceof Error && error.message.includes('timeout exceeded when trying to connect');
}
