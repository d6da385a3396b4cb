import { migrations } from '../../migrations/index.js';
import { openDatabase, StopError, type Config, type Database } from '../../src/platform/index.js';

/**
 * The configured database, migrated, for the time of `work`; an embedded server is started for it. Throws StopError when it
 * does not answer.
 */
export async function withDatabase<T>(config: Config, work: (database: Database) => Promise<T>): Promise<T> {
  let refusal: Error | undefined;
  const database = openDatabase(config, { entities: [], migrations }, (reason) => (refusal = reason));
  try {
    await database.start();
    if (!database.connected)
      throw (
        refusal ?? new StopError(`PostgreSQL does not answer (${database.unavailable}). Nothing was changed. Start it, then try again.`)
      );
    return await work(database);
  } finally {
    await database.close();
  }
}
