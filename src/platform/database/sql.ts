import type { QueryRunner } from 'typeorm';

/** Where statements run: the pool, or one transaction. Values go in as $1, $2, … only. */
export interface Sql {
  /** The rows that a statement returns. */
  query<Row>(statement: string, parameters?: unknown[]): Promise<Row[]>;
  /** The number of rows that a statement touched. */
  execute(statement: string, parameters?: unknown[]): Promise<number>;
}

export class QueryRunnerSql implements Sql {
  constructor(private readonly runner: QueryRunner) {}

  async query<Row>(statement: string, parameters?: unknown[]): Promise<Row[]> {
    return (await this.runner.query(statement, parameters, true)).records as Row[];
  }

  async execute(statement: string, parameters?: unknown[]): Promise<number> {
    return (await this.runner.query(statement, parameters, true)).affected ?? 0;
  }
}
