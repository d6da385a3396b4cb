import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A journal record that PostgreSQL refused for good, or a later one of the same document. */
@Entity('sync_set_aside')
export class SyncSetAsideEntity {
  @PrimaryColumn('bigint', { primaryKeyConstraintName: 'sync_set_aside_pkey' })
  sequence: string;

  @Column('integer', { name: 'document_id' })
  documentId: number;

  @Column('text', { nullable: true })
  sqlstate: string | null;

  @Column('text')
  message: string;

  @Column('timestamptz', { default: () => 'CURRENT_TIMESTAMP' })
  at: Date;
}
