import type { MigrationInterface, QueryRunner } from 'typeorm';

export class IndexTrigrams1764000004000 implements MigrationInterface {
  name = 'IndexTrigrams1764000004000';

  /**
   * ILIKE answers without these indexes too, only slower: a server that does not have pg_trgm, or a user who may not
   * create it, is no reason to stop.
   */
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DO $$ BEGIN
        CREATE EXTENSION IF NOT EXISTS pg_trgm;
        CREATE INDEX idx_documents_trigrams ON documents USING gin (title gin_trgm_ops, filename gin_trgm_ops);
        CREATE INDEX idx_vector_text_trigrams ON vector_metadata USING gin (text gin_trgm_ops);
      EXCEPTION WHEN insufficient_privilege OR feature_not_supported OR undefined_file OR undefined_object THEN
        RAISE WARNING 'pg_trgm cannot be used (%): text is searched without an index', SQLERRM;
      END $$`);
  }

  /** The extension stays: it may have been there before, and others may use it. */
  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX IF EXISTS idx_vector_text_trigrams');
    await runner.query('DROP INDEX IF EXISTS idx_documents_trigrams');
  }
}
