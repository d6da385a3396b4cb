import { randomBytes } from 'node:crypto';
import pg from 'pg';

/** A database for one run of a script, on somebody's own server: made before it, dropped after it. */
export interface ThrowAwayDatabase {
  url: string;
  name: string;
  drop(): Promise<void>;
}

/**
 * The database that `DATABASE_URL` names is never used: it may hold a store, and one database belongs to one store for
 * good. Another one is made beside it, with its encoding, and dropped at the end.
 *
 * @param purpose a word for its name
 */
export async function makeThrowAwayDatabase(databaseUrl: string, purpose: string): Promise<ThrowAwayDatabase> {
  const parts = /^(postgres(?:ql)?:\/\/[^/?]*)(?:\/([^?]*))?(\?.*)?$/.exec(databaseUrl);
  if (!parts) throw new Error('DATABASE_URL is no PostgreSQL address: it should look like postgresql://user:password@host:5432/database.');
  const name = `hvs_${purpose}_${randomBytes(6).toString('hex')}`;
  await runSql(databaseUrl, `CREATE DATABASE ${name} TEMPLATE template0 ENCODING 'UTF8'`);
  return {
    url: `${parts[1]}/${name}${parts[3] ?? ''}`,
    name,
    drop: () => runSql(databaseUrl, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`),
  };
}

async function runSql(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  // a connection that breaks while it is idle would otherwise end the process
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query(sql);
  } catch (error) {
    throw new Error(cureFor(error as Error & { code?: string }), { cause: error });
  } finally {
    await client.end().catch(() => undefined);
  }
}

function cureFor(error: Error & { code?: string }): string {
  if (error.code === '42501') {
    return (
      'The role of DATABASE_URL may not create databases. This command needs a database of its own, so that it cannot mix with ' +
      'yours; nothing was changed. Run it without DATABASE_URL (it then brings its own PostgreSQL), or allow it: ALTER ROLE … CREATEDB.'
    );
  }
  return `The server of DATABASE_URL refused: ${error.message}. Nothing of yours was changed.`;
}
