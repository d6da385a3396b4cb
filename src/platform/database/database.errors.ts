import { Problem } from '../errors/problem.js';

/** PostgreSQL is away, or too busy to answer in time; the engine serves on without it. */
export class DatabaseUnavailableError extends Problem {
  constructor(cause?: unknown) {
    super(
      { code: 'DATABASE_UNAVAILABLE', status: 503, title: 'The database does not answer' },
      'This is answered from PostgreSQL, which does not answer now. Nothing was changed and nothing is lost: searches, uploads and single documents go on without it, and it is brought up to date when it is back. Try again in a few seconds.',
      { cause, headers: { 'Retry-After': '5' } },
    );
  }
}
