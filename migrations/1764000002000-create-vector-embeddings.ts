import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateVectorEmbeddings1764000002000 implements MigrationInterface {
  name = 'CreateVectorEmbeddings1764000002000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE vector_embeddings (
        vector_id INTEGER PRIMARY KEY REFERENCES vector_metadata(id) ON DELETE CASCADE,
        embedding BYTEA NOT NULL
      )`);
    // Floats do not compress: to try costs time and wins nothing.
    await runner.query('ALTER TABLE vector_embeddings ALTER COLUMN embedding SET STORAGE EXTERNAL');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE vector_embeddings');
  }
}
