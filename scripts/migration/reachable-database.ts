import { EmbeddedPostgres, lockDataDir, type Config } from '../../src/platform/index.js';

/**
 * Gives `work` a URL of the configured database: DATABASE_URL, the embedded server of a running instance, or else one that
 * is started under the data folder's lock for as long as the work takes.
 */
export async function withReachableDatabase<T>(config: Config, work: (databaseUrl: string) => Promise<T>): Promise<T> {
  if (config.database.databaseUrl !== null) return work(config.database.databaseUrl);
  const server = new EmbeddedPostgres(config.data.dataDir);
  const { host, port, username, database } = server.connection;
  const databaseUrl = `postgresql://${username}@localhost:${port}/${database}?host=${encodeURIComponent(host)}`;
  if (await server.answers()) return work(databaseUrl);
  const lock = lockDataDir(config.data.dataDir);
  try {
    await server.start();
    return await work(databaseUrl);
  } finally {
    await server.stop();
    lock.release();
  }
}
