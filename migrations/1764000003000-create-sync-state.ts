import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateSyncState1764000003000 implements MigrationInterface {
  name = 'CreateSyncState1764000003000';

  async up(runner: QueryRunner): Promise<void> {
    // One row: the database belongs to one store and holds its journal up to one record.
    await runner.query(`
      CREATE TABLE sync_state (
        id INTEGER PRIMARY KEY DEFAULT 1 CONSTRAINT sync_state_single_row CHECK (id = 1),
        store_id UUID NOT NULL,
        applied_seq BIGINT NOT NULL,
        chain BIGINT NOT NULL,
        last_synced_at TIMESTAMPTZ
      )`);
    await runner.query(`
      CREATE TABLE sync_set_aside (
        sequence BIGINT PRIMARY KEY,
        document_id INTEGER NOT NULL,
        sqlstate TEXT,
        message TEXT NOT NULL,
        at TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE sync_set_aside');
    await runner.query('DROP TABLE sync_state');
  }
}
