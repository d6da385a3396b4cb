import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateDocuments1764000000000 implements MigrationInterface {
  name = 'CreateDocuments1764000000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE documents (
        id INTEGER PRIMARY KEY,
        owner_id TEXT,
        title TEXT NOT NULL,
        title_given BOOLEAN NOT NULL,
        filename TEXT NOT NULL,
        mime_type TEXT NOT NULL,
        size_bytes BIGINT NOT NULL,
        sha256 TEXT NOT NULL,
        metadata JSONB NOT NULL,
        status TEXT NOT NULL,
        error_code TEXT,
        error_detail TEXT,
        page_count INTEGER,
        char_count INTEGER,
        chunk_count INTEGER NOT NULL,
        warnings JSONB NOT NULL,
        created_at TIMESTAMPTZ NOT NULL,
        updated_at TIMESTAMPTZ NOT NULL,
        indexed_at TIMESTAMPTZ,
        generation BIGINT NOT NULL,
        text_generation BIGINT
      )`);
    // Pages of a list: newest first, of all or of one owner; the id orders what was made in the same millisecond.
    await runner.query('CREATE INDEX idx_documents_newest ON documents (created_at DESC, id DESC)');
    await runner.query('CREATE INDEX idx_documents_owner_newest ON documents (owner_id, created_at DESC, id DESC)');
    await runner.query('CREATE INDEX idx_documents_status ON documents (status)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE documents');
  }
}
