import { DataSource } from 'typeorm';
import { migrations } from '../../migrations/index.js';
import { knowCurrentTimestamp } from '../../scripts/migration/current-timestamp.js';
import { migrationOptions } from '../../src/platform/index.js';
import { vectorMetadataTables } from '../../src/vector-metadata/index.js';
import { startTestPostgres, type TestPostgres } from '../support/postgres.js';

describe('the migrations', () => {
  let postgres: TestPostgres;
  let dataSource: DataSource;
  let databases = 0;

  beforeAll(async () => {
    postgres = await startTestPostgres();
  });
  afterAll(() => postgres.stop());
  beforeEach(async () => {
    const url = await postgres.createDatabase(`migrations_${++databases}`);
    dataSource = await knowCurrentTimestamp(new DataSource(migrationOptions({ url }, vectorMetadataTables, migrations))).initialize();
  });
  afterEach(() => dataSource.destroy());

  const query = <Row>(statement: string): Promise<Row[]> => dataSource.query(statement);

  /** Everything in the schema, as text: tables with their columns, indexes, constraints. */
  const schema = (): Promise<unknown[]> =>
    query(`
      SELECT format('%s.%s %s %s %s', table_name, column_name, data_type, is_nullable, column_default) AS thing
        FROM information_schema.columns WHERE table_schema = 'public' AND table_name <> 'migrations'
      UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename <> 'migrations'
      UNION ALL SELECT format('%s %s', conrelid::regclass, pg_get_constraintdef(oid)) FROM pg_constraint
        WHERE connamespace = 'public'::regnamespace AND conrelid::regclass::text <> 'migrations'
      ORDER BY thing`);

  it('leave nothing behind when they are reverted, and make the same schema again', async () => {
    await dataSource.runMigrations();
    const made = await schema();
    expect(made.length).toBeGreaterThan(50);
    for (let n = 0; n < migrations.length; n++) await dataSource.undoLastMigration();
    expect(await schema()).toEqual([]);
    await dataSource.runMigrations();
    expect(await schema()).toEqual(made);
  });

  it('make what the entities say, to the last default', async () => {
    await dataSource.runMigrations();
    const difference = await dataSource.driver.createSchemaBuilder().log();
    expect(difference.upQueries.map((change) => change.query)).toEqual([]);
  });

  it('are seen by the comparison when a column is another', async () => {
    await dataSource.runMigrations();
    await query('ALTER TABLE vector_metadata ALTER COLUMN created_at DROP DEFAULT, DROP COLUMN page_end');
    const difference = await dataSource.driver.createSchemaBuilder().log();
    expect(difference.upQueries.map((change) => change.query).join()).toMatch(/"page_end".*"created_at" SET DEFAULT/s);
  });

  describe('give vector_metadata', () => {
    beforeEach(() => dataSource.runMigrations());

    it('the columns, types and defaults of its contract, and its own ones behind them', async () => {
      const columns = await query<{ line: string }>(`
        SELECT concat_ws(' ', attname, format_type(atttypid, atttypmod), CASE WHEN attnotnull THEN 'not null' END, pg_get_expr(adbin, adrelid)) AS line
          FROM pg_attribute LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
         WHERE attrelid = 'vector_metadata'::regclass AND attnum > 0 ORDER BY attnum`);
      expect(columns.map(({ line }) => line)).toEqual([
        `id integer not null nextval('vector_metadata_id_seq'::regclass)`,
        'document_id integer',
        'chunk_index integer not null',
        'text text not null',
        'faiss_index integer not null',
        `embedding_model text 'all-MiniLM-L6-v2'::text`,
        'chunk_length integer',
        'created_at timestamp without time zone CURRENT_TIMESTAMP',
        'page_start integer',
        'page_end integer',
        'char_start integer',
        'char_end integer',
        `heading_path text[] not null '{}'::text[]`,
      ]);
    });

    it('its primary key and the foreign key that follows a deleted document', async () => {
      const constraints = await query(`
        SELECT conname AS name, pg_get_constraintdef(oid) AS definition FROM pg_constraint
         WHERE conrelid = 'vector_metadata'::regclass AND contype IN ('p', 'f') ORDER BY conname`);
      expect(constraints).toEqual([
        { name: 'vector_metadata_document_id_fkey', definition: 'FOREIGN KEY (document_id) REFERENCES documents(id) ON DELETE CASCADE' },
        { name: 'vector_metadata_pkey', definition: 'PRIMARY KEY (id)' },
      ]);
    });

    it('the three indexes of its contract, and one of trigrams', async () => {
      const indexes = await query<{ definition: string }>(`
        SELECT pg_get_indexdef(indexrelid) AS definition FROM pg_index
         WHERE indrelid = 'vector_metadata'::regclass AND NOT indisprimary ORDER BY indexrelid::regclass::text`);
      expect(indexes.map(({ definition }) => definition)).toEqual([
        'CREATE INDEX idx_vector_document_chunk ON public.vector_metadata USING btree (document_id, chunk_index)',
        'CREATE INDEX idx_vector_document_id ON public.vector_metadata USING btree (document_id)',
        'CREATE INDEX idx_vector_faiss_index ON public.vector_metadata USING btree (faiss_index)',
        'CREATE INDEX idx_vector_text_trigrams ON public.vector_metadata USING gin (text gin_trgm_ops)',
      ]);
    });

    it('room for texts that no btree would take', async () => {
      await query(`INSERT INTO vector_metadata (chunk_index, text, faiss_index)
        SELECT 0, string_agg(md5(n::text), ' '), 1 FROM generate_series(1, 20000) AS n`);
      expect(await query('SELECT length(text) AS length FROM vector_metadata')).toEqual([{ length: 20_000 * 33 - 1 }]);
    });
  });

  it('keep sync_state to one row', async () => {
    await dataSource.runMigrations();
    await query(`INSERT INTO sync_state (store_id, applied_seq, chain) VALUES (gen_random_uuid(), 0, 0)`);
    await expect(
      query(`INSERT INTO sync_state (id, store_id, applied_seq, chain) VALUES (2, gen_random_uuid(), 0, 0)`),
    ).rejects.toMatchObject({
      code: '23514',
    });
  });
});
