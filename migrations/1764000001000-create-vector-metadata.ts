import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateVectorMetadata1764000001000 implements MigrationInterface {
  name = 'CreateVectorMetadata1764000001000';

  async up(runner: QueryRunner): Promise<void> {
    // The first eight columns, their types and defaults, the foreign key and the three indexes are a contract.
    await runner.query(`
      CREATE TABLE vector_metadata (
        id SERIAL PRIMARY KEY,
        document_id INTEGER REFERENCES documents(id) ON DELETE CASCADE,
        chunk_index INTEGER NOT NULL,
        text TEXT NOT NULL,
        faiss_index INTEGER NOT NULL,
        embedding_model TEXT DEFAULT 'all-MiniLM-L6-v2',
        chunk_length INTEGER,
        created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP,
        page_start INTEGER,
        page_end INTEGER,
        char_start INTEGER,
        char_end INTEGER
      )`);
    await runner.query('CREATE INDEX idx_vector_document_id ON vector_metadata(document_id)');
    await runner.query('CREATE INDEX idx_vector_document_chunk ON vector_metadata(document_id, chunk_index)');
    await runner.query('CREATE INDEX idx_vector_faiss_index ON vector_metadata(faiss_index)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE vector_metadata');
  }
}
