import type { MigrationInterface, QueryRunner } from 'typeorm';

export class AddHeadingPath1764000005000 implements MigrationInterface {
  name = 'AddHeadingPath1764000005000';

  /** Rows that are there get an empty path, which is what the engine knows of chunks from before; no row is rewritten. */
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE vector_metadata ADD COLUMN heading_path TEXT[] NOT NULL DEFAULT '{}'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE vector_metadata DROP COLUMN heading_path');
  }
}
