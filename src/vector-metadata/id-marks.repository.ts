import { Injectable } from '@nestjs/common';
import type { Sql } from '../platform/index.js';

/** The highest ids that were ever given; 0 when none was. Ids are never given again. */
export interface IdMarks {
  documentId: number;
  vectorId: number;
}

/** A sequence that nobody asked has no last value, whatever it says. */
const READ = `
  SELECT greatest((SELECT max(id) FROM documents), (SELECT last_value FROM documents_id_seq WHERE is_called), 0)::int AS "documentId",
         greatest((SELECT max(id) FROM vector_metadata), (SELECT last_value FROM vector_metadata_id_seq WHERE is_called), 0)::int AS "vectorId"`;

/**
 * The sequences of both tables remember ids whose rows are gone, so that a store which is made again from the database
 * gives none of them twice; who inserts a row without naming an id gets one that nothing has had. A sequence is never set
 * back, whether the transaction commits or not.
 */
@Injectable()
export class IdMarksRepository {
  async read(sql: Sql): Promise<IdMarks> {
    const [marks] = await sql.query<IdMarks>(READ);
    return marks;
  }

  async keepAhead(sql: Sql, { documentId, vectorId }: IdMarks): Promise<void> {
    if (documentId > 0) await this.raise(sql, 'documents_id_seq', documentId);
    if (vectorId > 0) await this.raise(sql, 'vector_metadata_id_seq', vectorId);
  }

  private async raise(sql: Sql, sequence: string, id: number): Promise<void> {
    await sql.query(`SELECT setval('${sequence}', greatest($1::bigint, last_value)) FROM ${sequence}`, [id]);
  }
}
