import type { MigrationInterface, QueryRunner } from 'typeorm';

export class NumberDocuments1764000006000 implements MigrationInterface {
  name = 'NumberDocuments1764000006000';

  /**
   * The sequence remembers the highest id that was ever given, also when that document is deleted: a store that is made
   * again from the database goes on from there. Who inserts a row by hand gets an id that no document has had.
   */
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE SEQUENCE documents_id_seq AS INTEGER OWNED BY documents.id');
    await runner.query(`ALTER TABLE documents ALTER COLUMN id SET DEFAULT nextval('documents_id_seq')`);
    await runner.query(`SELECT setval('documents_id_seq', max(id)) FROM documents HAVING max(id) > 0`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE documents ALTER COLUMN id DROP DEFAULT');
    await runner.query('DROP SEQUENCE documents_id_seq');
  }
}
