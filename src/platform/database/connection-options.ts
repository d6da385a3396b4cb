import pg from 'pg';
import type { DataSourceOptions, EntitySchema, MigrationInterface } from 'typeorm';

export type EntityClass = (new () => object) | EntitySchema;
export type MigrationClass = new () => MigrationInterface;

/** A DATABASE_URL, or the embedded server's socket. */
export type Connection = { url: string } | { host: string; port: number; username: string; database: string };

const POOL_CONNECTIONS_MAX = 10;
const CONNECT_TIMEOUT_MS = 5_000;
/** The server ends a statement after this long; the client gives up on a server that does not say so a little later. */
const STATEMENT_TIMEOUT_MS = 60_000;
const ANSWER_TIMEOUT_MS = 70_000;

/** TypeORM keeps in it which migrations ran. */
export const MIGRATIONS_TABLE = 'migrations';

const TIMESTAMP_WITHOUT_ZONE = 1114;

/** pg reads a `timestamp` as the machine's local time; here every one is written in UTC and read as UTC. */
const types = {
  getTypeParser: (oid: number, format?: 'text' | 'binary'): unknown =>
    oid === TIMESTAMP_WITHOUT_ZONE && format !== 'binary' ? readUtc : (pg.types.getTypeParser(oid, format) as unknown),
};

function readUtc(value: string): Date | number {
  if (value.endsWith('infinity')) return value.startsWith('-') ? -Infinity : Infinity;
  return new Date(`${value.replace(' ', 'T')}Z`);
}

/** For the application's own pool. */
export function poolOptions(connection: Connection, entities: EntityClass[], onPoolError: (error: unknown) => void): DataSourceOptions {
  return {
    ...options(connection, `SET TimeZone = 'UTC'; SET statement_timeout = ${STATEMENT_TIMEOUT_MS}`, {
      max: POOL_CONNECTIONS_MAX,
      query_timeout: ANSWER_TIMEOUT_MS,
      // An idle connection is what notices a server that ends.
      idleTimeoutMillis: 0,
    }),
    entities,
    poolErrorHandler: onPoolError,
  };
}

/** For migrations, which take what time they need. */
export function migrationOptions(connection: Connection, entities: EntityClass[], migrations: MigrationClass[]): DataSourceOptions {
  return {
    ...options(connection, `SET TimeZone = 'UTC'; SET statement_timeout = 0`, { max: 2 }),
    entities,
    migrations,
    migrationsTransactionMode: 'each',
    poolErrorHandler: () => undefined,
  };
}

/** For one question whether anybody is there. */
export function pingOptions(connection: Connection): DataSourceOptions {
  return { ...options(connection, 'SELECT 1', { max: 1, query_timeout: CONNECT_TIMEOUT_MS }), poolErrorHandler: () => undefined };
}

function options(connection: Connection, onConnect: string, pool: Record<string, unknown>) {
  return {
    ...connection,
    type: 'postgres' as const,
    applicationName: 'hybrid-vector-storage',
    migrationsTableName: MIGRATIONS_TABLE,
    synchronize: false,
    installExtensions: false,
    logging: false,
    extra: {
      ...pool,
      types,
      keepAlive: true,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      onConnect: (client: pg.ClientBase) => client.query(onConnect),
    },
  };
}

/** The connection for people: never with its password. */
export function describeConnection(connection: Connection): string {
  if (!('url' in connection)) return connection.host;
  try {
    const url = new URL(connection.url);
    if (url.password) url.password = '***';
    if (url.searchParams.has('password')) url.searchParams.set('password', '***');
    return url.toString();
  } catch {
    return 'DATABASE_URL';
  }
}
