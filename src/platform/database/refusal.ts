import { StopError } from '../errors/problem.js';
import { describeConnection, type Connection } from './connection-options.js';
import { sqlState } from './failure.js';

const CURES: Record<string, string> = {
  '28P01': 'Correct the user or the password in DATABASE_URL.',
  '28000': 'Correct the user in DATABASE_URL, or allow it in pg_hba.conf.',
  '3D000': 'Create that database, or correct its name in DATABASE_URL.',
  '42501': 'Give that user the right: it must own the database, or hold CREATE on it and on its schema.',
  '3F000': 'Create that schema, or correct search_path.',
  '42P07':
    'The database holds tables of another program, or of this one without its table "migrations": give it a database of its own, or drop those tables. What is in the store is copied there again.',
};

/** The one line to end with when the database answers, and what it answers cannot get better by waiting. */
export function refusalOf(connection: Connection, error: unknown): StopError {
  const state = sqlState(error);
  const words = (error instanceof Error ? error.message : String(error)).split('\n')[0].replace(/\.$/, '');
  const cure = (state && CURES[state]) ?? 'Look at the server and at DATABASE_URL.';
  return new StopError(`PostgreSQL at ${describeConnection(connection)} refused: ${words}${state ? ` (${state})` : ''}. ${cure}`, {
    cause: error,
  });
}
