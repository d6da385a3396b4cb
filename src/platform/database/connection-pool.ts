import type { PoolClient } from 'pg';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DataSource } from 'typeorm';
import { failureOf, sqlState } from './failure.js';
import { QueryRunnerSql, type Sql } from './sql.js';

const CLOSE_WAIT_MS = 2_000;

/** TypeORM's connections, one for each piece of work. */
export class ConnectionPool {
  private readonly lent = new Set<PoolClient>();

  constructor(private readonly dataSource: DataSource) {}

  /** Rejects while PostgreSQL does not answer; may then be called again. */
  async open(): Promise<void> {
    if (!this.dataSource.isInitialized) await this.dataSource.initialize();
  }

  /** @param work several statements in it run on the same connection */
  async run<T>(work: (sql: Sql) => Promise<T>): Promise<T> {
    const runner = this.dataSource.createQueryRunner();
    let client: PoolClient | undefined;
    try {
      client = (await runner.connect()) as PoolClient;
      this.lent.add(client);
      return await work(new QueryRunnerSql(runner));
    } catch (error) {
      if (client && isSpent(error)) end(client);
      throw error;
    } finally {
      if (client) this.lent.delete(client);
      await runner.release();
    }
  }

  async transaction<T>(work: (sql: Sql) => Promise<T>): Promise<T> {
    return this.run(async (sql) => {
      await sql.execute('BEGIN');
      try {
        const result = await work(sql);
        await sql.execute('COMMIT');
        return result;
      } catch (error) {
        // A connection that is gone took the transaction with it.
        if (failureOf(error) !== 'lost') await sql.execute('ROLLBACK');
        throw error;
      }
    });
  }

  /** Ends what is under way: its statements fail as if the server were gone, which takes back what was not committed. */
  abandon(): void {
    this.lent.forEach(end);
  }

  /** After it `open` makes new connections. A session that hangs does not hold it up for longer than a moment. */
  async close(): Promise<void> {
    if (!this.dataSource.isInitialized) return;
    const closed = this.dataSource.destroy().catch(() => undefined);
    await Promise.race([closed, sleep(CLOSE_WAIT_MS, undefined, { ref: false })]);
  }
}

/**
 * Never to be lent to anybody again: it may hang for ever with an answer that is not coming; or its session was begun
 * read-only, and stays so when the database is no longer.
 */
function isSpent(error: unknown): boolean {
  return failureOf(error) === 'lost' || sqlState(error) === '25006';
}

/** With a statement under way the socket is torn down, and the statement rejects at once. */
function end(client: PoolClient): void {
  void (client as unknown as { end(): Promise<void> }).end().catch(() => undefined);
}
