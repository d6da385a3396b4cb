import { setTimeout as sleep } from 'node:timers/promises';
import { DataSource } from 'typeorm';
import { migrationOptions, MIGRATIONS_TABLE, pingOptions, type Connection, type MigrationClass } from './connection-options.js';
import type { Sql } from './sql.js';

/** Any number, the same for every process that migrates this schema. */
const ADVISORY_LOCK = 4_848_735_001;
const LOCK_POLL_MS = 200;

/**
 * Runs the migrations that the database lacks, over connections of its own. Of all processes that start at once only the
 * holder of the advisory lock migrates; the others wait and find nothing left to do.
 */
export async function runPendingMigrations(connection: Connection, migrations: MigrationClass[], signal: AbortSignal): Promise<string[]> {
  const dataSource = new DataSource(migrationOptions(connection, [], migrations));
  await dataSource.initialize();
  try {
    return await underMigrationLock(dataSource, signal, async () => (await dataSource.runMigrations()).map(({ name }) => name));
  } finally {
    await dataSource.destroy();
  }
}

/** Rejects when the schema that the migrations made is gone. */
export async function verifyMigrated(sql: Sql): Promise<void> {
  await sql.query(`SELECT FROM ${MIGRATIONS_TABLE} LIMIT 1`);
}

/** Whether the server answers anything: one connection, one statement. */
export async function ping(connection: Connection): Promise<void> {
  const dataSource = new DataSource(pingOptions(connection));
  await dataSource.initialize();
  await dataSource.destroy();
}

export async function executeUnhurried(connection: Connection, statement: string): Promise<void> {
  const dataSource = new DataSource(migrationOptions(connection, [], []));
  await dataSource.initialize();
  try {
    await dataSource.query(statement);
  } finally {
    await dataSource.destroy();
  }
}

/** The lock belongs to a session, so a process that dies lets go of it. */
export async function underMigrationLock<T>(dataSource: DataSource, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  const holder = dataSource.createQueryRunner();
  try {
    for (;;) {
      const [row] = (await holder.query('SELECT pg_try_advisory_lock($1) AS held', [ADVISORY_LOCK])) as { held: boolean }[];
      if (row?.held) break;
      await sleep(LOCK_POLL_MS, undefined, { signal });
    }
    const result = await work();
    await holder.query('SELECT pg_advisory_unlock($1)', [ADVISORY_LOCK]);
    return result;
  } finally {
    await holder.release();
  }
}
