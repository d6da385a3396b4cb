import { Injectable } from '@nestjs/common';
import { Database } from '../platform/index.js';

const NAME = 'idx_vector_text_trigrams';

/**
 * The trigram index behind `contains`. To keep it up costs several times as much as the rows themselves, so a long run of
 * rows is written without it, and it is built in one go afterwards. Meanwhile ILIKE reads the table: slower, never wrong.
 */
@Injectable()
export class ContainsIndex {
  constructor(private readonly database: Database) {}

  async drop(): Promise<void> {
    await this.database.execute(`DROP INDEX IF EXISTS ${NAME}`);
  }

  /** Builds the index if it is missing, or was left half built, and pg_trgm is there. Writers are not held up. */
  async ensure(): Promise<void> {
    const [found] = await this.database.query<{ valid: boolean | null; trigrams: boolean }>(
      `SELECT (SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass('${NAME}')) AS valid,
              EXISTS (SELECT FROM pg_opclass WHERE opcname = 'gin_trgm_ops' AND pg_opclass_is_visible(oid)) AS trigrams`,
    );
    if (found?.valid === true || !found?.trigrams) return;
    if (found.valid === false) await this.drop();
    await this.database.executeUnhurried(`CREATE INDEX CONCURRENTLY ${NAME} ON vector_metadata USING gin (text gin_trgm_ops)`);
  }
}
